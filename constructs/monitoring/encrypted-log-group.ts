import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import { adopt } from '../adoption/adopt';
import type { EncryptionKey } from '../encryption';
import type { LogRetentionDays } from './log-retention';

export type { LogRetentionDays } from './log-retention';

export interface EncryptedLogGroupProps {
  /** The whole name, for instance `/aws/lambda/payment-validation-prod`: AWS's services expect their own prefixes. */
  readonly logGroupName: string;
  /** The key for logs. Its policy must let CloudWatch Logs of this region use it. */
  readonly encryptionKey: EncryptionKey;
  /** Days until an event expires: one of `LOG_RETENTION_DAYS`. */
  readonly retentionDays: LogRetentionDays;
}

/** A log group with a customer key and a retention: there is no other kind in this project. */
export class EncryptedLogGroup extends Construct {
  readonly logGroupName: string;
  readonly logGroupArn: string;
  private readonly group: CloudwatchLogGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: EncryptedLogGroupProps,
  ) {
    super(scope, id);
    this.group = new CloudwatchLogGroup(this, 'Group', {
      name: props.logGroupName,
      kmsKeyId: props.encryptionKey.keyArn,
      retentionInDays: props.retentionDays,
    });
    this.logGroupName = this.group.name;
    this.logGroupArn = this.group.arn;
  }

  /** Adopts the group, which exists already, by an import block, instead of creating it. */
  importExisting(): void {
    adopt(this.group, this.props.logGroupName);
  }
}
