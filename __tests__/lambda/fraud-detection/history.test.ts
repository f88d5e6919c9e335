import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { evaluate } from '../../../lambda/fraud-detection/evaluate';
import { MAX_PAYMENTS_READ, UserIndexHistory } from '../../../lambda/fraud-detection/history';
import type { FraudRules } from '../../../lambda/fraud-detection/rules';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { ACCEPTED_AT, payment, tableOf } from './fixtures';

let dynamodb: LocalDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

const rules = (...list: FraudRules['rules']): FraudRules => ({ version: '1', rejectAtScore: 1, rules: list });
const velocity = (maxPayments: number, windowSeconds = 600) =>
  ({ id: 'velocity', type: 'velocity-count', weight: 1, windowSeconds, maxPayments }) as const;
const history = () => new UserIndexHistory(dynamodb.client, dynamodb.transactionsTable);

describe('the history of a user', () => {
  test('holds the payments of the window before this one, newest first, and no one else’s', async () => {
    const now = payment();
    const { userId } = now;
    const at = (millis: number) => payment({ userId, timestamp: ACCEPTED_AT + millis, status: 'REJECTED', amount: 7 });
    const [inside, edge, outside, later] = [at(-1), at(-600_000), at(-600_001), at(1)];
    await tableOf(dynamodb).put(now, inside, edge, outside, later, payment({ timestamp: ACCEPTED_AT - 1 }));
    const { payments, completeSince } = await history().before(now, rules(velocity(5)));
    expect(payments).toEqual(
      [now, inside, edge].map(({ transactionId, timestamp, amount, status }) => ({
        transactionId,
        timestamp,
        amount,
        currency: 'USD',
        status,
      })),
    );
    expect(completeSince).toBe(-Infinity);
  });

  test('is not read for rules that look at none', async () => {
    const unreachable = { send: () => Promise.reject(new Error('nothing is to be read')) };
    const reader = new UserIndexHistory(unreachable as unknown as DynamoDBDocumentClient, 'none');
    const blocked = { id: 'b', type: 'blocked-countries', weight: 1, countries: [] } as const;
    expect(await reader.before(payment(), rules({ ...blocked, countries: [] }))).toEqual({
      payments: [],
      completeSince: -Infinity,
    });
  });
});

describe('of a user with very many payments', () => {
  /** An index of payments a second apart, in place of the table: pages as DynamoDB makes them. */
  const index = (count: number) => {
    const limits: number[] = [];
    const send = ({ input }: QueryCommand) => {
      const from = Number(input.ExclusiveStartKey?.['n'] ?? 0);
      const until = Math.min(from + Number(input.Limit), count);
      limits.push(Number(input.Limit));
      return Promise.resolve({
        Items: Array.from({ length: until - from }, (_, i) => ({
          transaction_id: `p${from + i}`,
          timestamp: ACCEPTED_AT - 1_000 * (from + i + 1),
          amount: 1,
          currency: 'USD',
          status: 'PROCESSED',
        })),
        ...(until < count ? { LastEvaluatedKey: { n: until } } : {}),
      });
    };
    return { limits, reader: new UserIndexHistory({ send } as unknown as DynamoDBDocumentClient, 'transactions') };
  };
  const WEEK = 604_800;

  test('only as many are read as decide', async () => {
    const { limits, reader } = index(10_000);
    const candidate = payment();
    const decided = rules(velocity(100, WEEK));
    const read = await reader.before(candidate, decided);
    expect([limits, read.payments.length]).toEqual([[250], 250]);
    expect(evaluate(candidate, read, decided).reasons).toEqual(['velocity']);
  });

  test('pages go on while a rule is open, to the end of its window', async () => {
    const { limits, reader } = index(10_000);
    const candidate = payment();
    const open = rules(velocity(1_000, 600));
    const read = await reader.before(candidate, open);
    expect(limits).toEqual([250, 250, 250]);
    expect(evaluate(candidate, read, open).reasons).toEqual([]);
  });

  test('the reading ends at its limit, and what it leaves open counts against the payment', async () => {
    const { limits, reader } = index(10_000);
    const candidate = payment();
    const sum = {
      id: 'sum',
      type: 'velocity-sum',
      weight: 1,
      windowSeconds: WEEK,
      maxAmounts: { USD: 9_999 },
    } as const;
    const open = rules(sum);
    const read = await reader.before(candidate, open);
    expect([read.payments.length, limits.length]).toEqual([MAX_PAYMENTS_READ, MAX_PAYMENTS_READ / 250]);
    expect(evaluate(candidate, read, open).reasons).toEqual(['sum']);
  });

  test('exactly as many as are read at most leave nothing open', async () => {
    const { reader } = index(MAX_PAYMENTS_READ);
    const candidate = payment();
    const sum = {
      id: 'sum',
      type: 'velocity-sum',
      weight: 1,
      windowSeconds: WEEK,
      maxAmounts: { USD: 9_999 },
    } as const;
    expect(evaluate(candidate, await reader.before(candidate, rules(sum)), rules(sum)).reasons).toEqual([]);
  });
});
