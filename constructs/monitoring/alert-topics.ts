import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import { type Grantee, onlyForAccount, policyDocument, type PolicyStatement } from '../policy';
import { type AlertSubscription, SEVERITIES, type Severity, subscriptionProblems } from './alert-subscription';

export interface AlertTopicsProps {
  /** The key for topics. Its policy must let CloudWatch, EventBridge, RDS and DMS use it, or their alerts are lost. */
  readonly encryptionKey: EncryptionKey;
  /**
   * Who is told, by severity.
   * @default nobody: the topics exist, and alarms publish to them
   */
  readonly subscriptions?: Partial<Readonly<Record<Severity, readonly AlertSubscription[]>>>;
}

const HTTPS_CONFIRMATION_MINUTES = 5;

/**
 * The topics that alerts go to, one a severity: `<project>-alerts-critical-<suffix>` and so on, encrypted, with the
 * subscribers that the environment names. E-mail subscribers must confirm once, by the link in the mail they get.
 * @throws Error that lists every endpoint its protocol does not accept
 */
export class AlertTopics extends Construct {
  readonly topicArns: Readonly<Record<Severity, string>>;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, props: AlertTopicsProps) {
    super(scope, id);
    const { encryptionKey, subscriptions = {} } = props;
    this.encryptionKey = encryptionKey;
    const problems = SEVERITIES.flatMap((severity) =>
      subscriptionProblems(`subscriptions.${severity}`, subscriptions[severity] ?? []),
    );
    if (problems.length > 0) throw new Error(problems.join('\n'));
    const create = (severity: Severity): string => {
      const topicArn = this.createTopic(severity, encryptionKey);
      this.subscribe(severity, topicArn, subscriptions[severity] ?? []);
      return topicArn;
    };
    this.topicArns = { critical: create('critical'), warning: create('warning'), info: create('info') };
  }

  /** Lets a role tell people of these severities. */
  grantPublish(grantee: Grantee, ...severities: readonly [Severity, ...Severity[]]): void {
    grantee.addStatements({
      actions: ['sns:Publish'],
      resources: severities.map((severity) => this.topicArns[severity]),
    });
    this.encryptionKey.grantEncryptDecrypt(grantee);
  }

  private createTopic(severity: Severity, encryptionKey: EncryptionKey): string {
    const deployment = Deployment.of(this);
    const name = deployment.name(`${deployment.project}-alerts-${severity}`, 'topic');
    const topic = new SnsTopic(this, ID[severity], { name, kmsMasterKeyId: encryptionKey.keyArn });
    new SnsTopicPolicy(this, `${ID[severity]}Policy`, {
      arn: topic.arn,
      policy: policyDocument(publishers(deployment, topic.arn)),
    });
    return topic.arn;
  }

  private subscribe(severity: Severity, topicArn: string, subscriptions: readonly AlertSubscription[]): void {
    for (const { protocol, endpoint } of subscriptions) {
      // Named after the endpoint, not its place in the list: adding one must not replace the others.
      new SnsTopicSubscription(this, `${ID[severity]}-${protocol}-${endpoint}`, {
        topicArn,
        protocol,
        endpoint,
        // An endpoint that does not confirm gets nothing; better the deployment says so than the first incident.
        ...(protocol === 'https'
          ? { endpointAutoConfirms: true, confirmationTimeoutInMinutes: HTTPS_CONFIRMATION_MINUTES }
          : {}),
      });
    }
  }
}

const ID: Readonly<Record<Severity, string>> = { critical: 'Critical', warning: 'Warning', info: 'Info' };

/**
 * Who may publish. RDS and DMS send a test message when an event subscription is made, so a condition they did not meet
 * would fail the deployment. EventBridge has none: it sends neither source account nor source ARN to SNS, so a condition
 * would drop every event without a trace.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_Events.GrantingPermissions.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
 */
function publishers(deployment: Deployment, topicArn: string): PolicyStatement[] {
  const { accountId, accountRootArn } = deployment;
  const publish = { actions: ['sns:Publish'], resources: [topicArn] } as const;
  return [
    {
      sid: 'AccountUses',
      actions: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Publish', 'sns:Subscribe'],
      resources: [topicArn],
      principals: { AWS: [accountRootArn] },
    },
    {
      ...publish,
      sid: 'AlarmsPublish',
      principals: { Service: ['cloudwatch.amazonaws.com'] },
      conditions: onlyForAccount(accountId, deployment.arn('cloudwatch', 'alarm:*')),
    },
    {
      ...publish,
      sid: 'DatabaseEventsPublish',
      principals: { Service: ['events.rds.amazonaws.com'] },
      conditions: onlyForAccount(accountId, deployment.arn('rds', '*')),
    },
    {
      ...publish,
      sid: 'ReplicationEventsPublish',
      principals: { Service: ['dms.amazonaws.com'] },
      conditions: onlyForAccount(accountId),
    },
    { ...publish, sid: 'RulesPublish', principals: { Service: ['events.amazonaws.com'] } },
    {
      ...publish,
      sid: 'DenyWithoutTls',
      effect: 'Deny',
      principals: { '*': ['*'] },
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ];
}
