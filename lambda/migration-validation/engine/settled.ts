import { compareChunk } from '../rows/compare-chunk';
import { changedColumns, keyOf, keyRecord, keyText } from '../rows/compare-keys';
import type {
  Chunk,
  ChunkComparison,
  DifferenceCounts,
  KeyValues,
  Pair,
  RowDifference,
  TablePlan,
} from '../rows/chunk';
import { isSameKey, MAX_KEYS } from './compare-chunk';
import type { Engine } from './engine';
import { type Outcome, outcomeOf, total } from './outcome';
import { recheckChunk, recheckKeys, type Rechecked, type Rereading } from './recheck';

/**
 * What remains of a chunk's differences when the replication has passed the reading.
 * @returns without an outcome where too many rows of a range differ and keep changing: parts of it may stand still
 */
export async function settled(
  engine: Engine,
  plan: TablePlan,
  chunk: Chunk,
  comparison: ChunkComparison,
): Promise<{ readonly comparison: ChunkComparison; readonly outcome?: Outcome }> {
  const { seed, maxDifferences } = engine;
  const reading = rereadingOf(engine, plan);
  const rows = { source: comparison.source.rows, target: comparison.target.rows };
  if (plan.key.length > 0 && total(comparison.counts) <= MAX_KEYS) {
    const keys = comparison.differences.map((difference) => keyOf(plan, difference));
    const rechecked = await recheckKeys(reading, plan, distinct(keys));
    return { comparison, outcome: { rows, ...(await told(engine, plan, rechecked)) } };
  }
  const compare = (pair: Pair) => compareChunk(pair, plan, chunk, { seed, maxDifferences });
  const again = await recheckChunk(reading, plan, chunk, compare);
  if ('comparison' in again) return { comparison, outcome: outcomeOf(again.comparison, true) };
  if (plan.key.length > 0 && chunk.kind === 'range') return { comparison };
  const undecided = Math.max(1, total(comparison.counts));
  return {
    comparison,
    outcome: { rows, counts: NONE, differences: [], undecided, reason: again.reason, rechecked: true },
  };
}

/** How the engine reads rows of a table again. */
export function rereadingOf(engine: Engine, plan: TablePlan): Rereading {
  const { seed, maxRechecks, settling } = engine;
  if (settling === undefined) throw new Error('settle must be given in live mode');
  return {
    ...{ seed, maxRechecks, settling },
    onSide: (role, work) => engine.onSide(plan, role, work),
    onBoth: (work) => engine.onBoth(plan, 0, work),
  };
}

const NONE: DifferenceCounts = { missingOnTarget: 0, missingOnSource: 0, changed: 0 };

const distinct = (keys: readonly KeyValues[]): KeyValues[] => [
  ...new Map(keys.map((key) => [keyText(key), key])).values(),
];

async function told(
  engine: Engine,
  plan: TablePlan,
  { real, undecided, reason }: Rechecked,
): Promise<Omit<Outcome, 'rows'>> {
  const has = (kind: RowDifference['kind']) => real.filter((row) => row.kind === kind).length;
  const listed = real.slice(0, engine.maxDifferences);
  const changed = listed.filter(({ kind }) => kind === 'changed').map(({ key }) => key);
  const columns =
    changed.length === 0
      ? new Map<string, RowDifference['columns']>()
      : await engine.onBoth(plan, 0, (pair) => changedColumns(pair, plan, changed, engine.seed));
  // A row that moved between ranges is found in two of them.
  const moved = isSameKey(plan) ? [] : real.filter(({ kind }) => kind === 'changed').map(({ key }) => keyText(key));
  return {
    counts: {
      missingOnTarget: has('missing-on-target'),
      missingOnSource: has('missing-on-source'),
      changed: has('changed'),
    },
    differences: listed.map(({ key, kind }) => ({
      kind,
      key: keyRecord(plan, key),
      ...(kind === 'changed' ? { columns: columns.get(keyText(key)) ?? [] } : {}),
    })),
    undecided: undecided.length,
    ...(undecided.length === 0 ? {} : { reason: reason ?? 'rows kept changing' }),
    rechecked: true,
    ...(plan.rangeKey === undefined ? {} : { moved }),
  };
}
