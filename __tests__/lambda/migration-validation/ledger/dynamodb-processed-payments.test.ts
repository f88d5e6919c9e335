import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { DynamoDbProcessedPayments } from '../../../../lambda/migration-validation/ledger/dynamodb-processed-payments';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';

let dynamodb: LocalDynamoDb;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
  const { client, transactionsTable } = dynamodb;
  for (let start = 0; start < 150; start += 25) {
    const requests = Array.from({ length: 25 }, (_, index) => ({ PutRequest: { Item: item(start + index) } }));
    await client.send(new BatchWriteCommand({ RequestItems: { [transactionsTable]: requests } }));
  }
  // What stands in the table beside them: an idempotency item, a payment of another status.
  for (const other of [
    { transaction_id: 'idempotency#1', timestamp: 0, expires_at: 1 },
    { ...item(999), status: 'APPROVED' },
  ]) {
    await client.send(new PutCommand({ TableName: transactionsTable, Item: other }));
  }
});
afterAll(() => dynamodb.stop());

const item = (index: number) => ({
  transaction_id: `tx-${index}`,
  timestamp: 1_000 + ((index * 37) % 150),
  status: 'PROCESSED',
  client_id: 'shop',
  idempotency_key: `key-${index}`,
  user_id: 'alice',
  merchant_id: 'bakery',
  amount: index + 1,
  currency: 'USD',
  card_token: 'tok_12345678',
  booking_id: `tx-${index}`,
  booked_at: 2_000,
});

const payments = (pageSize?: number) =>
  new DynamoDbProcessedPayments(
    dynamodb.client,
    dynamodb.transactionsTable,
    pageSize === undefined ? {} : { pageSize },
  );

test('what is PROCESSED comes in pages, the oldest request first', async () => {
  const pages = [];
  for await (const page of payments(40).pages()) pages.push(page);

  expect(pages.map(({ length }) => length)).toStrictEqual([40, 40, 40, 30]);
  const times = pages.flat().map(({ timestamp }) => timestamp);
  expect(times).toStrictEqual([...times].sort((a, b) => a - b));
  expect(new Set(pages.flat().map(({ transactionId }) => transactionId)).size).toBe(150);
});

test('a payment has what the ledger is held against, and no more', async () => {
  const [payment] = await payments().find([{ transactionId: 'tx-0', timestamp: 1_000 }]);

  expect(payment).toStrictEqual({
    transactionId: 'tx-0',
    timestamp: 1_000,
    status: 'PROCESSED',
    clientId: 'shop',
    idempotencyKey: 'key-0',
    userId: 'alice',
    merchantId: 'bakery',
    amount: '1',
    currency: 'USD',
    bookingId: 'tx-0',
    bookedAt: 2_000,
  });
});

test('payments are found by their keys, more than one request takes, whatever their status', async () => {
  const keys = Array.from({ length: 150 }, (_, index) => item(index)).map(({ transaction_id, timestamp }) => ({
    transactionId: transaction_id,
    timestamp,
  }));
  const approved = { transactionId: 'tx-999', timestamp: item(999).timestamp };

  const found = await payments().find([...keys, ...keys, approved, { transactionId: 'tx-0', timestamp: 7 }]);

  expect(found).toHaveLength(151);
  expect(found.filter(({ status }) => status === 'APPROVED').map(({ transactionId }) => transactionId)).toStrictEqual([
    'tx-999',
  ]);
});

test('keys that are left unprocessed are asked for again, consistently', async () => {
  const mock = mockClient(DynamoDBDocumentClient);
  const [first, second] = [item(1), item(2)].map(({ transaction_id, timestamp }) => ({ transaction_id, timestamp }));
  mock
    .on(BatchGetCommand)
    .resolvesOnce({
      Responses: { table: [item(1)] },
      UnprocessedKeys: { table: { Keys: second === undefined ? [] : [second] } },
    })
    .resolves({ Responses: { table: [item(2)] }, UnprocessedKeys: {} });
  const processed = new DynamoDbProcessedPayments(mock as unknown as DynamoDBDocumentClient, 'table', {
    retryDelayMs: 1,
  });

  const found = await processed.find(
    [1, 2].map((index) => ({ transactionId: `tx-${index}`, timestamp: item(index).timestamp })),
  );

  expect(found.map(({ transactionId }) => transactionId)).toStrictEqual(['tx-1', 'tx-2']);
  expect(mock.commandCalls(BatchGetCommand).map(({ args }) => args[0].input.RequestItems?.table)).toMatchObject([
    { Keys: [first, second], ConsistentRead: true },
    { Keys: [second], ConsistentRead: true },
  ]);
});

test('keys that stay unprocessed are an error, not payments that are not there', async () => {
  const mock = mockClient(DynamoDBDocumentClient);
  mock
    .on(BatchGetCommand)
    .resolves({ UnprocessedKeys: { table: { Keys: [{ transaction_id: 'tx-1', timestamp: 1 }] } } });
  const processed = new DynamoDbProcessedPayments(mock as unknown as DynamoDBDocumentClient, 'table', {
    retryDelayMs: 0,
  });

  await expect(processed.find([{ transactionId: 'tx-1', timestamp: 1 }])).rejects.toThrow(
    'DynamoDB must give every item that is asked for, got some left unprocessed 8 times',
  );
});
