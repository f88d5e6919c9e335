import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import { type Grantee, policyDocument } from '../policy';

export interface FailedQueueProps {
  /** The function whose records it takes, without the suffix. */
  readonly component: string;
  /** The key for topics and queues. */
  readonly encryptionKey: EncryptionKey;
}

/** As long as SQS keeps a message: 14 days. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
const RETENTION_SECONDS = 1_209_600;

/** Long enough to read a message, mend its cause and delete it before it shows again. */
const VISIBILITY_SECONDS = 300;

/**
 * The queue `<function>-failed-<suffix>`: what a function could not work off and gave up, whole, for people to look at. It
 * is encrypted and takes TLS only.
 */
export class FailedQueue extends Construct {
  readonly queueName: string;
  readonly queueArn: string;
  readonly queueUrl: string;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, { component, encryptionKey }: FailedQueueProps) {
    super(scope, id);
    this.encryptionKey = encryptionKey;
    const queue = new SqsQueue(this, 'Queue', {
      name: Deployment.of(this).name(`${component}-failed`, 'queue'),
      kmsMasterKeyId: encryptionKey.keyArn,
      messageRetentionSeconds: RETENTION_SECONDS,
      visibilityTimeoutSeconds: VISIBILITY_SECONDS,
    });
    this.queueName = queue.name;
    this.queueArn = queue.arn;
    this.queueUrl = queue.url;
    new SqsQueuePolicy(this, 'Policy', {
      queueUrl: queue.url,
      policy: policyDocument([
        {
          sid: 'DenyWithoutTls',
          effect: 'Deny',
          principals: { '*': ['*'] },
          actions: ['sqs:*'],
          resources: [queue.arn],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
  }

  /** Lets a role send messages; not receive or delete them. */
  grantSend(grantee: Grantee): void {
    grantee.addStatements({ actions: ['sqs:SendMessage'], resources: [this.queueArn] });
    this.encryptionKey.grantEncryptDecrypt(grantee);
  }
}
