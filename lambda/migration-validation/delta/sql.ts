import { escapeIdentifier } from 'pg';
import type { TableName } from '../catalog/catalog';
import type { TablePlan } from '../rows/chunk';
import { fromTable, identityHash, printed, rowHash } from '../rows/sql';
import { isDelta } from './window';

/** Which rows of a table, by place and by transaction id. */
export interface Part {
  /** `(block,item)`, from and to; both belong to it. */
  readonly from: string;
  readonly to: string;
}

/** What a reading transaction knows of the baseline: the age of its xmin, and how wide the window is. */
export interface DeltaWindow {
  readonly age: number;
  readonly width: number;
}

/** A table's name, as regclass reads it. */
export const relationName = ({ schema, name }: TableName): string =>
  `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

/** The blocks of the heap of $1, and their size; of partitions, those of the largest: a slice is taken of all of them at once. */
export const blocksStatement = `
  SELECT coalesce(max(pg_relation_size(l.oid)), 0) / current_setting('block_size')::int8, current_setting('block_size')
  FROM (SELECT $1::regclass::oid AS oid UNION ALL SELECT relid::oid FROM pg_partition_tree($1::regclass)) l`;

/** How many rows a slice has, how many of them are delta, and where the first and last of those are. */
export function countStatement(plan: TablePlan, { from, to }: Part, { age, width }: DeltaWindow): string {
  const delta = isDelta(age, width);
  return `SELECT count(*), count(*) FILTER (WHERE ${delta}), min(t.ctid) FILTER (WHERE ${delta}),
      max(t.ctid) FILTER (WHERE ${delta})
    FROM ${fromTable(plan)} WHERE t.ctid BETWEEN '${from}'::tid AND '${to}'::tid`;
}

/** Of the delta of a slice: rows and sum of their hashes by bucket of the key's hash. */
export function sumsStatement(plan: TablePlan, part: Part, window: DeltaWindow, seed: string, buckets: number): string {
  return `SELECT ${identityHash(plan, seed)} & ${buckets - 1}, count(*), sum(${rowHash(plan, seed)})
    FROM ${fromTable(plan)} WHERE ${inDelta(part, window)} GROUP BY 1`;
}

/** The delta's rows: hash of the key, hash of the row, key; ordered by the first. `buckets`: only those. */
export function rowsStatement(
  plan: TablePlan,
  part: Part,
  window: DeltaWindow,
  seed: string,
  buckets?: { readonly of: number; readonly numbers: readonly number[] },
): string {
  const key = identityHash(plan, seed);
  const chosen =
    buckets === undefined ? '' : ` AND (${key} & ${buckets.of - 1}) = ANY ('{${buckets.numbers.join(',')}}'::int8[])`;
  return `SELECT ${[key, rowHash(plan, seed), ...plan.key.map(printed)].join(', ')}
    FROM ${fromTable(plan)} WHERE ${inDelta(part, window)}${chosen} ORDER BY 1`;
}

const inDelta = ({ from, to }: Part, { age, width }: DeltaWindow): string =>
  `t.ctid BETWEEN '${from}'::tid AND '${to}'::tid AND ${isDelta(age, width)}`;
