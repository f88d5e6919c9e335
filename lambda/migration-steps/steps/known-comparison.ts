import { inputText } from '../given';
import type { ComparisonRuns } from '../ports/comparison-runs';
import type { StepAnswer, StepContext } from '../step';

type Runs = Pick<ComparisonRuns, 'last' | 'lastEqual'>;

/**
 * Adds to an answer which comparison a delta builds on. For a cutover the one that its input names, or else the last one that
 * ended, whatever it found: its gates judge that very one. For the others, of whom nobody's input is asked, the last equal one;
 * that it cannot be told is the answer's as if there were none, because a rollback must not fail for it.
 */
export async function withKnownComparison(
  { comparisons }: { readonly comparisons: Runs },
  { executor, input }: Pick<StepContext, 'executor' | 'input'>,
  answer: StepAnswer,
): Promise<StepAnswer> {
  const comparison =
    executor.machine === 'cutover'
      ? (inputText(input, 'comparison') ?? (await comparisons.last())?.name)
      : await comparisons.lastEqual().catch(() => undefined);
  return comparison === undefined ? answer : { ...answer, comparison };
}
