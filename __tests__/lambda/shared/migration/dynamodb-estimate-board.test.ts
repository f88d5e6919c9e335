import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbEstimateBoard } from '../../../../lambda/shared/migration/dynamodb-estimate-board';
import type { RollbackEstimate } from '../../../../lambda/shared/migration/rollback-estimate';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';

let dynamodb: LocalDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

const board = () => new DynamoDbEstimateBoard(dynamodb.client, dynamodb.stateTable);
const KEY = { pk: 'estimate', sk: 'current' };
const ESTIMATE: RollbackEstimate = {
  at: 10,
  authority: 'aurora',
  epoch: 3,
  bound: 'bounded',
  rollbackSeconds: 0,
  terms: [{ name: 'record-ttl', seconds: 0, source: 'the TTL' }],
  reasons: [],
  recoveryPointSeconds: 0,
};

test('it is nothing before anything was measured, then what was measured, zeros too', async () => {
  expect(await board().read()).toBeUndefined();
  await board().write(ESTIMATE);
  expect(await board().read()).toEqual(ESTIMATE);
  const { Item: item } = await dynamodb.client.send(new GetCommand({ TableName: dynamodb.stateTable, Key: KEY }));
  expect(item).toEqual({
    ...KEY,
    at: 10,
    authority: 'aurora',
    epoch: 3,
    bound: 'bounded',
    rollback_seconds: 0,
    terms: [{ name: 'record-ttl', seconds: 0, source: 'the TTL' }],
    reasons: [],
    recovery_point_seconds: 0,
  });
});

test('what was measured later stays, what is as old is written', async () => {
  const later: RollbackEstimate = {
    at: 20,
    authority: 'frozen',
    epoch: 4,
    bound: 'unbounded',
    terms: [],
    reasons: ['somebody must decide'],
  };
  await board().write(later);
  await board().write(ESTIMATE);
  expect(await board().read()).toEqual(later);
  await board().write({ ...later, epoch: 5 });
  expect(await board().read()).toEqual({ ...later, epoch: 5 });
});

test('one that another release wrote is none, and is replaced', async () => {
  await dynamodb.client.send(
    new PutCommand({ TableName: dynamodb.stateTable, Item: { ...KEY, at: 30, bound: 'other' } }),
  );
  expect(await board().read()).toBeUndefined();
  await board().write({ ...ESTIMATE, at: 31 });
  expect(await board().read()).toEqual({ ...ESTIMATE, at: 31 });
});

test('what goes wrong otherwise is thrown', async () => {
  const absent = new DynamoDbEstimateBoard(dynamodb.client, 'no-such-table');
  await expect(absent.write(ESTIMATE)).rejects.toThrow('Requested resource not found');
});
