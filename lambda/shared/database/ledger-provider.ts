import type { Side } from '../authority/authority';
import { type Ledger, LedgerUnavailable } from '../ledger/ledger';
import { PostgresLedger } from '../ledger/postgres-ledger';
import { codeOf } from '../postgres/classify';
import { PostgresSession } from '../postgres/session';
import type { ConnectionSettings } from '../postgres/settings';
import { ExplainedError } from '../runtime/error-fields';
import type { Secrets } from './secret-reader';
import { parseAuthorities, parseCredentials } from './secret-values';

/** The ledgers of the two databases. */
export interface LedgerProvider {
  /**
   * The ledger of a side. Nothing is connected before it is used.
   * @throws LedgerUnavailable `no-credentials` when this function was not told how to log in there
   */
  forSide(side: Side): Ledger;
}

export interface LedgerProviderOptions extends Pick<
  ConnectionSettings,
  'applicationName' | 'statementTimeoutMs' | 'lockTimeoutMs' | 'connectTimeoutMs' | 'readOnly'
> {
  readonly secrets: Secrets;
  /** The ARN of the secret with each side's credentials. @default that side cannot be reached */
  readonly credentialsSecretArns: Readonly<Partial<Record<Side, string | undefined>>>;
  /** The ARN of the secret with the certificate authorities of both sides. */
  readonly authoritiesSecretArn: string;
}

/** Ledgers with one connection a side, whose credentials come from Secrets Manager whenever a connection is opened. */
export class PostgresLedgerProvider implements LedgerProvider {
  private readonly ledgers = new Map<Side, { readonly ledger: Ledger; readonly session: PostgresSession }>();

  constructor(private readonly options: LedgerProviderOptions) {}

  forSide(side: Side): Ledger {
    const known = this.ledgers.get(side);
    if (known !== undefined) return known.ledger;
    const secretArn = this.options.credentialsSecretArns[side] ?? '';
    if (secretArn === '') {
      throw new LedgerUnavailable(
        'no-credentials',
        `the ledger ${side} must have a secret with credentials in this function's environment, got none; configure it for this environment and deploy, or hand authority to the side that has one`,
      );
    }
    const session = new PostgresSession({ settings: ({ fresh }) => this.settings(side, secretArn, fresh) });
    const ledger = new PostgresLedger(side, session);
    this.ledgers.set(side, { ledger, session });
    return ledger;
  }

  /** Closes what is open. */
  async close(): Promise<void> {
    await Promise.all([...this.ledgers.values()].map(({ session }) => session.close()));
  }

  private async settings(side: Side, secretArn: string, fresh: boolean): Promise<ConnectionSettings> {
    const { secrets, credentialsSecretArns: _, authoritiesSecretArn, ...connection } = this.options;
    try {
      const [credentials, authorities] = await Promise.all([
        secrets.read(secretArn, { fresh }),
        secrets.read(authoritiesSecretArn),
      ]);
      const { host, port, dbname, username, password } = parseCredentials(credentials, `the secret ${secretArn}`);
      const ca = parseAuthorities(authorities, `the secret ${authoritiesSecretArn}`)[side];
      if (ca === undefined) {
        throw new LedgerUnavailable(
          'no-authority-certificate',
          `the ledger ${side} must have the certificate of its authority in the secret ${authoritiesSecretArn}, got none; write it there under "${side}"`,
        );
      }
      return { ...connection, host, port, database: dbname, user: username, password, ca };
    } catch (cause) {
      throw unavailable(side, cause);
    }
  }
}

/** Whatever keeps credentials away is a matter of waiting: for Secrets Manager, or for somebody who puts them right. */
function unavailable(side: Side, cause: unknown): LedgerUnavailable {
  if (cause instanceof LedgerUnavailable) return cause;
  const code = codeOf(cause) ?? (cause instanceof Error ? cause.name : 'secrets-unreadable');
  const reason = cause instanceof ExplainedError ? `: ${cause.message}` : '';
  return new LedgerUnavailable(code, `the credentials of the ledger ${side} cannot be had (${code})${reason}`, {
    cause,
  });
}
