/*
 * Why every committed write lies before the position that `close` answers, and none can commit after it
 * ====================================================================================================
 *
 * A write is any statement of an application on a table of the ledger. Each of them, before it does anything, runs
 * `payments.fence()` or `payments.require_epoch()` in its own transaction (a statement trigger, so also for COPY, TRUNCATE,
 * MERGE and what a cascade does). Both read payments.writer_epoch FOR SHARE, which locks the table in ROW SHARE mode until that
 * transaction has ended. `close` does, in one transaction: LOCK TABLE … IN EXCLUSIVE MODE, the marker, the UPDATE, COMMIT; then it
 * reads pg_current_wal_lsn(). EXCLUSIVE conflicts with ROW SHARE, so a writer has its lock before the closer has its own, or after.
 *
 * 1. Before. The closer waits until that writer's transaction has ended. A transaction gives up its locks after its commit record was
 *    put into the log, with synchronous_commit = off too: only the wait for the disk is left out. So its record lies
 *    before the closer's, in one log. The closer commits with synchronous_commit = on, whatever the server's
 *    default is: when COMMIT returns the log is on the disk up to the closer's record, and pg_current_wal_lsn(), which is how far the
 *    log is written, lies behind it: behind all those records. A crash of the server loses a tail of the log, never a writer and not the
 *    closing before it. The marker's commit comes last in the order of commits, which is the order in which changes are replicated.
 * 2. After. It waits for the closer's commit and then reads the row.
 *    READ COMMITTED: the row's latest version is locked and read; it is closed, PW001.
 *    REPEATABLE READ and SERIALIZABLE with a snapshot from before: the row was changed since, which FOR SHARE refuses with 40001.
 *    A snapshot from after reads it closed, PW001.
 * 3. A lock that is taken in a savepoint goes when the savepoint is rolled back, and so does everything that was written in it after it.
 * 4. A prepared transaction (2PC) keeps its lock without a session, also through a restart. Nothing can end it but a
 *    COMMIT or ROLLBACK PREPARED, so closing fails, names it, and leaves everything as it was.
 * 5. Who does not end within `graceMs` is terminated over a second connection. It has committed, and released its
 *    lock after that, or it never will. The wait itself is limited by statement_timeout; new writers queue behind it meanwhile.
 * 6. Sessions with session_replication_role = replica pass the fence by design. Those are the apply role's, whom
 *    `admitReplication(side, false)` keeps out of the side that applications write, before it is opened; and superusers,
 *    whom nothing holds: the assessment says which roles of applications are any. What they write is outside of this argument.
 *
 * The argument is about one server. A standby that is promoted without the closing's commit (asynchronous replication) is open
 * again: so opening the other side proves the closing anew.
 *
 * Why opening is safe
 * ===================
 * The order is: replication shut out here, the other row proved closed at the freeze's epoch E, authority granted at E + 1 (the commit
 * point), then `open(side, E + 1)`. `proveClosed` reads a committed row: nobody who holds it open is left (closing waited for them),
 * and lifts it to E, so a delayed `open` of an epoch up to E is refused there by the row's own guard (PW003). Each of these
 * effects is done under a lock that one executor holds, after it raised the database's token: what was overtaken finds a higher token,
 * and what is under way has ended before a later executor begins (`with-token.ts`). An `open` that is delayed past a later freeze
 * finds a row at a later epoch and is refused, too. A repeat finds what it wants and changes nothing.
 */
import type { Client } from 'pg';
import type { Side } from '../authority/authority';
import type { PostgresSession } from '../postgres/session';
import type { Direction } from '../replication/replication';
import { ExplainedError } from '../runtime/error-fields';
import { closeRow } from './close';
import type { Closed, CloseOptions, Fence, WriterRow } from './fence';
import { admitReplication, shutReplicationOut } from './replication-login';
import { hasMarker, inDurableTransaction, insertMarker, LOCK_ROW, readWriterRow } from './writer-row';
import { type TokenOptions, withToken } from './with-token';

/** Work over a connection of a side's database, as a member of payments_owner. A unit may run twice, as `PostgresSession` says. */
export type SideSessions = (side: Side) => Pick<PostgresSession, 'run'>;

export interface PostgresFenceOptions extends TokenOptions {
  /** To the servers themselves, not to a pooler. */
  readonly sessions: SideSessions;
  /** Other connections to the same servers: they end what holds up the first. */
  readonly second: SideSessions;
}

/** The fences of the two databases. Why they hold is the header of this file. */
export class PostgresFence implements Fence {
  constructor(private readonly options: PostgresFenceOptions) {}

  read(side: Side): Promise<WriterRow> {
    return this.options.sessions(side).run((client) => readWriterRow(client, side));
  }

  close(side: Side, token: number, options: CloseOptions): Promise<Closed> {
    requireEpoch(options.epoch);
    // Open before anything waits: a server may have no connection left for it later.
    return this.options
      .second(side)
      .run((second) => this.effect(side, token, (client) => closeRow(client, second, side, options)));
  }

  proveClosed(side: Side, token: number, epoch: number): Promise<void> {
    requireEpoch(epoch);
    return this.effect(side, token, (client) =>
      inDurableTransaction(client, async () => {
        await client.query(LOCK_ROW);
        const row = await readWriterRow(client, side);
        if (row.writable || row.epoch > epoch) {
          throw new ExplainedError(
            `the ledger ${side} must be closed at epoch ${epoch} or before, got ${described(row)}; close it before the other side is opened`,
          );
        }
        // An UPDATE even where nothing changes: after its commit the closing is on the disk, and on a synchronous standby.
        await client.query('UPDATE payments.writer_epoch SET epoch = $1, writable = false', [epoch]);
      }),
    );
  }

  open(side: Side, token: number, epoch: number): Promise<void> {
    requireEpoch(epoch);
    return this.effect(side, token, (client) =>
      inDurableTransaction(client, async () => {
        await client.query(LOCK_ROW);
        const row = await readWriterRow(client, side);
        if (row.writable && row.epoch === epoch) return;
        if (row.writable || row.epoch >= epoch) {
          throw new ExplainedError(
            `the ledger ${side} must be closed at an epoch before ${epoch} to be opened at it, got ${described(row)}; a later move came before this one`,
          );
        }
        await client.query('UPDATE payments.writer_epoch SET epoch = $1, writable = true', [epoch]);
      }),
    );
  }

  admitReplication(side: Side, token: number, admitted: boolean): Promise<void> {
    return this.effect(side, token, (client) =>
      admitted ? admitReplication(client, side) : shutReplicationOut(client, side),
    );
  }

  writeMarker(side: Side, token: number, marker: Direction, epoch: number): Promise<void> {
    requireEpoch(epoch);
    return this.effect(side, token, (client) =>
      inDurableTransaction(client, async () => {
        await readWriterRow(client, side);
        await insertMarker(client, marker, epoch);
      }),
    );
  }

  seesMarker(side: Side, marker: Direction, epoch: number): Promise<boolean> {
    return this.options.sessions(side).run((client) => hasMarker(client, marker, epoch));
  }

  private effect<Result>(side: Side, token: number, work: (client: Client) => Promise<Result>): Promise<Result> {
    return this.options.sessions(side).run((client) => withToken(client, token, () => work(client), this.options));
  }
}

function requireEpoch(epoch: number): void {
  if (!Number.isSafeInteger(epoch) || epoch < 1) {
    throw new ExplainedError(`epoch must be a whole number from 1, got ${epoch}`);
  }
}

const described = ({ epoch, writable }: WriterRow): string => `${writable ? 'open' : 'closed'} at epoch ${epoch}`;
