import type { Client } from 'pg';
import type { NotTable, Table } from './catalog';
import type { Scope } from './scope';

/** What pg_class says of a table by itself. */
export type TableHead = Pick<
  Table,
  | 'schema'
  | 'name'
  | 'kind'
  | 'owner'
  | 'persistence'
  | 'replicaIdentity'
  | 'rowSecurity'
  | 'rowSecurityForced'
  | 'hasChildren'
  | 'partitionKey'
  | 'inherits'
> & {
  readonly oid: number;
};

/**
 * A partition's rows are read through its table, so it is listed on its own only where that table is not: where the table
 * is in a schema that is left out.
 */
const TABLES = `
  WITH RECURSIVE root (oid, parent) AS (
    SELECT i.inhrelid, i.inhparent FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid WHERE c.relispartition
    UNION
    SELECT r.oid, i.inhparent FROM root AS r JOIN pg_class AS c ON c.oid = r.parent AND c.relispartition
      JOIN pg_inherits AS i ON i.inhrelid = r.parent
  )
  SELECT c.oid, n.nspname AS schema, c.relname AS name, c.relkind = 'p' AS partitioned,
    pg_get_userbyid(c.relowner) AS owner, c.relpersistence = 'u' AS unlogged, c.relreplident AS identity,
    c.relrowsecurity AS "rowSecurity", c.relforcerowsecurity AS "rowSecurityForced",
    c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid) AS "hasChildren",
    pg_get_partkeydef(c.oid) AS "partitionKey",
    ARRAY(SELECT format('%I.%I', pn.nspname, p.relname) FROM pg_inherits AS i JOIN pg_class AS p ON p.oid = i.inhparent
      JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
      WHERE i.inhrelid = c.oid AND NOT c.relispartition ORDER BY i.inhseqno) AS inherits
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname = ANY ($1::text[])
    AND NOT (c.relispartition AND EXISTS (
      SELECT FROM root AS r JOIN pg_class AS p ON p.oid = r.parent JOIN pg_namespace AS pn ON pn.oid = p.relnamespace
      WHERE r.oid = c.oid AND pn.nspname = ANY ($1::text[])))
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

interface TableRow {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly partitioned: boolean;
  readonly owner: string;
  readonly unlogged: boolean;
  readonly identity: string;
  readonly rowSecurity: boolean;
  readonly rowSecurityForced: boolean;
  readonly hasChildren: boolean;
  readonly partitionKey: string | null;
  readonly inherits: readonly string[];
}

const REPLICA_IDENTITIES: Readonly<Record<string, Table['replicaIdentity']>> = {
  d: 'default',
  n: 'nothing',
  f: 'full',
  i: 'index',
};

/** The tables of schemas: partitioned ones without their partitions. */
export async function readTables(client: Client, schemas: readonly string[]): Promise<TableHead[]> {
  const { rows } = await client.query<TableRow>(TABLES, [schemas]);
  return rows.map(({ partitioned, unlogged, identity, partitionKey, inherits, ...row }) => ({
    ...row,
    ...(inherits.length === 0 ? {} : { inherits }),
    kind: partitioned ? 'partitioned' : 'ordinary',
    persistence: unlogged ? 'unlogged' : 'permanent',
    replicaIdentity: REPLICA_IDENTITIES[identity] ?? 'default',
    ...(partitionKey === null ? {} : { partitionKey }),
  }));
}

/** A table and its partitions on every level: `root` is the table's identifier. */
export const PARTITION_TREE = `
  tree (root, oid) AS (
    SELECT t, t FROM unnest($1::oid[]) AS t
    UNION ALL
    SELECT tree.root, c.oid FROM tree JOIN pg_inherits AS i ON i.inhparent = tree.oid
      JOIN pg_class AS c ON c.oid = i.inhrelid WHERE c.relispartition
  )`;

/**
 * Since version 14 an estimate of -1 says that a table was never analyzed; before that, 0 rows in 0 pages says so. As the
 * planner does it, rows a page times the pages of now: what was added since the last analysis counts.
 */
const SIZES = `
  WITH RECURSIVE ${PARTITION_TREE}, leaf AS (
    SELECT tree.root, c.reltuples, c.relpages, coalesce(pg_relation_size(c.oid), 0) AS bytes
    FROM tree JOIN pg_class AS c ON c.oid = tree.oid WHERE c.relkind = 'r'
  ), estimate AS (
    SELECT root, bytes, CASE
      WHEN bytes = 0 THEN 0
      WHEN reltuples < 0 OR relpages = 0 THEN NULL
      ELSE reltuples::float8 / relpages * (bytes / current_setting('block_size')::float8)
    END AS rows FROM leaf
  )
  SELECT root AS "table", sum(bytes)::float8 AS bytes, sum(bytes) FILTER (WHERE rows IS NOT NULL)::float8 AS "knownBytes",
    sum(rows)::float8 AS rows
  FROM estimate GROUP BY root`;

/** How large tables are, with all their partitions. */
export async function readSizes({
  client,
  tables,
}: Scope): Promise<ReadonlyMap<number, Pick<Table, 'bytes' | 'estimatedRows'>>> {
  const { rows } = await client.query<{
    readonly table: number;
    readonly bytes: number;
    readonly knownBytes: number | null;
    readonly rows: number | null;
  }>(SIZES, [tables]);
  return new Map(
    rows.map(({ table, bytes, knownBytes, rows: known }) => [
      table,
      { bytes, estimatedRows: estimate(bytes, knownBytes ?? 0, known) },
    ]),
  );
}

/** Partitions that were never analyzed count as much as others of their size. */
function estimate(bytes: number, knownBytes: number, knownRows: number | null): number {
  if (bytes === 0) return 0;
  if (knownRows === null || knownBytes === 0) return -1;
  return Math.round((knownRows * bytes) / knownBytes);
}

const NOT_TABLES = `
  SELECT n.nspname AS schema, c.relname AS name, c.relkind = 'f' AS "foreign"
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('f', 'm') AND n.nspname = ANY ($1::text[])
  ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"`;

/** Foreign tables and materialized views of schemas. */
export async function readNotTables(client: Client, schemas: readonly string[]): Promise<NotTable[]> {
  const { rows } = await client.query<{ schema: string; name: string; foreign: boolean }>(NOT_TABLES, [schemas]);
  return rows.map(({ foreign, ...name }) => ({ ...name, kind: foreign ? 'foreign table' : 'materialized view' }));
}

/** @returns empty when the database has none */
export async function readLargeObjects(client: Client): Promise<NotTable[]> {
  const { rows } = await client.query<{ count: number }>(
    'SELECT count(*)::float8 AS count FROM pg_largeobject_metadata',
  );
  const count = rows[0]?.count ?? 0;
  return count === 0 ? [] : [{ schema: '', name: 'large objects', kind: 'large objects', count }];
}
