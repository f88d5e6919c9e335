import type { Client } from 'pg';
import type { Chunk, ChunkSum, Pair, TablePlan } from './chunk';
import { onBoth } from './pair';
import { byIndex, readRows } from './read-rows';
import { type Buckets, boundedColumn, boundsStatement, bucketStatement, type Division } from './sql';

/** What dividing aims at. */
const ROWS_IN_BUCKET = 128;
const MIN_BUCKETS = 64;
const MAX_BUCKETS = 4096;
/** Finding a row's bucket takes the longer the more bounds there are. */
const ROWS_IN_RANGE = 256;
/** Each is a literal in several statements. */
const MAX_BOUNDS = 1024;

/** A chunk on both sides, by the numbers of its buckets; those without rows are left out. */
export interface BucketSums {
  readonly division: Division;
  readonly source: ReadonlyMap<number, ChunkSum>;
  readonly target: ReadonlyMap<number, ChunkSum>;
}

/** How many rows each bucket of a chunk has on each side, and the sums of their hashes. */
export async function sumBuckets(
  pair: Pair,
  plan: TablePlan,
  chunk: Chunk,
  seed: string,
  division: Division,
): Promise<BucketSums> {
  const [source, target] = await onBoth(pair, async (client) => {
    const found = await readRows(client, bucketStatement(plan, chunk, seed, division), byIndex(chunk));
    return new Map(
      found.map(([bucket, rows, sum]) => {
        if (typeof bucket !== 'string' || typeof rows !== 'string' || typeof sum !== 'string')
          throw new Error('a sum of a bucket must be one row of three values');
        return [Number(bucket), { rows: Number(rows), sum }];
      }),
    );
  });
  return { division, source, target };
}

/**
 * Divides a chunk along its range key.
 * @param client of one side: whose bounds they are decides how many rows are in a bucket, and nothing else
 * @param rows how many the chunk has, about
 * @param fewRows so many rows need not be divided any further
 * @returns undefined where the range key does not serve
 */
export async function boundsOf(
  client: Client,
  plan: TablePlan,
  chunk: Chunk,
  rows: number,
  fewRows: number,
): Promise<Division | undefined> {
  const column = boundedColumn(plan, chunk);
  if (column === undefined) return undefined;
  const step = Math.max(Math.min(ROWS_IN_RANGE, fewRows), Math.ceil(rows / MAX_BOUNDS), 1);
  const found = await readRows(client, boundsStatement(plan, chunk, column, step), byIndex(chunk));
  // Rows of one value cannot be told apart by it.
  const bounds = [...new Set(found.map(([bound]) => bound ?? ''))];
  return bounds.length * step * 2 < rows || bounds.length > 2 * MAX_BOUNDS ? undefined : { by: 'bounds', bounds };
}

/** Buckets of about so many rows that each row's hash is in. */
export function hashesOf(rows: number): Division {
  const wanted = 2 ** Math.ceil(Math.log2(rows / ROWS_IN_BUCKET));
  return { by: 'hashes', of: Math.min(Math.max(wanted, MIN_BUCKETS), MAX_BUCKETS) };
}

/** The buckets that are not equal. */
export function differingBuckets({ division, source, target }: BucketSums): Buckets {
  const numbers = [...new Set([...source.keys(), ...target.keys()])].filter((bucket) => {
    const [one, other] = [source.get(bucket), target.get(bucket)];
    return one === undefined || other === undefined || one.rows !== other.rows || one.sum !== other.sum;
  });
  return { division, numbers };
}

/** All buckets together: the chunk. */
export function totalOf(buckets: ReadonlyMap<number, ChunkSum>): ChunkSum {
  let rows = 0;
  let sum = 0n;
  for (const bucket of buckets.values()) {
    rows += bucket.rows;
    sum += BigInt(bucket.sum);
  }
  return { rows, sum: sum.toString() };
}
