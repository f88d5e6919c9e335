import type { Client } from 'pg';
import type { ChunkSum, TablePlan } from '../rows/chunk';
import { readRows } from '../rows/read-rows';
import { fromTable, rowHash } from '../rows/sql';
import { quoted } from './snapshot';

/** A part of a table by where its rows lie. It means something on one side and in one snapshot only. */
export interface Slice {
  readonly kind: 'slice';
  readonly index: number;
  readonly of: number;
  /** Pages in each, but for the last, which has no end. */
  readonly pages: number;
}

/** TID range scans. @see https://www.postgresql.org/docs/release/14.0/ */
const MIN_VERSION = 140000;
const PAGE_BYTES = 8192;
const MIN_PAGES = 64;

/**
 * How many pages the largest part of a table has; undefined: where rows lie is not known of all its parts, or a range of places
 * would be looked for in the whole table.
 */
export async function pagesOf(client: Client, plan: TablePlan): Promise<number | undefined> {
  const { rows } = await client.query<{ version: number; heap: boolean | null; pages: number | null }>(
    `SELECT current_setting('server_version_num')::int AS version,
       bool_and(c.relkind = 'r' AND a.amname IS NOT DISTINCT FROM 'heap') AS heap,
       max(pg_relation_size(c.oid) / current_setting('block_size')::int)::int AS pages
     FROM (SELECT relid FROM pg_partition_tree($1::regclass) WHERE isleaf
           UNION ALL SELECT $1::regclass WHERE $2) AS part
     JOIN pg_class c ON c.oid = part.relid LEFT JOIN pg_am a ON a.oid = c.relam`,
    [quoted(plan), plan.kind === 'ordinary'],
  );
  const [row] = rows;
  // A partitioned table without partitions has no rows and no row here.
  if (row === undefined || row.version < MIN_VERSION || row.heap !== true) return undefined;
  return row.pages ?? 0;
}

/** Slices of about so many rows, alike for both sides. */
export function slicesOf(
  plan: TablePlan,
  pages: { readonly source?: number; readonly target?: number },
  rows: number,
): { readonly of: number; readonly pages: number } {
  if (pages.source === undefined || pages.target === undefined) return { of: 1, pages: 1 };
  const rowsInPage = Math.max(1, plan.estimatedRows) / Math.max(1, plan.bytes / PAGE_BYTES);
  const each = Math.max(MIN_PAGES, Math.ceil(rows / Math.max(rowsInPage, 1)));
  return { of: Math.max(1, Math.ceil(Math.max(pages.source, pages.target) / each)), pages: each };
}

/** The slice in two; undefined: it is one page. */
export function halvesOf({ from, to }: PageRange): readonly [PageRange, PageRange] | undefined {
  // The last slice has no end: what lies beyond its usual size is its second half.
  if (to !== undefined && to - from < 2) return undefined;
  const middle = to === undefined ? from + MIN_PAGES : Math.floor((from + to) / 2);
  return [
    { from, to: middle },
    { from: middle, to },
  ];
}

/** Pages from one up to and without another; without end. */
export interface PageRange {
  readonly from: number;
  readonly to: number | undefined;
}

export const rangeOf = ({ index, of, pages }: Slice): PageRange => ({
  from: index * pages,
  to: index === of - 1 ? undefined : (index + 1) * pages,
});

/** How many rows a part has on one side, and the sum of their hashes. */
export async function sumPages(
  client: Client,
  plan: TablePlan,
  { from, to }: PageRange,
  seed: string,
): Promise<ChunkSum> {
  const conditions = [
    // The whole table where it is one slice: then nothing depends on places.
    ...(from === 0 ? [] : [`t.ctid >= '(${from},0)'::pg_catalog.tid`]),
    ...(to === undefined ? [] : [`t.ctid < '(${to},0)'::pg_catalog.tid`]),
  ];
  const where = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`;
  const sums = `SELECT pg_catalog.count(*), COALESCE(pg_catalog.sum(${rowHash(plan, seed)}), 0)`;
  const [row] = await readRows(client, `${sums} FROM ${fromTable(plan)}${where}`, false);
  const [rows, sum] = row ?? [];
  if (typeof rows !== 'string' || typeof sum !== 'string') throw new Error('a sum must be one row of two values');
  return { rows: Number(rows), sum };
}
