import type { Client } from 'pg';
import { type Side, SIDES } from '../authority/authority';
import type { Direction } from '../replication/replication';
import { ExplainedError } from '../runtime/error-fields';
import type { WriterRow } from './fence';

/** The SQLSTATE of a warning that has no other one. */
const WARNING = '01000';

/** The tables of the markers: each is replicated in its own direction only. */
const MARKER_TABLES: Readonly<Record<Direction, string>> = {
  forward: 'payments.drain_marker_forward',
  reverse: 'payments.drain_marker_reverse',
};

/**
 * Comes before every change of the row: a bare UPDATE starves behind writers that share-lock the row, and those that find it closed
 * do so as well.
 */
export const LOCK_ROW = 'LOCK TABLE payments.writer_epoch IN EXCLUSIVE MODE';

/**
 * The row of the database that a client is connected to.
 * @throws ExplainedError when it is not the database of that side
 */
export async function readWriterRow(client: Client, side: Side): Promise<WriterRow> {
  const { rows } = await client.query<WriterRow>(
    'SELECT side, epoch::float8 AS epoch, writable FROM payments.writer_epoch',
  );
  const [row] = rows;
  if (row?.side !== side || !SIDES.includes(row.side)) {
    throw new ExplainedError(
      `payments.writer_epoch must say that this ledger is ${side}, got ${row?.side ?? 'no row'}; the secret of this side leads to another database`,
    );
  }
  return row;
}

/** Adds the marker of a drain; one that is there stays. */
export async function insertMarker(client: Client, marker: Direction, epoch: number): Promise<void> {
  await client.query(
    `INSERT INTO ${MARKER_TABLES[marker]} (marker_id, epoch) VALUES ($1, $1) ON CONFLICT (marker_id) DO NOTHING`,
    [epoch],
  );
}

export async function hasMarker(client: Client, marker: Direction, epoch: number): Promise<boolean> {
  const { rows } = await client.query(`SELECT FROM ${MARKER_TABLES[marker]} WHERE marker_id = $1`, [epoch]);
  return rows.length > 0;
}

/**
 * Runs work in a transaction whose commit is on the disk (and on a synchronous standby) when this returns. READ COMMITTED,
 * whatever the role's default: what is decided must be what is there now.
 * @throws ExplainedError also when it is committed and a synchronous standby has not got it: repeat it then
 */
export async function inDurableTransaction<Result>(client: Client, work: () => Promise<Result>): Promise<Result> {
  await client.query('BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE');
  try {
    await client.query('SET LOCAL synchronous_commit = on');
    const result = await work();
    await commit(client);
    return result;
  } catch (error) {
    // A connection that is lost rolls back by itself; the first reason is the one to tell.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/**
 * A session that waits for a synchronous standby and is cancelled by somebody warns, and reports success: promoted later, that
 * standby would be open again.
 */
async function commit(client: Client): Promise<void> {
  const warnings: string[] = [];
  const listen = ({
    code,
    message,
  }: {
    readonly code?: string | undefined;
    readonly message?: string | undefined;
  }): void => {
    if (code === WARNING) warnings.push(message ?? 'a warning');
  };
  client.on('notice', listen);
  try {
    await client.query('COMMIT');
  } finally {
    client.off('notice', listen);
  }
  if (warnings.length === 0) return;
  throw new ExplainedError(
    `what is committed must be on every synchronous standby too, got: ${warnings.join('; ')}; bring the standby back, or take it out of synchronous_standby_names, then repeat`,
  );
}
