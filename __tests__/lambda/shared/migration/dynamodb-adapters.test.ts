import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Statement } from '../../../../lambda/shared/migration/approvals';
import { DynamoDbProgressBoard } from '../../../../lambda/shared/migration/dynamodb-progress-board';
import { DynamoDbStatements } from '../../../../lambda/shared/migration/dynamodb-statements';
import type { Executor } from '../../../../lambda/shared/migration/executor';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';

let dynamodb: LocalDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

const put = (item: Record<string, unknown>) =>
  dynamodb.client.send(new PutCommand({ TableName: dynamodb.stateTable, Item: item }));

describe('the progress', () => {
  let now = 0;
  const board = () => new DynamoDbProgressBoard(dynamodb.client, dynamodb.stateTable, { now: () => now });
  const cutover: Executor = { machine: 'cutover', execution: 'c1', token: 1 };
  const rollback: Executor = { machine: 'rollback', execution: 'r1', token: 2 };

  test('is nothing before anything ran, then what the last step said, since its beginning', async () => {
    expect(await board().read()).toBeUndefined();
    now = 10;
    await board().report(cutover, {
      step: 'Drain',
      message: 'draining',
      lagSeconds: 0,
      rows: { done: 0, estimated: 5 },
    });
    now = 20;
    await board().report(cutover, { step: 'Drain', message: 'drained', estimatedSeconds: 0 });
    expect(await board().read()).toEqual({
      machine: 'cutover',
      execution: 'c1',
      step: 'Drain',
      message: 'drained',
      since: 10,
      updatedAt: 20,
      estimatedSeconds: 0,
    });
    now = 30;
    const report = {
      step: 'Approve',
      message: 'm',
      waitingFor: 'an approval',
      lagSeconds: 0,
      rows: { done: 0, estimated: 1 },
    };
    await board().report(cutover, report);
    expect(await board().read()).toEqual({ ...cutover, ...report, token: undefined, since: 30, updatedAt: 30 });
  });

  test('of an overtaken executor is dropped', async () => {
    now = 40;
    await board().report(rollback, { step: 'Approve', message: 'back' });
    await board().report(cutover, { step: 'Verify', message: 'zombie' });
    expect(await board().read()).toMatchObject({ machine: 'rollback', message: 'back', since: 40 });
  });

  test("that another release wrote stands in nobody's way", async () => {
    await put({ pk: 'progress', sk: 'current', lease_token: 2, phase: 'other' });
    expect(await board().read()).toBeUndefined();
    await board().report(rollback, { step: 'Open', message: 'm' });
    expect(await board().read()).toMatchObject({ step: 'Open' });
  });
});

describe('the statements about an execution', () => {
  const statements = () => new DynamoDbStatements(dynamodb.client, dynamodb.stateTable);
  const request: Statement = { userId: 'AROA:ann', request: 'night', kind: 'request', at: 1 };
  const approval: Statement = { userId: 'AROA:bob', request: 'night', kind: 'approval', at: 2, comment: 'go' };

  test('are those of everybody about it, in the order of their times, and no others', async () => {
    expect(await statements().about('night')).toEqual([]);
    await statements().make(approval);
    await statements().make(request);
    await statements().make({ ...approval, kind: 'refusal', at: 3 });
    await statements().make({ ...approval, request: 'nights' });
    await statements().make({ ...approval, request: 'nigh' });
    expect(await statements().about('night')).toEqual([request, approval, { ...approval, kind: 'refusal', at: 3 }]);
  });

  test('stand as they were made first', async () => {
    await statements().make({ ...approval, at: 99, comment: 'changed' });
    expect(await statements().about('night')).toContainEqual(approval);
  });

  test('are found behind many other items', async () => {
    const filler = 'x'.repeat(300_000);
    for (let index = 0; index < 8; index += 1) await put({ pk: 'filler', sk: `f${index}`, filler });
    expect(await statements().about('night')).toHaveLength(3);
  });

  test('that cannot be read are an error, not an absence', async () => {
    await put({ pk: 'AROA:eve', sk: 'refusal#broken', at: 'now' });
    await expect(statements().about('broken')).rejects.toThrow(
      'a statement in migration-state-test about broken must have a number at and a text comment, got others',
    );
  });
});
