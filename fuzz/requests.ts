import fc from 'fast-check';
import { eventOf, PAYMENT, SHAPES } from '../__tests__/lambda/payment-validation/local-api';
import { albSingleValueEvent, httpApiEvent } from '../__tests__/lambda/http-events';

/** A request that nobody thought of, and what must be found nowhere of it. */
export interface FuzzedRequest {
  readonly event: Readonly<Record<string, unknown>>;
  readonly method: string;
  /** What the client wrote somewhere: no log and no error may repeat it. */
  readonly marker: string;
}

/** What requests are made of that cannot be made up: tokens, good and bad, and identifiers of payments that are there. */
export interface Ingredients {
  readonly goodTokens: readonly string[];
  readonly badTokens: readonly string[];
  readonly paymentIds: readonly string[];
}

const KNOWN_METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT'];
const CARDS = ['4111111111111111', '5555 5555 5555 4444', '3782-822463-10005', '４１１１１１１１１１１１１１１１'];
const CONTENT_TYPES = [
  'application/json',
  'application/json; charset=utf-8',
  'application/json;x="',
  'text/plain',
  '*',
];

/** Requests: most of them almost right, so that they get past the first check. */
export const fuzzedRequests = (ingredients: Ingredients): fc.Arbitrary<FuzzedRequest> =>
  fc
    .stringMatching(/^[a-z]{4}[0-9][a-z]{4}[0-9]$/)
    .chain((marker) =>
      fc
        .oneof(
          { weight: 9, arbitrary: wellFormedEvents(marker, ingredients) },
          { weight: 1, arbitrary: oddEvents(marker) },
        )
        .map(({ method, event }) => ({ marker, method, event })),
    );

function wellFormedEvents(marker: string, ingredients: Ingredients) {
  return fc
    .record({
      shape: fc.constantFrom(...SHAPES),
      target: targets(marker, ingredients),
      query: mostly(
        '',
        fc.constantFrom('deep=1', `${marker}=%`, `q=${marker}`, `q=${CARDS[0]}`, '&&=&a', '__proto__=1'),
      ),
      headers: headers(marker, ingredients),
      body: bodies(marker),
    })
    .map(({ shape, target, query, headers, body }) => ({
      method: target.method,
      event: eventOf(shape, { ...target, query, headers, body }),
    }));
}

const targets = (marker: string, { paymentIds }: Ingredients) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constant({ method: 'POST', path: '/payments' }) },
    {
      weight: 2,
      arbitrary: fc
        .oneof(
          fc.constantFrom(...paymentIds),
          fc.uuid(),
          fc.constantFrom(marker, '%', '%00', '..', ...CARDS),
          words(marker),
        )
        .map((id) => ({ method: 'GET', path: `/payments/${id}` })),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        method: fc.oneof(fc.constantFrom(...KNOWN_METHODS), fc.constantFrom('BREW', 'post', '', marker)),
        path: fc.oneof(
          fc.constantFrom(
            '/payments',
            '/payments/',
            '/health',
            '/',
            '',
            '*',
            '//',
            '/%70ayments',
            '/payments/%2F',
            '/%',
          ),
          words(marker).map((text) => `/${text}`),
        ),
      }),
    },
  );

function headers(marker: string, { goodTokens, badTokens }: Ingredients) {
  const bearer = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...goodTokens).map((token) => `Bearer ${token}`) },
    { weight: 1, arbitrary: fc.constantFrom(...badTokens).map((token) => `Bearer ${token}`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', marker, `Bearer ${marker}`, `Basic ${marker}`, 'Bearer', 'Bearer a, b'),
    },
  );
  return fc
    .record({
      authorization: mostlyGiven(fc.oneof({ weight: 15, arbitrary: bearer }, fc.tuple(bearer, bearer)), 20),
      'content-type': mostlyGiven(mostly('application/json', fc.constantFrom(...CONTENT_TYPES, marker)), 20),
      'idempotency-key': mostlyGiven(
        fc.oneof(
          { weight: 8, arbitrary: fc.string({ minLength: 1, maxLength: 40 }).map((text) => `${marker}${text}`) },
          { weight: 2, arbitrary: fc.constantFrom('a', 'b', 'c') },
          { weight: 1, arbitrary: fc.constantFrom('', ' ', 'k'.repeat(256), CARDS[0] ?? '', 'a,b', '\u0000') },
        ),
        20,
      ),
      'content-encoding': mostlyAbsent(fc.constantFrom('gzip', 'identity', '', marker)),
      others: mostly({}, fc.dictionary(fc.constantFrom('x-note', 'cookie', 'x-amzn-a', 'host', marker), words(marker))),
    })
    .map(({ others, ...own }) => ({
      ...others,
      ...Object.fromEntries(
        Object.entries(own).filter((entry): entry is [string, string | [string, string]] => entry[1] !== undefined),
      ),
    }));
}

/** Payments, payments that were damaged, any JSON, and anything. */
function bodies(marker: string): fc.Arbitrary<string | Buffer | undefined> {
  const payment = fc.record({
    amount: mostly<unknown>(
      PAYMENT.amount,
      fc.oneof(fc.integer(), fc.double(), fc.bigInt().map(String), fc.anything()),
    ),
    currency: mostly<unknown>(PAYMENT.currency, fc.oneof(fc.constantFrom('JPY', 'XXX', 'eur'), fc.anything())),
    user_id: mostly<unknown>(PAYMENT.user_id, fc.oneof(fc.constantFrom(...CARDS, marker), fc.anything())),
    merchant_id: mostly<unknown>(PAYMENT.merchant_id, fc.oneof(words(marker), fc.anything())),
    card_token: mostly<unknown>(PAYMENT.card_token, fc.oneof(fc.constantFrom(...CARDS), fc.constant(`tok_${marker}`))),
    country: mostly<unknown>(PAYMENT.country, fc.constantFrom('FR', 'XX', marker, null)),
  });
  const json = payment.map((value) => jsonOf(value));
  const damaged = fc.tuple(
    json,
    fc.nat(400),
    fc.constantFrom('', '"', '}', ',', marker, '\\u', '\ud800', '\ufeff', '1e999'),
  );
  return fc.oneof(
    { weight: 6, arbitrary: json },
    { weight: 2, arbitrary: json.map((text) => Buffer.from(text)) },
    {
      weight: 2,
      arbitrary: damaged.map(([text, place, put]) => `${text.slice(0, place)}${put}${text.slice(place)}`),
    },
    { weight: 1, arbitrary: json.map((text) => `{"${marker}":1,"__proto__":{"amount":1},${text.slice(1)}`) },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        undefined,
        '',
        '['.repeat(9000),
        `[${'[]'.repeat(1)}]`,
        `"${marker.repeat(2000)}"`,
        '9'.repeat(9000),
      ),
    },
  );
}

/** Events that a load balancer or gateway could send, and hardly does. */
const oddEvents = (marker: string) =>
  fc
    .record({
      method: fc.constantFrom(...KNOWN_METHODS),
      path: fc.constantFrom('/payments', '/payments/1', '/health'),
      body: fc.constantFrom(null, undefined, marker, '*not base64*', Buffer.from(marker).toString('base64')),
      isBase64Encoded: fc.constantFrom(true, false, undefined),
      name: fc.constantFrom('__proto__', 'constructor', 'toString', 'authorization', marker),
      stage: fc.constantFrom('$default', 'payments', marker, undefined),
      isAlb: fc.boolean(),
    })
    .map(({ method, path, body, isBase64Encoded, name, stage, isAlb }) => {
      // The same name in another case is the same header.
      const headers = Object.fromEntries([
        [name, marker],
        [name.toUpperCase(), marker],
      ]);
      const content = { headers, body, isBase64Encoded };
      if (isAlb) {
        const queryStringParameters = Object.fromEntries([[name, marker]]);
        return { method, event: albSingleValueEvent({ ...content, httpMethod: method, path, queryStringParameters }) };
      }
      const { requestContext } = httpApiEvent(method, path);
      return {
        method,
        event: httpApiEvent(method, path, {
          ...content,
          rawPath: stage === undefined ? path : `/${stage}${path}`,
          rawQueryString: `${name}=${marker}`,
          cookies: [`${name}=${marker}`],
          requestContext: { ...requestContext, stage },
        }),
      };
    });

const words = (marker: string) =>
  fc.oneof(
    fc.constant(marker),
    fc.string({ maxLength: 30 }),
    fc.string({ unit: 'binary', maxLength: 30 }),
    fc.constantFrom(...CARDS),
  );

const mostly = <Value>(usual: Value, other: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: other });
const mostlyGiven = <Value>(value: fc.Arbitrary<Value>, of: number) =>
  fc.oneof({ weight: of - 1, arbitrary: value }, { weight: 1, arbitrary: fc.constant(undefined) });
const mostlyAbsent = <Value>(value: fc.Arbitrary<Value>) =>
  mostlyGiven(value, 2).chain((given) => mostly(undefined, fc.constant(given)));

/** JSON of anything: what JSON does not have becomes text. */
const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'bigint' || typeof part === 'symbol' ? String(part) : part,
  );
