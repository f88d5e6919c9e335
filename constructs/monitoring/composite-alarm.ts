import { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { requireNone, when } from '../validation/problem';

export interface CompositeAlarmProps {
  /** The alarm's name without the suffix, for instance `roll-back`. */
  readonly component: string;
  /** What it means when it goes off, and what to do. */
  readonly description: string;
  /** The names of the alarms below it, each by a reference to its resource, so that it is created after them: 1 to 100. */
  readonly alarmNames: readonly string[];
  /** The topic that is told when it goes off and when it is over. */
  readonly topicArn: string;
}

/**
 * The most alarms below a composite alarm.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export const MAX_CHILD_ALARMS = 100;

/**
 * An alarm that goes off as soon as one of others does. An alarm without data (INSUFFICIENT_DATA) does not set it off: it says
 * OK then, although nobody knows. Who takes its OK for good asks the alarms below it as well.
 */
export class CompositeAlarm extends Construct {
  readonly alarmName: string;
  readonly alarmArn: string;

  /** @throws Error when there is no alarm below it, or there are too many */
  constructor(scope: Construct, id: string, props: CompositeAlarmProps) {
    super(scope, id);
    const { alarmNames, topicArn } = props;
    requireNone(
      when(alarmNames.length < 1 || alarmNames.length > MAX_CHILD_ALARMS, {
        field: 'alarmNames',
        must: `must hold 1 to ${MAX_CHILD_ALARMS} alarms`,
        got: alarmNames.length,
        fix: 'let fewer rows of the catalogue take part',
      }),
    );
    this.alarmName = Deployment.of(this).name(props.component);
    this.alarmArn = new CloudwatchCompositeAlarm(this, 'Alarm', {
      alarmName: this.alarmName,
      alarmDescription: props.description,
      alarmRule: alarmNames.map((name) => `ALARM("${name}")`).join(' OR '),
      alarmActions: [topicArn],
      okActions: [topicArn],
    }).arn;
  }
}
