import type { ReplicationTask } from '@aws-sdk/client-database-migration-service';
import type { ReplicationState } from '../replication';

/** How a task stands, in our words, and what speaks against it. */
export interface TaskState {
  readonly state: ReplicationState;
  readonly problem?: string;
}

/**
 * What DMS's words for a task's status mean, but for those that take more than the word: `running` and `stopped`. A task that
 * is moved, modified or tested does not run and cannot be started meanwhile.
 * @see https://docs.aws.amazon.com/dms/latest/APIReference/API_ReplicationTask.html
 */
const STATES: Readonly<Record<string, ReplicationState>> = {
  ready: 'stopped',
  creating: 'stopped',
  modifying: 'stopped',
  moving: 'stopped',
  testing: 'stopped',
  starting: 'starting',
  stopping: 'stopping',
  failed: 'failed',
  'failed-move': 'failed',
  deleting: 'failed',
};

/** Words that are no problem by themselves. */
const ORDINARY = new Set(['ready', 'starting', 'stopping']);

/** Why a task stopped, for the reasons that are none of a failure. Any other one is: nobody asked for that stop. */
const STOPS: Readonly<Record<string, ReplicationState>> = {
  NORMAL: 'stopped',
  STOPPED_AFTER_CACHED_EVENTS: 'load-stopped',
  // The tasks stop with cached changes applied; of a load that is so set, DMS may say it this way.
  FULL_LOAD_ONLY_FINISHED: 'load-stopped',
};

/** Whether DMS works on a task, or is about to. */
export const isActive = (task: ReplicationTask | undefined): boolean =>
  ['starting', 'running', 'stopping'].includes(task?.Status ?? '');

/** Whether a task runs, or will without being asked again. */
export const isGoing = (task: ReplicationTask | undefined): boolean =>
  ['starting', 'running'].includes(task?.Status ?? '');

/** Whether a task was ever started: then it holds a position to resume from. */
export const hasRun = (task: ReplicationTask | undefined): boolean => task !== undefined && task.Status !== 'ready';

/** Whether everything was copied once. */
export const isLoaded = ({ ReplicationTaskStats: stats }: ReplicationTask): boolean =>
  (stats?.FullLoadProgressPercent ?? 0) >= 100;

/** How a task stands. Messages of failures are left in DMS's log: they quote values. */
export function taskState(task: ReplicationTask): TaskState {
  const { Status: status = 'without a status', ReplicationTaskIdentifier: name = 'without a name' } = task;
  if (status === 'running') return { state: isLoading(task) ? 'loading' : 'running' };
  if (status === 'stopped') return stopped(name, task.StopReason);
  const state = STATES[status] ?? 'failed';
  return ORDINARY.has(status)
    ? { state }
    : { state, problem: `the task ${name} is ${status}${reasonOf(task)}: its log says why` };
}

function stopped(name: string, reason = ''): TaskState {
  // "Stop Reason NORMAL"; of a task that was stopped and never told why, nothing.
  const word = reason.replace(/^stop reason /i, '').trim();
  if (word === '') return { state: 'stopped' };
  const state = STOPS[word] ?? 'failed';
  return state === 'failed'
    ? { state, problem: `the task ${name} stopped by itself (${word}): its log says why` }
    : { state };
}

/** Until it stops after the load, a task that was started afresh loads; one that was resumed then follows. */
function isLoading(task: ReplicationTask): boolean {
  if (task.MigrationType !== 'full-load-and-cdc') return false;
  if (!isLoaded(task)) return true;
  const { FreshStartDate: fresh, StartDate: start } = task.ReplicationTaskStats ?? {};
  return fresh !== undefined && start !== undefined && start.getTime() <= fresh.getTime();
}

const reasonOf = ({ StopReason: reason }: ReplicationTask): string =>
  reason === undefined || reason === '' ? '' : ` (${reason})`;
