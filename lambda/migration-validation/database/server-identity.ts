import type { Client } from 'pg';
import type { ServerIdentity } from '../report/model';

const IDENTITY = `
  SELECT version(), current_database() AS database, current_user AS user, current_setting('server_encoding') AS encoding,
    coalesce((SELECT s.version FROM pg_stat_ssl AS s WHERE s.pid = pg_backend_pid() AND s.ssl), 'none') AS tls,
    has_function_privilege('pg_control_system()', 'EXECUTE') AS "mayIdentify"`;

/** No such function, not permitted, not supported: what managed servers answer. */
const WITHOUT_IDENTIFIER = ['42883', '42501', '0A000'];

/**
 * Which server and database a connection leads to. A proxy in between is what `tls` speaks of then.
 * @param host what was connected to, as the report names it
 */
export async function readServerIdentity(client: Client, host: string, port: number): Promise<ServerIdentity> {
  const { rows } = await client.query<
    Omit<ServerIdentity, 'host' | 'port' | 'systemIdentifier'> & { readonly mayIdentify: boolean }
  >(IDENTITY);
  const [row] = rows;
  if (row === undefined) throw new Error('the server must say which it is, got no row');
  const { mayIdentify, ...identity } = row;
  const systemIdentifier = mayIdentify ? await readSystemIdentifier(client) : undefined;
  return { host, port, ...identity, ...(systemIdentifier === undefined ? {} : { systemIdentifier }) };
}

async function readSystemIdentifier(client: Client): Promise<string | undefined> {
  try {
    const { rows } = await client.query<{ readonly identifier: string }>(
      'SELECT system_identifier::text AS identifier FROM pg_control_system()',
    );
    return rows[0]?.identifier;
  } catch (error) {
    if (WITHOUT_IDENTIFIER.includes((error as { readonly code?: string }).code ?? '')) return undefined;
    throw error;
  }
}
