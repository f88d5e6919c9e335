import type { Database } from '../database/session';
import type { TableResult } from '../report/model';
import type { Chunk, TablePlan } from './chunk';

/** What watches a comparison. */
export interface Observer {
  /** A table's comparison begins: how many chunks, how many rows are estimated. */
  tableStarted(plan: TablePlan, chunks: number): void;
  /** A chunk is done; rows of the source. */
  chunkDone(plan: TablePlan, rows: number, equal: boolean): void;
  tableDone(result: TableResult): void;
  /** The comparison waits: for the source's load, lag, the rate; undefined: it goes on. */
  paused(reason: string | undefined): void;
}

/**
 * Keeps what is done, so that a run that was killed goes on where it stood. Writes are durable when they return, and atomic:
 * a kill leaves the state before or after one.
 */
export interface StateStore {
  /** @returns undefined when there is nothing from an earlier run */
  load(): Promise<unknown>;
  /** Replaces what describes the run: which databases, plans, seed, snapshots. */
  save(header: unknown): Promise<void>;
  /** Adds one line: a chunk that is done, with its result. */
  append(entry: unknown): Promise<void>;
  /** All lines, in the order they were added. A last line that a kill cut short is left out. */
  entries(): AsyncIterable<unknown>;
  /** Forgets everything. */
  clear(): Promise<void>;
}

export interface RowComparisonOptions {
  readonly mode: 'exact' | 'live';
  /** Connections to each side, from 1. @default 2 */
  readonly parallel?: number;
  /** Rows in a chunk, about. @default 40000, in live mode 10000 */
  readonly chunkRows?: number;
  /** Rows a second, read from each side; 0: without limit. @default 0 */
  readonly rateRowsPerSecond?: number;
  /** How many differing rows are listed for each table. @default 100 */
  readonly maxDifferences?: number;
  /** Live: how the replication's position is known. */
  readonly settle?: Settle;
  /** Pauses while the source's replication slots are further behind, in MiB. @default no limit */
  readonly maxLagMib?: number;
  /** Pauses while more sessions than these are active on the source. @default no limit */
  readonly maxActiveSessions?: number;
  /** How often a row that keeps changing is compared again before it counts as undecided. @default 10 */
  readonly maxRechecks?: number;
  /** How long a server that cannot be reached is waited for, in seconds. @default 60 */
  readonly reconnectSeconds?: number;
  readonly state?: StateStore;
  readonly observer?: Observer;
  readonly signal?: AbortSignal;
}

/**
 * How it is known that what was read on the source has reached the target.
 * - `slot`: a logical replication slot of the source has been confirmed beyond the source's position at reading.
 * - `time`: some seconds have passed, where no slot can be seen.
 */
export type Settle =
  | { readonly kind: 'slot'; readonly slot: string; readonly timeoutSeconds: number }
  | { readonly kind: 'time'; readonly seconds: number };

/** The two databases. */
export interface Databases {
  readonly source: Database;
  readonly target: Database;
}

/** A unit of work: one chunk of one table. */
export interface WorkItem {
  readonly plan: TablePlan;
  readonly chunk: Chunk;
}
