import { type CloudWatchClient, DescribeAlarmsCommand, type DescribeAlarmsOutput } from '@aws-sdk/client-cloudwatch';
import { ExplainedError } from '../../shared/runtime/error-fields';
import type { Alarms, AlarmState, AlarmVerdict, SafetyReading } from '../ports/alarms';

const VERDICTS: Readonly<Record<string, AlarmVerdict>> = { OK: 'ok', ALARM: 'alarm' };

/** What CloudWatch says of an alarm; what is neither good nor bad cannot be told. */
export const verdictOf = (stateValue: string | undefined): AlarmVerdict => VERDICTS[stateValue ?? ''] ?? 'no-data';

/** Composites lie one in the other no deeper than that: CloudWatch forbids circles, not depth. */
const MAX_DEPTH = 5;

/**
 * The composite alarm of a name with everything below it. A child that was made to take missing data for good (`notBreaching`)
 * is OK without any: the alarms below this composite have to say `missing`, so that no data is seen as such.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
 */
export class CloudWatchAlarms implements Alarms {
  constructor(
    private readonly client: Pick<CloudWatchClient, 'send'>,
    private readonly alarmName: string,
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
      for (const { AlarmName: name = '', StateValue: state } of page.MetricAlarms ?? []) {
        children.set(name, { name, verdict: verdictOf(state) });
      }
      for (const { AlarmName: name = '' } of page.CompositeAlarms ?? []) {
        for (const child of await this.childrenOf(name, depth + 1)) children.set(child.name, child);
      }
      token = page.NextToken;
    } while (token !== undefined);
    return [...children.values()];
  }
}
