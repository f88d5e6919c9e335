import { DatabaseError } from 'pg';
import { connect } from '../shared/postgres/connect';
import type { HandlerDependencies } from './handler';
import type { Credentials } from './logins';

/** Where the database is, and how to prove that it is the one. */
export interface DatabaseOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** The authorities of its certificate, as PEM. */
  readonly authorities: () => Promise<string>;
  readonly masterCredentials: () => Promise<Credentials>;
}

/** An index on a ledger that is in use takes its time; the function's own limit is 15 minutes. */
const STATEMENT_TIMEOUT_MS = 600_000;
const LOCK_TIMEOUT_MS = 10_000;

/** The handler's ways into the database, over TLS with the server verified. */
export function databaseAccess({
  host,
  port,
  database,
  authorities,
  masterCredentials,
}: DatabaseOptions): Pick<HandlerDependencies, 'connectAsMaster' | 'canLogin'> {
  const open = async ({ username: user, password }: Credentials) =>
    connect({
      host,
      port,
      database,
      user,
      password,
      ca: await authorities(),
      applicationName: 'ledger-migration',
      statementTimeoutMs: STATEMENT_TIMEOUT_MS,
      lockTimeoutMs: LOCK_TIMEOUT_MS,
    });
  return {
    connectAsMaster: async () => {
      const client = await open(await masterCredentials());
      return { query: (sql, values) => client.query(sql, values && [...values]), end: () => client.end() };
    },
    canLogin: async (credentials) => {
      try {
        await (await open(credentials)).end();
        return true;
      } catch (error) {
        // Wrong password, no such user, or a user that may not come from here.
        if (error instanceof DatabaseError && error.code?.startsWith('28') === true) return false;
        throw error;
      }
    },
  };
}
