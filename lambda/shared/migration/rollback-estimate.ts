import type { AuthorityState } from '../authority/authority';
import type { RollbackTerm, RollbackTime } from './rollback-time';

/** What was measured last, for people and tools. */
export interface RollbackEstimate {
  /** When, in milliseconds since 1970. It is measured each minute: an older one tells of the past. */
  readonly at: number;
  /** What it holds for: of another epoch it says nothing. */
  readonly authority: AuthorityState['authority'];
  readonly epoch: number;
  readonly bound: RollbackTime['bound'];
  /** How long a rollback would take, in seconds. @default it is not bounded, or a term is not known */
  readonly rollbackSeconds?: number;
  /** Those that are known, in the order of a rollback. */
  readonly terms: readonly RollbackTerm[];
  /** Why it has no number; empty where it has. */
  readonly reasons: readonly string[];
  /** How far the side without authority is behind, in seconds. @default it cannot be told */
  readonly recoveryPointSeconds?: number;
}

/** The item `estimate`/`current` of the table `migration-state`. */
export interface EstimateBoard {
  /** @default nothing was measured yet */
  read(): Promise<RollbackEstimate | undefined>;
  /** One that was measured later stays. */
  write(estimate: RollbackEstimate): Promise<void>;
}
