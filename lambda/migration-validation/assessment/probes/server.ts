import type { Client } from 'pg';
import type { ServerFacts } from '../facts-model';
import { rowOf } from './probe';

/** Settings are read from pg_settings, which prints them in one unit; what a session set for itself is reset_val's past. */
const SERVER = `
  SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS "readAt",
    version() AS version,
    current_setting('server_version_num')::int AS "versionNumber",
    d.datname AS database,
    current_user AS user,
    pg_encoding_to_char(d.encoding) AS encoding,
    d.datcollate AS collation,
    pg_database_size(d.oid)::float8 AS bytes,
    pg_is_in_recovery() AS "inRecovery",
    pg_backend_pid() AS pid,
    current_setting('wal_level') AS "walLevel",
    current_setting('max_replication_slots')::int AS "maxReplicationSlots",
    current_setting('max_wal_senders')::int AS "maxWalSenders",
    (SELECT setting::int FROM pg_settings WHERE name = 'max_slot_wal_keep_size') AS "maxSlotWalKeepMib",
    current_setting('max_prepared_transactions')::int AS "maxPreparedTransactions"
  FROM pg_database AS d WHERE d.datname = current_database()`;

/** Reads the server and the database. */
export async function readServer(client: Client): Promise<ServerFacts> {
  const { pid, ...facts } = await rowOf<Omit<ServerFacts, 'proxied'> & { readonly pid: number }>(client, SERVER);
  // A pooler makes up the process's number that it gives a client to cancel its statements with.
  const announced = (client as unknown as { readonly processID: number | null }).processID;
  return { ...facts, proxied: announced !== null && announced !== pid };
}
