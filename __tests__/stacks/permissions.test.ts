import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { importsOf, PROJECT } from '../support/imports';
import { stacksOf } from '../support/stacks';
import { type Json, parsePolicy } from '../support/template';

/** What IAM calls the commands of the SDK. */
const ACTIONS: Readonly<Record<string, string>> = {
  GetCommand: 'dynamodb:GetItem',
  PutCommand: 'dynamodb:PutItem',
  UpdateCommand: 'dynamodb:UpdateItem',
  DeleteCommand: 'dynamodb:DeleteItem',
  QueryCommand: 'dynamodb:Query',
  BatchGetCommand: 'dynamodb:BatchGetItem',
  PutObjectCommand: 's3:PutObject',
  GetObjectCommand: 's3:GetObject',
  SendMessageCommand: 'sqs:SendMessage',
  PublishCommand: 'sns:Publish',
  GetParameterCommand: 'ssm:GetParameter',
  GetSecretValueCommand: 'secretsmanager:GetSecretValue',
  DescribeSecretCommand: 'secretsmanager:DescribeSecret',
  PutSecretValueCommand: 'secretsmanager:PutSecretValue',
  UpdateSecretVersionStageCommand: 'secretsmanager:UpdateSecretVersionStage',
};

/**
 * What AWS does with a function's role around its code: logs, traces, the VPC, the stream, failed events, keys. Without
 * s3:ListBucket S3 forbids to read an object that is not there, instead of saying so.
 */
const PLATFORM =
  /^(logs:|xray:|ec2:|kms:|s3:ListBucket$|dynamodb:(DescribeStream|GetRecords|GetShardIterator|ListStreams)$|secretsmanager:GetRandomPassword$)/;
const PLATFORM_STATEMENTS = ['DeliverFailedEvents'];

/** The secrets that the rotation gives new passwords. */
const ROTATED = [
  'aws_secretsmanager_secret.LedgerSecrets_AuroraRead_Secret',
  'aws_secretsmanager_secret.LedgerSecrets_Aurora_Secret',
] as const;

/** What each function may do with which resources, as the beginning of their addresses. */
const RESOURCES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'payment-validation': {
    'dynamodb:GetItem': ['aws_dynamodb_table.MigrationState_Table', 'aws_dynamodb_table.Transactions_Table'],
    'dynamodb:PutItem': ['aws_dynamodb_table.Transactions_Table'],
    'dynamodb:Query': ['aws_dynamodb_table.Transactions_Table'],
    'secretsmanager:GetSecretValue': [
      'aws_secretsmanager_secret.LedgerSecrets_AuroraRead_Secret',
      'aws_secretsmanager_secret.LedgerSecrets_Authorities_Secret',
      'aws_secretsmanager_secret.LedgerSecrets_OnPremRead_Secret',
    ],
  },
  'fraud-detection': {
    'dynamodb:GetItem': ['aws_dynamodb_table.Transactions_Table'],
    'dynamodb:UpdateItem': ['aws_dynamodb_table.Transactions_Table'],
    'dynamodb:Query': ['aws_dynamodb_table.Transactions_Table /index/user-index'],
    'ssm:GetParameter': ['aws_ssm_parameter.FraudRules'],
    's3:PutObject': ['aws_s3_bucket.Audit_Records_Bucket /payments/*'],
    'sns:Publish': ['aws_sns_topic.FailedTransactions_Topic', 'aws_sns_topic.SystemErrors_Topic'],
    'sqs:SendMessage': ['aws_sqs_queue.FraudDetectionFailed_Queue'],
  },
  'transaction-processing': {
    'dynamodb:GetItem': ['aws_dynamodb_table.MigrationState_Table', 'aws_dynamodb_table.Transactions_Table'],
    'dynamodb:UpdateItem': ['aws_dynamodb_table.Transactions_Table'],
    'secretsmanager:GetSecretValue': [
      'aws_secretsmanager_secret.LedgerSecrets_Aurora_Secret',
      'aws_secretsmanager_secret.LedgerSecrets_Authorities_Secret',
      'aws_secretsmanager_secret.LedgerSecrets_OnPrem_Secret',
    ],
    's3:PutObject': ['aws_s3_bucket.Audit_Records_Bucket /payments/*'],
    'sns:Publish': ['aws_sns_topic.FailedTransactions_Topic', 'aws_sns_topic.SystemErrors_Topic'],
    'sqs:SendMessage': ['aws_sqs_queue.TransactionProcessingFailed_Queue'],
  },
  'payment-reconciliation': {
    'dynamodb:GetItem': ['aws_dynamodb_table.MigrationState_Table'],
    'dynamodb:Query': ['aws_dynamodb_table.Transactions_Table /index/status-index'],
    'dynamodb:UpdateItem': ['aws_dynamodb_table.Transactions_Table'],
  },
  'ledger-migration': {
    'secretsmanager:GetSecretValue': [
      'aws_rds_cluster.Database_Cluster',
      'aws_secretsmanager_secret.LedgerSecrets_AuroraMigrator_Secret',
      'aws_secretsmanager_secret.LedgerSecrets_AuroraRead_Secret',
      'aws_secretsmanager_secret.LedgerSecrets_Aurora_Secret',
      'aws_secretsmanager_secret.LedgerSecrets_Authorities_Secret',
      'aws_secretsmanager_secret.Replication_AuroraSourceCredentials_Secret',
      'aws_secretsmanager_secret.Replication_TargetCredentials_Secret',
    ],
  },
  'db-secret-rotation': {
    'secretsmanager:DescribeSecret': ROTATED,
    'secretsmanager:GetSecretValue': [
      'aws_rds_cluster.Database_Cluster',
      ...ROTATED,
      'aws_secretsmanager_secret.LedgerSecrets_Authorities_Secret',
    ],
    'secretsmanager:PutSecretValue': ROTATED,
    'secretsmanager:UpdateSecretVersionStage': ROTATED,
  },
  'migration-validation': {
    'dynamodb:BatchGetItem': ['aws_dynamodb_table.Transactions_Table'],
    'dynamodb:Query': ['aws_dynamodb_table.Transactions_Table /index/status-index'],
    's3:GetObject': ['aws_s3_bucket.Comparisons_Bucket /comparisons/*'],
    's3:PutObject': ['aws_s3_bucket.Comparisons_Bucket /comparisons/*'],
    'secretsmanager:GetSecretValue': [
      'aws_secretsmanager_secret.LedgerSecrets_AuroraRead_Secret',
      'aws_secretsmanager_secret.LedgerSecrets_Authorities_Secret',
      'aws_secretsmanager_secret.LedgerSecrets_OnPremRead_Secret',
    ],
  },
};

const { prod } = stacksOf();
if (prod === undefined) throw new Error('no stack prod');

/** The files of the project that a function loads at run time. */
function filesBehind(entry: string): string[] {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    importsOf(file)
      .filter(({ target, typeOnly }) => !typeOnly && !target.startsWith('npm:') && !target.endsWith('.sql'))
      .forEach(({ target }) => {
        visit(existsSync(join(PROJECT, `${target}.ts`)) ? `${target}.ts` : `${target}/index.ts`);
      });
  };
  visit(entry);
  return [...seen];
}

/** The commands that the code of a function sends. */
const commandsOf = (component: string): string[] => [
  ...new Set(
    filesBehind(`lambda/${component}/index.ts`).flatMap((file) =>
      [...readFileSync(join(PROJECT, file), 'utf8').matchAll(/\bnew (\w+Command)\(/g)].map(([, name = '']) => name),
    ),
  ),
];

interface Allowed {
  readonly action: string;
  readonly resources: readonly string[];
}

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);

/** What the role of a function allows its code, action by action. */
function allowed(component: string): Allowed[] {
  const role = Object.entries(prod?.resources('aws_iam_role') ?? {}).find(
    ([, { name }]) => name === `${component}-prod`,
  )?.[0];
  const policy = prod?.list('aws_iam_role_policy').find((body) => String(body.role).includes(`aws_iam_role.${role}.`));
  return parsePolicy(policy?.policy)
    .Statement.filter(
      (statement: Json) => statement.Effect === 'Allow' && !PLATFORM_STATEMENTS.includes(String(statement.Sid)),
    )
    .flatMap((statement) =>
      listOf(statement.Action).map((action) => ({ action, resources: listOf(statement.Resource) })),
    )
    .filter(({ action }) => !PLATFORM.test(action));
}

/** `${aws_x.Name_HASH.arn}/rest` as `aws_x.Name /rest`; the secret that RDS keeps is its cluster's. */
const addressed = (resource: string): string =>
  resource
    .replace(/^\$\{(\w+\.\w+?)(_[0-9A-F]{8})?(?:\.master_user_secret\[0\])?\.(arn|id|secret_arn)\}/, '$1 ')
    .trim();

const FUNCTIONS = (prod.block('output').release as { value: Record<string, unknown> }).value;

describe.each(Object.keys(FUNCTIONS))('the role of %s', (component) => {
  test('allows what its code calls, and nothing else', () => {
    const commands = commandsOf(component);
    expect(commands.filter((command) => ACTIONS[command] === undefined)).toEqual([]);
    const called = commands.map((command) => ACTIONS[command]);
    expect([...new Set(allowed(component).map(({ action }) => action))].sort()).toEqual([...new Set(called)].sort());
  });

  test('allows it on exactly the resources that the function works on', () => {
    const resources: Record<string, string[]> = {};
    for (const { action, resources: some } of allowed(component)) {
      resources[action] = [...(resources[action] ?? []), ...some.map(addressed)].sort();
    }
    expect(resources).toEqual(RESOURCES[component]);
  });
});
