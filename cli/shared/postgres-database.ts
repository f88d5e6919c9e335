import type { Client, ClientConfig } from 'pg';
import {
  type Database,
  openSession,
  type Role,
  type SessionOptions,
} from '../../lambda/migration-validation/database/session';
import { parsePostgresUrl, type PostgresAddress } from './postgres-url';

export interface DatabaseOptions extends SessionOptions {
  /** Where the PG* variables are. @default none of them: pass process.env */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/**
 * The database that a URL names, reached in the TLS mode that it says.
 * @throws InvalidPostgresUrl with everything that is wrong with the URL
 */
export function databaseOf(role: Role, url: string, options: DatabaseOptions = {}): Database {
  const { environment = {}, ...session } = options;
  return databaseAt(role, parsePostgresUrl(url, environment), session);
}

/** The database at an address. What the URL says about the session goes before the options. */
export function databaseAt(role: Role, address: PostgresAddress, session: SessionOptions = {}): Database {
  const { applicationName, connectTimeoutMs } = address;
  const all: SessionOptions = {
    ...session,
    ...(applicationName === undefined ? {} : { applicationName }),
    ...(connectTimeoutMs === undefined ? {} : { connectTimeoutMs }),
  };
  return { role, connect: () => connect(address, all) };
}

/** Tries what the mode allows, in its order: `prefer` TLS before plain text, `allow` plain text before TLS. */
async function connect(address: PostgresAddress, session: SessionOptions): Promise<Client> {
  const { host, port, user, database, password, options, sslMode, tls } = address;
  const config: ClientConfig = {
    host,
    port,
    user,
    database,
    ...(password === undefined ? {} : { password }),
    ...(options === undefined ? {} : { options }),
  };
  const encrypted = () => openSession({ ...config, ssl: tls }, session);
  const plain = () => openSession({ ...config, ssl: false }, session);
  if (sslMode === 'disable') return await plain();
  if (sslMode !== 'prefer' && sslMode !== 'allow') return await encrypted();
  const [first, second] = sslMode === 'prefer' ? [encrypted, plain] : [plain, encrypted];
  try {
    return await first();
  } catch (error) {
    if (!mayTryOtherwise(error)) throw error;
    return await second();
  }
}

/** Whether the way of connecting may be at fault: TLS that the server has not or cannot, a rule of pg_hba.conf. */
function mayTryOtherwise(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? String(error.code) : '';
  const tlsFailed = /^(ERR_(SSL|TLS)|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_|EPROTO)/.test(code);
  return code === '28000' || tlsFailed || /SSL connection/.test(error.message);
}
