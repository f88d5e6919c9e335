import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import { type Grantee, policyDocument } from '../policy';

export interface NotificationTopicProps {
  /** The topic's name without the suffix, for instance `failed-transactions`. */
  readonly component: string;
  /** The key for topics and queues. */
  readonly encryptionKey: EncryptionKey;
}

/**
 * A topic `<component>-<suffix>` that functions publish to: encrypted, TLS only, for publishers and subscribers of this
 * account.
 */
export class NotificationTopic extends Construct {
  readonly topicName: string;
  readonly topicArn: string;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, { component, encryptionKey }: NotificationTopicProps) {
    super(scope, id);
    this.encryptionKey = encryptionKey;
    const deployment = Deployment.of(this);
    const topic = new SnsTopic(this, 'Topic', {
      name: deployment.name(component, 'topic'),
      kmsMasterKeyId: encryptionKey.keyArn,
    });
    this.topicName = topic.name;
    this.topicArn = topic.arn;
    new SnsTopicPolicy(this, 'Policy', {
      arn: topic.arn,
      policy: policyDocument([
        {
          sid: 'AccountUses',
          actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Publish', 'sns:Subscribe'],
          resources: [topic.arn],
          principals: { AWS: [deployment.accountRootArn] },
        },
        {
          sid: 'DenyWithoutTls',
          effect: 'Deny',
          actions: ['sns:Publish'],
          resources: [topic.arn],
          principals: { '*': ['*'] },
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
  }

  /** Lets a role publish; not subscribe. */
  grantPublish(grantee: Grantee): void {
    grantee.addStatements({ actions: ['sns:Publish'], resources: [this.topicArn] });
    this.encryptionKey.grantEncryptDecrypt(grantee);
  }
}
