import { expect, test } from '@jest/globals';
import type { CutoverMachine } from '../../constructs/cutover/definitions';
import { FAULT_NAMES } from './support/faults';
import { MachineWorld } from './support/machine-world';
import { expectSound } from './support/standing';
import { type Start, STARTS } from './support/starts';
import { casesOf, describeRun, outcomesOf } from './support/table';

/** What each machine may leave behind, whatever goes wrong in it: where authority is, and at which epochs. */
const MACHINES: readonly (readonly [CutoverMachine, Start, string, RegExp, readonly string[]])[] = [
  [
    'replicate',
    'empty',
    'well: on-prem 1 [on-prem at 1]; 0/100, 0 to 0; forward; told info',
    /^(well|failed): on-prem 1 \[on-prem at 1\]; 0\/100, 0 to 0; /,
    ['Assess', 'Create tables', 'Start full load', 'Await full load', 'Resume replication', 'Await replication'],
  ],
  [
    'advance',
    'replicated',
    'well: on-prem 1 [on-prem at 1]; 10/90, 0 to 10; forward; told info',
    /^(well|failed): on-prem 1 \[on-prem at 1\]; (0\/100, 0 to (0|10)|10\/90, 0 to 10); forward; /,
    ['Check gates', 'Raise clearance', 'Look at weights', 'Await weights', 'Bake', 'Release lease'],
  ],
  [
    'resume',
    'frozen from on-prem',
    'well: on-prem 3 [on-prem at 3]; 100/0, 0 to 100; forward; told page',
    /^(well|failed): (frozen from on-prem 2 \[\]; 100\/0, 100 to 100; reverse|on-prem 3 \[on-prem at 3\]; 100\/0, 0 to 100; forward); /,
    ['Locate authority', 'Request approval', 'Await approval', 'Undo freeze', 'Release lease', 'Tell'],
  ],
  [
    'resume',
    'frozen from aurora',
    'well: aurora 5 [aurora at 5]; 100/0, 100 to 100; reverse; told page',
    /^(well|failed): (frozen from aurora 4 \[\]; 100\/0, 100 to 100; (forward|reverse)|aurora 5 \[aurora at 5\]; 100\/0, 100 to 100; reverse); /,
    ['Undo freeze'],
  ],
  [
    'finish',
    'settled',
    'well: aurora 3 [aurora at 3]; 100/0, 100 to 100; ; told info',
    /^(well|failed): aurora 3 \[aurora at 3\]; 100\/0, 100 to 100; (reverse)?; /,
    ['Locate authority', 'Check window', 'Retire reverse', 'Archive history', 'Release lease', 'Tell'],
  ],
];

test.each(MACHINES)('%s ends well from %s with either replication', async (machine, start, expected) => {
  for (const kind of ['native', 'dms'] as const) {
    const machines = await STARTS[start](kind);
    expect(describeRun(machines, await machines.run(machine))).toBe(expected);
    expectSound(machines);
  }
});

test.each(
  MACHINES.flatMap(([machine, start, expected, possible, states]) =>
    casesOf({ machine, start, rows: [{ states, ends: {}, otherwise: expected }] }).map(
      ([title, each]) => [machine, title, each, possible] as const,
    ),
  ),
)(
  '%s: a fault in %s',
  async (_, title, each, possible) => {
    const found = await outcomesOf(each);
    for (const name of FAULT_NAMES)
      expect([title, name, found[name]]).toEqual([title, name, expect.stringMatching(possible)]);
    // What is delivered twice is done once.
    for (const name of ['repeated', 'twice', 'at once'] as const) expect(found[name]).toBe(each.expected[name]);
  },
  60_000,
);

test('an advance does not begin where an alarm has no data', async () => {
  const machines = MachineWorld.replicated('dms');
  machines.safety = { ...machines.safety, children: [{ name: 'lag-test', verdict: 'no-data' }] };
  const run = await machines.run('advance');
  expect(describeRun(machines, run)).toMatch(/^failed: on-prem 1 \[on-prem at 1\]; 0\/100, 0 to 0; /);
  expectSound(machines);
});
