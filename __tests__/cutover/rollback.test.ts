import { describe, expect, test } from '@jest/globals';
import { inject, tasksOf } from './support/faults';
import { expectSound } from './support/standing';
import { type Start, STARTS } from './support/starts';
import { casesOf, describeRun, outcomesOf, type Row } from './support/table';

/** Everything is home: the right to write and the traffic. */
const home = (epoch: number, told = 'page', end = 'well'): string =>
  `${end}: on-prem ${epoch} [on-prem at ${epoch}]; 0/100, 0 to 0; forward; told ${told}`;
/** What stands in the way is an error that does not pass; once is no matter. */
const always = (outcome: string, died = outcome): Row['ends'] => ({ 'always fails': outcome, 'always dies': died });

/** @param before how everything stood, without what people are told */
function trafficRows(epoch: number, before: string, cleared: string): readonly Row[] {
  const end = `failed: on-prem ${epoch} [on-prem at ${epoch}]`;
  return [
    { states: ['Take over lease'], ends: always(before), otherwise: home(epoch) },
    { states: ['Locate authority'], ends: always(`${before}page`), otherwise: home(epoch) },
    {
      states: ['Lower clearance'],
      // Weights are only moved where they are cleared; each though the other failed.
      ends: always(
        `${end}; ${cleared.startsWith('0 ') ? '0/100' : '100/0'}, ${cleared}; forward; told page`,
        home(epoch, 'page', 'failed'),
      ),
      otherwise: home(epoch),
    },
    {
      states: ['Move weights'],
      ends: always(`${end}; 100/0, 0 to 0; forward; told page`, home(epoch, 'page', 'failed')),
      otherwise: home(epoch),
    },
    { states: ['Release lease'], ends: {}, otherwise: home(epoch) },
    { states: ['Tell'], ends: { 'always fails': home(epoch, '') }, otherwise: home(epoch) },
  ];
}

const ON_PREM = [
  ...trafficRows(1, 'failed: on-prem 1 [on-prem at 1]; 100/0, 0 to 100; forward; told ', '0 to 100'),
  { states: ['Complete opening'], ends: always(home(1, 'page', 'failed')), otherwise: home(1) },
];

/** The cutover got as far as it can without changing authority. */
const HALF_WAY = 'failed: frozen from on-prem 2 []; 100/0, 100 to 100; reverse; told ';
const UNDOING = [
  ...trafficRows(3, HALF_WAY, '0 to 100'),
  {
    states: ['Undo freeze'],
    ends: always(`${HALF_WAY}page`, 'failed: on-prem 3 [on-prem at 3]; 100/0, 0 to 100; forward; told page'),
    otherwise: home(3),
  },
];

const ON_AURORA = 'failed: aurora 3 [aurora at 3]; 100/0, 100 to 100; reverse; told ';
const frozen = (replication: string): string =>
  `failed: frozen from aurora 4 []; 100/0, 100 to 100; ${replication}; told page`;
/** Authority has gone to on-premises and nobody heard of it; traffic stays where it is answered. */
const NOT_HEARD = 'failed: on-prem 5 [on-prem at 5]; 100/0, 100 to 100; forward; told page';

const WAY_HOME: readonly Row[] = [
  {
    states: ['Drain', 'Judge verification', 'Move sequences', 'Check constraints'],
    ends: always(frozen('reverse')),
    otherwise: home(5),
  },
  { states: ['Stop reverse'], ends: always(frozen('reverse'), frozen('')), otherwise: home(5) },
  { states: ['Arm forward'], ends: always(frozen(''), frozen('forward')), otherwise: home(5) },
  { states: ['Open on-premises'], ends: always(frozen('forward'), NOT_HEARD), otherwise: home(5) },
];
/** A verification that does not end well opens nothing. */
const verifying = (state: string): Row => ({
  states: [state],
  ends: { repeated: home(5), twice: home(5), 'at once': home(5) },
  otherwise: frozen('reverse'),
});
const FROM_AURORA = [
  ...trafficRows(5, ON_AURORA, '100 to 100'),
  { states: ['Freeze'], ends: always(`${ON_AURORA}page`, frozen('reverse')), otherwise: home(5) },
  ...WAY_HOME,
  verifying('Verify'),
];

/** A rollback that ended before its commit point, which another one goes on with: forward is armed already. */
const ARMED = frozen('forward');
const GOING_ON: readonly Row[] = [
  {
    states: ['Locate authority', 'Freeze', 'Drain', 'Judge verification', 'Move sequences', 'Check constraints'],
    ends: always(ARMED),
    otherwise: home(5),
  },
  { states: ['Stop reverse', 'Arm forward'], ends: always(ARMED), otherwise: home(5) },
  { states: ['Open on-premises'], ends: always(ARMED, NOT_HEARD), otherwise: home(5) },
];

const UNFINISHED = 'failed: on-prem 1 [on-prem at 1]; 100/0, 0 to 0; forward; told ';

test.each(
  casesOf(
    { machine: 'rollback', start: 'advanced', rows: ON_PREM },
    { machine: 'rollback', start: 'frozen from on-prem', rows: UNDOING },
    { machine: 'rollback', start: 'switched', rows: FROM_AURORA },
    { machine: 'rollback', start: 'switched', kind: 'native', rows: WAY_HOME },
    { machine: 'rollback', start: 'frozen from aurora', rows: GOING_ON },
    {
      machine: 'rollback',
      start: 'advanced',
      after: [inject('Move weights', 'always fails')],
      rows: [
        { states: ['Page'], ends: { 'always fails': UNFINISHED }, otherwise: `${UNFINISHED}page` },
        { states: ['Release after failure'], ends: {}, otherwise: `${UNFINISHED}page` },
      ],
    },
    {
      machine: 'rollback',
      start: 'switched',
      after: [inject('Drain', 'always fails')],
      rows: [
        {
          states: ['Page frozen'],
          ends: { 'always fails': frozen('reverse').replace('page', '') },
          otherwise: frozen('reverse'),
        },
        { states: ['Release while frozen'], ends: {}, otherwise: frozen('reverse') },
      ],
    },
  ),
)(
  'a fault in %s',
  async (_, each) => {
    expect(await outcomesOf(each)).toEqual(each.expected);
  },
  60_000,
);

describe('a rollback', () => {
  test('is tried with a fault in each of its states that call a function', () => {
    const rows = [...ON_PREM, ...UNDOING, ...FROM_AURORA];
    const tried = new Set(rows.flatMap(({ states }) => states));
    const others = ['Page', 'Release after failure', 'Page frozen', 'Release while frozen', 'Verify everything'];
    expect([...tried, ...others].sort()).toEqual(tasksOf('rollback').sort());
  });

  test.each<[Start, number]>([
    ['replicated', 1],
    ['advanced', 1],
    ['frozen from on-prem', 3],
    ['switched', 5],
    ['frozen from aurora', 5],
  ])('leads home from %s with either replication, and keeps every payment', async (start, epoch) => {
    for (const kind of ['native', 'dms'] as const) {
      const machines = await STARTS[start](kind);
      const run = await machines.run('rollback');
      expect(run.visited.slice(-1)).toEqual(['Rolled back']);
      expect(describeRun(machines, run)).toBe(home(epoch));
      expectSound(machines);
      const { 'on-prem': onPrem, aurora } = machines.world.databases;
      expect([...aurora.payments].filter((id) => !onPrem.payments.has(id))).toEqual([]);
      expect(machines.world.item.lease).toBeUndefined();
    }
  });

  test('compares everything where no comparison is known', async () => {
    const machines = await STARTS.switched('dms');
    machines.comparisons.forget();
    const run = await machines.run('rollback');
    expect(run.visited).toContain('Verify everything');
    expect(describeRun(machines, run)).toBe(home(5));
    expectSound(machines);
  });

  test('opens nothing over a payment that did not get there', async () => {
    const machines = await STARTS.switched('native');
    machines.world.links.reverse.stuck = true;
    machines.world.pass(100);
    const run = await machines.run('rollback');
    expect(describeRun(machines, run)).toBe(frozen('reverse'));
    expect(run.failure).toMatchObject({ error: 'expired' });
    machines.world.links.reverse.stuck = false;
    machines.notices.length = 0;
    expect(describeRun(machines, await machines.run('rollback'))).toBe(home(5));
    expectSound(machines);
  });

  test('overtakes a cutover at each of its states, which does nothing more', async () => {
    for (const state of ['Drain', 'Verify', 'Stop forward', 'Arm reverse', 'Open Aurora', 'Probe']) {
      const machines = await STARTS.advanced('dms');
      let rolledBack: Promise<unknown> | undefined;
      const run = await machines.run('cutover', {
        onTask: async (task) => {
          if (task === state) await (rolledBack ??= machines.run('rollback'));
        },
      });
      expect([state, run.end]).toEqual([state, 'Overtaken']);
      expect(describeRun(machines, { end: 'Succeed' })).toBe(home(state === 'Probe' ? 5 : 3));
      expectSound(machines);
    }
  });
});
