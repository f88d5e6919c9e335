import type { ComparisonRuns } from '../ports/comparison-runs';
import type { StepAnswer } from '../step';

/**
 * Adds to an answer which comparison a delta can build on. That it cannot be told is the answer's as if there were none: a
 * rollback asks too, and must not fail for it.
 */
export async function withKnownComparison(
  { comparisons }: { readonly comparisons: Pick<ComparisonRuns, 'lastEqual'> },
  answer: StepAnswer,
): Promise<StepAnswer> {
  const comparison = await comparisons.lastEqual().catch(() => undefined);
  return comparison === undefined ? answer : { ...answer, comparison };
}
