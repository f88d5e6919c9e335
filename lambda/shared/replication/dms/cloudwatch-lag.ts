import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Clock } from '../../runtime/clock';
import { resourceId } from './load-slots';

export interface CloudWatchLagOptions {
  readonly client: Pick<CloudWatchClient, 'send'>;
  /** The identifier of the replication instance that the tasks run on. */
  readonly replicationInstanceId: string;
  readonly clock: Pick<Clock, 'now'>;
}

/** A task reports each minute, and a datapoint takes a minute or two to appear: an older one tells of the past. */
export const MAX_AGE_MS = 300_000;

const PERIOD_SECONDS = 60;

const METRICS = { source: 'CDCLatencySource', target: 'CDCLatencyTarget' } as const;

/**
 * How far a DMS task is behind, in seconds, as it reports itself: the greater of its newest latencies. That of the target is the
 * age of what waits to be applied, and says nothing of what has not been read yet; that of the source does.
 * @returns nothing while the target's latency is not reported
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Monitoring.html
 */
export function cloudWatchLag({ client, replicationInstanceId, clock }: CloudWatchLagOptions) {
  return async (_direction: unknown, taskArn: string): Promise<number | undefined> => {
    const now = clock.now();
    const query = (id: keyof typeof METRICS): MetricDataQuery => ({
      Id: id,
      MetricStat: {
        Metric: {
          Namespace: 'AWS/DMS',
          MetricName: METRICS[id],
          Dimensions: [
            { Name: 'ReplicationInstanceIdentifier', Value: replicationInstanceId },
            { Name: 'ReplicationTaskIdentifier', Value: resourceId(taskArn) },
          ],
        },
        Period: PERIOD_SECONDS,
        Stat: 'Maximum',
      },
    });
    const { MetricDataResults: results = [] } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [query('source'), query('target')],
        StartTime: new Date(now - MAX_AGE_MS),
        EndTime: new Date(now),
        ScanBy: 'TimestampDescending',
      }),
    );
    const newest = (id: keyof typeof METRICS): number | undefined => results.find(({ Id }) => Id === id)?.Values?.[0];
    const target = newest('target');
    return target === undefined ? undefined : Math.max(target, newest('source') ?? 0);
  };
}
