import type { UserType } from './catalog';
import type { Scope } from './scope';

/** Row types of tables and array types follow from others; what an extension brings is the extension's. */
const TYPES = `
  SELECT n.nspname AS schema, t.typname AS name,
    CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite' ELSE 'range' END AS kind,
    CASE t.typtype
      WHEN 'e' THEN (SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
        FROM pg_enum AS e WHERE e.enumtypid = t.oid)
      WHEN 'd' THEN concat_ws(' ', format_type(t.typbasetype, t.typtypmod),
        (SELECT 'COLLATE ' || format('%I.%I', cn.nspname, co.collname) FROM pg_collation AS co
          JOIN pg_namespace AS cn ON cn.oid = co.collnamespace JOIN pg_type AS b ON b.oid = t.typbasetype
          WHERE co.oid = t.typcollation AND t.typcollation <> b.typcollation),
        'DEFAULT ' || t.typdefault,
        CASE WHEN t.typnotnull THEN 'NOT NULL' END,
        (SELECT string_agg(pg_get_constraintdef(con.oid), ' ' ORDER BY con.conname COLLATE "C")
          FROM pg_constraint AS con WHERE con.contypid = t.oid AND con.contype = 'c'))
      WHEN 'c' THEN (SELECT string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY a.attnum)
        FROM pg_attribute AS a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)
      ELSE (SELECT concat_ws(' ', 'OF', format_type(r.rngsubtype, NULL),
          (SELECT 'COLLATE ' || format('%I.%I', cn.nspname, co.collname) FROM pg_collation AS co
            JOIN pg_namespace AS cn ON cn.oid = co.collnamespace WHERE co.oid = r.rngcollation))
        FROM pg_range AS r WHERE r.rngtypid = t.oid)
    END AS definition
  FROM pg_type AS t JOIN pg_namespace AS n ON n.oid = t.typnamespace
  WHERE t.typtype IN ('e', 'd', 'c', 'r')
    AND (t.typtype <> 'c' OR EXISTS (SELECT FROM pg_class AS c WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
    AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    AND (n.nspname = ANY ($2::text[]) OR EXISTS (
      SELECT FROM pg_attribute AS a WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
        AND a.atttypid IN (t.oid, t.typarray)))
  ORDER BY n.nspname COLLATE "C", t.typname COLLATE "C"`;

/** The types of schemas, and those that columns of tables have from elsewhere. */
export async function readTypes({ client, tables }: Scope, schemas: readonly string[]): Promise<UserType[]> {
  const { rows } = await client.query<Omit<UserType, 'definition'> & { readonly definition: string | null }>(TYPES, [
    tables,
    schemas,
  ]);
  return rows.map((row) => ({ ...row, definition: row.definition ?? '' }));
}
