import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/lib-dynamodb';
import { AUTHORITY_KEY, DynamoDbAuthority } from '../../../../lambda/shared/authority/dynamodb-authority';
import { DynamoDbMigrationAuthority } from '../../../../lambda/shared/authority/dynamodb-migration-authority';
import {
  AuthorityMoved,
  LeaseHeld,
  LeaseLost,
  type MigrationAuthority,
} from '../../../../lambda/shared/authority/migration-authority';
import type { Execution, Executor } from '../../../../lambda/shared/migration/executor';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';

const CUTOVER: Execution = { machine: 'cutover', execution: 'cutover-1' };
const OTHER: Execution = { machine: 'cutover', execution: 'cutover-2' };
const ROLLBACK: Execution = { machine: 'rollback', execution: 'rollback-1' };

let dynamodb: LocalDynamoDb;
let running: Set<string>;
let now: number;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

beforeEach(async () => {
  const { Items: items = [] } = await dynamodb.client.send(new ScanCommand({ TableName: dynamodb.stateTable }));
  for (const { pk, sk } of items as { pk: string; sk: string }[]) {
    await dynamodb.client.send(new DeleteCommand({ TableName: dynamodb.stateTable, Key: { pk, sk } }));
  }
  await create({ authority: 'on-prem', epoch: 1 });
  running = new Set([CUTOVER, OTHER, ROLLBACK].map(({ execution }) => execution));
  now = 1_000;
});

const create = (attributes: Record<string, unknown>) =>
  dynamodb.client.send(new PutCommand({ TableName: dynamodb.stateTable, Item: { ...AUTHORITY_KEY, ...attributes } }));

const authorityOn = (client: DynamoDBDocumentClient): MigrationAuthority =>
  new DynamoDbMigrationAuthority({
    client,
    tableName: dynamodb.stateTable,
    executions: { isRunning: (execution) => Promise.resolve(running.has(execution)) },
    clock: { now: () => (now += 1) },
  });
const authority = (): MigrationAuthority => authorityOn(dynamodb.client);

const item = async (): Promise<unknown> =>
  (await dynamodb.client.send(new GetCommand({ TableName: dynamodb.stateTable, Key: AUTHORITY_KEY }))).Item;

const history = async (): Promise<readonly Record<string, unknown>[]> => {
  const { Items: items = [] } = await dynamodb.client.send(
    new QueryCommand({
      TableName: dynamodb.stateTable,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': 'history' },
    }),
  );
  return items.map(({ pk: _, ...rest }) => rest);
};
const historyKeys = async (): Promise<unknown[]> => (await history()).map(({ sk }) => sk);

/** A client that dies before its write number `last`: nothing after it reaches the table. */
function dying(last: number): DynamoDBDocumentClient {
  let writes = 0;
  return new Proxy(dynamodb.client, {
    get: (target, property, receiver) =>
      property === 'send'
        ? (command: object) => {
            if (!(command instanceof GetCommand)) writes += 1;
            if (writes >= last) return Promise.reject(new Error('died'));
            return target.send(command as GetCommand);
          }
        : (Reflect.get(target, property, receiver) as unknown),
  });
}

describe('the lease', () => {
  test('is taken when it is free, with a token that grows, and given back', async () => {
    const first = await authority().acquire(CUTOVER);
    expect(first).toEqual({ ...CUTOVER, token: 1 });
    expect(await authority().record()).toEqual({
      authority: 'on-prem',
      epoch: 1,
      lastToken: 1,
      lease: { ...CUTOVER, token: 1, takenAt: 1001 },
    });
    await authority().confirm(first);
    await authority().release(first);
    expect(await authority().record()).toEqual({ authority: 'on-prem', epoch: 1, lastToken: 1 });
    expect(await authority().acquire(OTHER)).toEqual({ ...OTHER, token: 2 });
  });

  test('stays its own when it is acquired or taken over again', async () => {
    const first = await authority().acquire(CUTOVER);
    expect(await authority().acquire(CUTOVER)).toEqual(first);
    expect(await authority().takeOver(CUTOVER)).toEqual(first);
  });

  test('is not acquired while its execution is running', async () => {
    await authority().acquire(CUTOVER);
    await expect(authority().acquire(OTHER)).rejects.toThrow(
      new LeaseHeld(
        'the lease must be free for cutover, got cutover with token 1 (cutover-1), which is running; wait for its end, or let rollback take the lease over',
      ),
    );
  });

  test('is acquired when its execution has ended without giving it back', async () => {
    const first = await authority().acquire(CUTOVER);
    running.delete(CUTOVER.execution);
    expect(await authority().acquire(OTHER)).toEqual({ ...OTHER, token: 2 });
    await expect(authority().confirm(first)).rejects.toThrow(
      new LeaseLost(
        'the lease must be held by cutover-1 with token 1, got cutover-2 with token 2; this execution does nothing more',
      ),
    );
  });

  test('is taken over from a running execution', async () => {
    const first = await authority().acquire(CUTOVER);
    const rollback = await authority().takeOver(ROLLBACK);
    expect(rollback).toEqual({ ...ROLLBACK, token: 2 });
    await expect(authority().confirm(first)).rejects.toBeInstanceOf(LeaseLost);
    await authority().confirm(rollback);
  });

  test('that was lost is no error to give back, and stays with its holder', async () => {
    const first = await authority().acquire(CUTOVER);
    const rollback = await authority().takeOver(ROLLBACK);
    await authority().release(first);
    await authority().confirm(rollback);
    await authority().release(rollback);
    await authority().release(rollback);
    await expect(authority().confirm(rollback)).rejects.toThrow(
      'the lease must be held by rollback-1 with token 2, got nobody since token 2; this execution does nothing more',
    );
  });

  test('goes to one of many that ask at the same time', async () => {
    const wanting = Array.from({ length: 8 }, (_, index) => ({ ...CUTOVER, execution: `cutover-${index}` }));
    running = new Set(wanting.map(({ execution }) => execution));
    const results = await Promise.allSettled(wanting.map((execution) => authority().acquire(execution)));
    const [winner, ...rest] = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(rest).toEqual([]);
    expect(winner?.token).toBe(1);
    expect(await historyKeys()).toEqual(['lease#000000000001']);
    const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    expect(refusals.filter((reason) => !(reason instanceof LeaseHeld))).toEqual([]);
  });

  test('that many take over at the same time has one holder at the end, and a token for each that had it', async () => {
    const wanting = Array.from({ length: 5 }, (_, index) => ({ ...ROLLBACK, execution: `rollback-${index}` }));
    const executors = await Promise.all(wanting.map((execution) => authority().takeOver(execution)));
    expect(executors.map(({ token }) => token).sort()).toEqual([1, 2, 3, 4, 5]);
    const confirmed = await Promise.allSettled(executors.map((executor) => authority().confirm(executor)));
    expect(confirmed.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await historyKeys()).toHaveLength(5);
  });

  test('leaves an item for each holder', async () => {
    await authority().acquire(CUTOVER);
    await authority().takeOver(ROLLBACK);
    expect(await history()).toEqual([
      { sk: 'lease#000000000001', ...CUTOVER, token: 1, at: 1001 },
      { sk: 'lease#000000000002', ...ROLLBACK, token: 2, at: 1002 },
    ]);
  });

  test.each(['acquire', 'takeOver'] as const)('cannot be had by %s where there is no item', async (call) => {
    await dynamodb.client.send(new DeleteCommand({ TableName: dynamodb.stateTable, Key: AUTHORITY_KEY }));
    await expect(authority()[call](CUTOVER)).rejects.toThrow(
      'the authority item must be there before a migration begins, got none; deploy the environment, which creates it',
    );
    expect(await item()).toBeUndefined();
  });
});

describe('authority', () => {
  let executor: Executor;
  beforeEach(async () => {
    executor = await authority().acquire(CUTOVER);
    now = 2_000;
  });

  test('is frozen, and the freeze says what is drained since when', async () => {
    const record = await authority().freeze(executor, 'on-prem', 1, 'the cutover begins');
    expect(record).toEqual({
      authority: 'frozen',
      frozenFrom: 'on-prem',
      epoch: 2,
      lastToken: 1,
      lease: { ...CUTOVER, token: 1, takenAt: 1001 },
      freeze: { drains: 'forward', startedAt: 2001 },
      change: { by: 'cutover', reason: 'the cutover begins', execution: 'cutover-1', at: 2001 },
    });
    expect(await authority().record()).toEqual(record);
    expect(await item()).toMatchObject({ authority: 'frozen', frozen_from: 'on-prem', epoch: 2, lease_token: 1 });
  });

  test('is read by the payment functions as migrations write it', async () => {
    const reader = new DynamoDbAuthority(dynamodb.client, dynamodb.stateTable);
    await authority().freeze(executor, 'on-prem', 1, 'r');
    expect(await reader.read()).toEqual({ authority: 'frozen', frozenFrom: 'on-prem', epoch: 2 });
    expect(await authority().read()).toEqual({ authority: 'frozen', frozenFrom: 'on-prem', epoch: 2 });
    await authority().grant(executor, 'aurora', 2, 'r');
    expect(await reader.read()).toEqual({ authority: 'aurora', epoch: 3 });
    expect(await authority().read()).toEqual({ authority: 'aurora', epoch: 3 });
  });

  test('frozen from Aurora drains the way back', async () => {
    await create({
      authority: 'aurora',
      epoch: 3,
      lease_token: 1,
      lease_machine: 'cutover',
      lease_execution: 'cutover-1',
    });
    expect((await authority().freeze(executor, 'aurora', 3, 'r')).freeze).toEqual({
      drains: 'reverse',
      startedAt: 2001,
    });
  });

  test('is granted, and what was done in the freeze is kept', async () => {
    await authority().freeze(executor, 'on-prem', 1, 'freeze');
    await authority().note(executor, 2, { closedLsn: '0/16B3748', drainedAt: 5 });
    const record = await authority().grant(executor, 'aurora', 2, 'verified');
    expect(record).toEqual({
      authority: 'aurora',
      epoch: 3,
      lastToken: 1,
      lease: { ...CUTOVER, token: 1, takenAt: 1001 },
      change: { by: 'cutover', reason: 'verified', execution: 'cutover-1', at: 2002 },
    });
    expect(await history()).toEqual([
      { sk: 'authority#000000000001', authority: 'on-prem', epoch: 1, reason: 'as it was created' },
      {
        sk: 'authority#000000000002',
        authority: 'frozen',
        epoch: 2,
        frozen_from: 'on-prem',
        by: 'cutover',
        reason: 'freeze',
        execution: 'cutover-1',
        at: 2001,
        lease_token: 1,
      },
      {
        sk: 'authority#000000000003',
        authority: 'aurora',
        epoch: 3,
        by: 'cutover',
        reason: 'verified',
        execution: 'cutover-1',
        at: 2002,
        lease_token: 1,
      },
      {
        sk: 'freeze#000000000002',
        epoch: 2,
        drains: 'forward',
        started_at: 2001,
        closed_lsn: '0/16B3748',
        drained_at: 5,
      },
      { sk: 'lease#000000000001', ...CUTOVER, token: 1, at: 1001 },
    ]);
  });

  test('moves once, however often the same execution repeats the move', async () => {
    const frozen = await authority().freeze(executor, 'on-prem', 1, 'first');
    expect(await authority().freeze(executor, 'on-prem', 1, 'again')).toEqual(frozen);
    const granted = await authority().grant(executor, 'aurora', 2, 'first');
    expect(await authority().grant(executor, 'aurora', 2, 'again')).toEqual(granted);
    expect((await authority().record()).epoch).toBe(3);
  });

  test('moves once when two of one execution move it at the same time', async () => {
    const records = await Promise.all([1, 2, 3].map(() => authority().freeze(executor, 'on-prem', 1, 'freeze')));
    expect(new Set(records.map((record) => JSON.stringify(record))).size).toBe(1);
    expect((await authority().record()).epoch).toBe(2);
  });

  test.each([
    ['the other side', 'aurora', 1],
    ['an earlier epoch', 'on-prem', 0],
    ['a later epoch', 'on-prem', 2],
  ] as const)('is not frozen from %s', async (_title, side, epoch) => {
    await expect(authority().freeze(executor, side, epoch, 'r')).rejects.toThrow(
      new AuthorityMoved(
        `authority must be ${side} at epoch ${epoch} for this move, got on-prem at epoch 1; look at who moved it, and start from there`,
      ),
    );
    expect((await authority().record()).epoch).toBe(1);
  });

  test('is not granted while a side has it, nor at another epoch', async () => {
    await expect(authority().grant(executor, 'aurora', 1, 'r')).rejects.toBeInstanceOf(AuthorityMoved);
    await authority().freeze(executor, 'on-prem', 1, 'r');
    await expect(authority().grant(executor, 'aurora', 3, 'r')).rejects.toThrow(
      'authority must be frozen at epoch 3 for this move, got frozen (from on-prem) at epoch 2, moved by cutover-1; look at who moved it, and start from there',
    );
  });

  test('that this execution granted to one side is no repeat for the other one', async () => {
    await authority().freeze(executor, 'on-prem', 1, 'r');
    await authority().grant(executor, 'on-prem', 2, 'undone');
    await expect(authority().grant(executor, 'aurora', 2, 'late')).rejects.toBeInstanceOf(AuthorityMoved);
    expect(await authority().read()).toEqual({ authority: 'on-prem', epoch: 3 });
  });

  test('goes back only, under the lease that began to undo the freeze', async () => {
    await authority().freeze(executor, 'on-prem', 1, 'r');
    await authority().note(executor, 2, { abandonedBy: executor.token });
    await expect(authority().grant(executor, 'aurora', 2, 'late')).rejects.toThrow(
      'authority must be frozen at epoch 2 for this move, got frozen (from on-prem) at epoch 2, moved by cutover-1, being undone under token 1; look at who moved it, and start from there',
    );
    expect((await authority().grant(executor, 'on-prem', 2, 'undone')).authority).toBe('on-prem');
  });

  test('goes on under a later lease than the one that began to undo the freeze', async () => {
    await authority().freeze(executor, 'on-prem', 1, 'r');
    await authority().note(executor, 2, { abandonedBy: executor.token });
    const later = await authority().takeOver(OTHER);
    expect((await authority().grant(later, 'aurora', 2, 'r')).authority).toBe('aurora');
  });

  test('is not moved by one that was overtaken, in whatever state', async () => {
    const rollback = await authority().takeOver(ROLLBACK);
    await expect(authority().freeze(executor, 'on-prem', 1, 'zombie')).rejects.toBeInstanceOf(LeaseLost);
    await authority().freeze(rollback, 'on-prem', 1, 'r');
    await expect(authority().freeze(executor, 'on-prem', 1, 'zombie')).rejects.toBeInstanceOf(LeaseLost);
    await expect(authority().note(executor, 2, { drainedAt: 1 })).rejects.toBeInstanceOf(LeaseLost);
    await expect(authority().note(executor, 2, {})).rejects.toBeInstanceOf(LeaseLost);
    await expect(authority().grant(executor, 'aurora', 2, 'zombie')).rejects.toBeInstanceOf(LeaseLost);
    const clearance = { minAwsWeight: 0, maxAwsWeight: 100, reason: 'r' };
    await expect(authority().setClearance(executor, clearance)).rejects.toBeInstanceOf(LeaseLost);
    expect(await authority().record()).toMatchObject({ authority: 'frozen', epoch: 2, freeze: { drains: 'forward' } });
  });

  test('is not repeated by one that was overtaken after its own move', async () => {
    await authority().freeze(executor, 'on-prem', 1, 'r');
    await authority().takeOver(ROLLBACK);
    await expect(authority().freeze(executor, 'on-prem', 1, 'r')).rejects.toBeInstanceOf(LeaseLost);
  });

  test.each([1, 2, 3, 4, 5, 6])(
    'moved by one that died before its write %d is moved on, and no change is missing',
    async (last) => {
      const mover = authorityOn(dying(last));
      await mover.freeze(executor, 'on-prem', 1, 'freeze').catch(() => undefined);
      await mover.grant(executor, 'aurora', 2, 'grant').catch(() => undefined);
      const rollback = await authority().takeOver(ROLLBACK);
      const { authority: present, epoch } = await authority().record();
      if (present === 'on-prem') await authority().freeze(rollback, 'on-prem', epoch, 'freeze');
      else if (present === 'aurora') await authority().freeze(rollback, 'aurora', epoch, 'freeze');
      else await authority().grant(rollback, 'on-prem', epoch, 'grant');
      const end = (await authority().record()).epoch;
      const epochs = (await historyKeys()).filter((key) => String(key).startsWith('authority#'));
      expect(epochs).toEqual(
        Array.from({ length: end }, (_, index) => `authority#${String(index + 1).padStart(12, '0')}`),
      );
    },
  );

  test.each([1, 2, 3])(
    'a holder of the lease that died before its write %d is in the history all the same',
    async (last) => {
      await authority().release(executor);
      await authorityOn(dying(last))
        .acquire(OTHER)
        .catch(() => undefined);
      running.delete(OTHER.execution);
      const { token } = await authority().acquire(ROLLBACK);
      expect(await historyKeys()).toEqual(
        Array.from({ length: token }, (_, index) => `lease#${String(index + 1).padStart(12, '0')}`),
      );
    },
  );

  test('that a release comes after leaves the holder in the history', async () => {
    const died = await authorityOn(dying(2))
      .takeOver(OTHER)
      .catch(() => undefined);
    expect(died).toBeUndefined();
    const { lease } = await authority().record();
    await authority().release(lease ?? executor);
    expect(await historyKeys()).toContain(`lease#00000000000${lease?.token ?? 0}`);
  });
});

describe('what was done in a freeze', () => {
  test('is noted part by part, also by two at the same time', async () => {
    const executor = await authority().acquire(CUTOVER);
    await authority().freeze(executor, 'on-prem', 1, 'r');
    await Promise.all([
      authority().note(executor, 2, { closedLsn: '0/1', armedSlot: 'reverse', armedLsn: '0/2', armedAt: 9 }),
      authority().note(executor, 2, { drainedAt: 1, verifiedAt: 2, sequencesAt: 3, constraintsAt: 4, stoppedAt: 5 }),
    ]);
    const { freeze } = await authority().note(executor, 2, { restoringAt: 0 });
    expect(freeze).toEqual({
      drains: 'forward',
      startedAt: expect.any(Number),
      closedLsn: '0/1',
      drainedAt: 1,
      verifiedAt: 2,
      sequencesAt: 3,
      constraintsAt: 4,
      stoppedAt: 5,
      armedSlot: 'reverse',
      armedLsn: '0/2',
      armedAt: 9,
      restoringAt: 0,
    });
    expect((await authority().note(executor, 2, {})).freeze).toEqual(freeze);
  });

  test('is not noted for another freeze, nor without one', async () => {
    const executor = await authority().acquire(CUTOVER);
    await expect(authority().note(executor, 1, { drainedAt: 1 })).rejects.toThrow(
      new AuthorityMoved('what was done must belong to the freeze of epoch 1, got on-prem at epoch 1'),
    );
    await authority().freeze(executor, 'on-prem', 1, 'r');
    await expect(authority().note(executor, 3, { drainedAt: 1 })).rejects.toBeInstanceOf(AuthorityMoved);
  });

  test('is not noted where somebody froze authority by hand', async () => {
    await create({ authority: 'frozen', epoch: 4 });
    const executor = await authority().acquire(CUTOVER);
    await expect(authority().note(executor, 4, { drainedAt: 1 })).rejects.toThrow(
      'what was done must belong to the freeze of epoch 4, got frozen at epoch 4, which no migration froze',
    );
  });
});

describe('clearance', () => {
  test('is kept with who set it, and when', async () => {
    const executor = await authority().acquire(CUTOVER);
    now = 3_000;
    const wanted = { minAwsWeight: 0, maxAwsWeight: 10, reason: 'gates passed' };
    const clearance = { ...wanted, by: 'cutover-1', at: '1970-01-01T00:00:03.001Z' };
    expect(await authority().setClearance(executor, wanted)).toEqual(clearance);
    expect((await authority().record()).clearance).toEqual(clearance);
    await authority().freeze(executor, 'on-prem', 1, 'r');
    expect((await authority().record()).clearance).toEqual(clearance);
  });

  test.each([
    [-1, 100],
    [0, 101],
    [50, 49],
    [0.5, 100],
    [0, Number.NaN],
  ])('from %d to %d is refused', async (minAwsWeight, maxAwsWeight) => {
    const executor = await authority().acquire(CUTOVER);
    await expect(authority().setClearance(executor, { minAwsWeight, maxAwsWeight, reason: 'r' })).rejects.toThrow(
      `clearance must be whole percents from 0 to 100, minAwsWeight not above maxAwsWeight, got ${minAwsWeight} and ${maxAwsWeight}`,
    );
  });

  test.each([
    [0, 0],
    [100, 100],
  ])('from %d to %d is taken', async (minAwsWeight, maxAwsWeight) => {
    const executor = await authority().acquire(CUTOVER);
    await authority().setClearance(executor, { minAwsWeight, maxAwsWeight, reason: 'r' });
    expect((await authority().record()).clearance).toMatchObject({ minAwsWeight, maxAwsWeight });
  });
});

describe('the item', () => {
  test('that is absent means frozen, without a lease', async () => {
    await dynamodb.client.send(new DeleteCommand({ TableName: dynamodb.stateTable, Key: AUTHORITY_KEY }));
    expect(await authority().record()).toEqual({ authority: 'frozen', epoch: 0, lastToken: 0 });
    const zombie = { ...CUTOVER, token: 1 };
    await expect(authority().freeze(zombie, 'on-prem', 1, 'r')).rejects.toBeInstanceOf(LeaseLost);
    await authority().release(zombie);
    expect(await item()).toBeUndefined();
  });

  test.each([
    [{ lease_token: 'one' }, 'lease_token'],
    [{ freeze: { drains: 'sideways', started_at: 1 } }, 'freeze.drains'],
    [{ clearance: { min_aws_weight: 0, max_aws_weight: 101, reason: '', by: '', at: '' } }, 'clearance.max_aws_weight'],
  ])('that makes no sense is an error, not a guess: %j', async (attributes, wrong) => {
    await create({ authority: 'on-prem', epoch: 1, ...attributes });
    await expect(authority().record()).rejects.toThrow(
      `the authority item of migration-state-test must be as migrations write it, got other values of: ${wrong}`,
    );
  });
});
