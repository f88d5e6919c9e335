import type { Client } from 'pg';
import type { ColumnFact, TableFact } from '../facts-model';
import { rowsOf, SELECTED_TABLE, type Selection, selectionValues, withoutNulls } from './probe';

const TABLES = `
  SELECT n.nspname AS schema, c.relname AS name,
    CASE WHEN c.relkind = 'p' THEN 'partitioned' WHEN c.relkind = 'f' THEN 'foreign'
      WHEN c.relispartition THEN 'partition' ELSE 'ordinary' END AS kind,
    CASE c.relpersistence WHEN 'u' THEN 'unlogged' ELSE 'permanent' END AS persistence,
    pg_get_userbyid(c.relowner)::text AS owner,
    ARRAY(
      SELECT a.attname::text FROM pg_index AS i
      CROSS JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, position)
      JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = k.attnum
      WHERE i.indrelid = c.oid AND i.indisprimary AND k.position <= i.indnkeyatts ORDER BY k.position
    ) AS "primaryKey",
    CASE c.relreplident WHEN 'n' THEN 'nothing' WHEN 'f' THEN 'full' WHEN 'i' THEN 'index' ELSE 'default' END AS "replicaIdentity",
    c.relrowsecurity AS "rowSecurity", c.relforcerowsecurity AS "forcedRowSecurity",
    c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits AS h WHERE h.inhparent = c.oid) AS "hasChildren",
    c.reltuples::float8 AS "estimatedRows",
    pg_table_size(c.oid)::float8 AS bytes, pg_indexes_size(c.oid)::float8 AS "indexBytes",
    has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') AS readable
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND ${SELECTED_TABLE}
  ORDER BY 1, 2`;

/** Reads the selected tables, partitions among them. */
export const readTables = (client: Client, selection: Selection): Promise<TableFact[]> =>
  rowsOf(client, TABLES, selectionValues(selection));

/**
 * Domains are followed to their type, whose modifier is the domain's. Only PostgreSQL's own types are printed by
 * `format_type`: others would carry their schema, quoted.
 */
const columnsSql = (databaseCollation: string): string => `
  WITH RECURSIVE resolved AS (
    SELECT a.attrelid, a.attnum, a.atttypid AS type, a.atttypmod AS modifier FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
      AND ${SELECTED_TABLE}
    UNION ALL
    SELECT r.attrelid, r.attnum, t.typbasetype, t.typtypmod
    FROM resolved AS r JOIN pg_type AS t ON t.oid = r.type WHERE t.typtype = 'd'
  ), based AS (
    SELECT r.attrelid, r.attnum, t.typtype, tn.nspname = 'pg_catalog' AND t.typtype NOT IN ('c', 'e') AS built_in,
      CASE WHEN tn.nspname = 'pg_catalog' THEN format_type(r.type, r.modifier)
        WHEN e.oid IS NOT NULL THEN e.typname || '[]' ELSE t.typname END AS name
    FROM resolved AS r JOIN pg_type AS t ON t.oid = r.type JOIN pg_namespace AS tn ON tn.oid = t.typnamespace
    LEFT JOIN pg_type AS e ON e.oid = t.typelem AND t.typcategory = 'A'
    WHERE t.typtype <> 'd'
  )
  SELECT n.nspname AS schema, c.relname AS name, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type,
    b.name AS "baseType", b.typtype::text AS kind, b.built_in AS "builtIn", a.attgenerated <> '' AS generated,
    CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END AS identity,
    CASE WHEN a.attcollation = 0 THEN NULL WHEN o.collprovider = 'd' THEN (${databaseCollation})
      ELSE json_build_object('name', o.collname, 'provider', o.collprovider::text,
        'locale', coalesce(to_json(o)->>'colllocale', to_json(o)->>'colliculocale', o.collcollate, ''),
        'version', coalesce(pg_collation_actual_version(o.oid), '')) END AS collation,
    EXISTS (
      SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY (i.indkey::int2[])
    ) AS "unique",
    EXISTS (
      SELECT FROM pg_index AS i WHERE i.indrelid = c.oid AND i.indisprimary AND a.attnum = ANY (i.indkey::int2[])
    ) AS "inPrimaryKey"
  FROM based AS b
  JOIN pg_attribute AS a ON a.attrelid = b.attrelid AND a.attnum = b.attnum
  JOIN pg_class AS c ON c.oid = a.attrelid JOIN pg_namespace AS n ON n.oid = c.relnamespace
  LEFT JOIN pg_collation AS o ON o.oid = a.attcollation
  ORDER BY 1, 2, a.attnum`;

/** Through JSON, because the columns of pg_database differ by version. Before 15 it is always the C library's. */
const DATABASE_COLLATION = (versionNumber: number): string => `
  SELECT json_build_object('name', 'default', 'provider', coalesce(to_json(d)->>'datlocprovider', 'c'),
    'locale', CASE coalesce(to_json(d)->>'datlocprovider', 'c') WHEN 'c' THEN d.datcollate
      ELSE coalesce(to_json(d)->>'datlocale', to_json(d)->>'daticulocale', d.datcollate) END,
    'version', coalesce(${
      versionNumber >= 150_000
        ? 'pg_database_collation_actual_version(d.oid)'
        : `(SELECT max(pg_collation_actual_version(l.oid)) FROM pg_collation AS l WHERE l.collprovider = 'c' AND l.collcollate = d.datcollate)`
    }, ''))
  FROM pg_database AS d WHERE d.datname = current_database()`;

/** Reads the columns of the selected tables. */
export async function readColumns(client: Client, selection: Selection, versionNumber: number): Promise<ColumnFact[]> {
  const sql = columnsSql(DATABASE_COLLATION(versionNumber));
  const rows = await rowsOf<ColumnFact>(client, sql, selectionValues(selection));
  return rows.map(withoutNulls);
}
