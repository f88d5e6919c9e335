import type { ReplicationTask, TableStatistics } from '@aws-sdk/client-database-migration-service';
import type { ReplicationState, ReplicationStatus } from '../replication';
import type { DatabaseSession } from '../sessions';
import type { LogicalSlot } from '../slots';
import { controlProblems } from './control-tables';
import { resourceId } from './load-slots';
import { tableProblems } from './table-problems';
import { hasRun, taskState } from './task-state';

export interface DmsFacts {
  readonly task: ReplicationTask;
  readonly tables: readonly TableStatistics[];
  /** The slot that the task reads from. @default there is none */
  readonly slot?: LogicalSlot;
  /** Whether DMS works on the other task of this direction too. */
  readonly otherActive: boolean;
  readonly lagSeconds?: number;
  /** DMS's schema on the target. */
  readonly controlSchema: string;
}

/** How a direction stands, from its task, its slot, and what DMS noted on the target. */
export async function dmsStatus(
  facts: DmsFacts,
  source: DatabaseSession,
  target: DatabaseSession,
): Promise<ReplicationStatus> {
  const { task, slot, tables, lagSeconds, otherActive } = facts;
  const { state: told, problem } = taskState(task);
  const state = withSlot(told, facts);
  const loads = task.MigrationType === 'full-load-and-cdc' && ['loading', 'load-stopped'].includes(state);
  return {
    state,
    ...(lagSeconds === undefined || state !== 'running' ? {} : { lagSeconds }),
    ...(slot?.confirmedLsn === undefined ? {} : { confirmedLsn: slot.confirmedLsn }),
    ...(loads ? { rows: await rowsOf(tables, source) } : {}),
    problems: [
      ...(problem === undefined ? [] : [problem]),
      ...slotProblems(told, facts),
      ...(otherActive ? ['both tasks of this direction run: stop the direction, then resume it'] : []),
      ...tableProblems(tables),
      ...(await notedProblems(facts, target)),
    ],
  };
}

/** Without its slot a task can neither go on nor, if it follows only, begin. One that loads makes its own when it begins. */
function withSlot(state: ReplicationState, { task, slot }: DmsFacts): ReplicationState {
  if (slot !== undefined && !slot.lost) return state;
  const makesItsOwn = task.MigrationType === 'full-load-and-cdc' && (!hasRun(task) || state === 'loading');
  if (makesItsOwn) return state;
  if (state === 'stopped' || state === 'load-stopped') return slot === undefined ? 'absent' : 'failed';
  return state === 'running' ? 'failed' : state;
}

function slotProblems(state: ReplicationState, { task, slot }: DmsFacts): readonly string[] {
  const name = task.ReplicationTaskIdentifier ?? 'without a name';
  if (slot?.lost === true) return [`the slot ${slot.slot} has lost WAL that it needs: nothing can go on from it`];
  if (slot !== undefined || !hasRun(task)) return [];
  if (task.MigrationType === 'full-load-and-cdc') {
    return state === 'starting'
      ? []
      : [`no slot can be told to be that of the task ${name}: nothing can go on from it`];
  }
  return state === 'running' || state === 'starting' ? [`the slot of the task ${name} is gone`] : [];
}

/** By the source's statistics. */
async function rowsOf(
  tables: readonly TableStatistics[],
  source: DatabaseSession,
): Promise<NonNullable<ReplicationStatus['rows']>> {
  const copied = tables.reduce((sum, { FullLoadRows: rows = 0 }) => sum + rows, 0);
  const names = tables.map(({ SchemaName: schema = '', TableName: name = '' }) => `${schema}.${name}`);
  const { rows } = await source.run((client) =>
    client.query<{ estimated: number }>(
      `SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::float8 AS estimated
       FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
       WHERE n.nspname || '.' || c.relname = ANY ($1)`,
      [names],
    ),
  );
  return { copied, estimated: Math.max(copied, Math.round(rows[0]?.estimated ?? 0)) };
}

/** Since the task was last started or resumed. */
async function notedProblems({ task, controlSchema }: DmsFacts, target: DatabaseSession): Promise<readonly string[]> {
  const since = task.ReplicationTaskStats?.StartDate ?? task.ReplicationTaskStartDate;
  if (since === undefined) return [];
  const taskNames = [resourceId(task.ReplicationTaskArn ?? ''), task.ReplicationTaskIdentifier ?? ''];
  return target.run((client) => controlProblems(client, { schema: controlSchema, taskNames, since }));
}
