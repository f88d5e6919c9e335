import type { Definition, Grant } from './catalog';
import { PARTITION_TREE } from './read-tables';
import { byTable, type Scope } from './scope';

type DefinitionRow = Definition & { readonly table: number };

export async function definitions(scope: Scope, sql: string): Promise<ReadonlyMap<number, readonly Definition[]>> {
  const groups = await byTable<DefinitionRow>(scope, sql);
  return new Map([...groups].map(([table, rows]) => [table, rows.map(({ table: _, ...definition }) => definition)]));
}

/**
 * A foreign key to a partitioned table has a copy for each partition, which is no constraint of its own. NOT NULL is a
 * constraint since version 18, and told with the column.
 */
const CONSTRAINTS = `
  SELECT con.conrelid AS "table", con.conname AS name, con.contype AS type, pg_get_constraintdef(con.oid) AS definition
  FROM pg_constraint AS con JOIN pg_class AS c ON c.oid = con.conrelid
  WHERE con.conrelid = ANY ($1::oid[]) AND con.contype IN ('p', 'u', 'f', 'c', 'x')
    AND (con.conparentid = 0 OR c.relispartition) AND pg_get_constraintdef(con.oid) IS NOT NULL
  ORDER BY con.conrelid, con.conname COLLATE "C", con.oid`;

export const readConstraints = (scope: Scope) => definitions(scope, CONSTRAINTS);

/** Before version 12 it was printed as EXECUTE PROCEDURE. */
const TRIGGERS = `
  SELECT t.tgrelid AS "table", t.tgname AS name, 'trigger' AS type,
    regexp_replace(pg_get_triggerdef(t.oid), ' EXECUTE PROCEDURE (\\S+\\(.*)$', ' EXECUTE FUNCTION \\1') || CASE t.tgenabled
      WHEN 'O' THEN ' -- enabled'
      WHEN 'D' THEN ' -- disabled'
      WHEN 'R' THEN ' -- enabled for replicas only'
      WHEN 'A' THEN ' -- enabled always'
    END AS definition
  FROM pg_trigger AS t
  WHERE t.tgrelid = ANY ($1::oid[]) AND NOT t.tgisinternal AND pg_get_triggerdef(t.oid) IS NOT NULL
  UNION ALL
  SELECT r.ev_class, r.rulename, 'rule', pg_get_ruledef(r.oid) || CASE r.ev_enabled
      WHEN 'O' THEN ' -- enabled'
      WHEN 'D' THEN ' -- disabled'
      WHEN 'R' THEN ' -- enabled for replicas only'
      WHEN 'A' THEN ' -- enabled always'
    END
  FROM pg_rewrite AS r
  WHERE r.ev_class = ANY ($1::oid[]) AND pg_get_ruledef(r.oid) IS NOT NULL
  ORDER BY 1, 3, 2`;

export const readTriggers = (scope: Scope) => definitions(scope, TRIGGERS);

const POLICIES = `
  SELECT p.polrelid AS "table", p.polname AS name, 'policy' AS type, concat_ws(' ',
    CASE WHEN p.polpermissive THEN 'PERMISSIVE' ELSE 'RESTRICTIVE' END,
    'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
      ELSE 'ALL' END,
    'TO ' || (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(r)::text END, ', ' ORDER BY 1)
      FROM unnest(p.polroles) AS r),
    'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
    'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')') AS definition
  FROM pg_policy AS p WHERE p.polrelid = ANY ($1::oid[]) ORDER BY p.polrelid, p.polname COLLATE "C"`;

export const readPolicies = (scope: Scope) => definitions(scope, POLICIES);

const PARTITIONS = `
  WITH RECURSIVE ${PARTITION_TREE}
  SELECT tree.root AS "table", c.relname AS name, 'partition' AS type,
    pg_get_expr(c.relpartbound, c.oid) || coalesce(' PARTITION BY ' || pg_get_partkeydef(c.oid), '') AS definition
  FROM tree JOIN pg_class AS c ON c.oid = tree.oid
  WHERE tree.oid <> tree.root AND pg_get_expr(c.relpartbound, c.oid) IS NOT NULL
  ORDER BY tree.root, c.relname COLLATE "C"`;

export const readPartitions = (scope: Scope) => definitions(scope, PARTITIONS);

/** What others than the owner may do: the owner's rights are its own. Each of these wants a FROM with acl and owner. */
export const grantsFrom = (source: string, column = 'NULL::text'): string => `
  SELECT o.oid AS "table", CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE pg_get_userbyid(g.grantee)::text END AS grantee,
    g.privilege_type || coalesce(' (' || ${column} || ')', '') || CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END
      AS privilege
  FROM ${source} CROSS JOIN LATERAL aclexplode(o.acl) AS g
  WHERE g.grantee <> o.owner`;

const GRANTS = `
  ${grantsFrom(`(SELECT oid, relowner AS owner, relacl AS acl FROM pg_class WHERE oid = ANY ($1::oid[])) AS o`)}
  UNION
  ${grantsFrom(
    `(SELECT c.oid, c.relowner AS owner, a.attacl AS acl, a.attname FROM pg_attribute AS a JOIN pg_class AS c
       ON c.oid = a.attrelid WHERE c.oid = ANY ($1::oid[]) AND a.attacl IS NOT NULL AND NOT a.attisdropped) AS o`,
    'o.attname',
  )}
  ORDER BY 1, 2, 3`;

/** What tables and sequences (by their identifiers) give to others than their owners. */
export async function readGrants(scope: Scope): Promise<ReadonlyMap<number, readonly Grant[]>> {
  const groups = await byTable<Grant & { readonly table: number }>(scope, GRANTS);
  return new Map([...groups].map(([table, rows]) => [table, rows.map(({ table: _, ...grant }) => grant)]));
}

const READABLE = `
  SELECT c.oid AS "table", has_schema_privilege(c.relnamespace, 'USAGE') AND (
      has_table_privilege(c.oid, 'SELECT') OR NOT EXISTS (
        SELECT FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
          AND NOT has_column_privilege(c.oid, a.attnum, 'SELECT'))) AS readable
  FROM pg_class AS c WHERE c.oid = ANY ($1::oid[])`;

/** Whether the role of the connection may read every column of a table. */
export async function readReadable(scope: Scope): Promise<ReadonlyMap<number, boolean>> {
  const groups = await byTable<{ readonly table: number; readonly readable: boolean | null }>(scope, READABLE);
  return new Map([...groups].map(([table, rows]) => [table, rows[0]?.readable === true]));
}
