import { scramVerifier } from '../shared/postgres/scram';
import { ExplainedError } from '../shared/runtime/error-fields';
import { inTransaction, type Session } from './session';

/** What a secret says about who signs in. */
export interface Credentials {
  readonly username: string;
  readonly password: string;
}

/** A role that signs in, and what it may do. */
export interface Login {
  /** The users that the secret may name: the role, and the twin that a rotation makes. */
  readonly usernames: readonly [string, ...string[]];
  /** The role that gives it its rights. @default none: it has them itself */
  readonly memberOf?: string;
  /** Whether the cutover shuts it out (NOLOGIN), which stays so here. @default false */
  readonly mayBeShutOut?: boolean;
}

/** Whether a user is let in with a password. */
export type CanLogin = (credentials: Credentials) => Promise<boolean>;

/** What was done about a login. */
export interface LoginReport {
  readonly username: string;
  /** Whether the password was set now, because it did not work. */
  readonly passwordSet: boolean;
}

/** What writes the ledger. */
export const WRITER: Login = { usernames: ['payments_app', 'payments_app_clone'], memberOf: 'payments_writer' };
/** What reads the ledger. */
export const READER: Login = { usernames: ['payments_read', 'payments_read_clone'], memberOf: 'payments_reader' };
/** What the cutover works with. */
export const MIGRATOR: Login = { usernames: ['payments_migrator'], memberOf: 'payments_owner' };
/** What DMS reads a source with. */
export const CAPTURE: Login = { usernames: ['dms_capture'] };
/** What DMS writes a target with. */
export const REPLICATION: Login = { usernames: ['dms_apply'], mayBeShutOut: true };

/**
 * Sees to it that the user of a secret exists, has its rights and is let in with the secret's password. A password that works
 * is left alone: it may be one that a rotation set.
 * @throws ExplainedError when the secret names another user, or its password does not work even so
 */
export async function ensureLogin(
  session: Session,
  login: Login,
  credentials: Credentials,
  canLogin: CanLogin,
): Promise<LoginReport> {
  const { username, password } = credentials;
  if (!login.usernames.includes(username)) {
    throw new ExplainedError(
      `username of the secret must be ${login.usernames.join(' or ')}, got another one; write the secret anew`,
    );
  }
  // A password beyond ASCII is normalized by some and not by others.
  if (!/^[\x20-\x7e]+$/.test(password)) {
    throw new ExplainedError(`password of ${username} must be of printable ASCII; write the secret anew`);
  }
  // The first of the users always exists: a rotation makes the other one after it.
  for (const name of new Set([login.usernames[0], username])) await ensureRole(session, name, login.memberOf);
  if (login.mayBeShutOut === true && (await isShutOut(session, username))) return { username, passwordSet: false };
  if (await canLogin(credentials)) return { username, passwordSet: false };
  await execute(session, 'ALTER ROLE %I PASSWORD %L', [username, scramVerifier(password)]);
  if (!(await canLogin(credentials))) {
    throw new ExplainedError(
      `${username} must be let in with the password that was set just now, got a refusal; look at the server's rules (pg_hba, IAM)`,
    );
  }
  return { username, passwordSet: true };
}

async function isShutOut(session: Session, name: string): Promise<boolean> {
  const { rows } = await session.query('SELECT FROM pg_roles WHERE rolname = $1 AND NOT rolcanlogin', [name]);
  return rows.length > 0;
}

async function ensureRole(session: Session, name: string, memberOf: string | undefined): Promise<void> {
  await inTransaction(session, async () => {
    const { rows } = await session.query('SELECT FROM pg_roles WHERE rolname = $1', [name]);
    if (rows.length === 0) await execute(session, 'CREATE ROLE %I LOGIN', [name]);
    if (memberOf !== undefined) await execute(session, 'GRANT %I TO %I', [memberOf, name]);
  });
}

/** Statements about roles take no parameters; the server itself quotes what goes into them. */
async function execute(session: Session, statement: string, values: readonly string[]): Promise<void> {
  const places = values.map((_value, index) => `, $${index + 2}::text`).join('');
  const { rows } = await session.query(`SELECT format($1${places}) AS sql`, [statement, ...values]);
  const [row] = rows as readonly { readonly sql: string }[];
  if (row !== undefined) await session.query(row.sql);
}
