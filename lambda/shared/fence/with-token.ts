import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import { LeaseLost } from '../authority/migration-authority';
import { ExplainedError } from '../runtime/error-fields';

/** Held by a session while it has an effect of the cutover. Any constant does that nothing else in this database uses. */
export const EFFECT_LOCK = [7_236_491, 2] as const;
/** Names the holder's token where others can read it. */
const APPLICATION = 'payments cutover, token ';

export interface TokenOptions {
  /** How long one with a lower token, or without one, may go on with its effect. @default 2000 */
  readonly overtakenMs?: number;
  /** How long another invocation of the same lease may: longer than any effect takes. @default 60000 */
  readonly sameMs?: number;
}

const POLL_MS = 20;
/** How long the lock may take to come free when its holder was terminated. */
const TERMINATED_MS = 5_000;

const HOLDER = `
  SELECT l.pid, a.application_name AS name FROM pg_locks AS l LEFT JOIN pg_stat_activity AS a ON a.pid = l.pid
  WHERE l.locktype = 'advisory' AND l.granted AND l.classid::int8 = $1 AND l.objid::int8 = $2 AND l.objsubid = 2
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * Does work that only the latest executor may do in a database. The session takes a lock that no other effect has, then raises
 * the database's token in a transaction of its own: so when the work begins, every earlier effect has ended, and none with a
 * lower token can begin any more. The lock belongs to the session, as the work must: it ends with it, also in a crash.
 *
 * Who holds the lock and hangs is terminated after a while. The connection must lead to the server itself: a pooler that
 * gives each transaction another session would give the lock away.
 * @param work over this client, all transactions that it begins ended
 * @throws LeaseLost when the database has seen a higher token
 */
export async function withToken<Result>(
  client: Client,
  token: number,
  work: () => Promise<Result>,
  options: TokenOptions = {},
): Promise<Result> {
  if (!Number.isSafeInteger(token) || token < 1) {
    throw new ExplainedError(`token must be a whole number from 1, got ${token}`);
  }
  await client.query(`SELECT set_config('application_name', $1, false)`, [`${APPLICATION}${token}`]);
  // What is decided here must outlive a crash of the server, whatever the server's default is.
  await client.query('SET synchronous_commit = on');
  await lock(client, token, options);
  try {
    const { rowCount } = await client.query(
      'UPDATE migration_control.executor_token SET token = $1 WHERE token <= $1',
      [token],
    );
    if (rowCount !== 1) await requireLatest(client, token);
    return await work();
  } finally {
    // A session that is lost has given it back already.
    await client.query('SELECT pg_advisory_unlock($1, $2)', [...EFFECT_LOCK]).catch(() => undefined);
  }
}

async function lock(
  client: Client,
  token: number,
  { overtakenMs = 2_000, sameMs = 60_000 }: TokenOptions,
): Promise<void> {
  const since = Date.now();
  const ended = new Set<number>();
  for (;;) {
    const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1, $2) AS locked', [
      ...EFFECT_LOCK,
    ]);
    if (rows[0]?.locked === true) return;
    // Who was overtaken need not wait, and must not end anybody.
    await requireNotOvertaken(client, token);
    const [holder] = (await client.query<{ pid: number; name: string | null }>(HOLDER, [...EFFECT_LOCK])).rows;
    const waited = Date.now() - since;
    if (holder !== undefined) {
      const limit = tokenOf(holder.name) === token ? sameMs : overtakenMs;
      if (waited > limit + TERMINATED_MS) {
        throw new ExplainedError(
          `the session ${holder.pid} must end its effect within ${limit} ms, got none of its locks back after it was terminated; look at it in pg_stat_activity`,
        );
      }
      if (waited > limit && !ended.has(holder.pid)) {
        ended.add(holder.pid);
        await client.query('SELECT pg_terminate_backend($1)', [holder.pid]);
      }
    }
    await sleep(POLL_MS);
  }
}

function tokenOf(name: string | null): number | undefined {
  return name?.startsWith(APPLICATION) === true ? Number(name.slice(APPLICATION.length)) : undefined;
}

async function seenToken(client: Client): Promise<number | undefined> {
  const { rows } = await client.query<{ token: number }>(
    'SELECT token::float8 AS token FROM migration_control.executor_token',
  );
  return rows[0]?.token;
}

async function requireNotOvertaken(client: Client, token: number): Promise<void> {
  const seen = await seenToken(client);
  if (seen === undefined || seen <= token) return;
  throw new LeaseLost(
    `this database must have seen no token above ${token}, got ${seen}: another execution has overtaken this one, which does nothing more`,
  );
}

async function requireLatest(client: Client, token: number): Promise<void> {
  await requireNotOvertaken(client, token);
  throw new ExplainedError(
    'migration_control.executor_token must have one row, got none; insert 0 into it as payments_owner',
  );
}
