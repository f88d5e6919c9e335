import type { Side } from '../authority/authority';
import { PostgresSession } from '../postgres/session';
import type { ConnectionSettings } from '../postgres/settings';
import type { Secrets } from './secret-reader';
import { MalformedSecret, parseAuthorities, parseCredentials } from './secret-values';

export interface SideSessionsOptions extends Pick<
  ConnectionSettings,
  'applicationName' | 'statementTimeoutMs' | 'lockTimeoutMs' | 'connectTimeoutMs'
> {
  readonly secrets: Secrets;
  /** The ARN of the secret with each side's credentials. */
  readonly credentialsSecretArns: Readonly<Record<Side, string>>;
  /** The ARN of the secret with the certificate authorities of both sides. */
  readonly authoritiesSecretArn: string;
}

/** One connection to each of the two databases, opened when it is first used, as Secrets Manager says it may. */
export function sideSessions(options: SideSessionsOptions): Readonly<Record<Side, PostgresSession>> {
  const session = (side: Side) => new PostgresSession({ settings: ({ fresh }) => settingsOf(options, side, fresh) });
  return { 'on-prem': session('on-prem'), aurora: session('aurora') };
}

async function settingsOf(
  { secrets, credentialsSecretArns, authoritiesSecretArn, ...connection }: SideSessionsOptions,
  side: Side,
  fresh: boolean,
): Promise<ConnectionSettings> {
  const secretArn = credentialsSecretArns[side];
  const [credentials, authorities] = await Promise.all([
    secrets.read(secretArn, { fresh }),
    secrets.read(authoritiesSecretArn),
  ]);
  const { host, port, dbname, username, password } = parseCredentials(credentials, `the secret ${secretArn}`);
  const ca = parseAuthorities(authorities, `the secret ${authoritiesSecretArn}`)[side];
  if (ca === undefined) {
    throw new MalformedSecret(
      `the secret ${authoritiesSecretArn} must have the certificate of the authority of ${side}, got none; write it there under "${side}"`,
    );
  }
  return { ...connection, host, port, database: dbname, user: username, password, ca };
}
