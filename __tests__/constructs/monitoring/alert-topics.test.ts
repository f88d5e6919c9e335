import { describe, expect, test } from '@jest/globals';
import { EncryptionKey } from '../../../constructs/encryption';
import { AlertTopics, type AlertTopicsProps } from '../../../constructs/monitoring';
import { ServiceRole } from '../../../constructs/policy';
import { parsePolicy, synthesize, type Template } from '../../support/template';

const build = (subscriptions?: AlertTopicsProps['subscriptions']): Template =>
  synthesize((stack) => {
    const encryptionKey = new EncryptionKey(stack, 'Key', { purpose: 'topics', description: 'Topics' });
    new AlertTopics(stack, 'Alerts', { encryptionKey, subscriptions });
  });

describe('the topics for alerts', () => {
  test('are one a severity, encrypted with the key for topics', () => {
    const topics = build().list('aws_sns_topic');
    expect(topics.map(({ name }) => name).sort()).toEqual([
      'payment-alerts-critical-test',
      'payment-alerts-info-test',
      'payment-alerts-warning-test',
    ]);
    topics.forEach((topic) => {
      expect(topic['kms_master_key_id']).toMatch(/^\$\{aws_kms_key\.Key_\w+\.arn\}$/);
    });
  });

  test('let a role tell people of the severities that were granted', () => {
    const template = synthesize((stack) => {
      const encryptionKey = new EncryptionKey(stack, 'Key', { purpose: 'topics', description: 'Topics' });
      new AlertTopics(stack, 'Alerts', { encryptionKey }).grantPublish(
        new ServiceRole(stack, 'Role', { component: 'r', service: 's.amazonaws.com', description: 'd' }),
        'info',
        'critical',
      );
    });
    expect(parsePolicy(template.resource('aws_iam_role_policy').policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'sns:Publish',
        Resource: [
          expect.stringMatching(/\.Alerts_Info_\w+\.arn/),
          expect.stringMatching(/\.Alerts_Critical_\w+\.arn/),
        ],
      },
      expect.objectContaining({ Action: expect.arrayContaining(['kms:GenerateDataKey']) }),
    ]);
  });

  test('have no subscriber by default', () => {
    expect(build().list('aws_sns_topic_subscription')).toEqual([]);
  });

  test('have the subscribers of their severity, and wait for an https endpoint to confirm', () => {
    const template = build({
      critical: [
        { protocol: 'email', endpoint: 'oncall@example.com' },
        { protocol: 'https', endpoint: 'https://events.example.com/enqueue' },
      ],
      info: [{ protocol: 'sms', endpoint: '+15550100123' }],
    });
    const critical = expect.stringMatching(/^\$\{aws_sns_topic\.Alerts_Critical_\w+\.arn\}$/) as unknown;
    const subscriptions = template.list('aws_sns_topic_subscription');
    expect(subscriptions).toHaveLength(3);
    expect(template.resource('aws_sns_topic_subscription', { protocol: 'email' })).toMatchObject({
      topic_arn: critical,
      protocol: 'email',
      endpoint: 'oncall@example.com',
    });
    expect(template.resource('aws_sns_topic_subscription', { protocol: 'email' })).not.toHaveProperty(
      'endpoint_auto_confirms',
    );
    expect(template.resource('aws_sns_topic_subscription', { protocol: 'https' })).toMatchObject({
      topic_arn: critical,
      protocol: 'https',
      endpoint: 'https://events.example.com/enqueue',
      endpoint_auto_confirms: true,
      confirmation_timeout_in_minutes: 5,
    });
    expect(template.resource('aws_sns_topic_subscription', { protocol: 'sms' })).toMatchObject({
      topic_arn: expect.stringMatching(/Alerts_Info_/),
      endpoint: '+15550100123',
    });
  });

  test('keep the addresses of subscriptions when one is added before them', () => {
    const oncall = { protocol: 'email', endpoint: 'oncall@example.com' } as const;
    const before = build({ critical: [oncall] }).resources('aws_sns_topic_subscription');
    const after = build({ critical: [{ protocol: 'email', endpoint: 'first@example.com' }, oncall] });
    expect(after.resources('aws_sns_topic_subscription')).toMatchObject(before);
  });

  test('refuse every endpoint that its protocol does not accept, at once', () => {
    expect(() =>
      build({
        critical: [{ protocol: 'email', endpoint: 'nobody' }],
        warning: [{ protocol: 'sms', endpoint: '0123' }],
      }),
    ).toThrow(
      'subscriptions.critical[0].endpoint must be an e-mail address of at most 254 characters, got "nobody"; write it as name@example.com\n' +
        'subscriptions.warning[0].endpoint must be a telephone number in E.164 form: + and 8 to 15 digits, the first not 0, got "0123"; write it as +15550100123',
    );
  });
});

describe('the policy of a topic', () => {
  const template = build();
  const [policy] = template.list('aws_sns_topic_policy', {
    arn: `\${aws_sns_topic.${Object.keys(template.resources('aws_sns_topic')).find((id) => id.includes('Warning')) ?? ''}.arn}`,
  });
  const statements = parsePolicy(policy?.['policy']).Statement;
  const topicArn = policy?.['arn'];
  const ACCOUNT = { 'aws:SourceAccount': '111111111111' };

  test('is there for each topic and names no other resource', () => {
    expect(template.list('aws_sns_topic_policy')).toHaveLength(3);
    expect(new Set(statements.map(({ Resource }) => Resource))).toEqual(new Set([topicArn]));
  });

  test('lets the account, its alarms, and the events of its databases and replication publish', () => {
    const publishes = (Sid: string, Service: string, Condition?: unknown) => ({
      Sid,
      Effect: 'Allow',
      Principal: { Service },
      Action: 'sns:Publish',
      Resource: topicArn,
      ...(Condition === undefined ? {} : { Condition }),
    });
    expect(statements.slice(0, 5)).toEqual([
      {
        Sid: 'AccountUses',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111111111111:root' },
        Action: ['sns:GetTopicAttributes', 'sns:ListSubscriptionsByTopic', 'sns:Publish', 'sns:Subscribe'],
        Resource: topicArn,
      },
      publishes('AlarmsPublish', 'cloudwatch.amazonaws.com', {
        StringEquals: ACCOUNT,
        ArnLike: { 'aws:SourceArn': 'arn:aws:cloudwatch:us-east-1:111111111111:alarm:*' },
      }),
      publishes('DatabaseEventsPublish', 'events.rds.amazonaws.com', {
        StringEquals: ACCOUNT,
        ArnLike: { 'aws:SourceArn': 'arn:aws:rds:us-east-1:111111111111:*' },
      }),
      publishes('ReplicationEventsPublish', 'dms.amazonaws.com', { StringEquals: ACCOUNT }),
      // EventBridge sends no source to SNS: with a condition every event would be dropped.
      publishes('RulesPublish', 'events.amazonaws.com'),
    ]);
  });

  test('refuses whoever publishes without TLS', () => {
    expect(statements.slice(5)).toEqual([
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sns:Publish',
        Resource: topicArn,
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });
});
