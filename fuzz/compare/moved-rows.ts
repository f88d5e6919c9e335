import type { DifferenceCounts, Pair, RowDifference, TablePlan } from '../../lambda/migration-validation/rows/chunk';
import { compareKeys, keyOf, keyText } from '../../lambda/migration-validation/rows/compare-keys';

/** What was found in a table, chunk by chunk. */
export interface TableDifferences {
  readonly differences: readonly RowDifference[];
  readonly counts: DifferenceCounts;
}

/**
 * Counts as changed what is missing in one chunk and too much in another: a row whose range key differs. Such rows there are
 * only where the range key is not the key.
 *
 * For the end of a table. Reads the other side by key, so that a row is found of which only one half is among those listed;
 * beyond what is listed the halves stay counted as two rows, one missing on each side.
 */
export async function foldMovedRows(
  pair: Pair,
  plan: TablePlan,
  { differences, counts }: TableDifferences,
  { seed }: { readonly seed: string },
): Promise<TableDifferences> {
  const missing = differences.filter(({ kind }) => kind !== 'changed');
  if (!mayMove(plan) || missing.length === 0) return { differences, counts };
  const keys = [...new Map(missing.map((row) => keyOf(plan, row)).map((key) => [keyText(key), key])).values()];
  const compared = await compareKeys(pair, plan, keys, { seed, maxDifferences: keys.length });
  const moved = new Map(
    compared.flatMap(({ key, difference }) =>
      difference?.kind === 'changed' ? [[keyText(key), difference] as const] : [],
    ),
  );
  const seen = new Set<string>();
  const folded = differences.flatMap((row) => {
    const text = keyText(keyOf(plan, row));
    const whole = row.kind === 'changed' ? undefined : moved.get(text);
    if (whole === undefined) return [row];
    if (seen.has(text)) return [];
    seen.add(text);
    return [whole];
  });
  return {
    differences: folded,
    counts: {
      missingOnTarget: Math.max(counts.missingOnTarget - moved.size, 0),
      missingOnSource: Math.max(counts.missingOnSource - moved.size, 0),
      changed: counts.changed + moved.size,
    },
  };
}

/** Whether a row's chunk may differ between the sides. */
export function mayMove({ key, rangeKey }: TablePlan): boolean {
  return key.length > 0 && rangeKey?.some(({ name }) => !key.some((column) => column.name === name)) === true;
}
