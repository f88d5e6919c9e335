import type { Client } from 'pg';
import type { SideBaseline, TableBaseline } from './baseline-model';

/** All tables, partitions on their own among them, with a digest of what their stored rows are read by. */
const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name, c.oid::text AS oid,
    coalesce((
      SELECT md5(string_agg(concat_ws(' ', a.attnum, quote_ident(a.attname), format_type(a.atttypid, a.atttypmod),
        a.atttypid, a.attcollation, (
          SELECT string_agg(quote_literal(e.enumlabel), ',' ORDER BY e.enumsortorder)
          FROM pg_type y JOIN pg_enum e ON e.enumtypid IN (y.oid, y.typelem, y.typbasetype)
          WHERE y.oid = a.atttypid
        )), ';' ORDER BY a.attnum))
      FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ), '') AS definition,
    s.inserted::text, s.updated::text, s.deleted::text
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(pg_stat_get_tuples_inserted(l.oid)), 0) AS inserted,
      coalesce(sum(pg_stat_get_tuples_updated(l.oid)), 0) AS updated,
      coalesce(sum(pg_stat_get_tuples_deleted(l.oid)), 0) AS deleted
    FROM (
      SELECT c.oid WHERE c.relkind = 'r'
      UNION ALL SELECT relid::oid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p' AND isleaf
    ) l
  ) s
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
  ORDER BY 1, 2`;

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly oid: string;
  readonly definition: string;
  readonly inserted: string;
  readonly updated: string;
  readonly deleted: string;
}

/** Reads them for every table of the database. */
export async function readTables(client: Client): Promise<TableBaseline[]> {
  const { rows } = await client.query<Row>(TABLES);
  return rows.map(({ inserted, updated, deleted, ...table }) => ({
    ...table,
    statistics: { inserted, updated, deleted },
  }));
}

/** Reads what tells whether cumulative statistics were lost in between. */
export async function readStatistics(client: Client): Promise<SideBaseline['statistics']> {
  const { rows } = await client.query<{ reset: string | null; start: string; commits: string }>(
    `SELECT stats_reset::text AS reset, pg_postmaster_start_time()::text AS start, xact_commit::text AS commits
     FROM pg_stat_database WHERE datname = current_database()`,
  );
  const [row] = rows;
  return { reset: row?.reset ?? null, serverStart: row?.start ?? '', commits: row?.commits ?? '0' };
}
