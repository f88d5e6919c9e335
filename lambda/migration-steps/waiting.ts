import type { ProgressBoard } from '../shared/migration/progress';
import type { Clock } from '../shared/runtime/clock';
import type { StepAnswer, StepContext } from './step';

export interface WaitingDependencies {
  readonly progress: ProgressBoard;
  readonly clock: Clock;
}

/** Since when the execution is in this state, in milliseconds since 1970: the progress item remembers it. */
export async function begunAt(
  { progress, clock }: WaitingDependencies,
  { executor, state }: Pick<StepContext, 'executor' | 'state'>,
): Promise<number> {
  const now = clock.now();
  const known = await progress.read();
  return known?.execution === executor.execution && known.step === state ? known.since : now;
}

/**
 * Whether a step has waited as long as it may.
 * @returns the answer then
 */
export async function overdue(
  dependencies: WaitingDependencies,
  context: Pick<StepContext, 'executor' | 'state'>,
  { seconds, what }: { readonly seconds: number; readonly what: string },
): Promise<StepAnswer | undefined> {
  const waited = dependencies.clock.now() - (await begunAt(dependencies, context));
  if (waited < seconds * 1000) return undefined;
  return { outcome: 'expired', message: `${what} must come within ${durationText(seconds)}, which are over` };
}

/** A time as people say it. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Math.round(seconds / 60)} minutes` : `${Math.round(seconds / 3600)} hours`;
}
