import { describe, expect, test } from '@jest/globals';
import type { CutoverMachine } from '../../../constructs/cutover/definitions';
import type { Step } from '../../../constructs/cutover/steps';
import type { RunResult } from '../../support/run-state-machine';
import { successorsOf } from '../../support/state-machine-rules';
import { definitionOf, MACHINE_NAMES } from './machines';
import { type Departure, departuresOf, runScripted } from './scripted';

type State = Readonly<Record<string, unknown>>;

interface Explored extends RunResult {
  readonly departures: readonly Departure[];
}

/** So many things go wrong in one execution. */
const DEPTH = 4;

/** Executes a machine with every departure of every call, and again with those of the states that these led to. */
async function explore(machine: CutoverMachine): Promise<Explored[]> {
  const runs: Explored[] = [];
  const seen = new Set<string>();
  const queue: (readonly Departure[])[] = [[]];
  for (let departures = queue.shift(); departures !== undefined; departures = queue.shift()) {
    const run = { ...(await runScripted(machine, departures)), departures };
    runs.push(run);
    if (departures.length >= DEPTH) continue;
    const counts = new Map<string, number>();
    for (const { state, payload } of run.calls) {
      const call = counts.get(state) ?? 0;
      counts.set(state, call + 1);
      // What was there before the first departure was explored without it.
      const key = JSON.stringify([departures[0] === undefined ? '' : state, state, call]);
      const isNew = departures.length === 0 ? call === 0 : !seen.has(key) && runs[0]?.visited.includes(state) === false;
      if (!isNew || departures.some((each) => each.state === state)) continue;
      if (departures.length > 0) seen.add(key);
      const step = payload['step'] as Step | undefined;
      queue.push(...departuresOf(machine, state, call, step).map((next) => [...departures, next]));
    }
  }
  return runs;
}

const explorations = new Map<CutoverMachine, Promise<Explored[]>>();
const explored = (machine: CutoverMachine): Promise<Explored[]> => {
  const runs = explorations.get(machine) ?? explore(machine);
  explorations.set(machine, runs);
  return runs;
};

const stepsOf = ({ calls }: RunResult): string[] =>
  calls.map(({ payload: { step, action } }) => [step, action].find((each) => typeof each === 'string') ?? 'schema');

describe.each(MACHINE_NAMES)('the machine %s, whatever its steps answer', (machine) => {
  const states = definitionOf(machine)['States'] as Record<string, State>;

  test('goes every way that it has', async () => {
    const runs = await explored(machine);
    const visited = new Set(runs.flatMap((run) => run.visited));
    expect(Object.keys(states).filter((name) => !visited.has(name))).toEqual([]);
    const gone = new Set(runs.flatMap((run) => run.transitions));
    const ways = Object.entries(states).flatMap(([name, state]) =>
      successorsOf(state).map(({ next }) => `${name} -> ${next}`),
    );
    expect([...new Set(ways)].filter((way) => !gone.has(way))).toEqual([]);
  }, 120_000);

  test('does nothing more once its lease is lost', async () => {
    const lost = (await explored(machine)).filter(({ failure }) => failure?.error === 'Overtaken');
    expect(lost.length).toBeGreaterThan(5);
    for (const run of lost) expect(run.visited.slice(-1)).toEqual(['Overtaken']);
    const errors = (await explored(machine)).filter(({ departures }) =>
      departures.some((each) => 'fault' in each && each.fault.kind === 'fail' && each.fault.error === 'LeaseLost'),
    );
    for (const { departures, calls } of errors) {
      const where = departures.find(
        (each) => 'fault' in each && 'error' in each.fault && each.fault.error === 'LeaseLost',
      );
      expect(calls.slice(-1)[0]?.state).toBe(where?.state);
      expect(calls.filter(({ state }) => state === where?.state).length).toBe(
        calls.slice(calls.findIndex(({ state }) => state === where?.state)).length,
      );
    }
  }, 120_000);

  test('tells people of every failure, and gives the lease back', async () => {
    const failed = (await explored(machine)).filter(
      ({ failure, visited }) =>
        failure !== undefined && !visited.some((name) => ['Overtaken', 'Not begun'].includes(name)),
    );
    expect(failed.length).toBeGreaterThan(10);
    for (const run of failed) {
      const told = run.calls.filter(({ payload }) => payload['step'] === 'notify');
      expect(told.map(({ payload }) => (payload['given'] as State)['failure'])).toContainEqual(
        expect.objectContaining({ Error: expect.any(String), Cause: expect.any(String) }),
      );
      expect(stepsOf(run).slice(-1)).toEqual(['release']);
    }
  }, 120_000);

  test('fails with the first thing that went wrong', async () => {
    const failed = (await explored(machine)).filter(({ failure }) => failure?.error === 'Error');
    for (const run of failed) expect(run.failure?.cause).toBe('something broke');
    expect(failed.length).toBeGreaterThan(0);
  }, 120_000);
});

describe('a cutover, whatever its steps answer', () => {
  const after = (run: RunResult, step: string): string[] => stepsOf(run).slice(stepsOf(run).indexOf(step) + 1);

  test('settles every failure inside the freeze, and undoes nothing by itself', async () => {
    for (const run of (await explored('cutover')).filter((each) => stepsOf(each).includes('freeze'))) {
      const steps = stepsOf(run);
      const overtaken = run.failure?.error === 'Overtaken';
      const settled = steps.includes('settle-failure');
      const opened = run.transitions.includes('Probe? -> Release lease');
      expect(overtaken || settled !== opened).toBe(true);
      expect(steps.includes('abandon-freeze') ? settled : true).toBe(true);
    }
  }, 120_000);

  test('changes nothing before it is approved', async () => {
    const effects = [
      'freeze',
      'sequences',
      'stop-drained',
      'arm-opposite',
      'require-aws-weight',
      'open',
      'abandon-freeze',
    ];
    for (const run of (await explored('cutover')).filter(
      (each) => !each.transitions.includes('Await approval? -> Read weights again'),
    )) {
      expect(stepsOf(run).filter((step) => effects.includes(step))).toEqual([]);
    }
  }, 120_000);

  test('opens Aurora only after everything before it was done', async () => {
    const order = [
      'freeze',
      'drain',
      'delta',
      'judge-verification',
      'sequences',
      'constraints',
      'stop-drained',
      'arm-opposite',
      'require-aws-weight',
      'open',
      'probe',
    ];
    const [usual] = await explored('cutover');
    expect(usual === undefined ? [] : stepsOf(usual).filter((step) => order.includes(step))).toEqual(order);
    const opened = (await explored('cutover')).filter((run) => run.visited.includes('Open Aurora'));
    for (const run of opened) expect(run.transitions).toContain('Keep traffic on AWS? -> Open Aurora');
    for (const run of opened) expect(after(run, 'freeze').indexOf('open')).toBeGreaterThan(7);
  }, 120_000);
});

describe('a rollback, whatever its steps answer', () => {
  test('never opens on-premises over a drain or a verification that did not end well', async () => {
    for (const run of (await explored('rollback')).filter((each) => each.visited.includes('Stays frozen'))) {
      expect(run.transitions.some((way) => /^(Open on-premises|Undo freeze)\? -> Lower clearance$/.test(way))).toBe(
        false,
      );
      expect(run.visited).not.toContain('Move weights');
    }
    const ways = [
      'Drain? -> What to verify?',
      'Judge verification? -> Move sequences',
      'Stop reverse? -> Arm forward',
      'Arm forward? -> Open on-premises',
    ];
    for (const run of (await explored('rollback')).filter((each) => each.visited.includes('Open on-premises'))) {
      expect(run.transitions).toEqual(expect.arrayContaining(ways));
    }
  }, 120_000);

  test('moves the traffic of every rollback in which on-premises has the right to write', async () => {
    for (const run of await explored('rollback')) {
      const has = run.transitions.some((way) => / -> Lower clearance$/.test(way));
      const moved = run.visited.includes('Move weights');
      expect(run.failure?.error === 'Overtaken' ? !moved || has : moved === has).toBe(true);
    }
  }, 120_000);

  test.each(['on-prem', 'frozen-from-on-prem', 'aurora', 'frozen-from-aurora'])(
    'ends well from %s',
    async (outcome) => {
      const run = await runScripted('rollback', [{ state: 'Locate authority', call: 0, answer: { outcome } }]);
      expect(run.failure).toBeUndefined();
      expect(run.calls.find(({ payload }) => payload['action'] === 'shift')?.payload).toMatchObject({
        weights: { aws: 0, 'on-prem': 100 },
        machine: 'rollback',
        token: 7,
      });
      expect(stepsOf(run).includes('freeze')).toBe(outcome.endsWith('aurora'));
      expect(stepsOf(run).includes('abandon-freeze')).toBe(outcome === 'frozen-from-on-prem');
    },
  );

  test('verifies everything where no comparison is known', async () => {
    const run = await runScripted('rollback', [{ state: 'Locate authority', call: 0, answer: { outcome: 'aurora' } }]);
    expect(stepsOf(run)).toContain('compare');
    expect(stepsOf(await runScripted('rollback'))).toContain('delta');
  });
});

describe('an advance', () => {
  test('goes back to the weights that there were, or to those of the step before', async () => {
    const weightsOf = async (departures: readonly Departure[]): Promise<unknown> => {
      const run = await runScripted('advance', [
        { state: 'Bake', call: 0, answer: { outcome: 'breach' } },
        ...departures,
      ]);
      return run.calls.find(({ payload }) => payload['action'] === 'shift')?.payload['weights'];
    };
    expect(await weightsOf([])).toEqual({ aws: 10, 'on-prem': 90 });
    const named = { outcome: 'done', weights: { aws: 0, 'on-prem': 100 } };
    expect(await weightsOf([{ state: 'Lower clearance', call: 0, answer: named }])).toEqual({ aws: 0, 'on-prem': 100 });
  });

  test('moves no weights where nothing was cleared', async () => {
    for (const run of (await explored('advance')).filter((each) => !each.visited.includes('Raise clearance'))) {
      expect(stepsOf(run)).not.toContain('shift');
    }
  }, 120_000);

  test('lowers the clearance after every failure that follows its raise', async () => {
    for (const run of (await explored('advance')).filter((each) => each.visited.includes('Raise clearance'))) {
      const lowered = stepsOf(run).includes('lower-clearance');
      const safe = run.transitions.some((way) => / -> Release lease$/.test(way));
      expect(run.failure?.error === 'Overtaken' || lowered !== safe).toBe(true);
    }
  }, 120_000);
});
