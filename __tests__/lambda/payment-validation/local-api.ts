import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { dependencyChecks } from '../../../lambda/payment-validation/dependency-checks';
import { createHandler, type HandlerDependencies } from '../../../lambda/payment-validation/handler';
import { createTokenVerifier } from '../../../lambda/payment-validation/token-verifier';
import type { Side } from '../../../lambda/shared/authority/authority';
import { DynamoDbAuthority } from '../../../lambda/shared/authority/dynamodb-authority';
import { type Ledger, type LedgerTransaction, LedgerUnavailable } from '../../../lambda/shared/ledger/ledger';
import type { LogFields, Logger } from '../../../lambda/shared/logger';
import { TransactionStore } from '../../../lambda/shared/transactions/transaction-store';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { type LocalIssuer, startIssuer } from '../../support/issuer';
import { albEvent, httpApiEvent } from '../http-events';

/** A payment that is accepted. */
export const PAYMENT = {
  amount: 1999,
  currency: 'EUR',
  user_id: 'user-1',
  merchant_id: 'merchant-1',
  card_token: 'tok_4fGh7Jk2Lm9Np',
  country: 'DE',
};

/** The two ways in which a request reaches the function. */
export const SHAPES = ['load balancer', 'HTTP API'] as const;
export type Shape = (typeof SHAPES)[number];

/** A request as a client writes it. */
export interface ClientRequest {
  readonly method: string;
  readonly path: string;
  /** As in the URL, without the question mark. */
  readonly query?: string;
  /** Several values are a repeated header. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
}

/** The answer as a client reads it. */
export interface ClientResponse {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  /** The JSON in the body; undefined where there is none. */
  readonly json: unknown;
}

/** The API with everything around it on this machine, its databases for reading as lists. */
export interface LocalApi {
  readonly dynamodb: LocalDynamoDb;
  readonly issuer: LocalIssuer;
  readonly store: TransactionStore;
  /** A client of a DynamoDB that nobody can reach. */
  readonly unreachable: DynamoDBDocumentClient;
  /** A store over a client. */
  storeOf(client: DynamoDBDocumentClient): TransactionStore;
  /** All items of the table transactions. */
  items(): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** The ledgers' transactions by side, with the client that each belongs to; undefined: cannot be reached. */
  readonly ledger: Record<Side, readonly (LedgerTransaction & { readonly clientId: string })[] | undefined>;
  /** What was logged, one JSON text a line. */
  readonly log: string[];
  /** The metrics that were added. */
  readonly metrics: string[];
  /** The handler with other dependencies. */
  handler(changes?: Partial<HandlerDependencies>): ReturnType<typeof createHandler>;
  send(shape: Shape, request: ClientRequest, changes?: Partial<HandlerDependencies>): Promise<ClientResponse>;
  stop(): Promise<void>;
}

export const CONTEXT = { functionVersion: '7', awsRequestId: 'request-1' };

export async function startApi(): Promise<LocalApi> {
  const [dynamodb, issuer] = await Promise.all([startDynamoDb(), startIssuer()]);
  const log: string[] = [];
  const metrics: string[] = [];
  const logger: Logger = { info: line('INFO'), warn: line('WARN'), error: line('ERROR') };
  function line(level: string) {
    return (message: string, fields?: LogFields) => {
      log.push(JSON.stringify({ level, message, ...fields }));
    };
  }
  const storeOf = (client: DynamoDBDocumentClient) =>
    new TransactionStore({
      client,
      tableName: dynamodb.transactionsTable,
      now: () => Date.now(),
      newId: randomUUID,
    });
  const store = storeOf(dynamodb.client);
  const unreachable = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: 'http://127.0.0.1:1',
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      maxAttempts: 1,
    }),
  );
  const authority = new DynamoDbAuthority(dynamodb.client, dynamodb.stateTable);
  const ledger: LocalApi['ledger'] = { 'on-prem': [], aurora: [] };
  const dependencies = (): HandlerDependencies => ({
    environment: 'test',
    release: 'abc123',
    verifyToken: createTokenVerifier({ ...issuer, clientIdClaim: 'client_id', logger }),
    store,
    authority,
    ledgers: { forSide: (side) => listLedger(side, () => ledger[side]) },
    checks: dependencyChecks(store, authority),
    metrics: { add: (name, value) => metrics.push(`${name} ${value}`), publish: () => undefined },
    logger,
  });
  const standard = createHandler(dependencies());
  const handler = (changes?: Partial<HandlerDependencies>) =>
    changes === undefined ? standard : createHandler({ ...dependencies(), ...changes });
  return {
    dynamodb,
    issuer,
    store,
    unreachable,
    storeOf,
    items: async () =>
      (await dynamodb.client.send(new ScanCommand({ TableName: dynamodb.transactionsTable }))).Items ?? [],
    ledger,
    log,
    metrics,
    handler,
    send: async (shape, request, changes) => clientResponse(await handler(changes)(eventOf(shape, request), CONTEXT)),
    stop: async () => {
      await Promise.all([dynamodb.stop(), issuer.stop()]);
    },
  };
}

/** The event of a request in one of the two shapes, with the body as bytes where it is given so. */
export function eventOf(shape: Shape, { method, path, query = '', headers = {}, body }: ClientRequest) {
  const given = Object.entries(headers).map(([name, value]) => [name, [value].flat()] as const);
  const content =
    body === undefined
      ? {}
      : typeof body === 'string'
        ? { body, isBase64Encoded: false }
        : { body: body.toString('base64'), isBase64Encoded: true };
  if (shape === 'HTTP API') {
    return httpApiEvent(method, path, {
      rawQueryString: query,
      headers: Object.fromEntries(given.map(([name, values]) => [name.toLowerCase(), values.join(',')])),
      ...content,
    });
  }
  const parameters = new Map<string, string[]>();
  for (const pair of query.split('&').filter((part) => part !== '')) {
    const [name = '', ...value] = pair.split('=');
    parameters.set(name, [...(parameters.get(name) ?? []), value.join('=')]);
  }
  return albEvent({
    httpMethod: method,
    path,
    multiValueQueryStringParameters: Object.fromEntries(parameters),
    multiValueHeaders: Object.fromEntries(given.map(([name, values]) => [name.toLowerCase(), values])),
    ...content,
  });
}

/** An answer in either shape, read as a client does. */
export function clientResponse(result: Readonly<Record<string, unknown>>): ClientResponse {
  const headers = (result.multiValueHeaders ?? result.headers) as Readonly<Record<string, string | string[]>>;
  const text = result.body as string;
  return {
    status: result.statusCode as number,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value].flat().join(', ')]),
    ),
    text,
    json: text === '' ? undefined : (JSON.parse(text) as unknown),
  };
}

function listLedger(side: Side, rows: () => LocalApi['ledger'][Side]): Ledger {
  return {
    side,
    book: () => Promise.reject(new Error('this ledger is for reading')),
    find: (id, client) => {
      const list = rows();
      return list === undefined
        ? Promise.reject(new LedgerUnavailable('ECONNREFUSED', 'the database must be reachable'))
        : Promise.resolve(list.find(({ transactionId, clientId }) => transactionId === id && clientId === client));
    },
  };
}
