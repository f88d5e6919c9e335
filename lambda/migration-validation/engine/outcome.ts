import type { ChunkComparison, DifferenceCounts, RowDifference } from '../rows/chunk';

/** What became of a chunk, after all that was done to be sure. */
export interface Outcome {
  readonly rows: { readonly source: number; readonly target: number };
  readonly counts: DifferenceCounts;
  /** The first of them, up to the limit for a table. */
  readonly differences: readonly RowDifference[];
  /** Rows of which it could not be told whether they differ. */
  readonly undecided: number;
  /** Why not. */
  readonly reason?: string;
  /** Whether it was read again because rows were changing. */
  readonly rechecked: boolean;
  /** Keys of changed rows that another chunk may tell of too. */
  readonly moved?: readonly string[];
}

export const isEqual = ({ source, target }: ChunkComparison): boolean =>
  source.rows === target.rows && source.sum === target.sum;

export const total = (counts: DifferenceCounts): number =>
  counts.changed + counts.missingOnSource + counts.missingOnTarget;

/** What a comparison says, without any doubt. */
export function outcomeOf(comparison: ChunkComparison, rechecked = false): Outcome {
  const { source, target, counts, differences } = comparison;
  const contradiction = isEqual(comparison) !== (total(counts) === 0);
  return {
    rows: { source: source.rows, target: target.rows },
    counts,
    differences,
    undecided: contradiction ? Math.max(source.rows, target.rows, 1) : 0,
    ...(contradiction ? { reason: 'the sums of a chunk and its rows contradict each other' } : {}),
    rechecked,
  };
}

export const addCounts = (a: DifferenceCounts, b: DifferenceCounts): DifferenceCounts => ({
  missingOnTarget: a.missingOnTarget + b.missingOnTarget,
  missingOnSource: a.missingOnSource + b.missingOnSource,
  changed: a.changed + b.changed,
});

/** What became of a chunk that was compared in two parts. */
export function joined(a: Outcome, b: Outcome, limit: number): Outcome {
  const reason = a.reason ?? b.reason;
  return {
    rows: { source: a.rows.source + b.rows.source, target: a.rows.target + b.rows.target },
    counts: addCounts(a.counts, b.counts),
    differences: [...a.differences, ...b.differences].slice(0, limit),
    undecided: a.undecided + b.undecided,
    ...(reason === undefined ? {} : { reason }),
    rechecked: a.rechecked || b.rechecked,
    moved: [...(a.moved ?? []), ...(b.moved ?? [])],
  };
}
