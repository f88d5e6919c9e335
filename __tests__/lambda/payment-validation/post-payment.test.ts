import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { BODY_LIMIT_BYTES } from '../../../lambda/payment-validation/post-payment';
import { type ClientRequest, type LocalApi, PAYMENT, type Shape, SHAPES, startApi } from './local-api';

// Starting the servers takes its time on a machine that does other things too.
jest.setTimeout(30_000);

let api: LocalApi;
let token: string;
beforeAll(async () => {
  api = await startApi();
  token = await api.issuer.token();
});
afterAll(() => api.stop());
beforeEach(() => {
  api.log.length = 0;
  api.metrics.length = 0;
});

let keys = 0;
const newKey = () => `key-${(keys += 1)}`;
const CARD = '4111111111111111';

/** A request that is accepted, but for what `changes` says; undefined takes a header away. */
function request({
  headers = {},
  ...changes
}: Partial<Omit<ClientRequest, 'headers'>> & { headers?: Record<string, string | readonly string[] | undefined> }) {
  const all = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'idempotency-key': newKey(),
    ...headers,
  };
  return {
    method: 'POST',
    path: '/payments',
    headers: Object.fromEntries(
      Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
    ),
    body: JSON.stringify(PAYMENT),
    ...changes,
  };
}

const body = (changes: Readonly<Record<string, unknown>>) => JSON.stringify({ ...PAYMENT, ...changes });
const problem = (status: number, title: string, detail: unknown) => ({ type: 'about:blank', title, status, detail });

describe.each(SHAPES)('POST /payments through the %s', (shape: Shape) => {
  const post = (changes: Parameters<typeof request>[0] = {}) => api.send(shape, request(changes));

  test('accepts a payment and shows it without the card', async () => {
    const before = Date.now();
    const { status, headers, json } = await post();
    const { transaction_id: id, created_at: createdAt, ...shown } = json as Record<string, string>;
    expect(status).toBe(202);
    expect(shown).toEqual({
      status: 'RECEIVED',
      amount: 1999,
      currency: 'EUR',
      currency_exponent: 2,
      user_id: 'user-1',
      merchant_id: 'merchant-1',
      country: 'DE',
    });
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(createdAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(createdAt ?? '')).toBeGreaterThanOrEqual(before);
    expect(headers).toEqual({
      'content-type': 'application/json',
      'cache-control': 'no-store',
      location: `/payments/${id}`,
    });
    expect(await api.store.find(id ?? '')).toMatchObject({
      clientId: 'shop',
      cardToken: PAYMENT.card_token,
      status: 'RECEIVED',
      redrives: 0,
    });
    expect(api.metrics).toEqual(['PaymentsReceived 1']);
    expect(api.log.map((line) => JSON.parse(line) as unknown)).toEqual([
      { level: 'INFO', message: 'payment accepted', transaction_id: id, client_id: 'shop', created: true },
      { level: 'INFO', message: 'request answered', route: 'POST /payments', status: 202 },
    ]);
  });

  test('gives a repeated request the same answer, however its JSON is written, and counts it once', async () => {
    const headers = { 'idempotency-key': newKey() };
    const first = await post({ headers });
    const rewritten = JSON.stringify(Object.fromEntries(Object.entries(PAYMENT).reverse()), null, 2);
    expect(await post({ headers, body: `\ufeff${rewritten}` })).toEqual(first);
    expect(await post({ headers, body: Buffer.from(rewritten) })).toEqual(first);
    expect(api.metrics).toEqual(['PaymentsReceived 1']);
  });

  test('refuses another payment under the same key', async () => {
    const headers = { 'idempotency-key': newKey() };
    await post({ headers });
    const { status, json } = await post({ headers, body: body({ amount: 2000 }) });
    expect([status, json]).toEqual([
      409,
      problem(
        409,
        'Conflict',
        'This Idempotency-Key was used for another payment. Send the first payment again, or take another key.',
      ),
    ]);
  });

  test('keeps the keys of clients apart', async () => {
    const headers = { 'idempotency-key': newKey() };
    const first = await post({ headers });
    const other = `Bearer ${await api.issuer.token({ client_id: 'other' })}`;
    const second = await post({ headers: { ...headers, authorization: other } });
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.headers.location).not.toBe(first.headers.location);
  });

  test.each([
    ['none', undefined, 415],
    ['plain text', 'text/plain', 415],
    ['another JSON', 'application/problem+json', 415],
    ['a longer name', 'application/json5', 415],
    ['another charset', 'application/json; charset=latin1', 415],
    ['a charset and another one', 'application/json; charset=utf-8; charset=utf-16', 415],
    ['a parameter without a value', 'application/json; charset', 415],
    ['a charset in quotes and capitals', 'Application/JSON ; Charset="UTF-8"', 202],
    ['parameters', 'application/json;charset=utf-8; version="1;2"', 202],
    ['a semicolon at the end', 'application/json;', 202],
  ])('answers the content type "%s"', async (_kind, type, expected) => {
    const { status, headers } = await post({ headers: { 'content-type': type } });
    expect([status, headers.accept]).toEqual([expected, expected === 415 ? 'application/json' : undefined]);
  });

  test.each([
    ['gzip', 415],
    ['identity, gzip', 415],
    ['identity', 202],
    ['', 202],
  ])('answers the content encoding "%s"', async (encoding, expected) => {
    const { status, headers } = await post({ headers: { 'content-encoding': encoding } });
    expect([status, headers['accept-encoding']]).toEqual([expected, expected === 415 ? 'identity' : undefined]);
  });

  test('takes a body up to its limit, and no byte more', async () => {
    const padded = (length: number) => JSON.stringify(PAYMENT).padEnd(length, ' ');
    expect((await post({ body: padded(BODY_LIMIT_BYTES) })).status).toBe(202);
    const { status, json } = await post({ body: padded(BODY_LIMIT_BYTES + 1) });
    expect([status, json]).toEqual([413, problem(413, 'Content Too Large', 'The body must have at most 16384 bytes.')]);
    // Bytes, not characters: U+00A0 is two.
    const text = JSON.stringify({ ...PAYMENT, note: '\u00a0'.repeat(BODY_LIMIT_BYTES / 2) });
    expect([text.length < BODY_LIMIT_BYTES, (await post({ body: text })).status]).toEqual([true, 413]);
    expect((await post({ body: Buffer.from(text) })).status).toBe(413);
  });

  const MALFORMED = 'The body must be JSON; this one is empty, incomplete or malformed.';
  test.each<[string, string | Buffer | undefined, string]>([
    ['none', undefined, MALFORMED],
    ['empty', '', MALFORMED],
    ['blank', ' \n', MALFORMED],
    ['incomplete', '{"amount":', MALFORMED],
    ['with a comment', '{} // nothing', MALFORMED],
    ['deeper than it closes', '['.repeat(16_000), MALFORMED],
    ['not UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'The body must be UTF-8.'],
    ['an overlong form', Buffer.from([0x22, 0xc0, 0xaf, 0x22]), 'The body must be UTF-8.'],
  ])('refuses a body that is %s', async (_kind, content, detail) => {
    const { status, json } = await post({ body: content });
    expect([status, json]).toEqual([400, problem(400, 'Bad Request', detail)]);
  });

  test('refuses the header Authorization when it comes twice', async () => {
    const { status, json } = await post({ headers: { authorization: ['Bearer a', 'Bearer b'] } });
    expect([status, json]).toEqual([400, problem(400, 'Bad Request', 'The header Authorization must come once.')]);
  });

  test('refuses the header Idempotency-Key when it comes twice', async () => {
    const { status, json } = await post({ headers: { 'idempotency-key': ['a', 'b'] } });
    const detail: unknown = expect.stringMatching(/^The header Idempotency-Key must /);
    expect([status, json]).toEqual([
      400,
      { ...problem(400, 'Bad Request', detail), errors: [{ header: 'idempotency-key', detail }] },
    ]);
  });

  test('lists a missing key together with everything else that is wrong', async () => {
    const headers = { 'idempotency-key': undefined, 'x-card': CARD };
    const { status, json } = await post({ headers, body: body({ amount: 0, country: 'XX' }) });
    expect([status, json]).toMatchObject([
      400,
      {
        detail:
          'The request needs the header Idempotency-Key: a key of your choice for this payment, the same whenever you send it.',
        errors: [
          { header: 'idempotency-key' },
          { pointer: '#/amount' },
          { pointer: '#/country' },
          { header: 'x-card', detail: REFUSED_CARD },
        ],
      },
    ]);
    expect((json as { errors: unknown[] }).errors).toHaveLength(4);
  });

  test('stores one payment and gives one answer when the same request comes fifty times at once', async () => {
    const stored = (await api.items()).length;
    const same = request({});
    const answers = await Promise.all(Array.from({ length: 50 }, () => api.send(shape, same)));
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(202);
    // The payment, and its key.
    expect((await api.items()).length - stored).toBe(2);
    expect(api.metrics).toEqual(['PaymentsReceived 1']);
  });

  test('gives a repeated request the same answer when the payment has moved on', async () => {
    const same = request({});
    const first = await api.send(shape, same);
    const { transaction_id: id, created_at: at } = first.json as Record<string, string>;
    await api.dynamodb.client.send(
      new UpdateCommand({
        TableName: api.dynamodb.transactionsTable,
        Key: { transaction_id: id, timestamp: Date.parse(at ?? '') },
        UpdateExpression: 'SET #status = :processed',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':processed': 'PROCESSED' },
      }),
    );
    expect(await api.send(shape, same)).toEqual(first);
    expect(await api.store.find(id ?? '')).toMatchObject({ status: 'PROCESSED' });
  });

  test.each([
    ['of 1 character', 'k', 202],
    ['of 255 characters', 'k'.repeat(255), 202],
    ['with spaces and signs', '"a b" {~!}', 202],
    ['of 256 characters', 'k'.repeat(256), 400],
    ['that is empty', '', 400],
    ['that is blank', '  ', 400],
    ['beyond ASCII', 'schlüssel', 400],
    ['with a control character', 'a\u0001b', 400],
    ['with a comma', 'a,b', 400],
    ['that is missing', undefined, 400],
  ])('answers a key %s', async (_kind, key, expected) => {
    expect((await post({ headers: { 'idempotency-key': key } })).status).toBe(expected);
  });

  test('lists everything that is wrong at once, without repeating it', async () => {
    const { status, text, json } = await post({
      query: 'card=4111+1111+1111+1111',
      headers: { 'x-card': CARD, [`x-${CARD}`]: 'y' },
      body: `{"amount":1.0,"amount":0.5,"currency":"XTS","user_id":"${CARD}","card_token":"${CARD}","zip":"","${CARD}":1,"__proto__":{}}`,
    });
    expect(status).toBe(422);
    expect(json).toEqual({
      ...problem(422, 'Unprocessable Content', 'The payment was not accepted. Correct everything that errors lists.'),
      errors: [
        {
          pointer: '#/amount',
          detail:
            'must be a whole number from 1 to 999999999999, in minor units of the currency, without fraction or exponent',
        },
        {
          pointer: '#/currency',
          detail: 'must be the code of a currency in use that has a minor unit in ISO 4217, three capital letters',
        },
        {
          pointer: '#/merchant_id',
          detail: 'is missing; it must be 1 to 64 letters (A to Z), digits, _ and -',
        },
        {
          pointer: '#/card_token',
          detail: 'must be the token of a card: tok_ and 8 to 120 letters (A to Z), digits, _ and -',
        },
        {
          pointer: '#/country',
          detail: 'is missing; it must be the code of a country in ISO 3166-1 alpha-2, two capital letters',
        },
        { pointer: '#/amount', detail: 'must have each name once' },
        { pointer: '#/zip', detail: 'must have no members but those of a payment' },
        { pointer: '#', detail: 'must have no members but those of a payment' },
        { pointer: '#/__proto__', detail: 'must have no members but those of a payment' },
        ...['#/user_id', '#/card_token', '#'].map((pointer) => ({ pointer, detail: REFUSED_CARD })),
        { location: 'query', detail: REFUSED_CARD },
        { header: 'x-card', detail: REFUSED_CARD },
        { header: 'name withheld', detail: REFUSED_CARD },
      ],
    });
    expect(text + api.log.join('')).not.toContain('4111');
  });

  test('neither stores nor logs nor counts what it refuses', async () => {
    const before = await api.items();
    await post({ body: body({ user_id: CARD }) });
    await post({ headers: { 'idempotency-key': CARD } });
    expect(await api.items()).toEqual(before);
    expect(api.log.join('')).not.toContain('4111');
    expect(api.metrics).toEqual([]);
  });

  test('answers 503 with Retry-After while the table cannot be used', async () => {
    const store = api.storeOf(api.unreachable);
    const { status, headers, json } = await api.send(shape, request({}), { store });
    expect([status, headers['retry-after'], json]).toEqual([
      503,
      '2',
      problem(
        503,
        'Service Unavailable',
        'The request cannot be served now. Send the same request again, with the same Idempotency-Key.',
      ),
    ]);
  });

  test('answers 500 with a problem document for what nobody foresaw, and logs it without its message', async () => {
    const verifyToken = () => Promise.reject(new RangeError(`secret ${CARD}`));
    const { status, json } = await api.send(shape, request({}), { verifyToken });
    expect([status, json]).toEqual([
      500,
      problem(500, 'Internal Server Error', 'The request failed for a reason that lies here, not in it.'),
    ]);
    expect(JSON.parse(api.log[0] ?? '')).toMatchObject({
      level: 'ERROR',
      message: 'request failed',
      route: 'POST /payments',
      error_name: 'RangeError',
    });
    expect(api.log.join('')).not.toContain('secret');
  });
});

const REFUSED_CARD = 'must not hold a card number; send the card as a token, and treat this number as exposed';
