import { Client, type ClientConfig } from 'pg';

/** Which of the two databases: the one that is copied from, and the one that is copied to. */
export type Role = 'source' | 'target';

/** One of the two databases that are compared. */
export interface Database {
  readonly role: Role;
  /**
   * Opens a connection that reads and cannot write. Its owner ends it.
   * @throws what `pg` throws when there is none
   */
  connect(): Promise<Client>;
}

export interface SessionOptions {
  /** For `pg_stat_activity`. @default 'migration-validation' */
  readonly applicationName?: string;
  /** How long a statement may take, in milliseconds; 0: without limit. @default 600000 */
  readonly statementTimeoutMs?: number;
  /** How long a statement may wait for a lock, in milliseconds; 0: without limit. @default 10000 */
  readonly lockTimeoutMs?: number;
  /** How long connecting may take, in milliseconds, from 1. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** Whether a pooler in between is taken, for who reads no rows and tells of it. @default false */
  readonly allowPooler?: boolean;
}

/**
 * What decides how PostgreSQL prints a value, so that equal values are equal texts on both sides, and what keeps a session
 * from disturbing others.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  // The shortest text that reads back as the same number.
  extra_float_digits: '1',
  bytea_output: 'hex',
  xmloption: 'content',
  xmlbinary: 'base64',
  // `money` is printed by the rules of a locale.
  lc_monetary: 'C',
  // Names are printed with their schema, and nothing is looked up where others may create.
  search_path: 'pg_catalog, pg_temp',
  // An error instead of fewer rows: what a policy hides from both sides would look equal.
  row_security: 'off',
  default_transaction_read_only: 'on',
  // What a role may have set otherwise, and what statements are written for.
  standard_conforming_strings: 'on',
  quote_all_identifiers: 'off',
  default_transaction_isolation: 'read committed',
  default_transaction_deferrable: 'off',
  // A comparison is bounded by its connections; workers would multiply the load on a server that serves others.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  idle_in_transaction_session_timeout: '0',
};

/**
 * Connects, and pins what the comparison relies on: one printed form for each value, read-only transactions, time limits.
 * @param config host, user, TLS and so on, as `pg` takes them
 * @throws Error when the server does not accept a setting, or is reached through a pooler, or what `pg` throws when there is no connection
 */
export async function openSession(config: ClientConfig, options: SessionOptions = {}): Promise<Client> {
  const {
    applicationName = 'migration-validation',
    statementTimeoutMs = 600_000,
    lockTimeoutMs = 10_000,
    connectTimeoutMs = 10_000,
    allowPooler = false,
  } = options;
  const client = new Client({
    ...config,
    application_name: applicationName,
    client_encoding: 'UTF8',
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
  });
  // Without a listener Node.js ends the process; the next query reports it.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const settings = { ...SETTINGS, statement_timeout: `${statementTimeoutMs}`, lock_timeout: `${lockTimeoutMs}` };
    const { rows } = await client.query<{ backend: number }>(
      'SELECT set_config(name, value, false), pg_backend_pid() AS backend FROM unnest($1::text[], $2::text[]) AS s (name, value)',
      [Object.keys(settings), Object.values(settings)],
    );
    if (!allowPooler) refusePooler(client, rows[0]?.backend);
    return client;
  } catch (error) {
    client.end().catch(() => undefined);
    throw error;
  }
}

/**
 * A pooler may give each transaction another connection, on which nothing is pinned. It is told by the process's number, which
 * it makes up for its clients.
 */
function refusePooler(client: Client, backend: number | undefined): void {
  const { processID: announced, host, port } = client as Client & { readonly processID?: number | null };
  if (announced === backend) return;
  throw new Error(
    `${host}:${port} must be the database server itself, got a pooler or proxy, which does not keep the settings of a session; name the server's own host and port`,
  );
}
