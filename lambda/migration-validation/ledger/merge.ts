import { Pages } from './pages';
import { settled } from './reading';

/** What groups are ordered by: texts in the order of their code points, what is null last. */
export type GroupKey = readonly (string | null)[];

/** One row of a stream that is in the order of its keys. */
export interface Keyed<Value> {
  readonly key: GroupKey;
  readonly value: Value;
}

/** What two streams hold for one key; undefined: that one has nothing. */
export interface Merged<Value> {
  readonly key: GroupKey;
  readonly source: Value | undefined;
  readonly target: Value | undefined;
}

/** A stream came in another order than was asked for: merging it would pair the wrong rows. */
export class NotInOrder extends Error {
  override readonly name = 'NotInOrder';
}

/**
 * Two texts in the order of their code points, which is that of their bytes in UTF-8 and therefore PostgreSQL's collation C.
 * JavaScript's own `<` compares halves of surrogate pairs, which puts U+1F600 before U+FFFF.
 */
export function compareText(left: string, right: string): number {
  if (left === right) return 0;
  const length = Math.min(left.length, right.length);
  for (let index = 0; index < length; index += 1) {
    const [a, b] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (a !== b) return upward(a) - upward(b);
  }
  return left.length - right.length;
}

/** A code unit such that surrogates, which stand for code points beyond U+FFFF, come after all others. */
const upward = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** Two keys of the same length. */
export function compareKeys(left: GroupKey, right: GroupKey): number {
  for (let index = 0; index < left.length; index += 1) {
    const [a, b] = [left[index] ?? null, right[index] ?? null];
    const order = a === null || b === null ? Number(a === null) - Number(b === null) : compareText(a, b);
    if (order !== 0) return order;
  }
  return 0;
}

/**
 * Pairs what two streams hold under the same key, holding a page of each at a time. No promise is made for a single row: there
 * are millions of them.
 * @param visit is called for each key, in order
 * @throws NotInOrder when a stream is not strictly ascending
 * @throws what a stream throws
 */
export async function merge<Value>(
  source: AsyncIterable<readonly Keyed<Value>[]>,
  target: AsyncIterable<readonly Keyed<Value>[]>,
  visit: (merged: Merged<Value>) => void,
): Promise<void> {
  const [left, right] = [new Pages(source), new Pages(target)];
  try {
    // Both servers begin to work at once.
    await settled([left.start(), right.start()]);
    for (;;) {
      const [a, b] = [left.current, right.current];
      if (a === undefined && b === undefined) return;
      const order = a === undefined ? 1 : b === undefined ? -1 : compareKeys(a.key, b.key);
      const [inSource, inTarget] = [order <= 0 ? a : undefined, order >= 0 ? b : undefined];
      const key = inSource?.key ?? inTarget?.key ?? [];
      visit({ key, source: inSource?.value, target: inTarget?.value });
      const turns: Promise<void>[] = [];
      if (inSource !== undefined && !left.advance()) turns.push(left.turn());
      if (inTarget !== undefined && !right.advance()) turns.push(right.turn());
      if (turns.length > 0) await settled(turns);
      if (inSource !== undefined) requireAscending(key, left.current);
      if (inTarget !== undefined) requireAscending(key, right.current);
    }
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

function requireAscending(key: GroupKey, next: Keyed<unknown> | undefined): void {
  if (next === undefined || compareKeys(key, next.key) < 0) return;
  throw new NotInOrder('the groups of a database must come in the order of their keys, each once, got others');
}
