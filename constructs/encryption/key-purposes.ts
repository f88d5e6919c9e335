import type { Deployment } from '../naming';
import type { PolicyStatement } from '../policy';

/** What distinguishes the key of one purpose from the others. */
export interface KeyPurposeSpec {
  /** The construct id, and so part of the key's Terraform address. */
  readonly id: string;
  /** The alias without the suffix: `alias/<alias>-<suffix>`. */
  readonly alias: string;
  readonly description: string;
  /** The services through which the account may use the key. */
  readonly usedThrough: readonly string[];
  /** Statements for services that use the key under their own name. */
  readonly serviceStatements?: (deployment: Deployment) => readonly PolicyStatement[];
}

/**
 * Services that publish to the topics: alarms, rules, events of RDS and of DMS.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
const PUBLISHERS = [
  'cloudwatch.amazonaws.com',
  'dms.amazonaws.com',
  'events.amazonaws.com',
  'events.rds.amazonaws.com',
] as const;

/** CloudWatch Logs uses the key itself, for log groups of this account and region. */
const logGroupsOf = (deployment: Deployment): PolicyStatement[] => [
  {
    sid: 'LogGroupsOfThisAccount',
    actions: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
    resources: ['*'],
    principals: { Service: [`logs.${deployment.region}.amazonaws.com`] },
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': deployment.arn('logs', 'log-group:*') } },
  },
];

/**
 * Publishers use the key for topics of this account only. The condition is SNS's encryption context, because a key policy
 * with `aws:SourceAccount` or `aws:SourceArn` is not supported for EventBridge: its messages would be lost without a trace.
 * Who may publish is limited by the topics' own policies.
 */
const publishersToTopicsOf = (deployment: Deployment): PolicyStatement[] => [
  {
    sid: 'PublishersToTopicsOfThisAccount',
    actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
    resources: ['*'],
    principals: { Service: PUBLISHERS },
    conditions: { ArnLike: { 'kms:EncryptionContext:aws:sns:topicArn': deployment.arn('sns', '*') } },
  },
];

/**
 * The purposes that have a key of their own, so that a role that may read one kind of data cannot decrypt another.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Overview.Encryption.Keys.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 * @see https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html
 */
export const KEY_PURPOSES = {
  /** Aurora: storage, snapshots and Performance Insights. */
  database: { id: 'Database', alias: 'rds', description: 'Aurora storage and snapshots', usedThrough: ['rds'] },
  /** Environment variables of Lambda functions. */
  lambda: {
    id: 'Lambda',
    alias: 'lambda',
    description: 'Environment variables of Lambda functions',
    usedThrough: ['lambda'],
  },
  /** The storage of the DMS replication instance. */
  replication: {
    id: 'Replication',
    alias: 'dms',
    description: 'Storage of the DMS replication instance',
    usedThrough: ['dms'],
  },
  /** Secrets Manager; RDS keeps the master user's secret there and rotates it. */
  secrets: {
    id: 'Secrets',
    alias: 'secrets',
    description: 'Secrets in Secrets Manager',
    usedThrough: ['secretsmanager', 'rds'],
  },
  /** Every log group. */
  logs: {
    id: 'Logs',
    alias: 'logs',
    description: 'CloudWatch log groups',
    usedThrough: ['logs'],
    serviceStatements: logGroupsOf,
  },
  /** The audit bucket. */
  audit: { id: 'Audit', alias: 'audit', description: 'Audit records in S3', usedThrough: ['s3'] },
  /** DynamoDB tables, their streams and backups. */
  dynamodb: {
    id: 'Dynamodb',
    alias: 'dynamodb',
    description: 'DynamoDB tables and streams',
    usedThrough: ['dynamodb'],
  },
  /** SNS topics, and the queues that hold what could not be delivered. */
  topics: {
    id: 'Topics',
    alias: 'topics',
    description: 'SNS topics and SQS queues',
    usedThrough: ['sns', 'sqs'],
    serviceStatements: publishersToTopicsOf,
  },
  /** The backup vault. A copy into it is encrypted by the service whose data is copied. */
  backup: {
    id: 'Backup',
    alias: 'backup',
    description: 'Recovery points in the backup vault',
    usedThrough: ['backup', 'rds', 'dynamodb'],
  },
} as const satisfies Record<string, KeyPurposeSpec>;

/** A purpose that has a key of its own. */
export type KeyPurpose = keyof typeof KEY_PURPOSES;
