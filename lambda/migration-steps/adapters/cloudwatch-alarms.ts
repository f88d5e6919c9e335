import {
  type CloudWatchClient,
  DescribeAlarmsCommand,
  type DescribeAlarmsOutput,
  GetMetricDataCommand,
  type MetricAlarm,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import { ExplainedError } from '../../shared/runtime/error-fields';
import type { Clock } from '../../shared/runtime/clock';
import type { Alarms, AlarmState, AlarmVerdict, SafetyReading } from '../ports/alarms';

const VERDICTS: Readonly<Record<string, AlarmVerdict>> = { OK: 'ok', ALARM: 'alarm' };

/** What CloudWatch says of an alarm; what is neither good nor bad cannot be told. */
export const verdictOf = (stateValue: string | undefined): AlarmVerdict => VERDICTS[stateValue ?? ''] ?? 'no-data';

/** Composites lie one in the other no deeper than that: CloudWatch forbids circles, not depth. */
const MAX_DEPTH = 5;
/** How long ago the newest data of traffic may be, in milliseconds: three periods of the slowest alarm. */
const TRAFFIC_MS = 900_000;

/**
 * The composite alarm of a name with everything below it. A child that was made to take missing data for good (`notBreaching`)
 * is OK without any. Of those that are silent without traffic the data are looked for; the others that say so exist only while
 * something is wrong (`silentWhile` in the catalogue of alarms).
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export class CloudWatchAlarms implements Alarms {
  constructor(
    private readonly client: Pick<CloudWatchClient, 'send'>,
    private readonly alarmName: string,
    private readonly traffic: {
      /** The ids of the alarms that are silent without traffic; an alarm's name begins with its id. */
      readonly alarmIds: readonly string[];
      readonly clock: Pick<Clock, 'now'>;
    },
  ) {}

  async safeToAdvance(): Promise<SafetyReading> {
    const { CompositeAlarms: [found] = [] } = await this.client.send(
      new DescribeAlarmsCommand({ AlarmNames: [this.alarmName], AlarmTypes: ['CompositeAlarm'] }),
    );
    if (found === undefined) {
      throw new ExplainedError(`the composite alarm ${this.alarmName} must exist, got none; deploy the environment`);
    }
    const changed = found.StateTransitionedTimestamp ?? found.StateUpdatedTimestamp;
    return {
      composite: {
        name: this.alarmName,
        verdict: verdictOf(found.StateValue),
        ...(changed === undefined ? {} : { changedAt: changed.getTime() }),
      },
      children: await this.childrenOf(this.alarmName, 1),
    };
  }

  private async childrenOf(parent: string, depth: number): Promise<readonly AlarmState[]> {
    if (depth > MAX_DEPTH) throw new Error(`the alarm ${parent} must lie at most ${MAX_DEPTH} composites deep`);
    const children = new Map<string, AlarmState>();
    let token: string | undefined;
    do {
      // With this parameter no other is allowed but these; it gives children of both kinds.
      const page: DescribeAlarmsOutput = await this.client.send(
        new DescribeAlarmsCommand({
          ChildrenOfAlarmName: parent,
          ...(token === undefined ? {} : { NextToken: token }),
        }),
      );
      for (const alarm of page.MetricAlarms ?? []) {
        const { AlarmName: name = '' } = alarm;
        children.set(name, { name, verdict: await this.childVerdict(alarm, name) });
      }
      for (const { AlarmName: name = '' } of page.CompositeAlarms ?? []) {
        for (const child of await this.childrenOf(name, depth + 1)) children.set(child.name, child);
      }
      token = page.NextToken;
    } while (token !== undefined);
    return [...children.values()];
  }

  private async childVerdict(alarm: MetricAlarm, name: string): Promise<AlarmVerdict> {
    const verdict = verdictOf(alarm.StateValue);
    if (verdict !== 'ok' || !this.traffic.alarmIds.some((id) => name.startsWith(`${id}-`))) return verdict;
    const now = this.traffic.clock.now();
    const { MetricDataResults: results = [] } = await this.client.send(
      new GetMetricDataCommand({
        MetricDataQueries: queriesOf(alarm),
        StartTime: new Date(now - TRAFFIC_MS),
        EndTime: new Date(now),
      }),
    );
    return results.some(({ Values: values = [] }) => values.length > 0) ? 'ok' : 'no-traffic';
  }
}

/** What an alarm goes by: its calculation, or its one metric. */
function queriesOf(alarm: MetricAlarm): MetricDataQuery[] {
  if (alarm.Metrics !== undefined && alarm.Metrics.length > 0) return alarm.Metrics;
  const { Namespace, MetricName, Dimensions, Period, Statistic, ExtendedStatistic } = alarm;
  const Metric = { Namespace, MetricName, Dimensions };
  return [{ Id: 'data', MetricStat: { Metric, Period, Stat: Statistic ?? ExtendedStatistic } }];
}
