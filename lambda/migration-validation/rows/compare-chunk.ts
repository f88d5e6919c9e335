import type { Client } from 'pg';
import type { Chunk, ChunkComparison, ChunkSum, DifferenceCounts, Pair, RowDifference, TablePlan } from './chunk';
import { changedColumns, keyRecord, keyText } from './compare-keys';
import { cutOne } from './cut-values';
import { addCount, type Differing, type Entry, merge, NO_DIFFERENCES } from './merge';
import { onBoth } from './pair';
import { byIndex, readRows, streamRows, type Values } from './read-rows';
import {
  type Buckets,
  bucketStatement,
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
  { seed, maxDifferences, fewRows = 2000 }: CompareChunkOptions,
): Promise<ChunkComparison> {
  const [source, target] = await onBoth(pair, (client) => sumChunk(client, plan, chunk, seed));
  if (source.rows === target.rows && source.sum === target.sum) {
    return { source, target, differences: [], counts: NO_DIFFERENCES };
  }
  const rows = Math.max(source.rows, target.rows);
  const buckets = rows > fewRows ? await differingBuckets(pair, plan, chunk, seed, rows) : undefined;
  const { listed, counts } = await differingRows(pair, plan, chunk, seed, buckets, maxDifferences);
  const differences =
    plan.key.length > 0
      ? await describeKeyed(pair, plan, listed, seed)
      : await describeCounted(pair, plan, chunk, listed, seed);
  return { source, target, differences, counts };
}

/** What narrowing down aims at. */
const ROWS_IN_BUCKET = 128;
const MIN_BUCKETS = 64;
const MAX_BUCKETS = 4096;

/** The buckets of a chunk that are not equal. */
async function differingBuckets(
  pair: Pair,
  plan: TablePlan,
  chunk: Chunk,
  seed: string,
  rows: number,
): Promise<Buckets> {
  const wanted = 2 ** Math.ceil(Math.log2(rows / ROWS_IN_BUCKET));
  const of = Math.min(Math.max(wanted, MIN_BUCKETS), MAX_BUCKETS);
  const [source, target] = await onBoth(pair, async (client) => {
    const found = await readRows(client, bucketStatement(plan, chunk, seed, of), byIndex(chunk));
    return new Map(found.map(([bucket, ...sum]) => [Number(bucket), sum.join(' ')]));
  });
  const numbers = [...new Set([...source.keys(), ...target.keys()])];
  return { of, numbers: numbers.filter((bucket) => source.get(bucket) !== target.get(bucket)) };
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

function chunkSum([rows, sum]: Values): ChunkSum {
  if (typeof rows !== 'string' || typeof sum !== 'string')
    throw new Error('a sum of a chunk must be one row of two values');
  return { rows: Number(rows), sum };
}
