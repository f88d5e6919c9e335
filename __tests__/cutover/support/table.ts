import { expect } from '@jest/globals';
import type { CutoverMachine } from '../../../constructs/cutover/definitions';
import type { Injection } from '../../support/run-state-machine';
import { FAULT_NAMES, type FaultName, inject } from './faults';
import type { Kind, MachineWorld, Run } from './machine-world';
import { expectSound, standing } from './standing';
import { type Start, STARTS } from './starts';

/** What an execution came to, in one line: see `describeRun`. */
export type Outcome = string;

/** For states that behave alike: what each fault leads to. */
export interface Row {
  readonly states: readonly string[];
  readonly ends: Readonly<Partial<Record<FaultName, Outcome>>>;
  /** What the faults lead to that are not named. */
  readonly otherwise: Outcome;
}

export interface Table {
  readonly machine: CutoverMachine;
  readonly start: Start;
  readonly rows: readonly Row[];
  /** @default DMS */
  readonly kind?: Kind;
  /** What goes wrong first, so that the states are reached. @default nothing */
  readonly after?: readonly Injection[];
  readonly input?: unknown;
}

/** One state of a table, and what each fault in it leads to. */
export interface Case extends Table {
  readonly state: string;
  readonly expected: Readonly<Record<FaultName, Outcome>>;
}

export const casesOf = (...tables: readonly Table[]): (readonly [string, Case])[] =>
  tables.flatMap((table) =>
    table.rows.flatMap(({ states, ends, otherwise }) =>
      states.map((state): readonly [string, Case] => [
        titleOf(table, state),
        { ...table, state, expected: all((name) => ends[name] ?? otherwise) },
      ]),
    ),
  );

function titleOf({ start, kind = 'dms', after = [] }: Table, state: string): string {
  const first = after.map((each) => each.state).join(' and ');
  return `${state}, ${start} with ${kind} replication${first === '' ? '' : `, after ${first} went wrong`}`;
}

/**
 * The state with each fault: how everything stands afterwards. Fails where anything is lost, two sides are open, or people
 * cannot put it right from there.
 */
export async function outcomesOf({
  machine,
  start,
  kind = 'dms',
  after = [],
  input,
  state,
}: Case): Promise<Record<FaultName, Outcome>> {
  const found = all(() => '');
  for (const name of FAULT_NAMES) {
    const machines = await STARTS[start](kind);
    const { epoch } = machines.world.item;
    const run = await machines.run(machine, { faults: [...after, inject(state, name)], input });
    expect(run.visited).toContain(state);
    expectProgress(machines, run);
    found[name] = describeRun(machines, run);
    expectSound(machines);
    // Where nothing was changed, nothing new is to be seen.
    if (machines.world.item.epoch > epoch || name === 'fails') await putRight(machines, machine, name);
  }
  return found;
}

const all = (outcome: (name: FaultName) => Outcome): Record<FaultName, Outcome> =>
  Object.fromEntries(FAULT_NAMES.map((name) => [name, outcome(name)])) as Record<FaultName, Outcome>;

/** `<well or failed>: <authority> <epoch> [<who is writable>], <aws/on-prem>, <clearance>, <replication>; told <severities>`. */
export function describeRun(machines: MachineWorld, { end }: Pick<Run, 'end'>): Outcome {
  const { authority, epoch, writable, weights, clearance, forward, reverse, problems } = standing(machines);
  const told = [...new Set(machines.notices.map(({ severity }) => severity))].join(' and ');
  return [
    `${end === 'Succeed' ? 'well' : 'failed'}: ${authority} ${epoch} [${writable.join(' and ')}]`,
    `${weights}, ${clearance}`,
    `${[...(forward === 'running' ? ['forward'] : []), ...(reverse === 'running' ? ['reverse'] : []), ...problems].join(' and ')}`,
    `told ${told}`,
  ].join('; ');
}

/** The progress item is of the execution, as soon as it had the lease, and of a state that it was in. */
function expectProgress({ progress: { current } }: MachineWorld, { visited, execution }: Run): void {
  if (visited.length < 5) return;
  expect(current?.execution).toBe(execution);
  expect(visited).toContain(current?.step);
}

/** Whatever became of it, people can go on: the same machine, or a rollback, and from a freeze also resume. */
async function putRight(machines: MachineWorld, machine: CutoverMachine, name: FaultName): Promise<void> {
  const { world } = machines;
  if (machine === 'finish' || machine === 'replicate') {
    const again = await machines.run(machine);
    expect([again.failure, world.violations]).toEqual([undefined, []]);
    return;
  }
  if (world.item.authority === 'frozen' && FAULT_NAMES.indexOf(name) % 2 === 1) {
    const from = world.item.frozenFrom;
    const resumed = await machines.run('resume');
    expect([resumed.failure, world.item.authority]).toEqual([undefined, from]);
    expectSound(machines);
  }
  if (isHome(machines)) return;
  const rolledBack = await machines.run('rollback');
  expect(rolledBack.failure).toBeUndefined();
  expect(standing(machines)).toMatchObject({
    authority: 'on-prem',
    writable: [`on-prem at ${world.item.epoch}`],
    weights: '0/100',
    clearance: '0 to 0',
    forward: 'running',
    reverse: expect.stringMatching(/^(stopped|absent)$/),
    problems: [],
  });
  expectSound(machines);
}

const isHome = (machines: MachineWorld): boolean => {
  const { authority, clearance, weights, forward } = standing(machines);
  return authority === 'on-prem' && clearance === '0 to 0' && weights === '0/100' && forward === 'running';
};
