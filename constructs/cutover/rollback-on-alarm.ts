import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { Construct } from 'constructs';
import type { FunctionAlias, NodeFunction } from '../compute';
import { Deployment } from '../naming';

export interface RollbackOnAlarmProps {
  /** The alarm that says that going back is the cure: `MigrationGates.rollBack`. */
  readonly alarm: { readonly alarmArn: string };
  /** The function that starts the rollback. */
  readonly function: NodeFunction;
  /** Its alias that is invoked. */
  readonly alias: FunctionAlias;
  /** Whether it does: in every environment there is the rule, and it is disabled where people decide. */
  readonly enabled: boolean;
}

/** EventBridge gives an event up after this time: a rollback that comes later was not asked for. */
const MAXIMUM_EVENT_AGE_SECONDS = 300;

/**
 * Starts the rollback when the roll-back alarm goes off, where the environment arms that. CloudWatch sends an event for every
 * change of an alarm's state; only the one to ALARM passes.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export class RollbackOnAlarm extends Construct {
  readonly ruleName: string;

  constructor(scope: Construct, id: string, { alarm, function: target, alias, enabled }: RollbackOnAlarmProps) {
    super(scope, id);
    this.ruleName = Deployment.of(this).name('roll-back-alarm', 'schedule');
    const rule = new CloudwatchEventRule(this, 'Rule', {
      name: this.ruleName,
      description: 'Starts the rollback when the alarm roll-back goes off.',
      eventPattern: JSON.stringify({
        source: ['aws.cloudwatch'],
        'detail-type': ['CloudWatch Alarm State Change'],
        resources: [alarm.alarmArn],
        detail: { state: { value: ['ALARM'] } },
      }),
      state: enabled ? 'ENABLED' : 'DISABLED',
    });
    const permission = new LambdaPermission(this, 'Permission', {
      functionName: target.functionName,
      qualifier: alias.aliasName,
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
    });
    new CloudwatchEventTarget(this, 'Target', {
      rule: rule.name,
      arn: alias.aliasArn,
      retryPolicy: { maximumEventAgeInSeconds: MAXIMUM_EVENT_AGE_SECONDS, maximumRetryAttempts: 10 },
      dependsOn: [permission],
    });
  }
}
