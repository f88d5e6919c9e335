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
 * Pairs what two streams hold under the same key, holding one row of each at a time.
 * @throws NotInOrder when a stream is not strictly ascending
 * @throws what a stream throws
 */
export async function* merge<Value>(
  source: AsyncIterable<Keyed<Value>>,
  target: AsyncIterable<Keyed<Value>>,
): AsyncGenerator<Merged<Value>> {
  const [left, right] = [new Ascending(source), new Ascending(target)];
  try {
    // Both servers begin to work at once.
    await Promise.all([left.advance(), right.advance()]);
    for (;;) {
      const [a, b] = [left.current, right.current];
      const first = a === undefined ? b : b === undefined || compareKeys(a.key, b.key) <= 0 ? a : b;
      if (first === undefined) return;
      const { key } = first;
      const inSource = a !== undefined && compareKeys(a.key, key) === 0;
      const inTarget = b !== undefined && compareKeys(b.key, key) === 0;
      yield { key, source: inSource ? a.value : undefined, target: inTarget ? b.value : undefined };
      if (inSource) await left.advance();
      if (inTarget) await right.advance();
    }
  } finally {
    await Promise.all([left.close(), right.close()]);
  }
}

/** A stream with the row it stands at, which makes sure that it ascends. */
class Ascending<Value> {
  current: Keyed<Value> | undefined;
  private readonly rows: AsyncIterator<Keyed<Value>>;

  constructor(stream: AsyncIterable<Keyed<Value>>) {
    this.rows = stream[Symbol.asyncIterator]();
  }

  async advance(): Promise<void> {
    const next = await this.rows.next();
    const row = next.done === true ? undefined : next.value;
    if (row !== undefined && this.current !== undefined && compareKeys(this.current.key, row.key) >= 0) {
      throw new NotInOrder('the groups of a database must come in the order of their keys, each once, got others');
    }
    this.current = row;
  }

  async close(): Promise<void> {
    await this.rows.return?.();
  }
}
