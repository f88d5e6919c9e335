import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Side } from '../authority/authority';
import { codeOf } from '../postgres/classify';
import { ExplainedError } from '../runtime/error-fields';

export interface Waiter {
  /** The process that waits for the lock. */
  readonly pid: number;
  readonly side: Side;
  readonly graceMs: number;
  /** Settles, without an error, when the wait is over. */
  readonly until: Promise<unknown>;
}

export interface EndedBlockers {
  /** How many sessions were terminated. */
  readonly terminated: number;
  /** What no termination ends; only to be told when the lock was not had. */
  readonly obstacle?: Error;
}

const POLL_MS = 20;

/** Transactions that were prepared hold their locks without a process, which is reported as 0; that on their own number as well. */
const PREPARED = `
  SELECT p.gid FROM pg_locks AS l
  JOIN pg_locks AS own ON own.virtualtransaction = l.virtualtransaction AND own.locktype = 'transactionid' AND own.pid IS NULL
  JOIN pg_prepared_xacts AS p ON p.transaction = own.transactionid
  WHERE l.locktype = 'relation' AND l.relation = 'payments.writer_epoch'::regclass AND l.pid IS NULL ORDER BY p.gid`;

const BLOCKERS = `
  SELECT b.pid, coalesce(a.usename::text, 'unknown') AS role
  FROM unnest(pg_blocking_pids($1)) AS b (pid) LEFT JOIN pg_stat_activity AS a ON a.pid = b.pid`;

/** Lets who holds up a waiting process go on for a while, then terminates it, and whoever comes before it is through. */
export async function endBlockers(second: Client, waiter: Waiter): Promise<EndedBlockers> {
  const terminated = new Set<number>();
  const refused = new Map<number, string>();
  try {
    if (await settlesWithin(waiter.until, waiter.graceMs)) return { terminated: 0 };
    do {
      const { rows } = await second.query<{ pid: number; role: string }>(BLOCKERS, [waiter.pid]);
      if (rows.some(({ pid }) => pid === 0)) {
        const obstacle = await preparedTransactions(second, waiter.side);
        // Nobody ends those but who prepared them: waiting longer would hold up every writer for nothing.
        await second.query('SELECT pg_cancel_backend($1)', [waiter.pid]);
        return { terminated: terminated.size, obstacle };
      }
      for (const { pid, role } of rows) {
        if (await terminate(second, pid)) terminated.add(pid);
        else refused.set(pid, role);
      }
    } while (!(await settlesWithin(waiter.until, POLL_MS)));
  } catch (error) {
    return { terminated: terminated.size, obstacle: error instanceof Error ? error : new Error(String(error)) };
  }
  return { terminated: terminated.size, obstacle: heldUp(waiter, terminated, refused) };
}

async function settlesWithin(promise: Promise<unknown>, milliseconds: number): Promise<boolean> {
  const timer = new AbortController();
  const elapsed = sleep(milliseconds, false, { signal: timer.signal }).catch(() => false);
  const settled = await Promise.race([promise.then(() => true), elapsed]);
  timer.abort();
  return settled;
}

/** @returns whether it was permitted; one that has ended meanwhile counts */
async function terminate(second: Client, pid: number): Promise<boolean> {
  try {
    await second.query('SELECT pg_terminate_backend($1)', [pid]);
    return true;
  } catch (error) {
    if (codeOf(error) === '42501') return false;
    throw error;
  }
}

async function preparedTransactions(second: Client, side: Side): Promise<ExplainedError> {
  const { rows } = await second.query<{ gid: string }>(PREPARED);
  const names = rows.map(({ gid }) => gid).join(', ');
  return new ExplainedError(
    `the ledger ${side} can be closed when no prepared transaction has written to it, got ${names === '' ? 'one that ended just now' : names}; end each with COMMIT PREPARED or ROLLBACK PREPARED, then repeat`,
  );
}

function heldUp(
  { side, graceMs }: Waiter,
  terminated: ReadonlySet<number>,
  refused: ReadonlyMap<number, string>,
): ExplainedError {
  const sessions = [...refused].map(([pid, role]) => `${pid} of ${role}`).join(', ');
  return new ExplainedError(
    refused.size === 0
      ? `the ledger ${side} must have no writer left some seconds after ${graceMs} ms, got new holders of payments.writer_epoch after ${terminated.size} were terminated; look at pg_locks, then repeat`
      : `the ledger ${side} must have no writer left after ${graceMs} ms, got sessions that this role may not terminate: ${sessions}; end them as a superuser, then repeat`,
  );
}
