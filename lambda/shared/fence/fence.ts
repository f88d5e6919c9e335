import type { Side } from '../authority/authority';
import type { Direction } from '../replication/replication';

/** The row of a database that says whether it may be written. */
export interface WriterRow {
  readonly side: Side;
  readonly epoch: number;
  readonly writable: boolean;
}

export interface CloseOptions {
  /** The epoch at which authority was frozen. */
  readonly epoch: number;
  /** The direction whose drain the marker is for: its row is written in the closing transaction, its id is the epoch. */
  readonly marker: Direction;
  /** How long writers in flight may take to end, in milliseconds, from 0; then their sessions are terminated. */
  readonly graceMs: number;
}

/** What closing a database found. */
export interface Closed {
  /**
   * A position of the WAL that was read after the closing transaction had committed: every committed write of an application
   * lies before it, and none can commit after it.
   */
  readonly lsn: string;
  /** How many sessions were terminated. */
  readonly terminatedSessions: number;
}

/**
 * The fences of the two databases. Every call is safe to repeat, and refuses what a later executor has overtaken: `token` is
 * compared with the highest one that the database has seen, under a lock that is held while the call has its effect.
 */
export interface Fence {
  read(side: Side): Promise<WriterRow>;
  /** Closes a side: no application commits there from then on. */
  close(side: Side, token: number, options: CloseOptions): Promise<Closed>;
  /**
   * Proves that a side is closed, and lifts its row to this epoch, so that nothing of an earlier one can open it.
   * @throws ExplainedError when it is open
   */
  proveClosed(side: Side, token: number, epoch: number): Promise<void>;
  /** Opens a side at an epoch later than the one that it was closed at. */
  open(side: Side, token: number, epoch: number): Promise<void>;
  /** Lets replication write to a side, or takes that away: the apply role cannot log in, and its sessions have ended. */
  admitReplication(side: Side, token: number, admitted: boolean): Promise<void>;
  /** Writes a marker row on a side, open or closed; one that is there already stays. */
  writeMarker(side: Side, token: number, marker: Direction, epoch: number): Promise<void>;
  /** Whether the marker row of a drain is seen on a side. */
  seesMarker(side: Side, marker: Direction, epoch: number): Promise<boolean>;
}
