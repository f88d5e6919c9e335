import type { TablePlan } from '../rows/chunk';
import { readRows } from '../rows/read-rows';
import type { SnapshotReaders } from './snapshot-readers';
import { blocksStatement, countStatement, type Part, relationName, sumsStatement } from './sql';

/** What one side's heap holds now. */
export interface SideCount {
  readonly rows: number;
  /** Rows that are read: those inside the window. */
  readonly delta: number;
  /** Where they are; slices without any are left out. */
  readonly parts: readonly Part[];
}

/** Rows and sum of their hashes of each bucket that has any. */
export type BucketSums = ReadonlyMap<number, { readonly rows: number; readonly sum: bigint }>;

/** 64 MiB: long enough to read in order, short enough for all connections to have work, and for a statement. */
const SLICE_BLOCKS = 8192;
export const SLICE_BYTES = SLICE_BLOCKS * 8192;
/** More slices than this tell nothing more. */
const MAX_SLICES = 1024;
/** Past the last block and item that there can be. */
const LAST = '(4294967295,65535)';

/** Cuts a table into slices of its heap; the last one has no end, as the heap may grow. */
export async function slicesOf(readers: SnapshotReaders, plan: TablePlan): Promise<readonly Part[]> {
  const blocks = await readers.use(async ({ client }) => {
    const { rows } = await client.query<[string]>({
      text: blocksStatement,
      values: [relationName(plan)],
      rowMode: 'array',
    });
    return Number(rows[0]?.[0] ?? 0);
  });
  const size = Math.max(SLICE_BLOCKS, Math.ceil(blocks / MAX_SLICES));
  const slices = Math.max(1, Math.ceil(blocks / size));
  return Array.from({ length: slices }, (_, index) => ({
    from: `(${index * size},0)`,
    to: index === slices - 1 ? LAST : `(${(index + 1) * size - 1},65535)`,
  }));
}

/** Reads the whole heap once, and counts. */
export async function countSide(
  readers: SnapshotReaders,
  plan: TablePlan,
  width: number,
  slices: readonly Part[],
  onSlice: (rows: number) => void,
): Promise<SideCount> {
  const counts = await settled(
    slices.map((slice) =>
      readers.use(async ({ client, age }) => {
        const [[rows, delta, from, to] = []] = await readRows(
          client,
          countStatement(plan, slice, { age, width }),
          false,
        );
        onSlice(Number(rows));
        const part = typeof from === 'string' && typeof to === 'string' ? [{ from, to }] : [];
        return { rows: Number(rows), delta: Number(delta), parts: part };
      }),
    ),
  );
  return {
    rows: counts.reduce((sum, { rows }) => sum + rows, 0),
    delta: counts.reduce((sum, { delta }) => sum + delta, 0),
    parts: counts.flatMap(({ parts }) => parts),
  };
}

/** Hashes the delta's rows, and sums by bucket. */
export async function sumSide(
  readers: SnapshotReaders,
  plan: TablePlan,
  width: number,
  { parts }: SideCount,
  seed: string,
  buckets: number,
): Promise<BucketSums> {
  const sums = new Map<number, { rows: number; sum: bigint }>();
  await settled(
    parts.map((part) =>
      readers.use(async ({ client, age }) => {
        const sql = sumsStatement(plan, part, { age, width }, seed, buckets);
        for (const [bucket, rows, sum] of await readRows(client, sql, false)) {
          const before = sums.get(Number(bucket)) ?? { rows: 0, sum: 0n };
          sums.set(Number(bucket), { rows: before.rows + Number(rows), sum: before.sum + BigInt(sum ?? 0) });
        }
      }),
    ),
  );
  return sums;
}

/** The buckets that are not the same on both sides. */
export const differingBuckets = (source: BucketSums, target: BucketSums): number[] =>
  [...new Set([...source.keys(), ...target.keys()])].filter((bucket) => {
    const [left, right] = [source.get(bucket), target.get(bucket)];
    return left?.rows !== right?.rows || left?.sum !== right?.sum;
  });

/** All results, or the first error after all work has ended: nothing is running any more then. */
export async function settled<Result>(work: readonly Promise<Result>[]): Promise<Result[]> {
  const results = await Promise.allSettled(work);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
