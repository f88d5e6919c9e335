import { randomUUID } from 'node:crypto';
import { DeleteCommand, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { FraudRules } from '../../../lambda/fraud-detection/rules';
import { toItem } from '../../../lambda/shared/transactions/item';
import type { Transaction } from '../../../lambda/shared/transactions/transaction';
import type { LocalDynamoDb } from '../../support/dynamodb';

export const ACCEPTED_AT = Date.UTC(2026, 0, 2, 12);

/** A payment that was just accepted, of a user whom no other test has. */
export const payment = (fields: Partial<Transaction> = {}): Transaction => ({
  transactionId: randomUUID(),
  timestamp: ACCEPTED_AT,
  clientId: 'shop',
  idempotencyKey: randomUUID(),
  userId: randomUUID(),
  merchantId: 'm1',
  cardToken: 'tok_1',
  amount: 100,
  currency: 'USD',
  currencyExponent: 2,
  country: 'DE',
  status: 'RECEIVED',
  redrives: 0,
  ...fields,
});

export const RULES: FraudRules = {
  version: 'v7',
  rejectAtScore: 10,
  rules: [
    { id: 'country', type: 'blocked-countries', weight: 10, countries: ['KP'] },
    { id: 'velocity', type: 'velocity-count', weight: 10, windowSeconds: 600, maxPayments: 2 },
  ],
};

/** The table `transactions` of a test. */
export const tableOf = ({ client, transactionsTable: TableName }: LocalDynamoDb) => ({
  put: async (...transactions: readonly Transaction[]): Promise<void> => {
    for (const transaction of transactions) await client.send(new PutCommand({ TableName, Item: toItem(transaction) }));
  },
  get: async ({ transactionId, timestamp }: Transaction): Promise<Record<string, unknown> | undefined> => {
    const Key = { transaction_id: transactionId, timestamp };
    return (await client.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  },
  remove: ({ transactionId, timestamp }: Transaction) =>
    client.send(new DeleteCommand({ TableName, Key: { transaction_id: transactionId, timestamp } })),
});
