import type { Collation, Column } from './catalog';
import { byTable, type Scope } from './scope';

interface ColumnRow {
  readonly table: number;
  readonly name: string;
  readonly type: string;
  readonly baseType: string;
  readonly typeKind: string;
  readonly enumLabels: readonly string[] | null;
  readonly nullable: boolean;
  readonly default: string | null;
  readonly generated: string;
  readonly identity: string;
  readonly correlation: number | null;
  readonly collation: string | null;
  readonly provider: string;
  readonly locale: string;
  readonly version: string | null;
  readonly deterministic: boolean;
}

const PROVIDERS: Readonly<Record<string, Collation['provider']>> = { c: 'libc', i: 'icu', b: 'builtin' };

/** The columns of tables, in their order. */
export async function readColumns(scope: Scope): Promise<ReadonlyMap<number, readonly Column[]>> {
  const groups = await byTable<ColumnRow>(scope, columns(scope.version));
  return new Map([...groups].map(([table, rows]) => [table, rows.map(columnOf)]));
}

function columnOf(row: ColumnRow): Column {
  const { name, type, baseType, typeKind, nullable } = row;
  return {
    ...{ name, type, baseType, typeKind, nullable },
    ...(row.enumLabels === null ? {} : { enumLabels: row.enumLabels }),
    ...(row.default === null ? {} : { default: row.default }),
    generated: row.generated !== '',
    ...(row.generated === 'v' ? { virtual: true } : {}),
    ...(row.identity === '' ? {} : { identity: row.identity === 'a' ? 'always' : 'by default' }),
    ...(row.collation === null ? {} : { collation: collationOf(row, row.collation) }),
    ...(row.correlation === null ? {} : { correlation: row.correlation }),
  };
}

function collationOf({ provider, locale, version, deterministic }: ColumnRow, name: string): Collation {
  const known = PROVIDERS[provider];
  if (known === undefined) throw new Error(`the provider of the collation ${name} must be c, i or b, got ${provider}`);
  return { name, provider: known, locale, ...(version === null ? {} : { version }), deterministic };
}

/** The names of catalog columns have changed: what a version has. */
function columns(version: number): string {
  const generated = version >= 120_000 ? 'a.attgenerated' : "''";
  // Since version 18 a constraint NOT NULL may have been added without looking at the rows.
  const unproven =
    version >= 180_000
      ? `EXISTS (SELECT FROM pg_constraint AS nn WHERE nn.conrelid = a.attrelid AND nn.contype = 'n'
          AND NOT nn.convalidated AND nn.conkey = ARRAY[a.attnum])`
      : 'false';
  const localeOfIcu = version >= 170_000 ? 'col.colllocale' : version >= 150_000 ? 'col.colliculocale' : 'NULL';
  const databaseLocale = version >= 170_000 ? 'd.datlocale' : version >= 150_000 ? 'd.daticulocale' : 'NULL';
  const databaseProvider = version >= 150_000 ? 'd.datlocprovider' : "'c'";
  const databaseVersion =
    version >= 150_000
      ? 'coalesce(pg_database_collation_actual_version(d.oid), d.datcollversion)'
      : `(SELECT min(coalesce(pg_collation_actual_version(same.oid), same.collversion)) FROM pg_collation AS same
          WHERE same.collprovider = 'c' AND same.collcollate = d.datcollate AND same.collencoding IN (-1, d.encoding))`;
  const deterministic = version >= 120_000 ? 'col.collisdeterministic' : 'true';
  return `
    WITH RECURSIVE base (type, oid) AS (
      SELECT DISTINCT a.atttypid, a.atttypid FROM pg_attribute AS a WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0
      UNION ALL
      SELECT base.type, t.typbasetype FROM base JOIN pg_type AS t ON t.oid = base.oid WHERE t.typtype = 'd'
    ), db AS (
      SELECT ${databaseProvider}::text AS provider, coalesce(${databaseLocale}, d.datcollate)::text AS locale,
        ${databaseVersion} AS version
      FROM pg_database AS d WHERE d.datname = current_database()
    )
    SELECT a.attrelid AS "table", a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
      CASE WHEN tn.nspname = 'pg_catalog' THEN t.typname::text
        ELSE quote_ident(tn.nspname) || '.' || quote_ident(t.typname) END AS "baseType",
      t.typtype AS "typeKind",
      CASE WHEN t.typtype = 'e' THEN
        ARRAY(SELECT e.enumlabel::text FROM pg_enum AS e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
      END AS "enumLabels",
      NOT a.attnotnull OR ${unproven} AS nullable, pg_get_expr(ad.adbin, ad.adrelid) AS "default",
      ${generated} AS generated, a.attidentity AS identity, s.correlation::float8 AS correlation,
      CASE WHEN cn.nspname = 'pg_catalog' THEN col.collname::text
        ELSE quote_ident(cn.nspname) || '.' || quote_ident(col.collname) END AS collation,
      CASE WHEN col.collprovider = 'd' THEN db.provider ELSE col.collprovider::text END AS provider,
      CASE WHEN col.collprovider = 'd' THEN db.locale ELSE coalesce(${localeOfIcu}, col.collcollate)::text END AS locale,
      CASE WHEN col.collprovider = 'd' THEN db.version
        ELSE coalesce(pg_collation_actual_version(col.oid), col.collversion) END AS version,
      ${deterministic} AS deterministic
    FROM pg_attribute AS a
    JOIN pg_class AS c ON c.oid = a.attrelid
    JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN base ON base.type = a.atttypid
    JOIN pg_type AS t ON t.oid = base.oid AND t.typtype <> 'd'
    JOIN pg_namespace AS tn ON tn.oid = t.typnamespace
    CROSS JOIN db
    LEFT JOIN pg_attrdef AS ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
    LEFT JOIN pg_collation AS col ON col.oid = a.attcollation
    LEFT JOIN pg_namespace AS cn ON cn.oid = col.collnamespace
    LEFT JOIN pg_stats AS s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname
      AND s.inherited = (c.relkind = 'p')
    WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attrelid, a.attnum`;
}
