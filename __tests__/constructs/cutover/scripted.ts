import type { CutoverMachine } from '../../../constructs/cutover/definitions';
import { type Step, STEPS } from '../../../constructs/cutover/steps';
import { type Fault, type FunctionHandler, runStateMachine, type RunResult } from '../../support/run-state-machine';
import { definitionOf } from './machines';

/** How one call of one state departs from what is usual: another outcome, or a fault. */
export type Departure =
  | { readonly state: string; readonly call: number; readonly answer: Readonly<Record<string, unknown>> }
  | { readonly state: string; readonly call: number | undefined; readonly fault: Fault };

/** Where authority is when a machine of each kind is usually started. */
export const USUAL_POSITION: Readonly<Record<CutoverMachine, string>> = {
  replicate: 'on-prem',
  advance: 'on-prem',
  cutover: 'on-prem',
  rollback: 'aurora',
  resume: 'frozen-from-on-prem',
  finish: 'aurora',
};

/** What a step answers when nothing is said. */
function usualAnswer(machine: CutoverMachine, step: Step): Readonly<Record<string, unknown>> {
  if (step === 'position') return { outcome: USUAL_POSITION[machine], comparison: 'first' };
  if (step === 'settle-failure') return { outcome: 'undo' };
  return { outcome: 'done' };
}

/** Functions that only answer, as the departures say, or as usual, by their names. */
export function scriptedFunctions(
  machine: CutoverMachine,
  departures: readonly Departure[] = [],
): Readonly<Record<string, FunctionHandler>> {
  const counts = new Map<string, number>();
  const steps: FunctionHandler = (payload) => {
    const state = String(payload['state']);
    const step = payload['step'] as Step;
    const call = counts.get(state) ?? 0;
    counts.set(state, call + 1);
    const said = departures.find((each) => 'answer' in each && each.state === state && each.call === call);
    const answer = said !== undefined && 'answer' in said ? said.answer : usualAnswer(machine, step);
    const lease = step === 'acquire' || step === 'take-over' ? { token: 7 } : {};
    const kept = step === 'drain' ? { until: 1_800_000_000_000 } : {};
    return { message: `${step}: as the script says`, ...lease, ...kept, ...answer };
  };
  return {
    'migration-steps-test': steps,
    'migration-validation-test': () => ({ verdict: 'equal', report: 's3://bucket/report.json' }),
    'ledger-migration-test': () => ({ applied: [] }),
    'traffic-shift-test': ({ action }) =>
      action === 'read' ? { weights: { aws: 10, 'on-prem': 90 } } : { previous: { aws: 10, 'on-prem': 90 } },
  };
}

/** Executes a machine with those functions. */
export function runScripted(machine: CutoverMachine, departures: readonly Departure[] = []): Promise<RunResult> {
  return runStateMachine(definitionOf(machine), {
    handlers: scriptedFunctions(machine, departures),
    machine,
    faults: departures.flatMap((each) =>
      'fault' in each
        ? [{ state: each.state, ...(each.call === undefined ? {} : { call: each.call }), fault: each.fault }]
        : [],
    ),
    mostStates: 300,
  });
}

/** Every departure that a call of a step or another function may take. */
export function departuresOf(
  machine: CutoverMachine,
  state: string,
  call: number,
  step: Step | undefined,
): Departure[] {
  const usual = step === undefined ? undefined : usualAnswer(machine, step)['outcome'];
  const outcomes = step === undefined ? [] : [...STEPS[step], 'unheard-of'].filter((outcome) => outcome !== usual);
  const answers = step === 'acquire' || step === 'take-over' ? [] : outcomes;
  return [
    ...answers.map((outcome) => ({ state, call, answer: { outcome } })),
    ...(step === 'position' ? [{ state, call, answer: { outcome: usual } }] : []),
    ...(step === 'lower-clearance'
      ? [{ state, call, answer: { outcome: 'done', weights: { aws: 0, 'on-prem': 100 } } }]
      : []),
    { state, call: undefined, fault: { kind: 'fail', error: 'Error', message: 'something broke' } },
    { state, call: undefined, fault: { kind: 'fail', error: 'LeaseLost', message: 'overtaken' } },
    { state, call: undefined, fault: { kind: 'timeout' } },
  ];
}
