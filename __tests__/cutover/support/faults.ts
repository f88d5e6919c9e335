import type { CutoverMachine } from '../../../constructs/cutover/definitions';
import type { Fault, Injection } from '../../support/run-state-machine';
import { definitionOf } from '../../constructs/cutover/machines';

/** Everything that may go wrong with a call of a state, with the first one or with each. */
const FAULTS = {
  /** An error before any effect. */
  fails: { fault: { kind: 'fail', error: 'Error', message: 'something broke' }, each: false },
  'always fails': { fault: { kind: 'fail', error: 'Error', message: 'something broke' }, each: true },
  /** An error after all effects, whose answer is lost. */
  dies: { fault: { kind: 'crash', error: 'Error', message: 'Runtime exited' }, each: false },
  'always dies': { fault: { kind: 'crash', error: 'Error', message: 'Runtime exited' }, each: true },
  'times out': { fault: { kind: 'timeout' }, each: false },
  /** Times out, and has its effects while the next call is made. */
  late: { fault: { kind: 'late', after: 1 }, each: false },
  /** Times out, and has its effects when the execution has ended. */
  zombie: { fault: { kind: 'late', after: Infinity }, each: false },
  /** The answer is lost, and Step Functions calls again. */
  repeated: { fault: { kind: 'repeat' }, each: false },
  twice: { fault: { kind: 'twice' }, each: false },
  'at once': { fault: { kind: 'at-once' }, each: false },
} as const satisfies Record<string, { fault: Fault; each: boolean }>;

export type FaultName = keyof typeof FAULTS;

export const FAULT_NAMES = Object.keys(FAULTS) as FaultName[];

export function inject(state: string, name: FaultName): Injection {
  const { fault, each } = FAULTS[name];
  return { state, fault, ...(each ? {} : { call: 0 }) };
}

/** The states of a machine that call a function. */
export const tasksOf = (machine: CutoverMachine): string[] =>
  Object.entries(definitionOf(machine)['States'] as Record<string, { Type: string }>)
    .filter(([, { Type }]) => Type === 'Task')
    .map(([name]) => name);
