import type { Direction, ReplicationState, ReplicationStatus } from '../replication';
import type { SourceFacts, TargetFacts } from './facts';
import type { WorkerHistory } from './worker-watch';

export interface NativeFacts {
  readonly direction: Direction;
  readonly name: string;
  readonly source: SourceFacts;
  readonly target: TargetFacts;
  readonly history: WorkerHistory;
  /** See `WalLag`. */
  readonly walLagSeconds?: number;
  /** How long a worker may take to begin, in seconds. */
  readonly startupSeconds: number;
}

/** One failure is a connection that was cut, two in a minute are a habit. */
const TOLERATED_FAILURES = 1;

/** How replication stands, from what both servers show. */
export function nativeStatus(facts: NativeFacts): ReplicationStatus {
  const { source, walLagSeconds } = facts;
  const state = stateOf(facts);
  const lagSeconds = lagOf(facts) ?? walLagSeconds;
  const rows = rowsOf(facts);
  return {
    state,
    ...(state === 'absent' || lagSeconds === undefined ? {} : { lagSeconds }),
    ...(source.slot?.confirmedLsn === undefined ? {} : { confirmedLsn: source.slot.confirmedLsn }),
    ...(rows === undefined ? {} : { rows }),
    problems: state === 'absent' ? [] : problemsOf(facts),
  };
}

/** Whether changes flow: somebody applies, and somebody sends. */
export const isStreaming = (source: SourceFacts, target: TargetFacts): boolean =>
  target.workerPid !== undefined &&
  source.slot?.active === true &&
  source.sender !== undefined &&
  source.sender !== 'startup';

function stateOf({ source, target, history, startupSeconds }: NativeFacts): ReplicationState {
  const { subscription, tables } = target;
  if (subscription === undefined) return 'absent';
  const { slot } = source;
  if (!subscription.enabled) {
    if (target.workerPid !== undefined || slot?.active === true) return 'stopping';
    return slot === undefined ? 'absent' : 'stopped';
  }
  if (slot === undefined || slot.lost) return 'failed';
  if (!isStreaming(source, target)) return history.silentSeconds > startupSeconds ? 'failed' : 'starting';
  if (tables.some(({ state }) => state !== 'r')) return 'loading';
  return subscription.errand === 'load' ? 'load-stopped' : 'running';
}

/** The server's own measure, while there is one: it says nothing of a target that has everything. */
function lagOf({ source, target }: NativeFacts): number | undefined {
  if (!isStreaming(source, target)) return undefined;
  return source.replayLagSeconds ?? (source.sender === 'streaming' ? 0 : undefined);
}

/** Known during the load only. A table that is copied counts with what the source's statistics say. */
function rowsOf({ source, target }: NativeFacts): ReplicationStatus['rows'] {
  if (target.subscription?.errand !== 'load') return undefined;
  const states = new Map(target.tables.map((table) => [table.table, table]));
  let copied = 0;
  let estimated = 0;
  for (const { table, rows } of source.published) {
    const found = states.get(table);
    const done = found !== undefined && ['f', 's', 'r'].includes(found.state);
    copied += done ? rows : (found?.copied ?? 0);
    estimated += rows;
  }
  return { copied: Math.round(copied), estimated: Math.round(Math.max(estimated, copied)) };
}

function problemsOf({ name, direction, source, target, history, startupSeconds }: NativeFacts): readonly string[] {
  const { subscription, tables, errors } = target;
  const enabled = subscription?.enabled === true;
  const silent = enabled && history.silentSeconds > startupSeconds;
  const subscribed = new Set(tables.map(({ table }) => table));
  const missing = source.published.filter(({ table }) => !subscribed.has(table)).map(({ table }) => table);
  const counted = errors !== undefined && errors > 0 ? `, ${errors} errors since it was created` : '';
  const rules: readonly (readonly [boolean, string])[] = [
    [source.slot === undefined, `the slot ${name} is gone: nothing can go on from it`],
    [source.slot?.lost === true, `the slot ${name} has lost WAL that it needs: nothing can go on from it`],
    [
      missing.length > 0,
      `the subscription ${name} must hold every published table, got none for ${missing.join(', ')}: what is written there does not arrive`,
    ],
    [
      silent && source.slot !== undefined,
      `replication ${direction} has not streamed for ${Math.floor(history.silentSeconds)} s, ${
        target.workerPid === undefined ? 'no worker applies' : 'a worker applies'
      }${counted}: the log of the target's server says why`,
    ],
    [
      enabled && history.failures > TOLERATED_FAILURES,
      `the worker that applies ${direction} failed ${history.failures} times within a minute${counted}: the log of the target's server says why`,
    ],
  ];
  return rules.filter(([holds]) => holds).map(([, problem]) => problem);
}
