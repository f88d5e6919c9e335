import { describe, expect, test } from '@jest/globals';
import type { Side } from '../../../lambda/shared/authority/authority';
import {
  type Direction,
  ENDS,
  type FoundSlot,
  type ReplicationState,
} from '../../../lambda/shared/replication/replication';
import { orphanedSlots, removalOf, type SlotSituation } from '../../../lambda/migration-watch/orphaned-slots';

const found = (slot: string, direction?: Direction, more: Partial<FoundSlot> = {}): FoundSlot => ({
  side: direction === undefined ? 'on-prem' : ENDS[direction].source,
  slot,
  active: false,
  retainedBytes: 0,
  ...(direction === undefined ? {} : { direction }),
  ...more,
});

const orphans = (
  authority: SlotSituation['authority'],
  slots: readonly FoundSlot[],
  states: Partial<Record<Direction, ReplicationState>> = {},
  known: readonly string[] = [],
) =>
  orphanedSlots({
    authority,
    slots,
    states: { forward: 'running', reverse: 'running', ...states },
    slotNames: (direction) => [`own_${direction}`],
    known,
  }).map(({ slot, why }) => [slot, why]);

const FORWARD = found('own_forward', 'forward');
const REVERSE = found('own_reverse', 'reverse');
const REVERSE_ON_PREM = 'on-prem has the right to write: replication reverse is armed anew, inside of a freeze';
const NO_WAY_BACK = 'aurora has the right to write, and replication reverse is gone: there is no way back to keep';

describe('the slot of a direction', () => {
  test.each<[SlotSituation['authority'], Partial<Record<Direction, ReplicationState>>, readonly string[][]]>([
    ['on-prem', {}, [['own_reverse', REVERSE_ON_PREM]]],
    ['on-prem', { forward: 'stopped', reverse: 'absent' }, [['own_reverse', REVERSE_ON_PREM]]],
    ['on-prem', { forward: 'failed' }, [['own_reverse', REVERSE_ON_PREM]]],
    [
      'on-prem',
      { forward: 'absent' },
      [
        ['own_forward', 'nothing is set up that could read it'],
        ['own_reverse', REVERSE_ON_PREM],
      ],
    ],
    ['aurora', { forward: 'stopped' }, []],
    ['aurora', { forward: 'absent', reverse: 'failed' }, []],
    [
      'aurora',
      { reverse: 'absent' },
      [
        ['own_forward', NO_WAY_BACK],
        ['own_reverse', NO_WAY_BACK],
      ],
    ],
    ['frozen', { forward: 'absent', reverse: 'absent' }, []],
  ])('with authority %s and %j is an orphan where %j', (authority, states, expected) => {
    expect(orphans(authority, [FORWARD, REVERSE], states)).toEqual(expected);
  });

  test('is one too while it is read, where the direction may have none', () => {
    expect(orphans('on-prem', [{ ...REVERSE, active: true }])).toEqual([['own_reverse', REVERSE_ON_PREM]]);
  });
});

describe('a slot of a direction that reads from another one', () => {
  const LOAD = found('load', 'forward');

  test.each<[string, readonly FoundSlot[], readonly string[][]]>([
    [
      'the other one is read',
      [FORWARD, { ...LOAD, active: true }],
      [['own_forward', 'replication forward reads from load']],
    ],
    [
      'the named one is read',
      [{ ...FORWARD, active: true }, LOAD],
      [['load', 'replication forward reads from own_forward']],
    ],
    [
      'nobody reads now, the named one counts',
      [FORWARD, LOAD],
      [['load', 'replication forward reads from own_forward']],
    ],
    ['nobody can tell', [LOAD, found('load2', 'forward')], []],
    [
      'both are read',
      [
        { ...FORWARD, active: true },
        { ...LOAD, active: true },
      ],
      [],
    ],
    ['it is alone', [LOAD], []],
    ['the other one is of the other direction', [LOAD, { ...REVERSE, active: true }], []],
  ])('is an orphan: %s', (_case, slots, expected) => {
    expect(orphans('aurora', slots)).toEqual(expected);
  });

  test.each(['loading', 'starting'] as const)('is none while it is %s: a load reads from several', (forward) => {
    expect(orphans('on-prem', [FORWARD, LOAD], { forward })).toEqual([]);
  });

  test('is none inside of a freeze', () => {
    expect(orphans('frozen', [FORWARD, LOAD])).toEqual([]);
  });
});

describe('a slot of nobody here', () => {
  const why = 'nobody here made it, and nobody reads it';

  test.each(['on-prem', 'aurora', 'frozen'] as const)(
    'is an orphan with authority %s unless it is read or known',
    (authority) => {
      const slots = [found('lost'), found('read', undefined, { active: true }), found('theirs')];
      expect(orphans(authority, slots, {}, ['theirs'])).toEqual([['lost', why]]);
    },
  );

  test('may have a name of ours on the wrong side', () => {
    expect(orphans('frozen', [found('own_reverse')])).toEqual([
      ['own_reverse', 'it has the name of the slot of reverse, which begins on the other side'],
    ]);
  });
});

test.each<[Side, boolean, string]>([
  ['on-prem', false, "on on-prem, as the role payments_migrator: SELECT pg_drop_replication_slot('s');"],
  [
    'aurora',
    true,
    "stop what reads it, then on aurora, as the role payments_migrator: SELECT pg_drop_replication_slot('s');",
  ],
])('what to run is said for %s, active: %s', (side, active, text) => {
  expect(removalOf(found('s', undefined, { side, active }))).toBe(text);
});
