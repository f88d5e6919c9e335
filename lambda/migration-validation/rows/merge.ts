import type { DifferenceCounts, KeyValues, RowDifference } from './chunk';

/** A row on one side, or with `count` several equal ones. */
export interface Entry {
  /** The hash that both sides are ordered by. */
  readonly order: bigint;
  readonly key: KeyValues;
  readonly rowHash: string;
  readonly count: number;
}

/** A row that is not the same on both sides. */
export interface Differing {
  readonly kind: RowDifference['kind'];
  readonly key: KeyValues;
  readonly rowHash: string;
  readonly count: number;
}

/**
 * Walks along both sides and tells what differs. Holds only rows of one hash at a time.
 * Order is that of the hashes of the keys: no collation has a say in it, and keys whose hashes are equal are told apart.
 */
export async function* merge(source: AsyncIterator<Entry>, target: AsyncIterator<Entry>): AsyncGenerator<Differing> {
  // Both at once: each server sorts before it answers.
  let [left, right] = await Promise.all([source.next(), target.next()]);
  while (left.done !== true || right.done !== true) {
    const order = first(left, right);
    const onSource: Entry[] = [];
    for (; left.done !== true && left.value.order === order; left = await source.next()) onSource.push(left.value);
    const onTarget: Entry[] = [];
    for (; right.done !== true && right.value.order === order; right = await target.next()) onTarget.push(right.value);
    yield* compareSameHash(onSource, onTarget);
  }
}

function first(left: IteratorResult<Entry>, right: IteratorResult<Entry>): bigint | undefined {
  const orders = [left, right].flatMap((result) => (result.done === true ? [] : [result.value.order]));
  return orders.reduce((low, order) => (order < low ? order : low), orders[0] ?? 0n);
}

/** Rows that have one key, and are not equal, are changed as far as both sides have one; the rest is missing. */
function* compareSameHash(source: readonly Entry[], target: readonly Entry[]): Generator<Differing> {
  const keys = new Map([...source, ...target].map(({ key }) => [JSON.stringify(key), key]));
  for (const [text, key] of keys) {
    const surplus = balance(text, source, target);
    const more = surplus.filter(({ count }) => count > 0);
    const fewer = surplus.filter(({ count }) => count < 0);
    if (key.length > 0) {
      const changed = Math.min(total(more), total(fewer));
      if (changed > 0) yield { kind: 'changed', key, rowHash: '', count: changed };
      if (total(more) > changed) yield { kind: 'missing-on-target', key, rowHash: '', count: total(more) - changed };
      if (total(fewer) > changed) yield { kind: 'missing-on-source', key, rowHash: '', count: total(fewer) - changed };
    } else {
      for (const { rowHash, count } of more) yield { kind: 'missing-on-target', key, rowHash, count };
      for (const { rowHash, count } of fewer) yield { kind: 'missing-on-source', key, rowHash, count: -count };
    }
  }
}

/** How many more rows of each hash the source has. */
function balance(key: string, source: readonly Entry[], target: readonly Entry[]) {
  const counts = new Map<string, number>();
  const add = (entries: readonly Entry[], sign: number) => {
    for (const entry of entries.filter((candidate) => JSON.stringify(candidate.key) === key)) {
      counts.set(entry.rowHash, (counts.get(entry.rowHash) ?? 0) + sign * entry.count);
    }
  };
  add(source, 1);
  add(target, -1);
  return [...counts].map(([rowHash, count]) => ({ rowHash, count }));
}

const total = (counts: readonly { readonly count: number }[]): number =>
  counts.reduce((sum, { count }) => sum + Math.abs(count), 0);

export const NO_DIFFERENCES: DifferenceCounts = { missingOnTarget: 0, missingOnSource: 0, changed: 0 };

/** The counts with some more of one kind. */
export function addCount(counts: DifferenceCounts, kind: RowDifference['kind'], more: number): DifferenceCounts {
  const field = (
    { changed: 'changed', 'missing-on-source': 'missingOnSource', 'missing-on-target': 'missingOnTarget' } as const
  )[kind];
  return { ...counts, [field]: counts[field] + more };
}
