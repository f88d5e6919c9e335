import type { Client } from 'pg';
import type { Side } from '../../shared/authority/authority';
import type { Secrets } from '../../shared/database/secret-reader';
import { MalformedSecret, parseAuthorities, parseCredentials } from '../../shared/database/secret-values';
import { classify } from '../../shared/postgres/classify';
import { clientConfig } from '../../shared/postgres/settings';
import type { ComparisonRequest } from '../request';
import type { Databases } from '../rows/run';
import { openSession, type Role, type SessionOptions } from './session';

export interface SidesOptions {
  readonly secrets: Secrets;
  /** The ARN of the secret with each side's credentials, which need no more than to read. */
  readonly credentialsSecretArns: Readonly<Record<Side, string>>;
  /** The ARN of the secret with the certificate authorities of both sides. */
  readonly authoritiesSecretArn: string;
  /** For `pg_stat_activity`. */
  readonly applicationName: string;
}

/** Which side is what. */
export const sideOf = (role: Role, direction: ComparisonRequest['direction']): Side =>
  (role === 'source') === (direction === 'forward') ? 'on-prem' : 'aurora';

/** Both databases, by the credentials that Secrets Manager has, over TLS with the server verified. */
export function databasesOf(
  options: SidesOptions,
  direction: ComparisonRequest['direction'],
  session: Pick<SessionOptions, 'statementTimeoutMs'> = {},
): Databases {
  const database = (role: Role) => ({ role, connect: () => login(options, sideOf(role, direction), session) });
  return { source: database('source'), target: database('target') };
}

/** A password that was changed since it was read is read once more. */
async function login(options: SidesOptions, side: Side, session: SessionOptions): Promise<Client> {
  try {
    return await open(options, side, session, false);
  } catch (error) {
    if (classify(error) !== 'authentication') throw error;
    return open(options, side, session, true);
  }
}

async function open(
  { secrets, credentialsSecretArns, authoritiesSecretArn, applicationName }: SidesOptions,
  side: Side,
  session: SessionOptions,
  fresh: boolean,
): Promise<Client> {
  const secretArn = credentialsSecretArns[side];
  const [credentials, authorities] = await Promise.all([
    secrets.read(secretArn, { fresh }),
    secrets.read(authoritiesSecretArn),
  ]);
  const { host, port, dbname, username, password } = parseCredentials(credentials, `the secret ${secretArn}`);
  const ca = parseAuthorities(authorities, `the secret ${authoritiesSecretArn}`)[side];
  if (ca === undefined) {
    throw new MalformedSecret(`the secret ${authoritiesSecretArn} must have the authority of ${side}, got none`);
  }
  const {
    // As `pg` has them: texts of large numbers, and cursors that may stay open for longer than a query.
    types: _types,
    query_timeout: _queryTimeout,
    ...config
  } = clientConfig({ host, port, database: dbname, user: username, password, ca, applicationName, readOnly: true });
  return openSession(config, { applicationName, ...session });
}
