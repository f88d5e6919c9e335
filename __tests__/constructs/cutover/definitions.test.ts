import { describe, expect, test } from '@jest/globals';
import { together } from '../../../constructs/cutover/definitions/states';
import { isPolling, limitSecondsOf, pauseSecondsOf } from '../../../constructs/cutover/limits';
import { type Step, STEPS } from '../../../constructs/cutover/steps';
import { EXECUTOR_STEPS, LEASE_STEPS } from '../../../lambda/migration-steps/step-names';
import { MACHINES } from '../../../lambda/shared/migration/executor';
import { danglingReferences } from '../../support/state-machine-fields';
import { problemsOf, statesOf, successorsOf } from '../../support/state-machine-rules';
import { definitionOf, MACHINE_NAMES, MACHINE_PROPS } from './machines';

type State = Readonly<Record<string, unknown>>;
interface Payload {
  readonly step?: string;
  readonly action?: string;
  readonly [field: string]: unknown;
}

const FINAL = ['Overtaken'];
const stepNames = Object.keys(STEPS) as Step[];
const states = (machine: (typeof MACHINE_NAMES)[number]): Record<string, State> =>
  definitionOf(machine)['States'] as Record<string, State>;
const payloadOf = (state: State): Payload => (state['Parameters'] as { Payload?: Payload } | undefined)?.Payload ?? {};
const tasks = MACHINE_NAMES.flatMap((machine) =>
  Object.entries(states(machine))
    .filter(([, { Type }]) => Type === 'Task')
    .map(([name, state]) => ({ machine, name, state, payload: payloadOf(state) })),
);

describe.each(MACHINE_NAMES)('the machine %s', (machine) => {
  const definition = definitionOf(machine);

  test('is valid, keeps the rules of this project, and has no state in vain', () => {
    expect(problemsOf(definition)).toEqual([]);
  });

  test('refers only to what an earlier state has put there, whatever the path', () => {
    expect(danglingReferences(definition)).toEqual([]);
  });

  test('ends as overtaken, at once, wherever the lease is lost', () => {
    for (const { state } of tasks.filter((task) => task.machine === machine)) {
      expect((state['Catch'] as State[])[0]).toMatchObject({ ErrorEquals: ['LeaseLost'], Next: 'Overtaken' });
    }
    expect(states(machine)['Overtaken']).toMatchObject({ Type: 'Fail' });
  });

  test('handles every outcome that a step may have, by name or as a failure', () => {
    for (const [name, state] of Object.entries(states(machine)).filter(([each]) => states(machine)[`${each}?`])) {
      const { step } = payloadOf(state);
      const choice = states(machine)[`${name}?`] as State;
      const named = (choice['Choices'] as State[]).map(({ StringEquals }) => StringEquals);
      expect({
        name,
        unknown: named.filter((word) => !(STEPS[step as Step] as readonly unknown[]).includes(word)),
      }).toEqual({
        name,
        unknown: [],
      });
      expect(typeof choice['Default']).toBe('string');
    }
  });

  test('takes the lease first, and calls nothing before it', () => {
    const [first] = successorsOf(states(machine)['Begin'] ?? {});
    expect(payloadOf(states(machine)[first?.next ?? ''] ?? {}).step).toBe(
      machine === 'rollback' ? 'take-over' : 'acquire',
    );
  });

  test('tells people how it ended and gives the lease back, but where it was overtaken or had none', () => {
    const ends = Object.entries(states(machine)).filter(([, { Type }]) => Type === 'Fail' || Type === 'Succeed');
    const leading = (name: string): string[] =>
      Object.entries(states(machine))
        .filter(([, state]) => successorsOf(state).some(({ next }) => next === name))
        .map(([, state]) => payloadOf(state).step ?? 'choice');
    for (const [name] of ends.filter(([each]) => ![...FINAL, 'Not begun'].includes(each))) {
      expect({ name, by: leading(name).filter((step) => !['release', 'notify', 'choice'].includes(step)) }).toEqual({
        name,
        by: [],
      });
      expect(leading(name)).toContainEqual(expect.stringMatching(/release|notify/));
    }
  });
});

describe('the tasks of the machines', () => {
  test('call each step of the list, and none that is not in it', () => {
    expect(new Set(tasks.flatMap(({ payload: { step } }) => (step === undefined ? [] : [step])))).toEqual(
      new Set(stepNames),
    );
  });

  test('tell a step where and for whom it is called', () => {
    for (const { machine, name, payload } of tasks.filter(({ payload: { step } }) => step !== undefined)) {
      const { step } = payload;
      expect(payload).toMatchObject({
        state: name,
        machine,
        'execution.$': '$$.Execution.Id',
        'name.$': '$$.Execution.Name',
        'startedAt.$': '$$.Execution.StartTime',
        'input.$': '$$.Execution.Input',
        given: expect.any(Object),
      });
      const takes = step === 'acquire' || step === 'take-over';
      expect(payload['token.$']).toBe(takes ? undefined : '$.lease.token');
    }
  });

  test('call one version of each function, and wait a little longer than it may take', () => {
    const limits = Object.fromEntries(
      Object.values(MACHINE_PROPS.functions).map(({ functionArn, timeoutSeconds }) => [functionArn, timeoutSeconds]),
    );
    for (const { name, state } of tasks) {
      const { FunctionName } = state['Parameters'] as { FunctionName: string };
      const expected = name === 'Verify' ? 900 : (limits[FunctionName] ?? NaN) + 30;
      expect({ name, seconds: state['TimeoutSeconds'] }).toEqual({ name, seconds: expected });
    }
  });

  test('move weights with a token that can be refused', () => {
    const shifts = tasks.filter(({ payload: { action } }) => action === 'shift');
    expect(shifts.map(({ machine }) => machine)).toEqual(['advance', 'rollback']);
    for (const { machine, payload } of shifts) {
      expect(payload).toMatchObject({ machine, 'execution.$': '$$.Execution.Id', 'token.$': '$.lease.token' });
    }
  });

  test('read nothing of the input themselves but hand it on to steps, whole', () => {
    expect(JSON.stringify(MACHINE_NAMES.map((machine) => definitionOf(machine)))).not.toMatch(
      /Execution\.Input[^"]|Execution\.Input" *[^,}]/,
    );
  });

  test('know the same machines and steps as the functions do', () => {
    expect(MACHINE_NAMES).toEqual([...MACHINES]);
    expect(new Set<string>(stepNames)).toEqual(new Set<string>([...LEASE_STEPS, ...EXECUTOR_STEPS]));
  });
});

describe('a freeze', () => {
  const calls = (state: State | undefined, ...steps: string[]): boolean =>
    steps.includes(String(payloadOf(state ?? {}).step));

  /** Every state that can follow a freeze before the side is open, or the freeze is undone. */
  const during = (machine: 'cutover' | 'rollback'): string[] => {
    const all = states(machine);
    const found = new Set<string>();
    const visit = (name: string): void => {
      if (found.has(name)) return;
      found.add(name);
      const state = all[name] ?? {};
      // An opening or undoing that is done ends the freeze; one that is not leads on inside of it.
      const ends = name.endsWith('?') && calls(all[name.slice(0, -1)], 'open', 'abandon-freeze');
      for (const { next, why } of successorsOf(state)) if (!(ends && why === 'choice 0')) visit(next);
    };
    for (const [name, state] of Object.entries(all)) if (calls(state, 'freeze')) visit(name);
    return [...found];
  };

  test.each(['cutover', 'rollback'] as const)('never waits in %s', (machine) => {
    const inside = during(machine);
    expect(inside.length).toBeGreaterThan(15);
    expect(inside.filter((name) => states(machine)[name]?.['Type'] === 'Wait')).toEqual([]);
  });

  test('waits less than a freeze may take when a call is repeated', () => {
    for (const { name, state } of tasks.filter(
      (task) => during('cutover').includes(task.name) && task.machine === 'cutover',
    )) {
      const { MaxDelaySeconds: most } = (state['Retry'] as { MaxDelaySeconds: number }[])[0] ?? {};
      expect({ name, most: (most ?? 99) <= 10 || payloadOf(state).step === 'release' }).toEqual({ name, most: true });
    }
  });

  test('is found to wait by this test where it does', () => {
    const all = states('cutover');
    const looped = Object.entries(all).filter(([, { Type }]) => Type === 'Wait');
    expect(looped.map(([name]) => name)).toEqual(['Await approval: pause']);
  });
});

describe('a cutover', () => {
  const all = states('cutover');

  test('predicts, judges and verifies on one comparison', () => {
    for (const name of ['Predict', 'Predict again', 'Verify']) {
      expect([name, payloadOf(all[name] ?? {})['base.$']]).toEqual([name, '$.comparison.base']);
      expect(payloadOf(all[name] ?? {})).toMatchObject({ replicated: { schemas: ['payments'], excludedTables: [] } });
    }
    for (const name of ['Check gates', 'Check gates again']) {
      expect(payloadOf(all[name] ?? {})['given']).toMatchObject({ 'comparison.$': '$.comparison.base' });
    }
  });

  test.each([
    ['cutover', 'Verify'],
    ['rollback', 'Verify'],
    ['rollback', 'Verify everything'],
  ] as const)(
    'lets the comparison of %s (%s) last until the freeze must end, however often it is begun',
    (machine, name) => {
      expect(payloadOf(states(machine)[name] ?? {})['until.$']).toBe('$.step.until');
      expect(states(machine)['Drain']?.['ResultSelector']).toMatchObject({ 'until.$': '$.Payload.until' });
    },
  );

  test('judges after the approval what was read after it', () => {
    const after: string[] = [];
    let name = 'Await approval?';
    while (name !== 'Check gates again' && after.length < 10) {
      name = successorsOf(all[name] ?? {})[0]?.next ?? 'nothing';
      after.push(name);
    }
    expect(after).toEqual(['Read weights again', 'Assess again', 'Predict again', 'Check gates again']);
    const kept = ['$.now', '$.assessment', '$.prediction'];
    expect(after.slice(0, 3).map((each) => all[each]?.['ResultPath'])).toEqual(kept);
  });
});

describe('the parts of a machine', () => {
  test('have states with names of their own', () => {
    expect(() => together({ A: {}, B: {} }, { B: {} })).toThrow('states must have names of their own, got twice: B');
  });

  test('pause as long as their limit asks for, at least ten seconds', () => {
    const limits = { ...MACHINE_PROPS.limits, bakeMinutes: 1 };
    expect(pauseSecondsOf('bake', limits)).toBe(10);
    expect(pauseSecondsOf('check-weights', limits)).toBe(18);
    expect(pauseSecondsOf('await-load', limits)).toBe(346);
    expect(pauseSecondsOf('await-load', { ...limits, loadHours: 1 })).toBe(10);
    expect(pauseSecondsOf('await-comparison', limits)).toBe(173);
    expect(limitSecondsOf('await-comparison', { ...limits, comparisonHours: 2 })).toBe(7200);
    expect(stepNames.filter(isPolling)).toHaveLength(14);
  });

  test('name the steps that poll: those with an outcome to call them again', () => {
    const again = stepNames.filter((step) => (STEPS[step] as readonly string[]).includes('again'));
    expect(stepNames.filter(isPolling)).toEqual(again);
    expect(again.every((step) => (STEPS[step] as readonly string[]).includes('wait'))).toBe(true);
  });

  test('are all states that rules look at', () => {
    expect(statesOf(definitionOf('cutover')).length).toBe(Object.keys(states('cutover')).length);
  });
});
