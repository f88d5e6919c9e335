import { compareKeys, keyOf } from '../rows/compare-keys';
import type { ChunkComparison, Pair, RowDifference, TablePlan } from '../rows/chunk';
import { type Outcome, outcomeOf } from './outcome';

/**
 * Where ranges are not those of the key, a changed row can lie in different chunks on the two sides, and looks missing in each.
 * It counts as changed in the source's chunk, and not at all in the target's.
 * @param comparison with all differences of the chunk
 */
export async function withoutMoved(
  pair: Pair,
  plan: TablePlan,
  comparison: ChunkComparison,
  { seed, maxDifferences }: { readonly seed: string; readonly maxDifferences: number },
): Promise<Outcome> {
  const missing = comparison.differences.filter(({ kind }) => kind !== 'changed');
  const keys = missing.map((difference) => keyOf(plan, difference));
  const found = await compareKeys(pair, plan, keys, { seed, maxDifferences });
  const elsewhere = new Map<RowDifference, RowDifference | undefined>();
  missing.forEach((difference, index) => {
    const { source, target, difference: now } = found[index] ?? {};
    if (source === undefined || target === undefined) return;
    elsewhere.set(difference, difference.kind === 'missing-on-target' ? now : undefined);
  });
  const folded = comparison.differences.flatMap((difference) => {
    if (!elsewhere.has(difference)) return [difference];
    const changed = elsewhere.get(difference);
    return changed === undefined ? [] : [changed];
  });
  const has = (kind: RowDifference['kind']) => folded.filter((difference) => difference.kind === kind).length;
  return {
    ...outcomeOf(comparison),
    counts: {
      missingOnTarget: has('missing-on-target'),
      missingOnSource: has('missing-on-source'),
      changed: has('changed'),
    },
    differences: folded.slice(0, maxDifferences),
  };
}
