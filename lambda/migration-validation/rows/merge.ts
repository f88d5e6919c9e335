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
 * Walks along both sides and reports what differs. Holds only one batch of rows of each side at a time.
 * Order is that of the hashes of the keys: no collation has a say in it, and keys whose hashes are equal are told apart.
 */
export async function merge(
  source: AsyncIterator<readonly Entry[]>,
  target: AsyncIterator<readonly Entry[]>,
  report: (row: Differing) => void,
): Promise<void> {
  const [left, right] = [new Side(source), new Side(target)];
  for (;;) {
    // Both at once: each server sorts before it answers. Not for each row: waiting costs more than comparing.
    if (left.usedUp || right.usedUp) await Promise.all([left.fill(), right.fill()]);
    const order = lower(left.next?.order, right.next?.order);
    if (order === undefined) return;
    const onSource = left.take(order);
    const onTarget = right.take(order);
    // Rows of one hash may go on in the next batch.
    while (left.usedUp && onSource.length > 0) {
      await left.fill();
      onSource.push(...left.take(order));
    }
    while (right.usedUp && onTarget.length > 0) {
      await right.fill();
      onTarget.push(...right.take(order));
    }
    compareSameHash(onSource, onTarget, report);
  }
}

/** One side's rows, in their order. */
class Side {
  private batch: readonly Entry[] = [];
  private at = 0;
  private ended = false;

  constructor(private readonly batches: AsyncIterator<readonly Entry[]>) {}

  /** What comes next of what was read. */
  get next(): Entry | undefined {
    return this.batch[this.at];
  }

  /** Whether more has to be read before it is known what comes next. */
  get usedUp(): boolean {
    return !this.ended && this.at >= this.batch.length;
  }

  async fill(): Promise<void> {
    while (this.usedUp) {
      const result = await this.batches.next();
      this.ended = result.done === true;
      this.batch = result.done === true ? [] : result.value;
      this.at = 0;
    }
  }

  /** The rows of one hash, as far as they were read: one, but for keys with one hash, or a key that several rows have. */
  take(order: bigint): Entry[] {
    const taken: Entry[] = [];
    for (let entry = this.next; entry?.order === order; entry = this.next) {
      taken.push(entry);
      this.at += 1;
    }
    return taken;
  }
}

const lower = (left: bigint | undefined, right: bigint | undefined): bigint | undefined =>
  left === undefined || right === undefined ? (left ?? right) : left < right ? left : right;

/** Rows that have one key, and are not equal, are changed as far as both sides have one; the rest is missing. */
function compareSameHash(source: readonly Entry[], target: readonly Entry[], report: (row: Differing) => void): void {
  const keys = new Map([...source, ...target].map(({ key }) => [JSON.stringify(key), key]));
  for (const [text, key] of keys) {
    const surplus = balance(text, source, target);
    const more = surplus.filter(({ count }) => count > 0);
    const fewer = surplus.filter(({ count }) => count < 0);
    if (key.length > 0) {
      const changed = Math.min(total(more), total(fewer));
      if (changed > 0) report({ kind: 'changed', key, rowHash: '', count: changed });
      if (total(more) > changed) report({ kind: 'missing-on-target', key, rowHash: '', count: total(more) - changed });
      if (total(fewer) > changed)
        report({ kind: 'missing-on-source', key, rowHash: '', count: total(fewer) - changed });
    } else {
      for (const { rowHash, count } of more) report({ kind: 'missing-on-target', key, rowHash, count });
      for (const { rowHash, count } of fewer) report({ kind: 'missing-on-source', key, rowHash, count: -count });
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
