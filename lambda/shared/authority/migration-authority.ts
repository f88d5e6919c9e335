import type { Executor, Execution } from '../migration/executor';
import type { Direction } from '../replication/replication';
import { ExplainedError } from '../runtime/error-fields';
import type { Clearance } from '../traffic/clearance';
import type { Authority, AuthorityState, Side } from './authority';

/** Who may have effects now. */
export interface Lease extends Executor {
  /** Milliseconds since 1970. */
  readonly takenAt: number;
}

/** Why the item is as it is. */
export interface Change {
  readonly by: string;
  readonly reason: string;
  readonly execution: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What was done in the present freeze. Each of its parts is written once its effect is there, so none is done twice. */
export interface Freeze {
  /** The direction that is drained: away from the side that authority was frozen from. */
  readonly drains: Direction;
  /** When it began, in milliseconds since 1970: the budget counts from here. */
  readonly startedAt: number;
  /** The WAL position behind which nothing was committed: the row is closed. */
  readonly closedLsn?: string;
  /** When it was found drained, verified and so on, in milliseconds since 1970. */
  readonly drainedAt?: number;
  readonly verifiedAt?: number;
  readonly sequencesAt?: number;
  readonly constraintsAt?: number;
  /** When the drained direction was stopped. */
  readonly stoppedAt?: number;
  /** The slot of the opposite direction: replication starts from it. */
  readonly armedSlot?: string;
  readonly armedLsn?: string;
  /** When the opposite direction was seen to carry its own marker. */
  readonly armedAt?: number;
  /**
   * The token of the lease that began to undo the freeze. Under that lease authority goes back to where it was frozen from
   * and nowhere else, so that what still runs of the same execution cannot hand it on behind the undoing.
   */
  readonly abandonedBy?: number;
  /** When undoing began to make a fresh slot for the drained direction, because its own was dropped. */
  readonly restoringAt?: number;
}

/** The authority item with everything on it: one item, so that one condition covers all. */
export interface MigrationRecord extends AuthorityState {
  /** Who holds the lease. @default nobody */
  readonly lease?: Lease;
  /** The highest token there ever was; 0 where nobody had the lease yet. */
  readonly lastToken: number;
  /** @default as Terraform created it: minimum and maximum 0 */
  readonly clearance?: Clearance;
  /** Only while frozen. */
  readonly freeze?: Freeze;
  /** The last change of authority. @default none since the item was created */
  readonly change?: Change;
}

/** Somebody else holds the lease. */
export class LeaseHeld extends ExplainedError {
  override readonly name = 'LeaseHeld';
}

/** This executor was overtaken: nothing that it still wants may happen. */
export class LeaseLost extends ExplainedError {
  override readonly name = 'LeaseLost';
}

/** Authority is not where the move starts from. */
export class AuthorityMoved extends ExplainedError {
  override readonly name = 'AuthorityMoved';
}

/**
 * The authority item, as migrations change it. Each change is one conditional write on one item, repeats harmlessly for the
 * execution that made it, and leaves a history item.
 */
export interface MigrationAuthority extends Authority {
  record(): Promise<MigrationRecord>;
  /**
   * Takes the lease: a free one, its own, or one whose execution has ended.
   * @throws LeaseHeld
   */
  acquire(execution: Execution): Promise<Executor>;
  /** Takes the lease whoever holds it: a rollback waits for nobody. Its own stays its own. */
  takeOver(execution: Execution): Promise<Executor>;
  /** Gives the lease back; one that is lost already is no error. */
  release(executor: Executor): Promise<void>;
  /** @throws LeaseLost when this executor does not hold the lease. Asked before every effect outside of the item. */
  confirm(executor: Executor): Promise<void>;
  /**
   * Takes the right to write away from a side: `frozen`, `frozenFrom`, epoch + 1.
   * @param epoch at which the side had it
   * @throws AuthorityMoved, LeaseLost
   */
  freeze(executor: Executor, from: Side, epoch: number, reason: string): Promise<MigrationRecord>;
  /** Notes what was done in the freeze of this epoch, beside what is noted already. */
  note(executor: Executor, epoch: number, done: Partial<Freeze>): Promise<MigrationRecord>;
  /**
   * Gives the right to write to a side: the commit point. The other side's row must have been proved closed before.
   * @param epoch of the freeze; the side has the right at epoch + 1
   * @throws AuthorityMoved also when the executor's own lease has abandoned the freeze and this is not the side it was frozen from
   * @throws LeaseLost
   */
  grant(executor: Executor, to: Side, epoch: number, reason: string): Promise<MigrationRecord>;
  /** Sets what clearance shall be; the parameter follows it, and the guard makes it follow. @throws LeaseLost */
  setClearance(executor: Executor, clearance: Omit<Clearance, 'by' | 'at'>): Promise<Clearance>;
}
