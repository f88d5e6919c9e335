import type { Client } from 'pg';
import type { SideBaseline } from './baseline-model';

/** What tells one server and database from another, and whether it was restored. */
export type Identity = Pick<SideBaseline, 'database' | 'databaseOid' | 'version' | 'systemIdentifier' | 'timeline'>;

/** Reads them; not inside a transaction, which a refusal would end. */
export async function readIdentity(client: Client): Promise<Identity> {
  const { rows } = await client.query<{ database: string; oid: string; version: string }>(
    `SELECT datname AS database, oid::text, current_setting('server_version_num') AS version
     FROM pg_database WHERE datname = current_database()`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('pg_database must list the present database');
  const systemIdentifier = await readable(client, 'SELECT system_identifier::text AS value FROM pg_control_system()');
  // The running timeline; the checkpoint's may be older, right after a promotion.
  const timeline = await readable(
    client,
    `SELECT CASE WHEN pg_is_in_recovery() THEN (SELECT timeline_id::text FROM pg_control_checkpoint())
       ELSE ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int::text END AS value`,
  );
  return {
    database: row.database,
    databaseOid: row.oid,
    version: Math.floor(Number(row.version) / 10_000),
    ...(systemIdentifier === undefined ? {} : { systemIdentifier }),
    ...(timeline === undefined ? {} : { timeline: Number(timeline) }),
  };
}

/** Why a server is not the one of the baseline. @returns undefined: nothing says that it is another */
export function identityProblem(then: Identity, now: Identity): string | undefined {
  if (then.database !== now.database || then.databaseOid !== now.databaseOid) {
    return `it is the database ${now.database} (${now.databaseOid}), the baseline's is ${then.database} (${then.databaseOid})`;
  }
  if (then.version !== now.version) return `it is version ${now.version}, at the baseline it was ${then.version}`;
  if (differ(then.systemIdentifier, now.systemIdentifier)) {
    return `its system identifier is ${now.systemIdentifier ?? '?'}, the baseline's is ${then.systemIdentifier ?? '?'}`;
  }
  if (differ(then.timeline, now.timeline)) {
    return (
      `its timeline is ${now.timeline ?? '?'}, at the baseline it was ${then.timeline ?? '?'}: since the failover or restore ` +
      'transaction ids may mean other transactions'
    );
  }
  return undefined;
}

/** What could be read once only counts as different: it is no longer known to be the same. */
const differ = <Value>(then: Value | undefined, now: Value | undefined): boolean => then !== undefined && then !== now;

/** A value that not every role, server or service gives. */
export async function readable(client: Client, sql: string): Promise<string | undefined> {
  try {
    const { rows } = await client.query<{ value: string | null }>(sql);
    return rows[0]?.value ?? undefined;
  } catch (error) {
    // 42501 permission denied, 0A000 and 55000 not here, 42883 no such function. Anything else is a fault.
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    if (code === '42501' || code === '0A000' || code === '55000' || code === '42883') return undefined;
    throw error;
  }
}
