import type { Client } from 'pg';
import type { CaptureFacts } from '../facts-model';
import { CONTROL_SCHEMA, type Reading, rowOf, rowsOf, SELECTED_TABLE, type Selection, selectionValues } from './probe';
import { readRoleSettings } from './role-settings';

const ROLE = `
  SELECT r.rolsuper AS superuser,
    r.rolreplication OR coalesce((
      SELECT pg_has_role(r.oid, g.oid, 'MEMBER') FROM pg_roles AS g WHERE g.rolname = 'rds_replication'
    ), false) AS replication,
    r.rolbypassrls AS "bypassesRowSecurity",
    coalesce((
      SELECT has_schema_privilege(r.oid, n.oid, 'CREATE') AND has_schema_privilege(r.oid, n.oid, 'USAGE') FROM pg_namespace AS n WHERE n.nspname = '${CONTROL_SCHEMA}'
    ), false) AS "ownsHeartbeat"
  FROM pg_roles AS r WHERE r.rolname = $1`;

const UNREADABLE = `
  SELECT n.nspname AS schema, c.relname AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND ${SELECTED_TABLE}
    AND NOT (has_schema_privilege($3::name, n.oid, 'USAGE') AND has_table_privilege($3::name, c.oid, 'SELECT'))
  ORDER BY 1, 2`;

const ABSENT = {
  exists: false,
  superuser: false,
  replication: false,
  bypassesRowSecurity: false,
  ownsHeartbeat: false,
  unreadable: [],
};

/** Reads the role that DMS reads the source with. Where there is none, the settings are those that any role would get. */
export async function readCapture(client: Client, selection: Selection, role: string): Promise<Reading<CaptureFacts>> {
  const settings = await readRoleSettings(client, role);
  const found = await rowsOf(client, 'SELECT FROM pg_roles WHERE rolname = $1', [role]);
  const more = { settings: settings.value };
  if (found.length === 0) return { value: { role, ...ABSENT, ...more }, unknown: settings.unknown };
  const state = await rowOf<Omit<CaptureFacts, 'role' | 'exists' | 'unreadable' | 'settings'>>(client, ROLE, [role]);
  const unreadable = await rowsOf<CaptureFacts['unreadable'][number]>(client, UNREADABLE, [
    ...selectionValues(selection),
    role,
  ]);
  return { value: { role, exists: true, ...state, unreadable, ...more }, unknown: settings.unknown };
}
