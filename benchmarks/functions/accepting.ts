import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { startIssuer } from '../../__tests__/support/issuer';
import { createHandler } from '../../lambda/payment-validation/handler';
import { createTokenVerifier } from '../../lambda/payment-validation/token-verifier';
import { rememberVerified } from '../../lambda/payment-validation/verified-tokens';
import { LedgerUnavailable } from '../../lambda/shared/ledger/ledger';
import { createLogger } from '../../lambda/shared/logger';
import { toItem } from '../../lambda/shared/transactions/item';
import { TransactionStore } from '../../lambda/shared/transactions/transaction-store';
import { measurePairs, type Paired, type PairedOptions } from './paired';

const TABLE = 'transactions-test';
const PAYMENT = {
  amount: 1999,
  currency: 'EUR',
  user_id: 'user-1',
  merchant_id: 'merchant-1',
  card_token: 'tok_4fGh7Jk2Lm9Np',
  country: 'DE',
};

/**
 * Accepting a payment (event in, answer out: token, validation, card numbers, both writes) against the same two conditional
 * writes through the SDK alone. The database is a process of its own, so that its work is not counted as ours.
 */
export async function measureAccepting(root: string, options: PairedOptions): Promise<Paired> {
  const database = await startDatabase(root);
  const issuer = await startIssuer();
  const bare = new DynamoDBClient({
    endpoint: database.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    const handle = handlerOver(DynamoDBDocumentClient.from(bare), issuer);
    const token = await issuer.token();
    return await measurePairs(
      async (pair) => {
        const { statusCode } = await handle(request(token, `ours-${pair}`), {
          functionVersion: '1',
          awsRequestId: 'bench',
        });
        if (statusCode !== 202) throw new Error(`a payment must be accepted with 202, got ${String(statusCode)}`);
      },
      (pair) => writeBare(bare, `bare-${pair}`),
      options,
    );
  } finally {
    bare.destroy();
    await issuer.stop();
    database.stop();
  }
}

function handlerOver(client: DynamoDBDocumentClient, issuer: Awaited<ReturnType<typeof startIssuer>>) {
  const logger = createLogger({ service: 'payment-validation', environment: 'bench', release: 'bench' });
  // Measured with its log lines; the terminal would measure the terminal.
  const quiet = { ...logger, info: (message: string) => void JSON.stringify({ message, at: new Date() }) };
  return createHandler({
    environment: 'bench',
    release: 'bench',
    verifyToken: rememberVerified(createTokenVerifier({ ...issuer, clientIdClaim: 'client_id', logger: quiet }), {
      now: Date.now,
    }),
    store: new TransactionStore({ client, tableName: TABLE, now: Date.now, newId: randomUUID }),
    authority: { read: () => Promise.resolve({ authority: 'frozen', epoch: 1 }) },
    ledgers: {
      forSide: () => {
        throw new LedgerUnavailable('bench', 'accepting a payment must not need a ledger');
      },
    },
    checks: [],
    metrics: { add: () => undefined, publish: () => undefined },
    logger: quiet,
  });
}

const request = (token: string, key: string) => ({
  requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/tg/1' } },
  httpMethod: 'POST',
  path: '/payments',
  multiValueQueryStringParameters: {},
  multiValueHeaders: {
    authorization: [`Bearer ${token}`],
    'content-type': ['application/json'],
    'idempotency-key': [key],
    'user-agent': ['bench'],
  },
  body: JSON.stringify(PAYMENT),
  isBase64Encoded: false,
});

const ONCE = { TableName: TABLE, ConditionExpression: 'attribute_not_exists(transaction_id)' } as const;

/** The two items that accepting writes, with everything in them. */
async function writeBare(client: DynamoDBClient, key: string): Promise<void> {
  const [transactionId, timestamp] = [randomUUID(), Date.now()];
  const claim = {
    transaction_id: `idempotency#${createHash('sha256').update(key).digest('hex')}`,
    timestamp: 0,
    body_hash: createHash('sha256').update(JSON.stringify(PAYMENT)).digest('hex'),
    payment_id: transactionId,
    payment_timestamp: timestamp,
    expires_at: Math.floor(timestamp / 1000) + 2_592_000,
  };
  const transaction = toItem({
    transactionId,
    timestamp,
    clientId: 'shop',
    idempotencyKey: key,
    userId: PAYMENT.user_id,
    merchantId: PAYMENT.merchant_id,
    cardToken: PAYMENT.card_token,
    amount: PAYMENT.amount,
    currency: PAYMENT.currency,
    currencyExponent: 2,
    country: PAYMENT.country,
    status: 'RECEIVED',
    redrives: 0,
  });
  await client.send(new PutItemCommand({ ...ONCE, Item: marshall(claim) }));
  await client.send(new PutItemCommand({ ...ONCE, Item: marshall(transaction) }));
}

async function startDatabase(root: string): Promise<{ endpoint: string; stop: () => void }> {
  const child = spawn(process.execPath, ['--import', 'tsx', join(root, 'benchmarks', 'functions', 'database.ts')], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [endpoint] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the local DynamoDB must start, got exit code ${String(code)}`);
    }),
  ])) as [Buffer];
  return { endpoint: endpoint.toString('utf8').trim(), stop: () => child.kill() };
}
