import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';

/**
 * The retention periods that CloudWatch Logs offers, in days.
 * @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
 */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

export type LogRetentionDays = (typeof LOG_RETENTION_DAYS)[number];

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
    this.group.importFrom(this.props.logGroupName);
  }
}
