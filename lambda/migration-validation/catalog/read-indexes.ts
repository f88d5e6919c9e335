import type { Index, Key } from './catalog';
import { byTable, type Scope } from './scope';

interface IndexRow {
  readonly table: number;
  readonly name: string;
  readonly definition: string;
  readonly method: string;
  readonly unique: boolean;
  readonly primary: boolean;
  readonly valid: boolean;
  readonly partial: boolean;
  readonly plainOrder: boolean;
  readonly columns: readonly string[] | null;
  readonly constraint: string | null;
}

/** The table's indexes; what was dropped meanwhile has no definition any more. */
const INDEXES = `
  SELECT i.indrelid AS "table", ic.relname AS name, pg_get_indexdef(i.indexrelid) AS definition, am.amname AS method,
    i.indisunique AS unique, i.indisprimary AS primary, i.indisvalid AND i.indisready AND i.indislive AS valid,
    i.indpred IS NOT NULL AS partial,
    am.amname = 'btree' AND k.columns IS NOT NULL AND k.plain AS "plainOrder", k.columns, con.conname AS constraint
  FROM pg_index AS i
  JOIN pg_class AS ic ON ic.oid = i.indexrelid
  JOIN pg_am AS am ON am.oid = ic.relam
  LEFT JOIN pg_constraint AS con ON con.conindid = i.indexrelid AND con.conrelid = i.indrelid
    AND con.contype IN ('p', 'u', 'x')
  CROSS JOIN LATERAL (
    SELECT CASE WHEN bool_and(i.indkey[at] <> 0) THEN array_agg(a.attname::text ORDER BY at) END AS columns,
      bool_and(i.indoption[at] = 0 AND i.indcollation[at] = a.attcollation AND oc.opcdefault) AS plain
    FROM generate_series(0, i.indnkeyatts - 1) AS at
    LEFT JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[at]
    JOIN pg_opclass AS oc ON oc.oid = i.indclass[at]
  ) AS k
  WHERE i.indrelid = ANY ($1::oid[]) AND pg_get_indexdef(i.indexrelid) IS NOT NULL
  ORDER BY i.indrelid, ic.relname COLLATE "C"`;

/** The indexes of a table, and its primary key. */
export interface TableIndexes {
  readonly indexes: readonly Index[];
  readonly primaryKey?: Key;
}

export async function readIndexes(scope: Scope): Promise<ReadonlyMap<number, TableIndexes>> {
  const groups = await byTable<IndexRow>(scope, INDEXES);
  return new Map([...groups].map(([table, rows]) => [table, indexesOf(rows)]));
}

function indexesOf(rows: readonly IndexRow[]): TableIndexes {
  const primary = rows.find((row) => row.primary);
  return {
    indexes: rows.map((row) => ({
      name: row.name,
      definition: row.definition,
      method: row.method,
      unique: row.unique,
      valid: row.valid,
      ...(row.columns === null ? {} : { columns: row.columns }),
      partial: row.partial,
      plainOrder: row.plainOrder,
      ...(row.constraint === null ? {} : { constraint: row.constraint }),
    })),
    ...(primary === undefined
      ? {}
      : { primaryKey: { name: primary.constraint ?? primary.name, columns: primary.columns ?? [] } }),
  };
}
