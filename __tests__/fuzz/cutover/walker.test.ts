import { describe, expect, test } from '@jest/globals';
import { type Definition, walk } from '../../../fuzz/cutover/walker';
import { definitionOf, MACHINE_NAMES } from '../../constructs/cutover/machines';
import { type Departure, departuresOf, runScripted, scriptedFunctions } from '../../constructs/cutover/scripted';
import type { CutoverMachine } from '../../../constructs/cutover/definitions';
import type { Step } from '../../../constructs/cutover/steps';

/** Walks a machine as `runScripted` executes it by the engine. */
async function walked(machine: CutoverMachine, departures: readonly Departure[]): Promise<readonly string[]> {
  const visited: string[] = [];
  const functions = scriptedFunctions(machine, departures);
  const execution = { Id: 'execution', Name: 'night', Input: {}, StartTime: '2026-01-01T00:00:00.000Z' };
  const counts = new Map<string, number>();
  await walk(
    definitionOf(machine) as unknown as Definition,
    { Execution: execution },
    {
      entered: (state) => visited.push(state),
      sleep: () => Promise.resolve(),
      invoke: (state, functionName, payload) => {
        const call = counts.get(state) ?? 0;
        counts.set(state, call + 1);
        const said = departures.find((each) => 'fault' in each && each.state === state && (each.call ?? call) === call);
        if (said !== undefined && 'fault' in said) {
          const name = said.fault.kind === 'timeout' ? 'States.Timeout' : 'error' in said.fault ? said.fault.error : '';
          return Promise.reject(Object.assign(new Error('injected'), { name }));
        }
        const [, name = ''] = /:function:([^:]+)/.exec(functionName) ?? [];
        return Promise.resolve(functions[name]?.(payload));
      },
    },
  );
  return visited;
}

describe.each(MACHINE_NAMES)('the walker of the model, on the machine %s', (machine) => {
  test('enters the states that a full engine enters, whatever the steps answer', async () => {
    const usual = await runScripted(machine);
    expect(await walked(machine, [])).toEqual(usual.visited);
    const states = new Map(usual.calls.map(({ state, payload }) => [state, payload['step'] as Step | undefined]));
    let compared = 0;
    for (const [state, step] of states) {
      for (const departure of departuresOf(machine, state, 0, step)) {
        const engine = await runScripted(machine, [departure]);
        expect([departure, await walked(machine, [departure])]).toEqual([departure, engine.visited]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(10);
  });
});

describe('the walker', () => {
  test('refuses what it does not know, so that no definition is misunderstood', async () => {
    const around = { invoke: () => Promise.resolve({}), sleep: () => Promise.resolve() };
    const machine = (state: Readonly<Record<string, unknown>>): Definition => ({
      StartAt: 'A',
      States: { A: { Type: 'Pass', ...state } },
    });
    await expect(walk(machine({ Type: 'Map' }), {}, around)).rejects.toThrow(
      'A is of a type that is not known here: Map',
    );
    const choices = [{ Variable: '$', NumericEquals: 1, Next: 'A' }];
    await expect(walk(machine({ Type: 'Choice', Choices: choices }), {}, around)).rejects.toThrow(
      'the test is not known here: NumericEquals',
    );
    const pass = machine({ Parameters: { 'a.$': '$.b' }, Next: 'A' });
    await expect(walk(pass, {}, around)).rejects.toThrow('$.b is not there');
  });
});
