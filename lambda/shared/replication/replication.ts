import type { Side } from '../authority/authority';
import { ExplainedError } from '../runtime/error-fields';

/** `forward`: from on-premises to Aurora; `reverse`: back. One at a time, but for a moment inside a freeze. */
export const DIRECTIONS = ['forward', 'reverse'] as const;

export type Direction = (typeof DIRECTIONS)[number];

/** Which side a direction reads, and which one it writes. */
export const ENDS: Readonly<Record<Direction, { readonly source: Side; readonly target: Side }>> = {
  forward: { source: 'on-prem', target: 'aurora' },
  reverse: { source: 'aurora', target: 'on-prem' },
};

export const OPPOSITE: Readonly<Record<Direction, Direction>> = { forward: 'reverse', reverse: 'forward' };

/**
 * `absent`: nothing is set up that could run; `stopped`: nobody started it, or it was stopped; `load-stopped`: everything is
 * copied and what changed meanwhile applied, indexes and keys may be built; `failed`: it stopped by itself.
 */
export type ReplicationState =
  'absent' | 'stopped' | 'starting' | 'loading' | 'load-stopped' | 'running' | 'stopping' | 'failed';

/** How replication in one direction stands. */
export interface ReplicationStatus {
  readonly state: ReplicationState;
  /** How far the target is behind, in seconds; undefined while that cannot be told. */
  readonly lagSeconds?: number;
  /** How far the consumer of the slot has confirmed, as an LSN; undefined without a slot. */
  readonly confirmedLsn?: string;
  /** Rows that were copied by the full load, and about how many there are. @default not known */
  readonly rows?: { readonly copied: number; readonly estimated: number };
  /** Everything that speaks against relying on it, in sentences: suspended tables, failed validation, apply errors. */
  readonly problems: readonly string[];
}

/** It is on its way to another state, and cannot be told anything now: the same call later is right. */
export class ReplicationBusy extends ExplainedError {
  override readonly name = 'ReplicationBusy';
}

/** A slot and where it begins. */
export interface SlotPosition {
  readonly slot: string;
  readonly lsn: string;
}

/** A replication slot as it was found on a server. */
export interface FoundSlot {
  readonly side: Side;
  readonly slot: string;
  readonly active: boolean;
  /** WAL that it keeps the server from removing, in bytes. */
  readonly retainedBytes: number;
  readonly confirmedLsn?: string;
  /** The direction that it belongs to. @default none: an orphan */
  readonly direction?: Direction;
}

/**
 * Replication between the two databases: DMS, or PostgreSQL's own. Every call is safe to repeat. Calls that return before
 * their effect is there say so; `status` tells the rest.
 */
export interface Replication {
  /** Which one it is: budgets differ by it. */
  readonly kind: 'dms' | 'native';
  status(direction: Direction): Promise<ReplicationStatus>;
  /**
   * Begins copying everything forward; stops at `load-stopped`. Returns at once.
   * @throws ReplicationBusy
   */
  startLoad(): Promise<void>;
  /**
   * Goes on where replication in this direction stands: after the load, or after it was stopped. Returns at once.
   * @throws ExplainedError when there is nothing to go on from
   * @throws ReplicationBusy while it stops
   */
  resume(direction: Direction): Promise<void>;
  /**
   * Stops a direction. Returns at once: `stopping`, then `stopped`. What is absent or stopped is left alone.
   * @throws ReplicationBusy while it starts, when it cannot be stopped
   */
  stop(direction: Direction): Promise<void>;
  /**
   * Makes a fresh slot on the source of a direction, while nothing is written on either side: what is there by its name is
   * dropped first. Stop the direction before.
   * @param token of the executor: refused when the database has seen a higher one
   * @param known what an earlier call in the same freeze answered: that slot serves again if it is still there
   * @throws ExplainedError when a slot that has to go is in use
   */
  makeSlot(direction: Direction, token: number, known?: SlotPosition): Promise<SlotPosition>;
  /**
   * Starts a direction from a slot made by `makeSlot`. Returns at once. What runs from it already is left alone.
   * @throws ReplicationBusy while it stops
   */
  startFrom(direction: Direction, position: SlotPosition): Promise<void>;
  /**
   * Drops the slots of a direction, all that any of its tasks uses. Stop it first.
   * @throws ExplainedError when one is in use
   */
  dropSlots(direction: Direction, token: number): Promise<void>;
  /** Removes what else replication leaves on a side: publications, subscriptions. After `dropSlots`. */
  cleanUp(direction: Direction, token: number): Promise<void>;
  /** Every logical replication slot on both servers, whoever made it. */
  slots(): Promise<readonly FoundSlot[]>;
  /** The slots of a direction that have a fixed name. What `slots` found says of each one whether it is an orphan. */
  slotNames(direction: Direction): readonly string[];
}
