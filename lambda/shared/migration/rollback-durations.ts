import type { Replication } from '../replication/replication';

/** What a rollback consists of, in its order. */
export const ROLLBACK_TERMS = [
  'close',
  'lag',
  'drain',
  'verify',
  'prepare',
  'stop',
  'arm',
  'open',
  'dns-change',
  'record-ttl',
] as const;

export type RollbackTermName = (typeof ROLLBACK_TERMS)[number];

/** How long each of it takes, in seconds, but for the lag, which is measured. */
export type RollbackDurations = Readonly<Record<Exclude<RollbackTermName, 'lag'>, number>>;

/** Where the number of each term comes from. */
export const TERM_SOURCES: Readonly<Record<RollbackTermName, string>> = {
  close: 'how long writers in flight may take to end: cutover.freezeGraceSeconds',
  lag: 'measured: how far replication is behind; what was written in so many seconds is applied in as many',
  drain: 'assumed: how long the marker takes to the other side where nothing lies before it',
  verify: 'assumed: how long the comparison of what was written since the last one takes',
  prepare: 'assumed: sequences are moved, constraints and triggers checked',
  stop: 'assumed: how long replication takes to stop, and its slots to be dropped',
  arm: 'assumed: how long replication in the other direction takes to start, and to carry its marker',
  open: 'assumed: the authority item, and the row of the database that is opened',
  'dns-change': 'assumed: how long a change takes to all name servers of Route 53',
  'record-ttl': 'the TTL of the weighted records: so long may others answer as before',
};

/**
 * Changes generally reach all name servers of Route 53 within 60 seconds.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-editing.html
 */
export const DNS_CHANGE_SECONDS = 60;

/**
 * What is assumed until a freeze of the environment has measured it: DMS takes minutes to stop one task and to start another. What is neither
 * drain nor verification makes up the fixed part of the prediction that a cutover shows.
 */
export const ASSUMED_SECONDS = {
  dms: { drain: 10, prepare: 8, stop: 120, arm: 170, open: 2 },
  native: { drain: 1, prepare: 1, stop: 1, arm: 2, open: 1 },
} as const satisfies Record<Replication['kind'], Partial<RollbackDurations>>;

/** What an environment says of the durations. */
export interface KnownDurations {
  /** Of the weighted records. */
  readonly ttlSeconds: number;
  readonly graceSeconds: number;
  /** Of the delta, or of a whole comparison where none is known to build on. */
  readonly verifySeconds: number;
  /** What was measured in the last freeze. @default ASSUMED_SECONDS */
  readonly measured?: Partial<RollbackDurations>;
}

export const rollbackDurations = (
  kind: Replication['kind'],
  { ttlSeconds, graceSeconds, verifySeconds, measured = {} }: KnownDurations,
): RollbackDurations => ({
  ...ASSUMED_SECONDS[kind],
  'dns-change': DNS_CHANGE_SECONDS,
  'record-ttl': ttlSeconds,
  close: graceSeconds,
  verify: verifySeconds,
  ...measured,
});
