import { randomBytes } from 'node:crypto';
import { Client, type ClientConfig, escapeIdentifier } from 'pg';
import type { Login } from '../../../lambda/db-secret-rotation/credentials';
import { type LocalPostgres, type PostgresOptions, startPostgres } from '../../support/postgres';

/** A server with the ledger's groups, and a master user that may as little as RDS's: create roles, and no superuser. */
export interface LedgerServer {
  readonly server: LocalPostgres;
  readonly master: Login;
  readonly dbname: string;
  /** Runs SQL as the master user. */
  readonly asMaster: (sql: string) => Promise<void>;
  /** Asks as a superuser. */
  readonly ask: (sql: string, values?: readonly string[]) => Promise<readonly Record<string, unknown>[]>;
  /** A new user, in a group, whose name no other test has. */
  readonly createUser: (group: 'payments_writer' | 'payments_reader') => Promise<Login>;
  /** How a user connects. */
  readonly settings: (login: Login) => ClientConfig;
  readonly stop: () => Promise<void>;
}

const DATABASE = 'ledger';
const SCHEMA = `
  CREATE ROLE payments_writer NOLOGIN;
  CREATE ROLE payments_reader NOLOGIN;
  CREATE SCHEMA payments;
  CREATE TABLE payments.transactions (transaction_id varchar(36) PRIMARY KEY);
  CREATE FUNCTION payments.require_epoch(bigint) RETURNS bigint LANGUAGE sql AS 'SELECT $1';
  REVOKE EXECUTE ON FUNCTION payments.require_epoch(bigint) FROM PUBLIC;
  GRANT USAGE ON SCHEMA payments TO payments_writer, payments_reader;
  GRANT SELECT, INSERT ON payments.transactions TO payments_writer;
  GRANT EXECUTE ON FUNCTION payments.require_epoch(bigint) TO payments_writer;
  GRANT SELECT ON payments.transactions TO payments_reader;`;

const password = (): string => randomBytes(20).toString('hex');

export async function startLedgerServer(options: Pick<PostgresOptions, 'major' | 'settings'>): Promise<LedgerServer> {
  const server = await startPostgres({ ...options, tls: true });
  const master: Login = { username: 'ledger_admin', password: password() };
  const settings = ({ username, password: secret }: Login): ClientConfig => ({
    ...server.superuser,
    user: username,
    password: secret,
    database: DATABASE,
  });
  await run(server.superuser, `CREATE ROLE ledger_admin LOGIN CREATEROLE PASSWORD '${master.password}'`);
  await run(server.superuser, `CREATE DATABASE ${DATABASE} OWNER ledger_admin`);
  const asMaster = async (sql: string): Promise<void> => {
    await run(settings(master), sql);
  };
  await asMaster(SCHEMA);
  let users = 0;
  return {
    server,
    master,
    dbname: DATABASE,
    asMaster,
    ask: (sql, values) => run({ ...server.superuser, database: DATABASE }, sql, values),
    createUser: async (group) => {
      const letters = String(users++).replaceAll(/\d/g, (digit) => 'abcdefghij'.charAt(Number(digit)));
      const login = { username: `payments_u${letters}`, password: password() };
      const name = escapeIdentifier(login.username);
      await asMaster(`CREATE ROLE ${name} LOGIN PASSWORD '${login.password}'; GRANT ${group} TO ${name}`);
      return login;
    },
    settings,
    stop: () => server.stop(),
  };
}

async function run(
  settings: ClientConfig,
  sql: string,
  values?: readonly string[],
): Promise<readonly Record<string, unknown>[]> {
  const client = new Client(settings);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql, values === undefined ? undefined : [...values])).rows;
  } finally {
    await client.end();
  }
}
