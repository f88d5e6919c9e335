import { describe, expect, test } from '@jest/globals';
import { createHandler } from '../../../lambda/migration-watch/handler';
import type { MigrationRecord } from '../../../lambda/shared/authority/migration-authority';
import { rollbackDurations } from '../../../lambda/shared/migration/rollback-durations';
import type { RollbackEstimate } from '../../../lambda/shared/migration/rollback-estimate';
import type { PastFreeze } from '../../../lambda/shared/migration/past-freezes';
import { WORST_SECONDS } from '../../../lambda/shared/migration/rollback-time';
import type { Direction, FoundSlot, ReplicationStatus } from '../../../lambda/shared/replication/replication';
import { ManualClock } from '../../support/manual-clock';
import { recordingPorts } from '../shared/stream/fixtures';

type Statuses = Partial<Record<Direction, Partial<ReplicationStatus> | Error>>;

function world(
  record: Partial<MigrationRecord>,
  statuses: Statuses = {},
  looks: readonly (readonly FoundSlot[])[] = [],
) {
  const ports = recordingPorts();
  const clock = new ManualClock(1_000);
  const written: RollbackEstimate[] = [];
  const asked: Direction[] = [];
  let look = 0;
  const faults: { board?: Error; slots?: Error; past?: Error | PastFreeze } = {};
  const handler = createHandler({
    ...ports,
    clock,
    authority: { record: () => Promise.resolve({ authority: 'on-prem', epoch: 1, lastToken: 0, ...record }) },
    replication: {
      status: (direction) => {
        asked.push(direction);
        const status = statuses[direction] ?? {};
        return status instanceof Error
          ? Promise.reject(status)
          : Promise.resolve({ state: 'running', problems: [], ...status });
      },
      slots: () =>
        faults.slots !== undefined
          ? Promise.reject(faults.slots)
          : Promise.resolve(looks[Math.min(look++, looks.length - 1)] ?? []),
      slotNames: (direction) => [`own_${direction}`],
    },
    board: {
      write: (estimate) => {
        if (faults.board !== undefined) return Promise.reject(faults.board);
        written.push(estimate);
        return Promise.resolve();
      },
    },
    pastFreezes: {
      newest: () => (faults.past instanceof Error ? Promise.reject(faults.past) : Promise.resolve(faults.past)),
    },
    durations: (measured) =>
      rollbackDurations('native', { ttlSeconds: 60, graceSeconds: 5, verifySeconds: 0, measured }),
    rollbackWindowHours: 72,
    knownSlots: ['theirs'],
  });
  return { ...ports, clock, handler, written, asked, faults };
}

const MEASURE = { action: 'measure' };
/** What is published where there is no slot. */
const NO_WAL = { RetainedWalBytesOnPremises: 0, RetainedWalBytesAurora: 0 };

describe('measuring', () => {
  test('publishes both numbers and writes them down', async () => {
    const { handler, counts, written, asked, lines } = world({}, { forward: { lagSeconds: 0 } });
    const estimate = await handler(MEASURE);
    expect(counts).toEqual({ ...NO_WAL, RollbackTimeSeconds: 120, RecoveryPointSeconds: 0 });
    expect(written).toEqual([estimate]);
    expect(estimate).toMatchObject({
      at: 1_000,
      authority: 'on-prem',
      epoch: 1,
      bound: 'bounded',
      rollbackSeconds: 120,
      reasons: [],
      recoveryPointSeconds: 0,
      terms: [{ name: 'dns-change' }, { name: 'record-ttl' }],
    });
    expect(asked).toEqual(['forward']);
    expect(lines).toEqual([]);
  });

  test('takes the lag of reverse with authority at aurora', async () => {
    const { handler, counts, asked } = world({ authority: 'aurora' }, { reverse: { lagSeconds: 7 } });
    await handler(MEASURE);
    // 5 to close, 7 of lag, 6 of steps, 120 of DNS.
    expect(counts).toEqual({ ...NO_WAL, RollbackTimeSeconds: 138, RecoveryPointSeconds: 7 });
    expect(asked).toEqual(['reverse']);
  });

  test('publishes no lag that cannot be told, and no time that needs it', async () => {
    const { handler, counts, written, lines } = world({ authority: 'aurora' });
    await handler(MEASURE);
    expect(counts).toEqual(NO_WAL);
    expect(written[0]).not.toHaveProperty('rollbackSeconds');
    expect(written[0]).not.toHaveProperty('recoveryPointSeconds');
    const reasons = ['how far reverse is behind cannot be told'];
    expect(written[0]).toMatchObject({ bound: 'unknown', reasons });
    expect(lines).toEqual([
      { level: 'WARN', message: 'the time of a rollback is unknown', fields: { authority: 'aurora', reasons } },
    ]);
  });

  test('publishes the worst, and says why, while reverse does not run', async () => {
    const { handler, counts, lines, written } = world({ authority: 'aurora' }, { reverse: { state: 'failed' } });
    await handler(MEASURE);
    expect(counts).toEqual({ ...NO_WAL, RollbackTimeSeconds: WORST_SECONDS });
    const reasons = ['replication reverse must run to be drained, got failed'];
    expect(written[0]).toMatchObject({ bound: 'unbounded', reasons });
    expect(lines).toEqual([
      { level: 'WARN', message: 'the time of a rollback is unbounded', fields: { authority: 'aurora', reasons } },
    ]);
  });

  test('tells what it can where replication cannot be asked, and fails after that', async () => {
    const { handler, counts, written, lines } = world({}, { forward: new Error('no route') });
    await expect(handler(MEASURE)).rejects.toThrow('no route');
    expect(counts).toEqual({ ...NO_WAL, RollbackTimeSeconds: 120 });
    expect(written).toMatchObject([{ bound: 'bounded', rollbackSeconds: 120 }]);
    expect(lines).toMatchObject([
      {
        level: 'ERROR',
        message: 'replication could not be asked',
        fields: { direction: 'forward', error_name: 'Error' },
      },
    ]);
  });

  test('publishes where the item cannot be written', async () => {
    const { handler, counts, faults } = world({}, { forward: { lagSeconds: 3 } });
    faults.board = new Error('throttled');
    await expect(handler(MEASURE)).rejects.toThrow('throttled');
    expect(counts).toEqual({ ...NO_WAL, RollbackTimeSeconds: 120, RecoveryPointSeconds: 3 });
  });

  test('asks nobody where nobody knows what is frozen', async () => {
    const { handler, counts, asked } = world({ authority: 'frozen', epoch: 0 });
    await handler(MEASURE);
    expect(counts).toEqual({ ...NO_WAL, RollbackTimeSeconds: WORST_SECONDS });
    expect(asked).toEqual([]);
  });

  test('publishes nothing once the way back was given up', async () => {
    const change = { by: 'b', reason: 'r', execution: 'e', at: 1_000 - 72 * 3_600_000 };
    const { handler, counts, written, lines } = world(
      { authority: 'aurora', change },
      { reverse: { state: 'absent' } },
    );
    await handler(MEASURE);
    expect(counts).toEqual(NO_WAL);
    expect(written).toMatchObject([{ bound: 'ended', terms: [] }]);
    expect(lines).toEqual([]);
  });

  test('goes by what the last freeze took, in the place of what is assumed', async () => {
    const { handler, counts, written, faults } = world({ authority: 'aurora' }, { reverse: { lagSeconds: 7 } });
    faults.past = {
      epoch: 2,
      freeze: {
        drains: 'forward',
        startedAt: 0,
        constraintsAt: 1_000,
        sequencesAt: 500,
        stoppedAt: 41_000,
        armedAt: 141_000,
      },
      endedAt: 144_000,
    };
    await handler(MEASURE);
    // 5 to close, 7 of lag, 1 to drain and 1 to prepare as assumed, 40 to stop, 100 to arm, 3 to open, 120 of DNS.
    expect(counts).toMatchObject({ RollbackTimeSeconds: 277 });
    const sources = Object.fromEntries(written[0]?.terms.map(({ name, source }) => [name, source]) ?? []);
    expect(sources).toMatchObject({
      prepare: 'assumed: sequences are moved, constraints and triggers checked',
      arm: 'measured: in the freeze of epoch 2, of replication forward',
    });
  });

  test('goes by what is assumed where the last freeze cannot be read, and fails after that', async () => {
    const { handler, counts, lines, faults } = world({ authority: 'aurora' }, { reverse: { lagSeconds: 7 } });
    faults.past = new Error('throttled');
    await expect(handler(MEASURE)).rejects.toThrow('throttled');
    expect(counts).toMatchObject({ RollbackTimeSeconds: 138 });
    expect(lines).toMatchObject([{ level: 'ERROR', message: 'the last freeze could not be read' }]);
  });

  test('publishes the most that a slot of ours keeps, by the server that it lies on', async () => {
    const kept = (side: FoundSlot['side'], retainedBytes: number, direction?: Direction): FoundSlot => ({
      side,
      slot: `s${retainedBytes}`,
      active: false,
      retainedBytes,
      ...(direction === undefined ? {} : { direction }),
    });
    const { handler, counts } = world({}, { forward: { lagSeconds: 0 } }, [
      [
        kept('on-prem', 7, 'forward'),
        kept('on-prem', 9_000_000_000, 'forward'),
        kept('on-prem', 10_000_000_000),
        kept('aurora', 5, 'reverse'),
      ],
    ]);
    await handler(MEASURE);
    expect(counts).toMatchObject({ RetainedWalBytesOnPremises: 9_000_000_000, RetainedWalBytesAurora: 5 });
  });

  test('publishes no WAL where the slots cannot be listed, and everything else, and fails after that', async () => {
    const { handler, counts, written, lines, faults } = world({}, { forward: { lagSeconds: 3 } });
    faults.slots = new Error('no route');
    await expect(handler(MEASURE)).rejects.toThrow('no route');
    expect(counts).toEqual({ RollbackTimeSeconds: 120, RecoveryPointSeconds: 3 });
    expect(written).toMatchObject([{ bound: 'bounded', rollbackSeconds: 120 }]);
    expect(lines).toMatchObject([{ level: 'ERROR', message: 'the replication slots could not be listed' }]);
  });
});

describe('looking for slots', () => {
  const slot = (name: string): FoundSlot => ({ side: 'on-prem', slot: name, active: false, retainedBytes: 42 });
  const SLOTS = { action: 'slots' };

  test('counts none, at the first look', async () => {
    const { handler, counts, clock, lines } = world({}, {}, [[slot('theirs')]]);
    expect(await handler(SLOTS)).toEqual({ orphans: [] });
    expect(counts).toEqual({ OrphanedReplicationSlots: 0 });
    expect(clock.sleeps).toEqual([]);
    expect(lines).toEqual([]);
  });

  test('counts what two looks find, and says of each what to run', async () => {
    const { handler, counts, clock, lines } = world({}, {}, [
      [slot('one'), slot('passing')],
      [slot('new'), { ...slot('one'), retainedBytes: 43 }],
    ]);
    await handler(SLOTS);
    expect(counts).toEqual({ OrphanedReplicationSlots: 1 });
    expect(clock.sleeps).toEqual([15_000]);
    expect(lines).toEqual([
      {
        level: 'ERROR',
        message: 'a replication slot belongs to nobody',
        fields: {
          slot: 'one',
          side: 'on-prem',
          active: false,
          retained_bytes: 43,
          why: 'nobody here made it, and nobody reads it',
          to_remove: "on on-prem, as the role payments_migrator: SELECT pg_drop_replication_slot('one');",
        },
      },
    ]);
  });

  test('takes slots of one name on two sides for two', async () => {
    const { handler, counts } = world({}, {}, [[slot('one')], [{ ...slot('one'), side: 'aurora' }]]);
    await handler(SLOTS);
    expect(counts).toEqual({ OrphanedReplicationSlots: 0 });
  });

  test('counts nothing where a side cannot be asked', async () => {
    const { handler, counts } = world({}, { reverse: new Error('no route') });
    await expect(handler(SLOTS)).rejects.toThrow('no route');
    expect(counts).toEqual({});
  });
});

test.each([undefined, {}, { action: 'drop' }])('an event without an action is refused: %j', async (event) => {
  await expect(world({}).handler(event)).rejects.toThrow(
    'the event must have an action, one of measure, slots; correct the schedule',
  );
});
