import { FlowLog } from '@cdktf/provider-aws/lib/flow-log';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { EncryptedLogGroup, type LogRetentionDays } from '../monitoring/encrypted-log-group';
import { Deployment } from '../naming';
import { onlyForAccount, ServiceRole } from '../policy';

export interface FlowLogsProps {
  readonly vpcId: string;
  /** The key for logs. */
  readonly encryptionKey: EncryptionKey;
  readonly retentionDays: LogRetentionDays;
}

/** The shortest interval that AWS offers, in seconds; the other one is 600. */
const AGGREGATION_SECONDS = 60;

/** Accepted and rejected connections of a whole VPC, in an encrypted log group. */
export class FlowLogs extends Construct {
  readonly logGroupName: string;

  constructor(scope: Construct, id: string, props: FlowLogsProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    const logGroup = new EncryptedLogGroup(this, 'LogGroup', {
      logGroupName: `/aws/vpc/flow-logs/${deployment.name('vpc')}`,
      encryptionKey: props.encryptionKey,
      retentionDays: props.retentionDays,
    });
    const role = new ServiceRole(this, 'Role', {
      component: 'vpc-flow-logs',
      service: 'vpc-flow-logs.amazonaws.com',
      description: 'Writes the flow logs of the VPC.',
      trustConditions: onlyForAccount(deployment.accountId, deployment.arn('ec2', 'vpc-flow-log/*')),
    });
    role.addStatements({
      // Not logs:CreateLogGroup: a late delivery would bring the group back, without key and retention, after a destroy.
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogGroups', 'logs:DescribeLogStreams'],
      resources: [logGroup.logGroupArn, `${logGroup.logGroupArn}:*`],
    });
    new FlowLog(this, 'FlowLog', {
      vpcId: props.vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: logGroup.logGroupArn,
      iamRoleArn: role.roleArn,
      maxAggregationInterval: AGGREGATION_SECONDS,
      tags: { Name: deployment.name('vpc-flow-logs') },
      dependsOn: role.inlinePolicy === undefined ? [] : [role.inlinePolicy],
    });
    this.logGroupName = logGroup.logGroupName;
  }
}
