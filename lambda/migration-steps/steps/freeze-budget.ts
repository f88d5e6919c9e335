import type { MigrationRecord } from '../../shared/authority/migration-authority';

/** How long a freeze may take. */
export interface FreezeBudget {
  /** From the moment that authority was frozen until it is handed on, in seconds, from 1. */
  readonly seconds: number;
  /** How long writers in flight may take to end when a database is closed, in milliseconds, from 0. */
  readonly graceMs: number;
}

/**
 * When a freeze must have ended, in milliseconds since 1970: the budget counts from its beginning; for an execution that took
 * the lease later, as a second rollback does, from then: else it could do nothing any more.
 */
export const freezeDeadline = (record: MigrationRecord, budget: FreezeBudget): number =>
  beganAt(record) + budget.seconds * 1000;

/** When undoing a freeze must have ended: it has as long as the freeze had. */
export const undoDeadline = (record: MigrationRecord, budget: FreezeBudget): number =>
  beganAt(record) + 2 * budget.seconds * 1000;

const beganAt = ({ freeze, lease }: MigrationRecord): number => Math.max(freeze?.startedAt ?? 0, lease?.takenAt ?? 0);
