import { describe, expect, test } from '@jest/globals';
import type { LedgerMigration, LedgerMigrationProps } from '../../../constructs/database';
import { OPTIONAL_ENVIRONMENT, REQUIRED_ENVIRONMENT } from '../../../lambda/ledger-migration/environment';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';
import { makeLedgerDatabase, makeLedgerMigration } from './database-fixture';

const build = (
  props: Partial<LedgerMigrationProps> | 'replicated' = {},
  use: (migration: LedgerMigration) => void = () => undefined,
): Template =>
  synthesize((stack) => {
    const ledger = makeLedgerDatabase(stack);
    const { replication, capture, migrator } = ledger;
    const replicatedSchemas = ['payments', 'shop'];
    const replicated = { replication, capture, migrator, replicatedSchemas, parts: ['pre-data'] } as const;
    use(makeLedgerMigration(stack, ledger, props === 'replicated' ? replicated : props));
  });

const replicated = build('replicated');
const alone = build();

const variablesOf = (template: Template): Json =>
  (template.resource('aws_lambda_function')['environment'] as { variables: Json }).variables;

const secret = (id: string): unknown =>
  expect.stringMatching(new RegExp(`^\\$\\{aws_secretsmanager_secret\\.${id}_Secret_\\w+\\.arn\\}$`));
const masterSecret = expect.stringMatching(/^\$\{aws_rds_cluster\..*\.master_user_secret\[0\]\.secret_arn\}$/);

describe('the function that applies the schema', () => {
  test('runs in the private subnets, as long as Lambda allows', () => {
    expect(alone.resource('aws_lambda_function')).toMatchObject({
      function_name: 'ledger-migration-test',
      timeout: 900,
      memory_size: 512,
      vpc_config: { subnet_ids: ['subnet-3', 'subnet-4'] },
    });
  });

  test('gets the variables that it reads', () => {
    expect(Object.keys(variablesOf(alone)).sort()).toEqual([...REQUIRED_ENVIRONMENT].sort());
    expect(Object.keys(variablesOf(replicated)).sort()).toEqual(
      [...REQUIRED_ENVIRONMENT, ...OPTIONAL_ENVIRONMENT].sort(),
    );
    expect(variablesOf(replicated)).toMatchObject({
      LEDGER_SIDE: 'aurora',
      INITIAL_AUTHORITY: 'aurora',
      MASTER_SECRET_ARN: masterSecret,
      DATABASE_HOST: expect.stringMatching(/^\$\{aws_rds_cluster\.Database_Cluster_\w+\.endpoint\}$/),
      DATABASE_PORT: '5432',
      DATABASE_NAME: 'payments',
      AURORA_SECRET_ARN: secret('Writer'),
      AURORA_READ_SECRET_ARN: secret('Reader'),
      DMS_TARGET_SECRET_ARN: secret('Apply'),
      DMS_CAPTURE_SECRET_ARN: secret('Capture'),
      AURORA_MIGRATOR_SECRET_ARN: secret('Migrator'),
      REPLICATED_SCHEMAS: 'payments,shop',
      DATABASE_AUTHORITIES_SECRET_ARN: secret('Authorities'),
    });
    expect(variablesOf(build({ initialAuthority: 'on-prem' }))).toMatchObject({ INITIAL_AUTHORITY: 'on-prem' });
  });

  const readable = (template: Template): unknown[] =>
    Object.entries(template.resources('aws_iam_role_policy'))
      .filter(([id]) => id.startsWith('Migration_'))
      .flatMap(([, { policy }]) => parsePolicy(policy).Statement)
      .filter(({ Action }) => String(Action).startsWith('secretsmanager:'))
      .map(({ Action, Resource }) => [Action, Resource]);

  test('reads exactly the secrets that it needs, and writes none', () => {
    const read = (resource: unknown): unknown => ['secretsmanager:GetSecretValue', resource];
    expect(readable(alone)).toEqual(
      [masterSecret, secret('Authorities'), secret('Writer'), secret('Reader')].map(read),
    );
    expect(readable(replicated)).toEqual(
      [masterSecret, ...['Authorities', 'Writer', 'Reader', 'Apply', 'Capture', 'Migrator'].map(secret)].map(read),
    );
  });

  test('reaches Aurora and the interface endpoints, nothing else', () => {
    const egress = alone.list('aws_vpc_security_group_egress_rule');
    expect(
      egress.map(({ referenced_security_group_id: group, from_port, to_port }) => [group, from_port, to_port]),
    ).toEqual([
      [expect.stringMatching(/aws_security_group\.Database_SecurityGroup_/), 5432, 5432],
      [expect.stringMatching(/aws_security_group\.Endpoints_/), 443, 443],
    ]);
    expect(egress.filter((rule) => 'cidr_ipv4' in rule)).toEqual([]);
  });
});

describe('the run of a deployment', () => {
  test('applies the parts that it is given', () => {
    expect(JSON.parse(String(alone.resource('aws_lambda_invocation')['input']))).toEqual({
      parts: ['pre-data', 'post-data'],
    });
    expect(JSON.parse(String(replicated.resource('aws_lambda_invocation')['input']))).toEqual({ parts: ['pre-data'] });
  });

  test('comes again with new code, a new database, a new secret or another schema', () => {
    let code = '';
    const template = build('replicated', (migration) => {
      code = migration.function.codeSha256;
    });
    const invocation = template.resource('aws_lambda_invocation');
    expect(invocation).toMatchObject({
      function_name: expect.stringMatching(/^\$\{aws_lambda_function\.Migration_Function_\w+\.function_name\}$/),
      triggers: {
        code,
        database: expect.stringMatching(/\.cluster_resource_id\}$/),
        schemas: 'payments shop',
        secrets: expect.stringMatching(
          /^\$\{\S+Writer_\S+\.arn\} \$\{\S+Reader_\S+\.arn\} \$\{\S+Apply_\S+\.arn\} \$\{\S+Capture_\S+\.arn\} \$\{\S+Migrator_\S+\.arn\}$/,
        ),
      },
    });
    expect(alone.resource('aws_lambda_invocation')['triggers']).not.toHaveProperty('schemas');
  });

  test('waits for the instances, for every rule of the way there, and for the value of every secret', () => {
    const { depends_on: waits } = replicated.resource('aws_lambda_invocation') as { depends_on: string[] };
    for (const pattern of [
      /^aws_rds_cluster_instance\.Database_Writer/,
      /^aws_rds_cluster_instance\.Database_Reader1/,
      /^aws_vpc_security_group_egress_rule\.Migration_Function_SecurityGroup_To-database-5432-Egress/,
      /^aws_vpc_security_group_ingress_rule\.Migration_Function_SecurityGroup_To-database-5432-Ingress/,
      /^aws_vpc_security_group_egress_rule\.Migration_Function_SecurityGroup_To-endpoints-443-Egress/,
      /^aws_vpc_security_group_ingress_rule\.Migration_Function_SecurityGroup_To-endpoints-443-Ingress/,
      /^aws_secretsmanager_secret_version\.Authorities_/,
      /^aws_secretsmanager_secret_version\.Writer_/,
      /^aws_secretsmanager_secret_version\.Reader_/,
      /^aws_secretsmanager_secret_version\.Apply_/,
    ]) {
      expect({ pattern, waits: waits.filter((address) => pattern.test(address)).length }).toEqual({
        pattern,
        waits: 1,
      });
    }
  });

  test('comes before the first rotation of the master password', () => {
    const [run] = Object.keys(alone.resources('aws_lambda_invocation'));
    expect(alone.resource('aws_secretsmanager_secret_rotation')['depends_on']).toContain(
      `aws_lambda_invocation.${run}`,
    );
  });
});
