import type { Client } from 'pg';
import type { ApplicationRole, RoleFacts } from '../facts-model';
import type { Unknown } from '../model';
import {
  type Reading,
  rowOf,
  rowsOf,
  SELECTED_SCHEMA,
  SELECTED_TABLE,
  type Selection,
  selectionValues,
  WRITER_EPOCH,
} from './probe';

const FROM_TABLES = 'pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace';
/** The tables that the fence is on, and the one that it asks, in whichever schema it is. */
const FENCED = `c.relkind IN ('r', 'p') AND c.relpersistence <> 't'
  AND (${SELECTED_TABLE} OR c.relname = '${WRITER_EPOCH}')`;

/** Roles that may read or write the server's files, run programs, or stand above ordinary roles. */
const POWERFUL = `'rds_superuser', 'pg_write_server_files', 'pg_read_server_files', 'pg_execute_server_program', 'pg_write_all_data'`;

/** A member of a role may act as it (SET ROLE), even where it does not inherit its rights. */
const ROLE = `
  WITH fenced AS (
    SELECT n.nspname || '.' || c.relname AS name, c.oid, c.relowner AS owner, c.relname, n.oid AS schema FROM ${FROM_TABLES} WHERE ${FENCED}
  ), owned AS (
    SELECT name, owner FROM fenced
    UNION ALL
    SELECT 'schema ' || n.nspname, n.nspowner FROM pg_namespace AS n
    WHERE ${SELECTED_SCHEMA} OR n.oid IN (SELECT schema FROM fenced)
    UNION ALL
    -- Who owns what the fence runs can replace it.
    SELECT DISTINCT 'function ' || p.oid::regprocedure, p.proowner
    FROM fenced AS f JOIN pg_trigger AS t ON t.tgrelid = f.oid AND NOT t.tgisinternal JOIN pg_proc AS p ON p.oid = t.tgfoid
  )
  SELECT r.rolname AS role, r.rolsuper AS superuser, r.rolcreaterole AS "createsRoles",
    ARRAY(SELECT name FROM owned WHERE owner = r.oid ORDER BY 1) AS owns,
    ARRAY(
      SELECT DISTINCT pg_get_userbyid(owner)::text FROM owned
      WHERE owner <> r.oid AND pg_has_role(r.oid, owner, 'MEMBER') ORDER BY 1
    ) AS "actsAs",
    ARRAY(
      SELECT g.rolname::text FROM pg_roles AS g
      WHERE g.oid <> r.oid AND (g.rolsuper OR g.rolname IN (${POWERFUL})) AND pg_has_role(r.oid, g.oid, 'MEMBER') ORDER BY 1
    ) AS "memberOf",
    ARRAY(
      SELECT privilege || ' ON ' || f.name FROM fenced AS f
      CROSS JOIN unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) AS privilege
      WHERE f.relname = '${WRITER_EPOCH}' AND (has_table_privilege(r.oid, f.oid, privilege)
        OR (privilege IN ('INSERT', 'UPDATE') AND has_any_column_privilege(r.oid, f.oid, privilege))) ORDER BY 1
    ) AS "writerEpochRights",
    EXISTS (
      SELECT FROM pg_db_role_setting AS s WHERE s.setrole IN (0, r.oid)
        AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
        AND EXISTS (SELECT FROM unnest(s.setconfig) AS item WHERE item ~* '^session_replication_role=(replica|local)')
    ) AS "runsAsReplica"
  FROM pg_roles AS r WHERE r.rolname = $3`;

/** Since 15 the right to set it can be granted. */
const MAY_SET = `SELECT has_parameter_privilege($1::name, 'session_replication_role', 'SET') AS may`;

const CANDIDATES = `
  SELECT r.rolname AS name FROM pg_roles AS r
  WHERE r.rolcanlogin AND NOT r.rolsuper AND EXISTS (
    SELECT FROM ${FROM_TABLES}
    WHERE c.relkind IN ('r', 'p') AND ${SELECTED_TABLE} AND (has_table_privilege(r.oid, c.oid, 'INSERT')
      OR has_table_privilege(r.oid, c.oid, 'UPDATE') OR has_table_privilege(r.oid, c.oid, 'DELETE'))
  ) ORDER BY 1`;

/** Reads what the roles of applications may do that the fence could not hold. */
export async function readRoles(
  client: Client,
  selection: Selection,
  names: readonly string[],
  versionNumber: number,
): Promise<Reading<RoleFacts>> {
  const values = selectionValues(selection);
  const candidates = (await rowsOf<{ name: string }>(client, CANDIDATES, values)).map(({ name }) => name);
  const found: ApplicationRole[] = [];
  for (const name of names) {
    const [role] = await rowsOf<ApplicationRole>(client, ROLE, [...values, name]);
    if (role === undefined) continue;
    const maySet =
      versionNumber >= 150_000 && !role.superuser && (await rowOf<{ may: boolean }>(client, MAY_SET, [name])).may;
    found.push({ ...role, runsAsReplica: role.runsAsReplica || maySet });
  }
  const missing = names.filter((name) => !found.some(({ role }) => role === name));
  return { value: { asked: [...names], missing, found, candidates }, unknown: unseen(names, missing, candidates) };
}

function unseen(names: readonly string[], missing: readonly string[], candidates: readonly string[]): Unknown[] {
  const known = candidates.length === 0 ? 'none may write to the tables' : `these may write: ${candidates.join(', ')}`;
  if (names.length === 0) {
    return [
      {
        id: 'application-role',
        object: 'the roles of applications',
        reason: 'none was named, so whether the fence would hold them is not known',
        fix: `name each role that applications sign in as with --role (of those that are no superuser, ${known})`,
      },
    ];
  }
  return missing.map((role) => ({
    id: 'application-role',
    object: role,
    reason: 'the server has no such role',
    fix: `name the role that the application signs in as (of those that are no superuser, ${known})`,
  }));
}
