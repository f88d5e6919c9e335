import {
  type DatabaseMigrationServiceClient,
  DescribeReplicationTasksCommand,
  DescribeTableStatisticsCommand,
  InvalidResourceStateFault,
  type ReplicationTask,
  ResourceNotFoundFault,
  StartReplicationTaskCommand,
  type StartReplicationTaskCommandInput,
  StopReplicationTaskCommand,
  type TableStatistics,
} from '@aws-sdk/client-database-migration-service';

/** The most that DMS gives at once. */
const TABLES_PER_PAGE = 500;

export type Start = Pick<StartReplicationTaskCommandInput, 'StartReplicationTaskType' | 'CdcStartPosition'>;

/** The tasks of DMS, as far as a migration moves them. */
export class TaskClient {
  constructor(private readonly client: Pick<DatabaseMigrationServiceClient, 'send'>) {}

  /** @default there is no such task */
  async describe(arn: string): Promise<ReplicationTask | undefined> {
    try {
      const { ReplicationTasks: tasks = [] } = await this.client.send(
        new DescribeReplicationTasksCommand({
          Filters: [{ Name: 'replication-task-arn', Values: [arn] }],
          WithoutSettings: true,
        }),
      );
      return tasks.find(({ ReplicationTaskArn: found }) => found === arn);
    } catch (error) {
      if (error instanceof ResourceNotFoundFault) return undefined;
      throw error;
    }
  }

  /** @returns whether DMS took it: its state forbids it otherwise, which is to be read back */
  start(arn: string, start: Start): Promise<boolean> {
    return accepted(this.client.send(new StartReplicationTaskCommand({ ReplicationTaskArn: arn, ...start })));
  }

  /** @returns whether DMS took it */
  stop(arn: string): Promise<boolean> {
    return accepted(this.client.send(new StopReplicationTaskCommand({ ReplicationTaskArn: arn })));
  }

  /** Every table of a task; none before its first start. */
  async tables(arn: string): Promise<readonly TableStatistics[]> {
    const tables: TableStatistics[] = [];
    let marker: string | undefined;
    do {
      const page = await this.client
        .send(
          new DescribeTableStatisticsCommand({ ReplicationTaskArn: arn, MaxRecords: TABLES_PER_PAGE, Marker: marker }),
        )
        .catch((error: unknown) => {
          if (error instanceof InvalidResourceStateFault) return undefined;
          throw error;
        });
      tables.push(...(page?.TableStatistics ?? []));
      // An empty marker leads nowhere either.
      marker = page?.Marker === '' ? undefined : page?.Marker;
    } while (marker !== undefined);
    return tables;
  }
}

async function accepted(sent: Promise<unknown>): Promise<boolean> {
  try {
    await sent;
    return true;
  } catch (error) {
    if (error instanceof InvalidResourceStateFault) return false;
    throw error;
  }
}
