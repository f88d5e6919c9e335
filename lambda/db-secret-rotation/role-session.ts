import { type Client, DatabaseError } from 'pg';
import { connect as openConnection } from '../shared/postgres/connect';
import type { Login, Target } from './credentials';

/** A row of an answer: text and truth values only are asked for. */
export type Row = Readonly<Record<string, string | boolean | null>>;

/** A connection of one user. */
export interface RoleSession {
  query(sql: string, values?: readonly string[]): Promise<readonly Row[]>;
  end(): Promise<void>;
}

/** Opens connections to databases. */
export interface RoleSessions {
  /** A connection; undefined when the database does not let this user in with this password. */
  open(target: Target, login: Login): Promise<RoleSession | undefined>;
}

/**
 * Connections over TLS with the database's certificate verified.
 * @param authorities gives the certificate authorities in PEM form
 */
export function postgresSessions(authorities: () => Promise<string>): RoleSessions {
  return {
    open: async ({ host, port, dbname }, { username, password }) => {
      const ca = await authorities();
      try {
        return session(
          await openConnection({
            host,
            port,
            database: dbname,
            user: username,
            password,
            ca,
            applicationName: 'db-secret-rotation',
          }),
        );
      } catch (error) {
        if (error instanceof DatabaseError && /^28/.test(error.code ?? '')) return undefined;
        throw error;
      }
    },
  };
}

function session(client: Client): RoleSession {
  return {
    query: async (sql, values) => (await client.query<Row>(sql, values === undefined ? undefined : [...values])).rows,
    end: () => client.end(),
  };
}
