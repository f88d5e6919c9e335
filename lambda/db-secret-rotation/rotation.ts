import {
  alternateUser,
  type Credentials,
  type Login,
  newPassword,
  parseCredentials,
  parseMaster,
  type Target,
} from './credentials';
import type { RotationEvent, Step } from './event';
import { RotationRefused } from './refusal';
import { requireRightsOf } from './rights';
import type { RoleSession, RoleSessions } from './role-session';
import { provideUser } from './roles';
import type { SecretVersions } from './secret-versions';

/** What a rotation works with. */
export interface RotationDependencies {
  readonly secrets: SecretVersions;
  readonly sessions: RoleSessions;
  /** The secret that RDS keeps for the master user. */
  readonly masterSecretId: string;
}

type Run = (dependencies: RotationDependencies, event: RotationEvent) => Promise<void>;

/** One step each. Every one may run again, wherever an earlier run ended. */
export const ROTATION: Readonly<Record<Step, Run>> = {
  /** Stores the other user with a new password as the version to come. */
  createSecret: async ({ secrets }, { secretId, versionId }) => {
    const current = await readCurrent(secrets, secretId);
    const next = alternateUser(current.username);
    // What is stored is kept: the database may have its password already.
    if ((await secrets.readPending(secretId, versionId)) !== undefined) return;
    await secrets.putPending(
      secretId,
      versionId,
      JSON.stringify({ ...current, username: next, password: newPassword() }),
    );
  },

  /** Makes the database let the other user in with that password. */
  setSecret: async ({ secrets, sessions, masterSecretId }, event) => {
    const { current, next } = await readBoth(secrets, event);
    if (await isProvided(sessions, current, next)) return;
    // Who asks for a rotation must know the present password: writing a secret alone does not make a user of the database.
    if (!(await letsIn(sessions, current))) {
      throw new RotationRefused(
        `the database must let ${current.username} in with the present password, it does not; write the right one into the secret`,
      );
    }
    const master = await readMaster(secrets, masterSecretId);
    if (master.username === next.username || master.username === current.username) {
      throw new RotationRefused('the master user must be none of the two that take turns; RDS rotates it itself');
    }
    await within(await openOrRefuse(sessions, next, master), (session) =>
      provideUser(session, { present: current.username, next: next.username, password: next.password }),
    );
  },

  /**
   * Tries the version to come as those will who use it. Where rotation was switched on without rotating at once, Secrets
   * Manager runs this step alone, to see whether it works, on a version that holds the present value or none: then the
   * present one is tried.
   */
  testSecret: async ({ secrets, sessions }, event) => {
    const current = await readCurrent(secrets, event.secretId);
    const next = (await readPending(secrets, event)) ?? current;
    requireTogether(event, current, next, [current.username, alternateUser(current.username)]);
    await within(await openOrRefuse(sessions, next, next), (session) => requireRightsOf(current.username, session));
  },

  /** Makes the version to come the one in use. */
  finishSecret: async ({ secrets }, event) => {
    const { secretId, versionId } = event;
    // A version without a value in use would stop everybody.
    await readBoth(secrets, event);
    const { stages } = await secrets.describe(secretId);
    const present = Object.keys(stages).find((id) => stages[id]?.includes('AWSCURRENT') === true);
    if (present === undefined) {
      throw new RotationRefused(
        `secret ${secretId} must have a version labelled AWSCURRENT, it has none; label the right one`,
      );
    }
    if (present !== versionId) await secrets.makeCurrent(secretId, versionId, present);
  },
};

const readCurrent = async (secrets: SecretVersions, secretId: string): Promise<Credentials> =>
  parseCredentials(await secrets.readCurrent(secretId), `the value in use of secret ${secretId}`);

const readMaster = async (secrets: SecretVersions, secretId: string): Promise<Login> =>
  parseMaster(await secrets.readCurrent(secretId));

interface Both {
  readonly current: Credentials;
  readonly next: Credentials;
}

async function readPending(
  secrets: SecretVersions,
  { secretId, versionId }: RotationEvent,
): Promise<Credentials | undefined> {
  const text = await secrets.readPending(secretId, versionId);
  return text === undefined ? undefined : parseCredentials(text, `version ${versionId} of secret ${secretId}`);
}

/** @throws RotationRefused when there is nothing to come, or it does not belong to what is in use */
async function readBoth(secrets: SecretVersions, event: RotationEvent): Promise<Both> {
  const current = await readCurrent(secrets, event.secretId);
  const next = await readPending(secrets, event);
  if (next === undefined) {
    throw new RotationRefused(
      `version ${event.versionId} of secret ${event.secretId} must have a value, it has none; start the rotation again`,
    );
  }
  requireTogether(event, current, next, [alternateUser(current.username)]);
  return { current, next };
}

/** @throws RotationRefused when the two are not of the same database, or the next user is none of those given */
function requireTogether(
  { secretId }: RotationEvent,
  current: Credentials,
  next: Credentials,
  users: readonly string[],
): void {
  const differing: string[] = (['host', 'port', 'dbname'] as const).filter((field) => current[field] !== next[field]);
  if (!users.includes(next.username)) differing.push('username');
  if (differing.length === 0) return;
  throw new RotationRefused(
    `the version to come of secret ${secretId} must be of the same database and of the other user, it differs in ${differing.join(', ')}; the secret was changed during the rotation: cancel it and start it again`,
  );
}

/** Whether the next user is let in and can do what the present one can: a group that was added since is given to it, too. */
async function isProvided(sessions: RoleSessions, current: Credentials, next: Credentials): Promise<boolean> {
  const session = await sessions.open(next, next);
  if (session === undefined) return false;
  try {
    await within(session, (opened) => requireRightsOf(current.username, opened));
    return true;
  } catch (error) {
    if (error instanceof RotationRefused) return false;
    throw error;
  }
}

async function letsIn(sessions: RoleSessions, credentials: Credentials): Promise<boolean> {
  const session = await sessions.open(credentials, credentials);
  await session?.end();
  return session !== undefined;
}

async function openOrRefuse(sessions: RoleSessions, target: Target, login: Login): Promise<RoleSession> {
  const session = await sessions.open(target, login);
  if (session !== undefined) return session;
  throw new RotationRefused(
    `the database must let ${login.username} in with the password of its secret, it does not; where RDS is just rotating the master's, the next try will do`,
  );
}

async function within(session: RoleSession, use: (session: RoleSession) => Promise<void>): Promise<void> {
  try {
    await use(session);
  } finally {
    await session.end();
  }
}
