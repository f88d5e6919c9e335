import {
  DatabaseMigrationServiceClient,
  DatabaseMigrationServiceServiceException,
  DescribeReplicationTasksCommand,
  DescribeTableStatisticsCommand,
  InvalidResourceStateFault,
  type MigrationTypeValue,
  type ReplicationTask,
  ResourceNotFoundFault,
  StartReplicationTaskCommand,
  StopReplicationTaskCommand,
  type TableStatistics,
} from '@aws-sdk/client-database-migration-service';
import { mockClient } from 'aws-sdk-client-mock';

interface FakeTask {
  readonly arn: string;
  readonly identifier: string;
  readonly type: MigrationTypeValue;
  status: string;
  stopReason?: string;
  position?: string;
  checkpoint?: string;
  percent: number;
  freshStart?: Date;
  start?: Date;
  tables: TableStatistics[];
}

/** What a test does when DMS begins or ends to work on a task: it makes the slot, reads from it, or lets go of it. */
export interface FakeDmsHooks {
  readonly onStart?: (arn: string, type: string) => void | Promise<void>;
  readonly onStop?: (arn: string) => void | Promise<void>;
}

const PAGE = 2;

/**
 * DMS's control plane in memory: tasks change their state a while after they were told to, and refuse what their state forbids,
 * as the service does. Time passes when `settle` is called.
 */
export class FakeDms {
  /** Every command that was sent, by its class and the task's identifier. */
  readonly sent: string[] = [];
  readonly client = new DatabaseMigrationServiceClient({ region: 'eu-central-1' });
  private readonly tasks = new Map<string, FakeTask>();
  private throttled = 0;
  private lostAnswers = 0;
  private seconds = 0;

  constructor(private readonly hooks: FakeDmsHooks = {}) {
    const mock = mockClient(this.client);
    mock
      .on(DescribeReplicationTasksCommand)
      .callsFake((input: DescribeReplicationTasksCommand['input']) =>
        this.answer('Describe', input.Filters?.[0]?.Values?.[0], (task) => ({ ReplicationTasks: [shown(task)] })),
      );
    mock
      .on(StartReplicationTaskCommand)
      .callsFake((input: StartReplicationTaskCommand['input']) =>
        this.answer(`Start(${input.StartReplicationTaskType ?? ''})`, input.ReplicationTaskArn, (task) =>
          this.start(task, input),
        ),
      );
    mock
      .on(StopReplicationTaskCommand)
      .callsFake((input: StopReplicationTaskCommand['input']) =>
        this.answer('Stop', input.ReplicationTaskArn, (task) => this.stop(task)),
      );
    mock
      .on(DescribeTableStatisticsCommand)
      .callsFake((input: DescribeTableStatisticsCommand['input']) =>
        this.answer('Tables', input.ReplicationTaskArn, (task) => page(task, input.Marker)),
      );
  }

  create(identifier: string, type: MigrationTypeValue): string {
    const arn = `arn:aws:dms:eu-central-1:123456789012:task:${identifier.toUpperCase().replaceAll('-', '')}`;
    this.tasks.set(arn, { arn, identifier, type, status: 'ready', percent: 0, tables: [] });
    return arn;
  }

  /** Lets what was begun come to its end: starting tasks run, stopping ones have stopped. */
  async settle(): Promise<void> {
    for (const task of this.tasks.values()) {
      if (task.status === 'starting') {
        task.status = 'running';
        task.checkpoint = 'checkpoint:V1#1';
      } else if (task.status === 'stopping') {
        await this.hooks.onStop?.(task.arn);
        task.status = 'stopped';
        task.stopReason = 'Stop Reason NORMAL';
      }
    }
  }

  /** The load is over, with cached changes applied. */
  async finishLoad(arn: string): Promise<void> {
    await this.hooks.onStop?.(arn);
    Object.assign(this.task(arn), {
      status: 'stopped',
      stopReason: 'Stop Reason STOPPED_AFTER_CACHED_EVENTS',
      percent: 100,
    });
  }

  /** Whatever DMS could say of a task. */
  change(arn: string, change: Partial<Omit<FakeTask, 'arn' | 'identifier' | 'type'>>): void {
    Object.assign(this.task(arn), change);
  }

  delete(arn: string): void {
    this.tasks.delete(arn);
  }

  /** The next calls are refused for being too many. */
  throttle(calls: number): void {
    this.throttled = calls;
  }

  /** The next calls that start or stop have their effect, and their answer is lost. */
  loseAnswers(calls: number): void {
    this.lostAnswers = calls;
  }

  status(arn: string): string {
    return this.task(arn).status;
  }

  private async answer<Answer>(
    command: string,
    arn: string | undefined,
    act: (task: FakeTask) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    if (this.throttled > 0) {
      this.throttled -= 1;
      throw new DatabaseMigrationServiceServiceException({
        name: 'ThrottlingException',
        $fault: 'client',
        message: 'Rate exceeded',
        $metadata: {},
      });
    }
    const task = this.task(arn);
    if (command !== 'Describe' && command !== 'Tables') this.sent.push(`${command} ${task.identifier}`);
    const answer = await act(task);
    if (this.lostAnswers > 0 && command !== 'Describe') {
      this.lostAnswers -= 1;
      throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
    }
    return answer;
  }

  private async start(task: FakeTask, input: StartReplicationTaskCommand['input']): Promise<object> {
    const fresh = input.StartReplicationTaskType === 'start-replication';
    if (!['ready', 'stopped', 'failed'].includes(task.status)) throw wrongState(task);
    if (!fresh && task.status === 'ready') throw wrongState(task);
    if (fresh) {
      task.freshStart = this.tick();
      if (input.CdcStartPosition !== undefined) task.position = input.CdcStartPosition;
    }
    task.start = fresh ? task.freshStart : this.tick();
    task.status = 'starting';
    delete task.stopReason;
    await this.hooks.onStart?.(task.arn, input.StartReplicationTaskType ?? '');
    return { ReplicationTask: shown(task) };
  }

  private stop(task: FakeTask): object {
    if (task.status !== 'running') throw wrongState(task);
    task.status = 'stopping';
    return { ReplicationTask: shown(task) };
  }

  private task(arn: string | undefined): FakeTask {
    const task = this.tasks.get(arn ?? '');
    if (task === undefined) {
      throw new ResourceNotFoundFault({ message: `Replication task ${arn ?? ''} not found.`, $metadata: {} });
    }
    return task;
  }

  private tick(): Date {
    this.seconds += 1;
    return new Date(Date.UTC(2026, 0, 1, 0, 0, this.seconds));
  }
}

const shown = (task: FakeTask): ReplicationTask => ({
  ReplicationTaskArn: task.arn,
  ReplicationTaskIdentifier: task.identifier,
  MigrationType: task.type,
  Status: task.status,
  StopReason: task.stopReason,
  CdcStartPosition: task.position,
  RecoveryCheckpoint: task.checkpoint,
  ReplicationTaskStats: {
    FullLoadProgressPercent: task.percent,
    FreshStartDate: task.freshStart,
    StartDate: task.start,
  },
});

/** A few a page, and the last page ends with an empty marker. */
function page({ status, tables }: FakeTask, marker = '0'): object {
  if (status === 'ready') {
    throw new InvalidResourceStateFault({ message: 'The task has not been started.', $metadata: {} });
  }
  const from = Number(marker);
  const next = from + PAGE;
  return { TableStatistics: tables.slice(from, next), Marker: next < tables.length ? String(next) : '' };
}

const wrongState = ({ identifier, status }: FakeTask): InvalidResourceStateFault =>
  new InvalidResourceStateFault({ message: `Replication Task ${identifier} is ${status}.`, $metadata: {} });
