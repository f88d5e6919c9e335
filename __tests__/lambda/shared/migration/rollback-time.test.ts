import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Freeze } from '../../../../lambda/shared/authority/migration-authority';
import {
  ASSUMED_SECONDS,
  DNS_CHANGE_SECONDS,
  ROLLBACK_TERMS,
  type RollbackDurations,
  rollbackDurations,
  TERM_SOURCES,
} from '../../../../lambda/shared/migration/rollback-durations';
import {
  liveDirection,
  publishedSeconds,
  type RollbackSituation,
  rollbackTime,
  statusesNeeded,
  WORST_SECONDS,
} from '../../../../lambda/shared/migration/rollback-time';
import type { ReplicationState, ReplicationStatus } from '../../../../lambda/shared/replication/replication';
import { FREEZE_FIXED_SECONDS } from '../../../../lambda/migration-steps/settings';

const DURATIONS: RollbackDurations = {
  close: 1,
  drain: 4,
  verify: 8,
  prepare: 16,
  stop: 32,
  arm: 64,
  open: 128,
  'dns-change': 256,
  'record-ttl': 512,
};
const HOUR = 3_600_000;
const running = (lagSeconds?: number): ReplicationStatus => ({ state: 'running', lagSeconds, problems: [] });
const inState = (state: ReplicationState): ReplicationStatus => ({ state, problems: [] });

const at = (
  record: RollbackSituation['record'],
  status: RollbackSituation['status'] = {},
  now = 0,
): RollbackSituation => ({ record, status, durations: DURATIONS, rollbackWindowHours: 72, now });

const names = (situation: RollbackSituation) => rollbackTime(situation).terms.map(({ name }) => name);
const TRAFFIC = ['dns-change', 'record-ttl'];
const fromAurora = (freeze: Partial<Freeze> = {}): RollbackSituation['record'] => ({
  authority: 'frozen',
  frozenFrom: 'aurora',
  freeze: { drains: 'reverse', startedAt: 0, ...freeze },
});
const fromOnPrem = (freeze?: Partial<Freeze>): RollbackSituation['record'] => ({
  authority: 'frozen',
  frozenFrom: 'on-prem',
  ...(freeze === undefined ? {} : { freeze: { drains: 'forward', startedAt: 0, ...freeze } }),
});

describe('with authority on-prem', () => {
  test.each([undefined, inState('failed'), running(9_999)])(
    'it is the change of the weights and the TTL, however forward is: %j',
    (forward) => {
      expect(rollbackTime(at({ authority: 'on-prem' }, { forward }))).toEqual({
        bound: 'bounded',
        seconds: 768,
        terms: [
          { name: 'dns-change', seconds: 256, source: TERM_SOURCES['dns-change'] },
          { name: 'record-ttl', seconds: 512, source: TERM_SOURCES['record-ttl'] },
        ],
      });
    },
  );
});

describe('with authority aurora', () => {
  const record = { authority: 'aurora', change: { by: 'b', reason: 'r', execution: 'e', at: 0 } } as const;

  test.each([0, 2, 0.5])('it is everything, with the lag of reverse: %d s', (lag) => {
    const situation = at(record, { reverse: running(lag) });
    expect(rollbackTime(situation)).toMatchObject({ bound: 'bounded', seconds: 1021 + lag });
    expect(names(situation)).toEqual(ROLLBACK_TERMS);
  });

  test.each(['absent', 'stopped', 'starting', 'loading', 'load-stopped', 'stopping', 'failed'] as const)(
    'it has no bound while reverse is %s, and the worst is published',
    (state) => {
      const time = rollbackTime(at(record, { reverse: inState(state) }));
      expect(time).toMatchObject({
        bound: 'unbounded',
        reasons: [`replication reverse must run to be drained, got ${state}`],
      });
      expect(publishedSeconds(time)).toBe(WORST_SECONDS);
    },
  );

  test('it has no bound while something speaks against reverse: the drain would refuse', () => {
    const time = rollbackTime(at(record, { reverse: { ...running(0), problems: ['a table is suspended', 'two'] } }));
    expect(time).toMatchObject({ bound: 'unbounded', reasons: ['a table is suspended', 'two'] });
  });

  test.each([
    [running(undefined), 'how far reverse is behind cannot be told'],
    [undefined, 'how replication reverse stands could not be asked'],
  ])('it is not known, and not published, without a lag: %j', (reverse, reason) => {
    const time = rollbackTime(at(record, { reverse }));
    expect(time).toMatchObject({ bound: 'unknown', reasons: [reason] });
    expect(time.terms.map(({ name }) => name)).toEqual(ROLLBACK_TERMS.filter((name) => name !== 'lag'));
    expect(publishedSeconds(time)).toBeUndefined();
  });

  test.each([
    [72 * HOUR - 1, inState('absent'), 'unbounded'],
    [72 * HOUR, inState('absent'), 'ended'],
    [72 * HOUR, inState('stopped'), 'unbounded'],
    [72 * HOUR, running(1), 'bounded'],
    [72 * HOUR, undefined, 'unknown'],
  ] as const)(
    'the way back ends after its window where reverse is gone: at %d with %j it is %s',
    (now, reverse, bound) => {
      const time = rollbackTime(at(record, { reverse }, now));
      expect(time.bound).toBe(bound);
    },
  );

  test('once it has ended nothing is promised and nothing published', () => {
    const time = rollbackTime(at(record, { reverse: inState('absent') }, 72 * HOUR));
    expect(time).toEqual({
      bound: 'ended',
      reasons: ['the way back was removed after its window of 72 hours'],
      terms: [],
    });
    expect(publishedSeconds(time)).toBeUndefined();
  });

  test('the way back does not end where nobody knows since when', () => {
    expect(rollbackTime(at({ authority: 'aurora' }, { reverse: inState('absent') }, 9e12)).bound).toBe('unbounded');
  });
});

describe('frozen from aurora', () => {
  const reverse = running(2);

  test.each<[Partial<Freeze>, readonly string[]]>([
    [{}, []],
    [{ closedLsn: '0/1' }, ['close']],
    [{ closedLsn: '0/1', drainedAt: 1 }, ['close', 'lag', 'drain']],
    [{ drainedAt: 1, verifiedAt: 1 }, ['lag', 'drain', 'verify']],
    [{ drainedAt: 1, sequencesAt: 1 }, ['lag', 'drain']],
    [{ drainedAt: 1, constraintsAt: 1 }, ['lag', 'drain']],
    [{ drainedAt: 1, sequencesAt: 1, constraintsAt: 1 }, ['lag', 'drain', 'prepare']],
    [{ drainedAt: 1, stoppedAt: 1 }, ['lag', 'drain', 'stop']],
    [{ drainedAt: 1, stoppedAt: 1, armedAt: 1 }, ['lag', 'drain', 'stop', 'arm']],
    // Somebody began to undo it: what was stopped runs again, or will.
    [{ drainedAt: 1, stoppedAt: 1, armedAt: 1, abandonedBy: 3 }, ['lag', 'drain']],
  ])('it is what is not noted as done yet: %j leaves out %j', (freeze, left) => {
    const situation = at(fromAurora(freeze), { reverse, forward: running(0) });
    expect(names(situation)).toEqual(ROLLBACK_TERMS.filter((name) => !left.includes(name)));
    expect(rollbackTime(situation).bound).toBe('bounded');
  });

  test.each([inState('stopped'), { ...running(0), problems: ['p'] }, undefined])(
    'what was armed is armed again where it does not run well: %j',
    (forward) => {
      const freeze = { drainedAt: 1, stoppedAt: 1, armedAt: 1 };
      expect(names(at(fromAurora(freeze), { reverse, forward }))).toContain('arm');
    },
  );

  test('reverse need not run once it is drained', () => {
    expect(rollbackTime(at(fromAurora({ drainedAt: 1 }), { reverse: inState('stopped') })).bound).toBe('bounded');
    expect(rollbackTime(at(fromAurora(), { reverse: inState('stopped') })).bound).toBe('unbounded');
  });

  test('without notes everything is to be done', () => {
    expect(names(at({ authority: 'frozen', frozenFrom: 'aurora' }, { reverse }))).toEqual(ROLLBACK_TERMS);
  });
});

describe('frozen from on-prem', () => {
  test.each<[Partial<Freeze> | undefined, readonly string[]]>([
    [undefined, []],
    [{ closedLsn: '0/1', drainedAt: 1, stoppedAt: 1 }, []],
    [{ drainedAt: 1, armedSlot: 's', armedLsn: '0/1' }, ['stop']],
    [{ drainedAt: 1, armedSlot: 's', restoringAt: 1 }, ['stop', 'arm']],
  ])('the freeze is undone, whatever replication does: with %j that is %j', (freeze, undoing) => {
    const situation = at(fromOnPrem(freeze), { forward: inState('failed') });
    expect(names(situation)).toEqual([...undoing, 'open', ...TRAFFIC]);
    expect(rollbackTime(situation).bound).toBe('bounded');
  });
});

test('frozen from nowhere, it waits for somebody who decides', () => {
  const time = rollbackTime(at({ authority: 'frozen' }));
  expect(time).toMatchObject({
    bound: 'unbounded',
    reasons: ['the authority item is frozen and does not say from where: somebody must decide'],
  });
  expect(time.terms.map(({ name }) => name)).toEqual(TRAFFIC);
});

describe('which directions are asked', () => {
  test.each([
    [{ authority: 'on-prem' }, 'forward', ['forward']],
    [{ authority: 'aurora' }, 'reverse', ['reverse']],
    [fromOnPrem(), 'forward', ['forward']],
    [fromOnPrem({ armedAt: 1 }), 'forward', ['forward']],
    [fromAurora(), 'reverse', ['reverse']],
    [fromAurora({ armedAt: 1 }), 'reverse', ['reverse', 'forward']],
    [{ authority: 'frozen' }, undefined, []],
  ] as const)('of %j the live one is %s, asked are %j', (record, live, asked) => {
    expect(liveDirection(record)).toBe(live);
    expect(statusesNeeded(record)).toEqual(asked);
  });
});

describe('the durations', () => {
  test.each(['dms', 'native'] as const)('of %s add up to the fixed part that a cutover predicts', (kind) => {
    const { drain, prepare, stop, arm, open } = ASSUMED_SECONDS[kind];
    const fixed = prepare + stop + arm + open;
    expect(fixed).toBe(FREEZE_FIXED_SECONDS[kind]);
    expect(drain).toBeGreaterThan(0);
  });

  test('are what the environment says, what was measured, or what is assumed', () => {
    const known = { ttlSeconds: 60, graceSeconds: 0, verifySeconds: 30 };
    expect(rollbackDurations('dms', known)).toEqual({
      close: 0,
      drain: 10,
      verify: 30,
      prepare: 8,
      stop: 120,
      arm: 170,
      open: 2,
      'dns-change': DNS_CHANGE_SECONDS,
      'record-ttl': 60,
    });
    expect(rollbackDurations('native', { ...known, measured: { stop: 0, close: 3 } })).toMatchObject({
      stop: 0,
      close: 3,
      arm: 2,
    });
  });

  test('each say where they come from', () => {
    expect(Object.keys(TERM_SOURCES)).toEqual(ROLLBACK_TERMS);
  });
});

describe('in every situation', () => {
  const seconds = fc.integer({ min: 0, max: 100_000 });
  const durations: fc.Arbitrary<RollbackDurations> = fc.record({
    close: seconds,
    drain: seconds,
    verify: seconds,
    prepare: seconds,
    stop: seconds,
    arm: seconds,
    open: seconds,
    'dns-change': seconds,
    'record-ttl': fc.integer({ min: 1, max: 60 }),
  });
  const noted = fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined });
  const freeze: fc.Arbitrary<Freeze> = fc.record({
    drains: fc.constant('reverse' as const),
    startedAt: fc.constant(0),
    closedLsn: fc.option(fc.constant('0/1'), { nil: undefined }),
    drainedAt: noted,
    verifiedAt: noted,
    sequencesAt: noted,
    constraintsAt: noted,
    stoppedAt: noted,
    armedAt: noted,
    abandonedBy: noted,
  });
  const record: fc.Arbitrary<RollbackSituation['record']> = fc.oneof(
    fc.constantFrom<RollbackSituation['record']>({ authority: 'on-prem' }, { authority: 'aurora' }),
    freeze.map((notes) => ({ authority: 'frozen' as const, frozenFrom: 'aurora' as const, freeze: notes })),
    freeze.map((notes) => ({
      authority: 'frozen' as const,
      frozenFrom: 'on-prem' as const,
      freeze: { ...notes, drains: 'forward' as const },
    })),
  );
  const situation = fc.record({
    record,
    status: fc.record({ forward: seconds.map(running), reverse: seconds.map(running) }),
    durations,
    rollbackWindowHours: fc.constant(72),
    now: fc.constant(0),
  });
  const bounded = (of: RollbackSituation): number => {
    const time = rollbackTime(of);
    if (time.bound !== 'bounded') throw new Error(`it must be bounded, got ${time.bound}`);
    return time.seconds;
  };
  const published = (of: RollbackSituation): number => publishedSeconds(rollbackTime(of)) ?? NaN;

  test('it grows with each term and never shrinks with one, nor does what is published', () => {
    fc.assert(
      fc.property(
        situation,
        fc.constantFrom(...ROLLBACK_TERMS),
        fc.integer({ min: 1, max: 50_000 }),
        (of, name, more) => {
          const longer: RollbackSituation =
            name === 'lag'
              ? {
                  ...of,
                  status: {
                    forward: running((of.status.forward?.lagSeconds ?? 0) + more),
                    reverse: running((of.status.reverse?.lagSeconds ?? 0) + more),
                  },
                }
              : { ...of, durations: { ...of.durations, [name]: of.durations[name] + more } };
          const counts = rollbackTime(of).terms.some((term) => term.name === name);
          expect(bounded(longer)).toBe(bounded(of) + (counts ? more : 0));
          expect(published(longer)).toBeGreaterThanOrEqual(published(of));
          expect(published(longer)).toBeLessThanOrEqual(WORST_SECONDS);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('it is never below the TTL and the change, and is the sum of what it shows', () => {
    fc.assert(
      fc.property(situation, (of) => {
        expect(published(of)).toBeGreaterThanOrEqual(
          Math.min(of.durations['record-ttl'] + of.durations['dns-change'], WORST_SECONDS),
        );
        expect(rollbackTime(of).terms.reduce((sum, term) => sum + term.seconds, 0)).toBe(bounded(of));
      }),
      { numRuns: 500 },
    );
  });

  test('what a freeze has done already makes it no longer', () => {
    fc.assert(
      fc.property(
        situation.filter(({ record: { frozenFrom } }) => frozenFrom === 'aurora'),
        fc.constantFrom('drainedAt', 'verifiedAt', 'sequencesAt', 'constraintsAt', 'stoppedAt', 'armedAt'),
        (of, part) => {
          const { freeze: notes } = of.record;
          if (notes === undefined) return;
          const later = { ...of, record: { ...of.record, freeze: { ...notes, [part]: 1 } } };
          expect(bounded(later)).toBeLessThanOrEqual(bounded(of));
        },
      ),
      { numRuns: 500 },
    );
  });
});
