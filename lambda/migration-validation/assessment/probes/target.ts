import type { Client } from 'pg';
import type { TargetFacts } from '../facts-model';
import type { Reading } from './probe';
import { rowsOf, type Selection } from './probe';
import { readAvailableExtensions } from './extensions';
import { readObjects } from './objects';
import { readRoleSettings } from './role-settings';
import { readServer } from './server';
import { readColumns, readTables } from './tables';

/** A member of rds_superuser may set it in its session, as DMS's endpoint does. */
const APPLY = `
  SELECT r.rolsuper OR EXISTS (
      SELECT FROM pg_db_role_setting AS s
      WHERE s.setrole = r.oid AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
        AND 'session_replication_role=replica' = ANY (s.setconfig)
    ) OR EXISTS (
      SELECT FROM pg_roles AS g WHERE g.rolname = 'rds_superuser' AND pg_has_role(r.oid, g.oid, 'MEMBER')
    ) AS exempt
  FROM pg_roles AS r WHERE r.rolname = $1`;

/** Reads what of the target the source's replication meets. */
export async function readTarget(client: Client, selection: Selection, role: string): Promise<Reading<TargetFacts>> {
  const server = await readServer(client);
  const [found] = await rowsOf<{ exempt: boolean }>(client, APPLY, [role]);
  const settings = await readRoleSettings(client, role);
  const unknown = settings.unknown
    .filter(({ id }) => id === 'read-only-default')
    .map((entry) => ({ ...entry, object: `target: ${entry.object}` }));
  return {
    value: {
      server,
      availableExtensions: await readAvailableExtensions(client),
      tables: await readTables(client, selection),
      columns: await readColumns(client, selection, server.versionNumber),
      objects: await readObjects(client, selection),
      apply: {
        role,
        exists: found !== undefined,
        exempt: found?.exempt ?? false,
        ...(settings.value.readOnly === undefined ? {} : { readOnly: settings.value.readOnly }),
      },
    },
    unknown,
  };
}
