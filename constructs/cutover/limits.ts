import type { Step } from './steps';

/**
 * How long a freeze may take, as environments and machines have it. PostgreSQL's own replication needs seconds, DMS minutes.
 * The most is below the half hour after which `payments-unfinished`, and with it the roll-back alarm, goes off because nothing is booked.
 */
export const FREEZE_BUDGET_LIMITS = { least: 10, most: 1500, unit: 'seconds' } as const;

/** How long the machines may take; the functions that are called know the same limits and say when they are over. */
export interface CutoverLimits {
  /** How long an operator has to deploy the weights that were cleared, in minutes: from 1. */
  readonly weightTimeoutMinutes: number;
  /** How long new weights are watched, in minutes: from 1. */
  readonly bakeMinutes: number;
  /** How long approvals are waited for, in minutes: from 1. */
  readonly approvalTimeoutMinutes: number;
  /** How long a freeze may take before it is undone, in seconds: see `FREEZE_BUDGET_LIMITS`. */
  readonly freezeBudgetSeconds: number;
  /**
   * How long the full load may take, in hours: 1 to 336.
   * @default 48
   */
  readonly loadHours?: number;
  /**
   * How long the first comparison may take, in hours: 1 to 72, which is the most that it takes itself.
   * @default 24
   */
  readonly comparisonHours?: number;
}

/** How long a paused advance waits for a human, in seconds: 12 hours. */
const CONTINUE_SECONDS = 43_200;
/** How long replication may take to start, and what is left of it to be removed, in seconds: DMS takes minutes. */
const REPLICATION_SECONDS = 3_600;
/** How long undoing a freeze may take, in seconds: two tasks of DMS are stopped and one is started. */
const UNDO_SECONDS = 3_600;
/** How long a probe payment may take, in seconds. */
const PROBE_SECONDS = 300;
/** The least time that a step which is called again at once has polled before, in seconds. */
export const LEAST_POLL_SECONDS = 20;

/** How long each step that is called more than once may take in all, in seconds. */
const LIMITS = {
  'await-load': ({ loadHours = 48 }) => loadHours * 3600,
  'await-running': () => REPLICATION_SECONDS,
  'await-comparison': ({ comparisonHours = 24 }) => comparisonHours * 3600,
  'check-weights': ({ weightTimeoutMinutes }) => weightTimeoutMinutes * 60,
  bake: ({ bakeMinutes }) => bakeMinutes * 60,
  'await-continue': () => CONTINUE_SECONDS,
  'await-approval': ({ approvalTimeoutMinutes }) => approvalTimeoutMinutes * 60,
  freeze: ({ freezeBudgetSeconds }) => freezeBudgetSeconds,
  drain: ({ freezeBudgetSeconds }) => freezeBudgetSeconds,
  'stop-drained': ({ freezeBudgetSeconds }) => freezeBudgetSeconds,
  'arm-opposite': ({ freezeBudgetSeconds }) => freezeBudgetSeconds,
  probe: () => PROBE_SECONDS,
  'abandon-freeze': () => UNDO_SECONDS,
  'retire-reverse': () => REPLICATION_SECONDS,
} as const satisfies Partial<Record<Step, (limits: CutoverLimits) => number>>;

export type PollingStep = keyof typeof LIMITS;

export const isPolling = (step: Step): step is PollingStep => step in LIMITS;

/** How long a step that is called more than once may take in all, in seconds. */
export const limitSecondsOf = (step: PollingStep, limits: CutoverLimits): number => LIMITS[step](limits);

/** What takes days is looked at 500 times at most, everything else 200 times: an execution holds 25,000 events. */
const POLLS: Partial<Record<Step, number>> = { 'await-load': 500, 'await-comparison': 500 };
const USUAL_POLLS = 200;
const LEAST_PAUSE_SECONDS = 10;

/** How long is waited before a step is called again, in seconds. */
export const pauseSecondsOf = (step: PollingStep, limits: CutoverLimits): number =>
  Math.max(LEAST_PAUSE_SECONDS, Math.ceil(limitSecondsOf(step, limits) / (POLLS[step] ?? USUAL_POLLS)));
