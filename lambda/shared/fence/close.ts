import type { Client, QueryConfig } from 'pg';
import type { Side } from '../authority/authority';
import { ExplainedError } from '../runtime/error-fields';
import { endBlockers } from './blockers';
import type { Closed, CloseOptions } from './fence';
import { inDurableTransaction, insertMarker, LOCK_ROW, readWriterRow } from './writer-row';

/** How long sessions may take to end once they were terminated: a long transaction is undone in no time, but the disk may be busy. */
const TERMINATION_MS = 10_000;
/** How much later than the server this side gives up. */
const ANSWER_MARGIN_MS = 2_000;

/**
 * Closes the row of a database as the header of `postgres-fence.ts` says. Repeated, it finds the row closed and the marker
 * there, and reads the position anew.
 * @param client in whose session it happens, under the executor's lock
 * @param second another connection to the same server, which ends what is in the way
 */
export async function closeRow(
  client: Client,
  second: Client,
  side: Side,
  { epoch, marker, graceMs }: CloseOptions,
): Promise<Closed> {
  if (!Number.isInteger(graceMs) || graceMs < 0) {
    throw new ExplainedError(`graceMs must be whole milliseconds from 0, got ${graceMs}`);
  }
  const terminatedSessions = await inDurableTransaction(client, async () => {
    const terminated = await lockRow(client, second, side, graceMs);
    const row = await readWriterRow(client, side);
    if (row.epoch > epoch) {
      throw new ExplainedError(
        `the ledger ${side} must be at epoch ${epoch} or before to be closed at it, got ${row.epoch} (${row.writable ? 'open' : 'closed'}); another freeze came since`,
      );
    }
    await insertMarker(client, marker, epoch);
    if (row.writable || row.epoch < epoch) {
      await client.query('UPDATE payments.writer_epoch SET epoch = $1, writable = false', [epoch]);
    }
    return terminated;
  });
  // The commit is on the disk, so what is written reaches beyond it.
  const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
  const [position] = rows;
  if (position === undefined) throw new Error('the server gave no position');
  return { lsn: position.lsn, terminatedSessions };
}

/** @returns how many sessions were terminated for it */
async function lockRow(client: Client, second: Client, side: Side, graceMs: number): Promise<number> {
  const limitMs = graceMs + TERMINATION_MS;
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  const pid = rows[0]?.pid ?? 0;
  // The time limit of locks is for each lock anew, and starts anew behind each holder.
  await client.query(`SELECT set_config('statement_timeout', $1, true), set_config('lock_timeout', '0', true)`, [
    `${limitMs}`,
  ]);
  const lock = {
    text: LOCK_ROW,
    query_timeout: limitMs + ANSWER_MARGIN_MS,
  } as QueryConfig;
  const locking = client.query(lock).then(
    () => ({ locked: true }) as const,
    (error: unknown) => ({ locked: false, error }) as const,
  );
  const { terminated, obstacle } = await endBlockers(second, { pid, side, graceMs, until: locking });
  const outcome = await locking;
  if (outcome.locked) return terminated;
  throw obstacle ?? outcome.error;
}
