import type { DifferenceCounts, KeyValues, Pair, RowDifference, TablePlan } from '../rows/chunk';
import { compareKeys } from '../rows/compare-keys';
import { addCount, type Entry, merge, NO_DIFFERENCES } from '../rows/merge';
import { streamRows } from '../rows/read-rows';
import { Mutex } from './mutex';
import { differingBuckets, type SideCount, settled, sumSide } from './scan';
import type { Reader, SnapshotReaders } from './snapshot-readers';
import { type Part, rowsStatement } from './sql';

/** One side: who reads it at its snapshot, and what it holds. */
export interface DeltaSide {
  readonly readers: SnapshotReaders;
  readonly width: number;
  readonly count: SideCount;
}

export interface CompareRowsOptions {
  readonly seed: string;
  readonly maxDifferences: number;
  /** Called before rows are read by key: what the source held when it was scanned has reached the target then. */
  readonly settle: () => Promise<void>;
  /** Reads by key, in no snapshot: one after the other. */
  readonly withPair: <Result>(work: (pair: Pair) => Promise<Result>) => Promise<Result>;
}

export interface DeltaDifferences {
  readonly counts: DifferenceCounts;
  readonly differences: readonly RowDifference[];
  /** How many keys were read again on both sides. */
  readonly reread: number;
}

/** Below so many rows a side, they are read without narrowing them down first. */
const FEW_ROWS = 2000;
const ROWS_IN_BUCKET = 64;
const MAX_BUCKETS = 65_536;
const KEYS_AT_ONCE = 1000;

/**
 * Compares the rows that are in the delta of at least one side: sums by bucket of the key's hash first, of the buckets that
 * differ each row, and of the rows that differ both sides by key: the other side may have had the row before its baseline.
 */
export async function compareRows(
  plan: TablePlan,
  source: DeltaSide,
  target: DeltaSide,
  options: CompareRowsOptions,
): Promise<DeltaDifferences> {
  let found: DeltaDifferences = { counts: NO_DIFFERENCES, differences: [], reread: 0 };
  const rows = Math.max(source.count.delta, target.count.delta);
  if (rows === 0) return found;
  const buckets = await bucketsToRead(plan, source, target, options.seed, rows);
  if (buckets?.numbers.length === 0) return found;

  let waiting: KeyValues[] = [];
  const mutex = new Mutex();
  const flush = (atLeast: number) =>
    mutex.run(async () => {
      if (waiting.length < atLeast) return;
      if (found.reread === 0) await options.settle();
      const keys = waiting;
      waiting = [];
      found = add(found, keys.length, await reread(plan, keys, options, found), options.maxDifferences);
    });
  // Before more rows are read: else all that differ would have to fit into memory.
  const pause = () => flush(KEYS_AT_ONCE);
  await source.readers.use((left) =>
    target.readers.use(async (right) => {
      const ours = stream(plan, left, source, options.seed, buckets, pause);
      const theirs = stream(plan, right, target, options.seed, buckets, pause);
      try {
        await merge(ours, theirs, ({ key }) => waiting.push(key));
      } finally {
        await Promise.allSettled([ours.return(undefined), theirs.return(undefined)]);
      }
    }),
  );
  await flush(1);
  return found;
}

async function bucketsToRead(plan: TablePlan, source: DeltaSide, target: DeltaSide, seed: string, rows: number) {
  if (rows <= FEW_ROWS) return undefined;
  const of = Math.min(2 ** Math.ceil(Math.log2(rows / ROWS_IN_BUCKET)), MAX_BUCKETS);
  const [ours, theirs] = await settled(
    [source, target].map(({ readers, width, count }) => sumSide(readers, plan, width, count, seed, of)),
  );
  if (ours === undefined || theirs === undefined) throw new Error('both sides must be summed');
  return { of, numbers: differingBuckets(ours, theirs) };
}

async function* stream(
  plan: TablePlan,
  { client, age }: Reader,
  { width, count }: DeltaSide,
  seed: string,
  buckets: Awaited<ReturnType<typeof bucketsToRead>>,
  pause: () => Promise<void>,
): AsyncGenerator<readonly Entry[]> {
  const part = span(count.parts);
  if (part === undefined) return;
  const sql = rowsStatement(plan, part, { age, width }, seed, buckets);
  for await (const rows of streamRows(client, sql, false)) {
    yield rows.map(([order, rowHash, ...key]) => ({
      order: BigInt(order ?? 0),
      rowHash: rowHash ?? '',
      key: key.map((value) => value ?? ''),
      count: 1,
    }));
    await pause();
  }
}

/** Slices are in order: from the first one's first row to the last one's last. */
function span(parts: readonly Part[]): Part | undefined {
  const [first, last] = [parts[0], parts.at(-1)];
  return first === undefined || last === undefined ? undefined : { from: first.from, to: last.to };
}

async function reread(
  plan: TablePlan,
  keys: readonly KeyValues[],
  { seed, maxDifferences, withPair }: CompareRowsOptions,
  { differences }: DeltaDifferences,
): Promise<RowDifference[]> {
  const compared = await withPair((pair) =>
    compareKeys(pair, plan, keys, { seed, maxDifferences: Math.max(0, maxDifferences - differences.length) }),
  );
  return compared.flatMap(({ difference }) => (difference === undefined ? [] : [difference]));
}

function add(
  found: DeltaDifferences,
  reread: number,
  differences: readonly RowDifference[],
  maxDifferences: number,
): DeltaDifferences {
  return {
    counts: differences.reduce((counts, { kind }) => addCount(counts, kind, 1), found.counts),
    differences: [...found.differences, ...differences].slice(0, maxDifferences),
    reread: found.reread + reread,
  };
}
