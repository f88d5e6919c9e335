import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { onlyForAccount, ServiceRole } from '../policy';
import { requireNone, when } from '../validation/problem';
import type { FunctionAlias } from './function-alias';

export interface ScheduleProps {
  /** The schedule's name without the suffix. */
  readonly component: string;
  /** What happens, in one sentence of at most 512 characters. */
  readonly description: string;
  /** Whom the schedule invokes, asynchronously. */
  readonly alias: FunctionAlias;
  /**
   * The event that the function gets.
   * @default the scheduler's own, an empty object
   */
  readonly input?: Readonly<Record<string, unknown>>;
  /** Minutes from one invocation to the next: 1 to 1440. */
  readonly everyMinutes: number;
}

/**
 * Invokes a function again and again. An invocation that could not be delivered before the next one is due is dropped.
 * @throws Error when the interval is none of whole minutes up to a day
 */
export class Schedule extends Construct {
  readonly scheduleName: string;

  constructor(scope: Construct, id: string, props: ScheduleProps) {
    super(scope, id);
    const { component, everyMinutes } = props;
    requireNone(
      when(!(Number.isInteger(everyMinutes) && everyMinutes >= 1 && everyMinutes <= 1440), {
        field: 'everyMinutes',
        must: 'must be an integer from 1 to 1440 (minutes)',
        got: everyMinutes,
        fix: 'choose a value in that range',
      }),
    );
    const deployment = Deployment.of(this);
    const role = new ServiceRole(this, 'Role', {
      component: `${component}-schedule`,
      service: 'scheduler.amazonaws.com',
      description: `Lets the schedule invoke ${component}`,
      // Of a group, because the scheduler does not send the schedule's own ARN.
      trustConditions: onlyForAccount(deployment.accountId, deployment.arn('scheduler', 'schedule-group/default')),
    });
    props.alias.grantInvoke(role);
    this.scheduleName = new SchedulerSchedule(this, 'Schedule', {
      name: deployment.name(component, 'schedule'),
      description: props.description,
      scheduleExpression: everyMinutes === 1 ? 'rate(1 minute)' : `rate(${everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: props.alias.aliasArn,
        roleArn: role.roleArn,
        ...(props.input === undefined ? {} : { input: JSON.stringify(props.input) }),
        retryPolicy: { maximumEventAgeInSeconds: everyMinutes * 60, maximumRetryAttempts: 3 },
      },
      dependsOn: role.inlinePolicy === undefined ? [] : [role.inlinePolicy],
    }).name;
  }
}
