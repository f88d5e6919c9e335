import type { Step, StepAnswer, StepContext } from '../../../../lambda/migration-steps/step';
import { abandonFreeze } from '../../../../lambda/migration-steps/steps/abandon-freeze';
import { armOpposite } from '../../../../lambda/migration-steps/steps/arm-opposite';
import { checkConstraints } from '../../../../lambda/migration-steps/steps/constraints';
import type { DataPathDependencies } from '../../../../lambda/migration-steps/steps/dependencies';
import { drain } from '../../../../lambda/migration-steps/steps/drain';
import { freeze } from '../../../../lambda/migration-steps/steps/freeze';
import { judgeVerification } from '../../../../lambda/migration-steps/steps/judge-verification';
import { open } from '../../../../lambda/migration-steps/steps/open';
import { position } from '../../../../lambda/migration-steps/steps/position';
import { probe } from '../../../../lambda/migration-steps/steps/probe';
import { setSequences } from '../../../../lambda/migration-steps/steps/sequences';
import { settleFailure } from '../../../../lambda/migration-steps/steps/settle-failure';
import { stopDrained } from '../../../../lambda/migration-steps/steps/stop-drained';
import type { Side } from '../../../../lambda/shared/authority/authority';
import type { Executor } from '../../../../lambda/shared/migration/executor';

type AnyStep = Step<DataPathDependencies>;

export const EQUAL = { verification: { verdict: 'equal', reasons: [], ledger: 'equal' } };

/** A step and what its definition gives it. */
export interface Call {
  readonly name: string;
  readonly step: AnyStep;
  readonly given?: unknown;
}

const call = (name: string, step: AnyStep, given?: unknown): Call => ({ name, step, given });

/** The steps of a move of authority, from the freeze to the opening. */
export const moveSteps = (from: Side, to: Side): readonly Call[] => [
  call('freeze', freeze, { from }),
  call('drain', drain),
  call('judge-verification', judgeVerification, EQUAL),
  call('sequences', setSequences),
  call('constraints', checkConstraints),
  call('stop-drained', stopDrained),
  call('arm-opposite', armOpposite),
  call('open', open, { to }),
];

export const PROBE = call('probe', probe);
export const ABANDON = call('abandon-freeze', abandonFreeze);
export const SETTLE = call('settle-failure', settleFailure);
export const POSITION = call('position', position);

export function contextOf(executor: Executor, { name, given = {} }: Call): StepContext {
  return { executor, state: name, name: executor.execution, input: {}, given, remainingMs: () => 120_000 };
}

/** Calls a step until it answers anything but `again`. */
export async function runStep(ports: DataPathDependencies, executor: Executor, called: Call): Promise<StepAnswer> {
  for (let round = 0; round < 200; round += 1) {
    const answer = await called.step(ports, contextOf(executor, called));
    if (answer.outcome !== 'again') return answer;
  }
  throw new Error(`${called.name} was asked for again too often`);
}

/** Calls steps one after the other until one answers anything but `done`. @returns the last answer */
export async function runAll(
  ports: DataPathDependencies,
  executor: Executor,
  calls: readonly Call[],
): Promise<StepAnswer> {
  let answer: StepAnswer = { outcome: 'done', message: 'nothing was asked' };
  for (const called of calls) {
    answer = await runStep(ports, executor, called);
    if (answer.outcome !== 'done') return { ...answer, step: called.name };
  }
  return answer;
}

/** What a machine does with a failure: it settles, undoes when told to, and ends failed. */
export async function settle(ports: DataPathDependencies, executor: Executor): Promise<StepAnswer> {
  const answer = await runStep(ports, executor, SETTLE);
  return answer.outcome === 'undo' ? runStep(ports, executor, ABANDON) : answer;
}

/** A rollback, which takes the lease over: from wherever authority is. */
export async function rollback(ports: DataPathDependencies, execution: string): Promise<StepAnswer> {
  const executor = await ports.authority.takeOver({ machine: 'rollback', execution });
  const { outcome, ...rest } = await runStep(ports, executor, POSITION);
  if (outcome === 'on-prem') return { outcome, ...rest };
  if (outcome === 'frozen-from-on-prem') return runStep(ports, executor, ABANDON);
  return runAll(ports, executor, moveSteps('aurora', 'on-prem'));
}
