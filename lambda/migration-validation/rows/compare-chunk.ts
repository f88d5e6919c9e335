import type { Client } from 'pg';
import { type BucketSums, boundsOf, differingBuckets, hashesOf, sumBuckets, totalOf } from './buckets';
import type { Chunk, ChunkComparison, ChunkSum, DifferenceCounts, Pair, RowDifference, TablePlan } from './chunk';
import { changedColumns, keyRecord, keyText } from './compare-keys';
import { cutOne } from './cut-values';
import { addCount, type Differing, type Entry, merge, NO_DIFFERENCES } from './merge';
import { onBoth } from './pair';
import { byIndex, readRows, streamRows, type Values } from './read-rows';
import {
  type Buckets,
  type Division,
  countedRowsStatement,
  keyedRowsStatement,
  rowsOfHashesStatement,
  sumStatement,
} from './sql';

export { compareKeys } from './compare-keys';

export interface CompareChunkOptions {
  /** A whole number of 64 bits, the same for all sides and chunks of a comparison. */
  readonly seed: string;
  /** How many differing rows are listed, from 0. */
  readonly maxDifferences: number;
  /** Up to so many rows a side are looked at without narrowing them down first, which would cost as much. @default 2000 */
  readonly fewRows?: number;
  /**
   * About how many rows the chunk has, where it most likely differs: it is then divided before it is summed, which takes a
   * little longer than to sum it, and half as long as to sum it twice. @default it most likely does not
   */
  readonly likelyDifferent?: number;
}

/** How many rows a chunk has on one side, and the sum of their hashes. */
export async function sumChunk(client: Client, plan: TablePlan, chunk: Chunk, seed: string): Promise<ChunkSum> {
  const [row] = await readRows(client, sumStatement(plan, chunk, seed), byIndex(chunk));
  return chunkSum(row ?? []);
}

/**
 * Compares a chunk: the sums first, and only where they differ its rows.
 *
 * Unless each side is in a transaction of its own that sees one moment, rows may change between the statements: what is
 * listed is then to be read again. `differences` may be empty though the sums differ, for that reason alone.
 * @throws what `pg` throws; both connections are idle then, or gone
 */
export async function compareChunk(
  pair: Pair,
  plan: TablePlan,
  chunk: Chunk,
  { seed, maxDifferences, fewRows = 2000, likelyDifferent = 0 }: CompareChunkOptions,
): Promise<ChunkComparison> {
  const sum = (division: Division) => sumBuckets(pair, plan, chunk, seed, division);
  const divided =
    likelyDifferent > fewRows ? await boundsOf(pair.source, plan, chunk, likelyDifferent, fewRows) : undefined;
  const atOnce = divided === undefined ? undefined : await sum(divided);
  const [source, target] =
    atOnce === undefined
      ? await onBoth(pair, (client) => sumChunk(client, plan, chunk, seed))
      : [totalOf(atOnce.source), totalOf(atOnce.target)];
  if (source.rows === target.rows && source.sum === target.sum && isEqualThroughout(atOnce)) {
    return { source, target, differences: [], counts: NO_DIFFERENCES };
  }
  const rows = Math.max(source.rows, target.rows);
  const longer = source.rows >= target.rows ? pair.source : pair.target;
  const buckets =
    rows <= fewRows
      ? undefined
      : differingBuckets(atOnce ?? (await sum((await boundsOf(longer, plan, chunk, rows, fewRows)) ?? hashesOf(rows))));
  const { listed, counts } = await differingRows(pair, plan, chunk, seed, buckets, maxDifferences);
  const differences =
    plan.key.length > 0
      ? await describeKeyed(pair, plan, listed, seed)
      : await describeCounted(pair, plan, chunk, listed, seed);
  return { source, target, differences, counts };
}

async function differingRows(
  pair: Pair,
  plan: TablePlan,
  chunk: Chunk,
  seed: string,
  buckets: Buckets | undefined,
  maxDifferences: number,
): Promise<{ listed: Differing[]; counts: DifferenceCounts }> {
  const keyed = plan.key.length > 0;
  const sql = (keyed ? keyedRowsStatement : countedRowsStatement)(plan, chunk, seed, buckets);
  const listed: Differing[] = [];
  let counts = NO_DIFFERENCES;
  const source = entries(streamRows(pair.source, sql, byIndex(chunk)), keyed);
  const target = entries(streamRows(pair.target, sql, byIndex(chunk)), keyed);
  try {
    await merge(source, target, (row) => {
      counts = addCount(counts, row.kind, row.count);
      if (listed.length < maxDifferences) listed.push(row);
    });
  } finally {
    await Promise.allSettled([source.return(undefined), target.return(undefined)]);
  }
  return { listed, counts };
}

async function* entries(batches: AsyncIterable<readonly Values[]>, keyed: boolean): AsyncGenerator<readonly Entry[]> {
  for await (const rows of batches) {
    yield rows.map(([order, second, ...key]) =>
      keyed
        ? { order: BigInt(order ?? 0), rowHash: second ?? '', key: key.map((value) => value ?? ''), count: 1 }
        : { order: BigInt(order ?? 0), rowHash: order ?? '', key: [], count: Number(second) },
    );
  }
}

/** With the columns that differ. */
async function describeKeyed(
  pair: Pair,
  plan: TablePlan,
  listed: readonly Differing[],
  seed: string,
): Promise<RowDifference[]> {
  const changed = listed.filter(({ kind }) => kind === 'changed').map(({ key }) => key);
  const columns = await changedColumns(pair, plan, changed, seed);
  return listed.map(({ kind, key, count }) => ({
    kind,
    key: keyRecord(plan, key),
    ...(kind === 'changed' ? { columns: columns.get(keyText(key)) } : {}),
    ...(count > 1 ? { count } : {}),
  }));
}

/** With the whole row, its long values cut, read on the side that has more of it: one row at a time, as it may be large. */
async function describeCounted(
  pair: Pair,
  plan: TablePlan,
  chunk: Chunk,
  listed: readonly Differing[],
  seed: string,
): Promise<RowDifference[]> {
  const values = new Map<string, Values>();
  for (const [client, kind] of [
    [pair.source, 'missing-on-target'],
    [pair.target, 'missing-on-source'],
  ] as const) {
    const hashes = listed.filter((row) => row.kind === kind).map(({ rowHash }) => rowHash);
    if (hashes.length === 0) continue;
    const sql = rowsOfHashesStatement(plan, chunk, seed, hashes);
    for await (const rows of streamRows(client, sql, byIndex(chunk), 1)) {
      for (const [hash, ...row] of rows) values.set(hash ?? '', row.map(cutOne));
    }
  }
  return listed.map(({ kind, rowHash, count }) => {
    const row = values.get(rowHash) ?? [];
    const key = Object.fromEntries(plan.columns.map(({ name }, index) => [name, row[index] ?? null]));
    return { kind, key, ...(count > 1 ? { count } : {}) };
  });
}

const isEqualThroughout = (sums: BucketSums | undefined): boolean =>
  sums === undefined || differingBuckets(sums).numbers.length === 0;

function chunkSum([rows, sum]: Values): ChunkSum {
  if (typeof rows !== 'string' || typeof sum !== 'string')
    throw new Error('a sum of a chunk must be one row of two values');
  return { rows: Number(rows), sum };
}
