import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Client } from 'pg';
import type { Side } from '../../../../../lambda/shared/authority/authority';
import {
  DmsReplication,
  type DmsReplicationOptions,
} from '../../../../../lambda/shared/replication/dms/dms-replication';
import { FakeDms } from '../../../../support/fake-dms';
import type { LocalPostgres } from '../../../../support/postgres';
import { createPair, eventually, type Pair, startServers } from '../support';

jest.setTimeout(60_000);

const LOAD_SLOT = 'fullloadandcdc1_00016401_4d2f5e46_0fa0_4b14_b8d9_1dd2be9d2d45';
const OTHER_SLOT = 'somebodyelse12_00016401_4d2f5e46_0fa0_4b14_b8d9_1dd2be9d2d46';

let servers: Readonly<Record<Side, LocalPostgres>>;
let pair: Pair;
let dms: FakeDms;
let replication: DmsReplication;
let options: DmsReplicationOptions;
let now = 1_000_000;
let number = 0;

beforeAll(async () => {
  servers = await startServers();
});
afterAll(async () => {
  await pair.stop();
});
beforeEach(async () => {
  number += 1;
  pair = await createPair(servers, `ledger${number}`);
  for (const side of ['on-prem', 'aurora'] as const) {
    await pair.query(side, 'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active');
  }
  dms = new FakeDms({
    // DMS makes the slot of a load by itself.
    onStart: async (arn, type) => {
      if (arn === options.tasks.load && type === 'start-replication') await makeSlot(LOAD_SLOT);
    },
  });
  options = {
    client: dms.client,
    sessions: pair.sessions,
    tasks: {
      load: dms.create('full-load-and-cdc1-test', 'full-load-and-cdc'),
      forward: dms.create('forward-cdc-test', 'cdc'),
      reverse: dms.create('reverse-cdc-test', 'cdc'),
    },
    slots: { forward: 'dms_forward_test', reverse: 'dms_reverse_test' },
    clock: { now: () => now },
  };
  replication = new DmsReplication(options);
});

const makeSlot = (slot: string, plugin = 'test_decoding') =>
  pair.query('on-prem', 'SELECT pg_create_logical_replication_slot($1, $2)', [slot, plugin]);
const slotsOf = async (side: Side): Promise<string[]> =>
  (await pair.query<{ slot: string }>(side, 'SELECT slot_name::text AS slot FROM pg_replication_slots ORDER BY 1')).map(
    ({ slot }) => slot,
  );

/** Forward as before a cutover: loaded, and following. */
async function follow(): Promise<void> {
  await replication.startLoad();
  await dms.settle();
  await dms.finishLoad(options.tasks.load);
  await replication.resume('forward');
  await dms.settle();
  dms.sent.length = 0;
}

async function stopped(direction: 'forward' | 'reverse'): Promise<void> {
  await replication.stop(direction);
  await dms.settle();
}

/** Reads from a slot until it is told to end. */
async function use(side: Side, slot: string): Promise<() => Promise<void>> {
  const client = new Client({ ...pair.databases[side].superuser, replication: 'database' } as never);
  client.on('error', () => undefined);
  await client.connect();
  client.query(`START_REPLICATION SLOT "${slot}" LOGICAL 0/0`).catch(() => undefined);
  const active = async () =>
    (
      await pair.query<{ active: boolean }>(side, 'SELECT active FROM pg_replication_slots WHERE slot_name = $1', [
        slot,
      ])
    )[0]?.active;
  await eventually(active, (is) => is === true);
  return async () => {
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await eventually(active, (is) => is !== true);
  };
}

describe('the load', () => {
  test('starts, stops by itself when cached changes are applied, and follows when it is resumed', async () => {
    expect(await replication.status('forward')).toEqual({ state: 'stopped', problems: [] });
    await replication.startLoad();
    await replication.startLoad();
    expect((await replication.status('forward')).state).toBe('starting');
    await dms.settle();
    dms.change(options.tasks.load, {
      percent: 40,
      tables: [
        { SchemaName: 'payments', TableName: 'accounts', TableState: 'Full load', FullLoadRows: 40 },
        { SchemaName: 'payments', TableName: 'entries', TableState: 'Before load' },
        { SchemaName: 'payments', TableName: 'transactions', TableState: 'Before load', FullLoadRows: 2 },
      ],
    });
    expect(await replication.status('forward')).toMatchObject({
      state: 'loading',
      rows: { copied: 42, estimated: 42 },
      problems: [],
    });
    // Everything is copied, and what changed meanwhile is not applied yet.
    dms.change(options.tasks.load, { percent: 100 });
    expect((await replication.status('forward')).state).toBe('loading');
    await dms.finishLoad(options.tasks.load);
    expect(await replication.status('forward')).toMatchObject({ state: 'load-stopped', problems: [] });
    await replication.startLoad();
    await replication.resume('forward');
    await replication.resume('forward');
    await dms.settle();
    await replication.resume('forward');
    expect(await replication.status('forward')).toMatchObject({ state: 'running', problems: [] });
    expect(dms.sent).toEqual([
      'Start(start-replication) full-load-and-cdc1-test',
      'Start(resume-processing) full-load-and-cdc1-test',
    ]);
  });

  test('is not begun again where forward goes on from its own slot', async () => {
    await replication.makeSlot('forward', 1);
    await expect(replication.startLoad()).rejects.toThrow(
      `a load must not begin where the task ${options.tasks.forward} goes on from the slot dms_forward_test; finish the migration first`,
    );
  });
});

describe('the words of DMS', () => {
  test.each([
    ['stopped', 'Stop Reason NORMAL', 'stopped', undefined],
    ['stopped', undefined, 'stopped', undefined],
    ['stopped', 'Stop Reason STOPPED_AFTER_CACHED_EVENTS', 'load-stopped', undefined],
    ['stopped', 'Stop Reason FULL_LOAD_ONLY_FINISHED', 'load-stopped', undefined],
    [
      'stopped',
      'Stop Reason STOPPED_AFTER_FULL_LOAD',
      'failed',
      'stopped by itself (STOPPED_AFTER_FULL_LOAD): its log says why',
    ],
    ['stopped', 'Stop Reason RECOVERABLE_ERROR', 'failed', 'stopped by itself (RECOVERABLE_ERROR): its log says why'],
    [
      'stopped',
      'Stop Reason STOPPED_DUE_TO_LOW_DISK',
      'failed',
      'stopped by itself (STOPPED_DUE_TO_LOW_DISK): its log says why',
    ],
    ['failed', 'Stop Reason FATAL_ERROR', 'failed', 'is failed (Stop Reason FATAL_ERROR): its log says why'],
    ['failed-move', undefined, 'failed', 'is failed-move: its log says why'],
    ['modifying', undefined, 'stopped', 'is modifying: its log says why'],
    ['exploding', undefined, 'failed', 'is exploding: its log says why'],
    ['starting', undefined, 'starting', undefined],
    ['running', undefined, 'running', undefined],
    ['stopping', undefined, 'stopping', undefined],
  ] as const)('%s (%s) is %s', async (status, stopReason, state, problem) => {
    await follow();
    dms.change(options.tasks.load, { status, stopReason });
    expect(await replication.status('forward')).toMatchObject({
      state,
      problems: problem === undefined ? [] : [`the task full-load-and-cdc1-test ${problem}`],
    });
  });

  test('a task that is not there is absent, and cannot be started', async () => {
    dms.delete(options.tasks.reverse);
    expect(await replication.status('reverse')).toEqual({
      state: 'absent',
      problems: [`the task ${options.tasks.reverse} does not exist`],
    });
    await expect(replication.resume('reverse')).rejects.toThrow(
      `the task ${options.tasks.reverse} must exist to be started, got none; deploy the environment`,
    );
    await replication.stop('reverse');
  });
});

describe('problems', () => {
  test('are every table that is in error, differs or is not validated, over all pages', async () => {
    await follow();
    const table = (TableName: string, rest: object) => ({ SchemaName: 'payments', TableName, ...rest });
    dms.change(options.tasks.load, {
      tables: [
        table('sound', { TableState: 'Table completed', ValidationState: 'Validated', ValidationPendingRecords: 3 }),
        table('waiting', { TableState: 'Table completed', ValidationState: 'Pending records' }),
        table('broken', { TableState: 'Table error', ValidationState: 'Table error' }),
        table('other', {
          TableState: 'Table completed',
          ValidationState: 'Mismatched records',
          ValidationFailedRecords: 2,
        }),
        table('late', {
          TableState: 'Table completed',
          ValidationState: 'Suspended records',
          ValidationSuspendedRecords: 7,
        }),
        table('keyless', { TableState: 'Table completed', ValidationState: 'No primary key', FullLoadErrorRows: 1 }),
        table('unseen', { TableState: 'Table completed', ValidationState: 'Not enabled' }),
      ],
    });
    expect((await replication.status('forward')).problems).toEqual([
      'the table payments.broken is in the state "Table error": its changes may not arrive',
      'the validation of the table payments.broken is in the state "Table error"',
      'the validation of the table payments.other is in the state "Mismatched records"',
      'the table payments.other has 2 rows that differ',
      'the validation of the table payments.late is in the state "Suspended records"',
      'the table payments.late has 7 rows that could not be compared',
      'the validation of the table payments.keyless is in the state "No primary key"',
      'the table payments.keyless has 1 rows that were not loaded',
      'the validation of the table payments.unseen is in the state "Not enabled"',
    ]);
  });

  test.each(['"TASK_NAME"', 'task_name'])(
    'are what DMS noted on the target since it was started (%s)',
    async (column) => {
      await follow();
      const time = column.startsWith('"') ? '"ERROR_TIME"' : 'error_time';
      await pair.query(
        'aurora',
        `CREATE SCHEMA awsdms_control;
       CREATE TABLE awsdms_control.awsdms_apply_exceptions (${column} varchar(128), ${time} timestamp)`,
      );
      const note = (task: string, at: string) =>
        pair.query('aurora', 'INSERT INTO awsdms_control.awsdms_apply_exceptions VALUES ($1, $2)', [task, at]);
      await note('FULLLOADANDCDC1TEST', '2025-12-31 23:59:59');
      await note('ANOTHERTASK', '2026-02-01 00:00:00');
      expect((await replication.status('forward')).problems).toEqual([]);
      await note('FULLLOADANDCDC1TEST', '2026-02-01 00:00:00');
      expect((await replication.status('forward')).problems).toEqual([
        'awsdms_control.awsdms_apply_exceptions names 1 changes that could not be applied since 2026-01-01T00:00:02.000Z',
      ]);
    },
  );

  test('are a slot that is gone under a task that runs', async () => {
    await replication.startFrom('reverse', await replication.makeSlot('reverse', 1));
    await dms.settle();
    expect(await replication.status('reverse')).toMatchObject({ state: 'running', problems: [] });
    await pair.query('aurora', "SELECT pg_drop_replication_slot('dms_reverse_test')");
    expect(await replication.status('reverse')).toMatchObject({
      state: 'failed',
      problems: ['the slot of the task reverse-cdc-test is gone'],
    });
  });
});

describe('stopping', () => {
  test('leaves alone what is stopped, and says that a task which starts cannot be stopped yet', async () => {
    await replication.stop('forward');
    await replication.startLoad();
    await expect(replication.stop('forward')).rejects.toMatchObject({
      name: 'ReplicationBusy',
      message: `the task ${options.tasks.load} cannot be stopped while it is starting; repeat when that is over, and look into its log when it does not end`,
    });
    await dms.settle();
    await replication.stop('forward');
    await replication.stop('forward');
    expect((await replication.status('forward')).state).toBe('stopping');
    await expect(replication.resume('forward')).rejects.toMatchObject({ name: 'ReplicationBusy' });
    await dms.settle();
    expect((await replication.status('forward')).state).toBe('stopped');
    await replication.resume('forward');
    expect((await replication.status('forward')).state).toBe('starting');
  });

  test('and starting are safe to repeat when an answer is lost or DMS has no time', async () => {
    await follow();
    dms.loseAnswers(1);
    await expect(replication.stop('forward')).rejects.toThrow('socket hang up');
    await replication.stop('forward');
    await dms.settle();
    dms.throttle(1);
    await expect(replication.resume('forward')).rejects.toMatchObject({ name: 'ThrottlingException' });
    await replication.resume('forward');
    await dms.settle();
    expect(dms.sent).toEqual(['Stop full-load-and-cdc1-test', 'Start(resume-processing) full-load-and-cdc1-test']);
    expect((await replication.status('forward')).state).toBe('running');
  });

  test('stops both forward tasks when both run, which is a problem until then', async () => {
    await follow();
    dms.change(options.tasks.forward, { status: 'running' });
    expect((await replication.status('forward')).problems).toContain(
      'both tasks of this direction run: stop the direction, then resume it',
    );
    await replication.stop('forward');
    expect([dms.status(options.tasks.load), dms.status(options.tasks.forward)]).toEqual(['stopping', 'stopping']);
  });
});

describe('starting from a slot', () => {
  test('tells DMS the position, and leaves alone what runs from it', async () => {
    const position = await replication.makeSlot('reverse', 1);
    expect(position).toEqual({ slot: 'dms_reverse_test', lsn: expect.stringMatching(/^[0-9A-F]+\/[0-9A-F]+$/) });
    await replication.startFrom('reverse', position);
    await replication.startFrom('reverse', position);
    await dms.settle();
    await replication.startFrom('reverse', position);
    expect(await replication.makeSlot('reverse', 1, position)).toEqual(position);
    expect(dms.sent).toEqual(['Start(start-replication) reverse-cdc-test']);
    await expect(replication.startFrom('reverse', { ...position, lsn: '0/1' })).rejects.toThrow(
      `replication reverse must start from 0/1, got a task ${options.tasks.reverse} that runs from ${position.lsn}; stop it first`,
    );
    // What was applied since is not confirmed yet: it goes on, and does not begin again.
    await stopped('reverse');
    await replication.startFrom('reverse', position);
    expect(dms.sent.at(-1)).toBe('Start(resume-processing) reverse-cdc-test');
  });

  test('needs the slot that the endpoint names, and that it is there', async () => {
    await expect(replication.startFrom('reverse', { slot: 'another', lsn: '0/1' })).rejects.toThrow(
      'replication reverse must start from the slot dms_reverse_test, which its endpoint names, got another',
    );
    await expect(replication.startFrom('reverse', { slot: 'dms_reverse_test', lsn: '0/1' })).rejects.toThrow(
      'replication reverse must have the slot dms_reverse_test to start from, got none; make it first',
    );
    expect((await replication.status('reverse')).state).toBe('absent');
    await expect(replication.resume('reverse')).rejects.toThrow(
      `replication reverse must have a task that ran and its slot to go on from, got no run of the task ${options.tasks.reverse}; make a slot while nothing is written and start from it, or load anew`,
    );
  });

  test('takes a slot that is fresh, and none that a task or a reader uses', async () => {
    const first = await replication.makeSlot('reverse', 1);
    const second = await replication.makeSlot('reverse', 1);
    expect(second.lsn).not.toBe(first.lsn);
    const end = await use('aurora', 'dms_reverse_test');
    await expect(replication.makeSlot('reverse', 1)).rejects.toThrow(
      /^the replication slot dms_reverse_test must not be in use to be dropped, got one that process \d+ of the server reads; stop what replicates from it, then repeat$/,
    );
    await expect(replication.dropSlots('reverse', 1)).rejects.toThrow('must not be in use');
    await end();
    await replication.startFrom('reverse', second);
    await expect(replication.makeSlot('reverse', 1)).rejects.toThrow(
      `replication reverse must be stopped before its slots are dropped or made anew, got the task ${options.tasks.reverse} starting; stop it first`,
    );
    await dms.settle();
    await stopped('reverse');
    await replication.dropSlots('reverse', 1);
    expect(await slotsOf('aurora')).toEqual([]);
  });
});

describe('forward', () => {
  test('goes on from the load when a cutover is undone', async () => {
    await follow();
    await stopped('forward');
    await replication.startFrom('reverse', await replication.makeSlot('reverse', 1));
    await dms.settle();
    await stopped('reverse');
    await replication.dropSlots('reverse', 1);
    await replication.resume('forward');
    await dms.settle();
    expect(dms.sent.at(-1)).toBe('Start(resume-processing) full-load-and-cdc1-test');
    expect(await slotsOf('on-prem')).toEqual([LOAD_SLOT]);
  });

  test('goes on from a fresh slot when authority comes back, and from the load never again', async () => {
    await follow();
    await stopped('forward');
    for (const _ of [1, 2]) await replication.dropSlots('forward', 1);
    expect(await slotsOf('on-prem')).toEqual([]);
    // Broken off between the two: neither task can be resumed.
    expect((await replication.status('forward')).state).toBe('absent');
    await expect(replication.resume('forward')).rejects.toThrow('got no slot');
    const position = await replication.makeSlot('forward', 1);
    expect(await replication.status('forward')).toMatchObject({ state: 'stopped', problems: [] });
    await replication.startFrom('forward', position);
    await dms.settle();
    expect(await replication.status('forward')).toMatchObject({ state: 'running', problems: [] });
    await stopped('forward');
    await replication.resume('forward');
    expect(dms.sent).toEqual([
      'Stop full-load-and-cdc1-test',
      'Start(start-replication) forward-cdc-test',
      'Stop forward-cdc-test',
      'Start(resume-processing) forward-cdc-test',
    ]);
  });

  test('keeps off the slots of others, and names them', async () => {
    await follow();
    await makeSlot(OTHER_SLOT);
    await makeSlot('somebodys', 'pgoutput');
    const found = await replication.slots();
    expect(found.map(({ slot, direction }) => [slot, direction])).toEqual([
      [LOAD_SLOT, 'forward'],
      [OTHER_SLOT, undefined],
      ['somebodys', undefined],
    ]);
    await stopped('forward');
    await replication.dropSlots('forward', 1);
    expect(await slotsOf('on-prem')).toEqual([OTHER_SLOT, 'somebodys']);
    await pair.query('on-prem', "SELECT pg_drop_replication_slot('somebodys')");
  });

  test('is not told from slots that nothing tells apart', async () => {
    await follow();
    await pair.query('on-prem', 'SELECT pg_drop_replication_slot($1)', [LOAD_SLOT]);
    await makeSlot(OTHER_SLOT);
    expect((await replication.status('forward')).state).toBe('running');
    await makeSlot(OTHER_SLOT.replace('somebodyelse', 'athirdone'));
    expect(await replication.status('forward')).toMatchObject({
      state: 'failed',
      problems: ['no slot can be told to be that of the task full-load-and-cdc1-test: nothing can go on from it'],
    });
  });

  test('is refused to an executor that was overtaken', async () => {
    await replication.makeSlot('forward', 5);
    await expect(replication.makeSlot('forward', 4)).rejects.toMatchObject({ name: 'LeaseLost' });
    await expect(replication.dropSlots('forward', 4)).rejects.toMatchObject({ name: 'LeaseLost' });
    expect(await slotsOf('on-prem')).toEqual(['dms_forward_test']);
  });
});

describe('the lag', () => {
  const commit = (side: Side) =>
    pair.query(side, `SELECT pg_logical_emit_message(true, 'test', 'something'), pg_switch_wal()`);
  const confirm = () =>
    pair.query('aurora', `SELECT count(*) FROM pg_logical_slot_get_changes('dms_reverse_test', NULL, NULL)`);

  test('is bounded by what was confirmed of positions that were seen', async () => {
    await replication.startFrom('reverse', await replication.makeSlot('reverse', 1));
    await dms.settle();
    await commit('aurora');
    expect((await replication.status('reverse')).lagSeconds).toBeUndefined();
    now += 30_000;
    await confirm();
    await commit('aurora');
    expect((await replication.status('reverse')).lagSeconds).toBe(30);
  });

  test('is what a better measure says, where there is one', async () => {
    replication = new DmsReplication({
      ...options,
      lagSeconds: (direction, arn) => Promise.resolve(direction === 'reverse' && arn === options.tasks.reverse ? 7 : 0),
    });
    await replication.startFrom('reverse', await replication.makeSlot('reverse', 1));
    expect((await replication.status('reverse')).lagSeconds).toBeUndefined();
    await dms.settle();
    expect((await replication.status('reverse')).lagSeconds).toBe(7);
  });

  test('is not known where that measure does not answer, and the rest of the status is', async () => {
    replication = new DmsReplication({ ...options, lagSeconds: () => Promise.reject(new Error('throttled')) });
    await replication.startFrom('reverse', await replication.makeSlot('reverse', 1));
    await dms.settle();
    const status = await replication.status('reverse');
    expect(status.state).toBe('running');
    expect(status.lagSeconds).toBeUndefined();
  });
});
