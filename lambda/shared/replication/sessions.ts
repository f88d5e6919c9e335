import type { Client } from 'pg';
import type { Side } from '../authority/authority';

/** Runs units of work on one database, each of which ends what it begins and may be run twice: see `PostgresSession`. */
export interface DatabaseSession {
  run<Result>(unit: (client: Client) => Promise<Result>): Promise<Result>;
}

/** The two databases, as the role that moves replication. */
export type DatabaseSessions = Readonly<Record<Side, DatabaseSession>>;
