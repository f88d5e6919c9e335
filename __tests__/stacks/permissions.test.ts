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
  paginateQuery: 'dynamodb:Query',
  paginateScan: 'dynamodb:Scan',
  PutParameterCommand: 'ssm:PutParameter',
  ListResourceRecordSetsCommand: 'route53:ListResourceRecordSets',
  ChangeResourceRecordSetsCommand: 'route53:ChangeResourceRecordSets',
  GetChangeCommand: 'route53:GetChange',
  StartExecutionCommand: 'states:StartExecution',
  DescribeExecutionCommand: 'states:DescribeExecution',
  ListExecutionsCommand: 'states:ListExecutions',
  DescribeAlarmsCommand: 'cloudwatch:DescribeAlarms',
  GetMetricDataCommand: 'cloudwatch:GetMetricData',
  GetAliasCommand: 'lambda:GetAlias',
  DescribeReplicationTasksCommand: 'dms:DescribeReplicationTasks',
  DescribeTableStatisticsCommand: 'dms:DescribeTableStatistics',
  StartReplicationTaskCommand: 'dms:StartReplicationTask',
  StopReplicationTaskCommand: 'dms:StopReplicationTask',
};

/** What a function's code could call and never does, because it is made of parts that others use too. */
const NEVER_CALLED: Readonly<Record<string, readonly string[]>> = {
  // It only looks.
  'migration-watch': ['dms:StartReplicationTask', 'dms:StopReplicationTask'],
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

/** The records that the functions of traffic work on. */
const WEIGHTS = {
  'route53:ChangeResourceRecordSets': ['arn:aws:route53:::hostedzone/Z0423871PRODPAYMENTS'],
  'route53:GetChange': ['arn:aws:route53:::change/*'],
  'route53:ListResourceRecordSets': ['arn:aws:route53:::hostedzone/Z0423871PRODPAYMENTS'],
} as const;

const TASKS = [
  'aws_dms_replication_task.Replication_ForwardCdc_Task',
  'aws_dms_replication_task.Replication_FullLoadAndCdc_Task',
  'aws_dms_replication_task.Replication_ReverseCdc_Task',
] as const;

const MIGRATOR_SECRETS = [
  'aws_secretsmanager_secret.LedgerSecrets_AuroraMigrator_Secret',
  'aws_secretsmanager_secret.LedgerSecrets_Authorities_Secret',
  'aws_secretsmanager_secret.LedgerSecrets_OnPremMigrator_Secret',
] as const;

const executionsOf = (machine: string): string => `arn:aws:states:us-east-1:123456789012:execution:${machine}-prod:*`;

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
  'migration-steps': {
    'cloudwatch:DescribeAlarms': ['*'],
    'cloudwatch:GetMetricData': ['*'],
    'dms:DescribeReplicationTasks': ['*'],
    'dms:DescribeTableStatistics': TASKS,
    'dms:StartReplicationTask': TASKS,
    'dms:StopReplicationTask': TASKS,
    'dynamodb:GetItem': ['aws_dynamodb_table.MigrationState_Table', 'aws_dynamodb_table.Transactions_Table'],
    'dynamodb:PutItem': ['aws_dynamodb_table.MigrationState_Table', 'aws_dynamodb_table.Transactions_Table'],
    'dynamodb:Query': ['aws_dynamodb_table.MigrationState_Table', 'aws_dynamodb_table.Transactions_Table'],
    'dynamodb:Scan': ['aws_dynamodb_table.MigrationState_Table'],
    'dynamodb:UpdateItem': ['aws_dynamodb_table.MigrationState_Table'],
    'lambda:GetAlias': ['aws_lambda_function.PaymentValidation_Function'],
    's3:PutObject': ['aws_s3_bucket.Audit_Records_Bucket /migration/*'],
    'secretsmanager:GetSecretValue': MIGRATOR_SECRETS,
    'sns:Publish': [
      'aws_sns_topic.AlertTopics_Critical',
      'aws_sns_topic.AlertTopics_Info',
      'aws_sns_topic.AlertTopics_Warning',
    ],
    'ssm:GetParameter': ['aws_ssm_parameter.TrafficClearance_Parameter', 'aws_ssm_parameter.TrafficSteps_Parameter'],
    'ssm:PutParameter': ['aws_ssm_parameter.TrafficClearance_Parameter'],
    'states:DescribeExecution': ['advance', 'comparison', 'cutover', 'finish', 'replicate', 'resume', 'rollback'].map(
      executionsOf,
    ),
    'states:ListExecutions': ['aws_sfn_state_machine.Comparison_Machine_StateMachine'],
    'states:StartExecution': ['aws_sfn_state_machine.Comparison_Machine_StateMachine'],
  },
  'traffic-shift': { ...WEIGHTS, 'dynamodb:GetItem': ['aws_dynamodb_table.MigrationState_Table'] },
  'traffic-guard': {
    ...WEIGHTS,
    'dynamodb:GetItem': ['aws_dynamodb_table.MigrationState_Table'],
    'sns:Publish': ['aws_sns_topic.AlertTopics_Critical'],
    'ssm:GetParameter': ['aws_ssm_parameter.TrafficClearance_Parameter'],
    'ssm:PutParameter': ['aws_ssm_parameter.TrafficClearance_Parameter'],
  },
  'rollback-trigger': {
    'states:ListExecutions': ['aws_sfn_state_machine.Cutover_Rollback_StateMachine'],
    'states:StartExecution': ['aws_sfn_state_machine.Cutover_Rollback_StateMachine'],
  },
  'migration-watch': {
    'cloudwatch:GetMetricData': ['*'],
    'dms:DescribeReplicationTasks': ['*'],
    'dms:DescribeTableStatistics': TASKS,
    'dynamodb:GetItem': ['aws_dynamodb_table.MigrationState_Table'],
    'dynamodb:PutItem': ['aws_dynamodb_table.MigrationState_Table'],
    'dynamodb:Query': ['aws_dynamodb_table.MigrationState_Table'],
    'secretsmanager:GetSecretValue': MIGRATOR_SECRETS,
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
      [...readFileSync(join(PROJECT, file), 'utf8').matchAll(/\b(?:new (\w+Command)|(paginate\w+))\(/g)].map(
        ([, command, paginator = '']) => command ?? paginator,
      ),
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
    .replace(
      /^\$\{(\w+\.\w+?)(_[0-9A-F]{8})?(?:\.master_user_secret\[0\])?\.(arn|id|secret_arn|replication_task_arn)\}/,
      '$1 ',
    )
    .trim();

const FUNCTIONS = (prod.block('output').release as { value: Record<string, unknown> }).value;

describe.each(Object.keys(FUNCTIONS))('the role of %s', (component) => {
  test('allows what its code calls, and nothing else', () => {
    const commands = commandsOf(component);
    expect(commands.filter((command) => ACTIONS[command] === undefined)).toEqual([]);
    const never = NEVER_CALLED[component] ?? [];
    const called = commands.map((command) => ACTIONS[command] ?? '').filter((action) => !never.includes(action));
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
