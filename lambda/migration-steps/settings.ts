import type { Replication } from '../shared/replication/replication';

/** What an environment decides of its migration. */
export interface MigrationSettings {
  /** From closing one side to opening the other, before it is undone. */
  readonly freezeBudgetSeconds: number;
  /** How long writers in flight may take to end before their sessions are terminated. */
  readonly freezeGraceSeconds: number;
  /** How far replication may be behind where anything is to go on. */
  readonly maxLagSeconds: number;
  /** How long an operator has to deploy the weights that were cleared. */
  readonly weightTimeoutMinutes: number;
  /** How long new weights are watched. */
  readonly bakeMinutes: number;
  readonly approvalTimeoutMinutes: number;
  /** How long the way back is kept after authority went to Aurora. */
  readonly rollbackWindowHours: number;
  /** Whether who asked for a cutover needs somebody else to approve it. */
  readonly requireSecondPerson: boolean;
  readonly loadHours: number;
  readonly comparisonHours: number;
}

/**
 * How long a freeze may usually take. Environments have DMS, and their settings its number; PostgreSQL's own replication is
 * what rehearsals run on.
 */
export const DEFAULT_FREEZE_BUDGET_SECONDS = { dms: 900, native: 30 } as const satisfies Record<
  Replication['kind'],
  number
>;
/** How long replication may take to run after it was started: DMS takes minutes. */
export const REPLICATION_SECONDS = 3_600;
/** How long a paused advance waits for a human: 12 hours. */
export const CONTINUE_SECONDS = 43_200;
/** How old the comparison may be that a cutover relies on. */
export const COMPARISON_AGE_HOURS = 24;
/**
 * What a freeze takes beside the drain and the verification. DMS stops one task and starts another, which takes minutes: to be
 * measured in staging.
 */
export const FREEZE_FIXED_SECONDS = { dms: 300, native: 5 } as const;
