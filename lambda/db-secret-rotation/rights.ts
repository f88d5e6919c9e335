import { escapeIdentifier } from 'pg';
import { RotationRefused } from './refusal';
import type { RoleSession } from './role-session';

/** The schema of the ledger, which all users of the payment path read. */
const SCHEMA = 'payments';

/** Groups of the user $1 that the session's user is not in, or whose rights it does not have without asking. */
const MISSING_GROUPS = `
  SELECT DISTINCT g.rolname AS name
    FROM pg_auth_members m
    JOIN pg_roles g ON g.oid = m.roleid
    JOIN pg_roles u ON u.oid = m.member AND u.rolname = $1
   WHERE NOT pg_has_role(current_user, g.oid, 'MEMBER')
      OR pg_has_role(u.oid, g.oid, 'USAGE') AND NOT pg_has_role(current_user, g.oid, 'USAGE')`;

/** What the user $1 may do with tables and functions of the schema $2 and the session's user may not. */
const MISSING_RIGHTS = `
  SELECT format('%s on %s', p, c.oid::regclass) AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $2
    CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) AS p
   WHERE c.relkind IN ('r', 'p', 'v')
     AND has_table_privilege($1::name, c.oid, p) AND NOT has_table_privilege(c.oid, p)
  UNION ALL
  SELECT format('EXECUTE on %s', f.oid::regprocedure)
    FROM pg_proc f JOIN pg_namespace n ON n.oid = f.pronamespace AND n.nspname = $2
   WHERE has_function_privilege($1::name, f.oid, 'EXECUTE') AND NOT has_function_privilege(f.oid, 'EXECUTE')`;

const READABLE_TABLE = `
  SELECT c.relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = $1
   WHERE c.relkind IN ('r', 'p') AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
   ORDER BY c.relname LIMIT 1`;

/**
 * Checks that the session's user can do what the present user can: its groups, its rights on tables and functions of the
 * ledger, and that a table can be read indeed.
 * @throws RotationRefused that names all that is missing
 */
export async function requireRightsOf(present: string, session: RoleSession): Promise<void> {
  const groups = await session.query(MISSING_GROUPS, [present]);
  const rights = await session.query(MISSING_RIGHTS, [present, SCHEMA]);
  const missing = [...groups, ...rights].map(({ name }) => String(name));
  if (missing.length > 0) {
    throw new RotationRefused(
      `the next user must have all rights of ${present}, it lacks: ${missing.join(', ')}; grant rights to groups, never to ${present} itself`,
    );
  }
  const [table] = await session.query(READABLE_TABLE, [SCHEMA]);
  if (table === undefined) {
    throw new RotationRefused(
      `the next user must be able to read a table of schema ${SCHEMA}, there is none; run ledger-migration`,
    );
  }
  await session.query(`SELECT 1 FROM ${SCHEMA}.${escapeIdentifier(String(table['name']))} LIMIT 1`);
}
