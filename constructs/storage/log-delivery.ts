import type { PolicyStatement } from '../policy';

export interface LogDeliveryProps {
  /** The ARN of the bucket that receives the logs. */
  readonly bucketArn: string;
  /** The account of the resources that are logged: 12 digits. */
  readonly accountId: string;
  /**
   * The prefix that the sender is configured with, without a slash at either end.
   * @default the root of the bucket
   */
  readonly prefix?: string;
}

export interface LoadBalancerLogDeliveryProps extends LogDeliveryProps {
  /** The region of the load balancers; the bucket must be in the same one. */
  readonly region: string;
}

export interface ServerAccessLogDeliveryProps extends LogDeliveryProps {
  /** The ARN of the bucket whose requests are logged. */
  readonly sourceBucketArn: string;
}

/**
 * Lets Elastic Load Balancing write access and connection logs (both go below `<prefix>/AWSLogs/<account id>/`) for the
 * load balancers of one account and region. The source ARN names the account, so it closes the confused deputy by itself;
 * AWS's page asks for no other condition, and one on a key that the service does not send would refuse every log.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-connection-logging.html
 */
export function loadBalancerLogDelivery(props: LoadBalancerLogDeliveryProps): PolicyStatement {
  const { bucketArn, accountId, region, prefix } = props;
  return {
    sid: 'LoadBalancersDeliverLogs',
    actions: ['s3:PutObject'],
    resources: [`${bucketArn}/${folder(prefix)}AWSLogs/${accountId}/*`],
    principals: { Service: ['logdelivery.elasticloadbalancing.amazonaws.com'] },
    conditions: {
      ArnLike: { 'aws:SourceArn': `arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/*` },
    },
  };
}

/**
 * Lets Amazon S3 write the server access logs of one bucket.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html
 */
export function serverAccessLogDelivery(props: ServerAccessLogDeliveryProps): PolicyStatement {
  return {
    actions: ['s3:PutObject'],
    resources: [`${props.bucketArn}/${folder(props.prefix)}*`],
    principals: { Service: ['logging.s3.amazonaws.com'] },
    conditions: {
      StringEquals: { 'aws:SourceAccount': props.accountId },
      ArnLike: { 'aws:SourceArn': props.sourceBucketArn },
    },
  };
}

const folder = (prefix: string | undefined): string => (prefix === undefined || prefix === '' ? '' : `${prefix}/`);
