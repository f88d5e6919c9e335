import { ExplainedError } from '../shared/runtime/error-fields';

/** What of a connection of `pg` is needed. One session: the lock and the settings are its own. */
export interface Session {
  query(sql: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Held by a session while it migrates. Any constant does that nothing else in this database uses. */
const LOCK = [7_236_491, 1] as const;

/** Nothing here may wait for ever: neither behind a long transaction of an application, nor for a second run. */
const SESSION_SETTINGS = {
  statement_timeout: '10min',
  idle_in_transaction_session_timeout: '1min',
  client_min_messages: 'warning',
  default_transaction_read_only: 'off',
  // Files name the schema of what is theirs; what a role's own settings say must not matter.
  search_path: 'pg_catalog, pg_temp',
};

/** Runs work in a transaction, which is rolled back when the work fails. */
export async function inTransaction<Result>(session: Session, work: () => Promise<Result>): Promise<Result> {
  await session.query('BEGIN');
  try {
    const result = await work();
    await session.query('COMMIT');
    return result;
  } catch (error) {
    // A connection that is lost rolls back by itself; then this fails too, and the first reason is the one to tell.
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * Runs work that no other session may do at the same time in this database. A second one waits, as long as for any other
 * lock, and gives up. The lock belongs to the session: it ends with it, also in a crash.
 * @param options.lockTimeout how long to wait for a lock, in PostgreSQL's terms
 * @throws ExplainedError when another one holds the lock
 */
export async function exclusively<Result>(
  session: Session,
  work: () => Promise<Result>,
  { lockTimeout = '10s' }: { readonly lockTimeout?: string } = {},
): Promise<Result> {
  for (const [name, value] of Object.entries({ ...SESSION_SETTINGS, lock_timeout: lockTimeout })) {
    await session.query('SELECT set_config($1, $2, false)', [name, value]);
  }
  try {
    await session.query('SELECT pg_advisory_lock($1, $2)', LOCK);
  } catch (cause) {
    if ((cause as { code?: unknown }).code !== '55P03') throw cause;
    throw new ExplainedError('another migration of this ledger is running; run this one when it has ended', { cause });
  }
  try {
    return await work();
  } finally {
    // A session that is lost has given it back already.
    await session.query('SELECT pg_advisory_unlock($1, $2)', LOCK).catch(() => undefined);
  }
}
