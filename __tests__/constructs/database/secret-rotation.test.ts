import { describe, expect, test } from '@jest/globals';
import { SecretRotation } from '../../../constructs/database';
import { REQUIRED_ENVIRONMENT } from '../../../lambda/db-secret-rotation/environment';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';
import { makeLedgerDatabase, makeLedgerMigration } from './database-fixture';

const build = (rotationDays?: number): Template =>
  synthesize((stack) => {
    const ledger = makeLedgerDatabase(stack);
    new SecretRotation(stack, 'Rotation', {
      ...ledger.common,
      credentials: { Writer: ledger.writer, Reader: ledger.reader },
      migration: makeLedgerMigration(stack, ledger),
      rotationDays,
    });
  });

const TEMPLATE = build();
const FUNCTION = TEMPLATE.resource('aws_lambda_function', { function_name: 'db-secret-rotation-test' });

const secret = (id: string): unknown =>
  expect.stringMatching(new RegExp(`^\\$\\{aws_secretsmanager_secret\\.${id}_Secret_\\w+\\.arn\\}$`));

/** The schedules with a function: that of the master password is RDS's own. */
const schedules = (template: Template): Json[] =>
  template.list('aws_secretsmanager_secret_rotation').filter((schedule) => 'rotation_lambda_arn' in schedule);

describe('the rotation of the ledger secrets', () => {
  test('is every 30 days by the function, and does not begin with a rotation', () => {
    expect(schedules(TEMPLATE)).toMatchObject(
      ['Reader', 'Writer'].map((id) => ({
        secret_id: secret(id),
        rotation_lambda_arn: expect.stringMatching(/^\$\{aws_lambda_function\.Rotation_Function_\w+\.arn\}$/),
        rotate_immediately: false,
        rotation_rules: { automatically_after_days: 30 },
      })),
    );
  });

  test('begins only when the first credentials work, the function may be called and can reach what it needs', () => {
    const [run] = Object.keys(TEMPLATE.resources('aws_lambda_invocation'));
    const found = schedules(TEMPLATE);
    expect(found).toHaveLength(2);
    for (const { depends_on: waits } of found) {
      expect(waits).toEqual(
        expect.arrayContaining([
          `aws_lambda_invocation.${run}`,
          expect.stringMatching(/^aws_lambda_permission\.Rotation_Permission_/),
          expect.stringMatching(
            /^aws_vpc_security_group_egress_rule\.Rotation_Function_SecurityGroup_To-database-5432/,
          ),
          expect.stringMatching(
            /^aws_vpc_security_group_ingress_rule\.Rotation_Function_SecurityGroup_To-endpoints-443/,
          ),
          expect.stringMatching(/^aws_secretsmanager_secret_version\.(Writer|Reader)_/),
        ]),
      );
    }
  });

  test.each([1, 1000])('may be every %p days', (days) => {
    expect(schedules(build(days))).toMatchObject([
      { rotation_rules: { automatically_after_days: days } },
      { rotation_rules: { automatically_after_days: days } },
    ]);
  });

  test.each([0, 1001, 1.5, Number.NaN])('cannot be every %p days', (days) => {
    expect(() => build(days)).toThrow(
      `rotationDays must be a whole number of days from 1 to 1000, got ${days}; choose one in that range`,
    );
  });
});

describe('the function that rotates', () => {
  test('is called by Secrets Manager of this account only', () => {
    expect(TEMPLATE.resource('aws_lambda_permission')).toMatchObject({
      action: 'lambda:InvokeFunction',
      principal: 'secretsmanager.amazonaws.com',
      source_account: '111111111111',
      function_name: expect.stringMatching(/Rotation_Function_\w+\.function_name\}$/),
    });
  });

  test('gets the variables that it reads', () => {
    const { variables } = FUNCTION['environment'] as { variables: Json };
    expect(Object.keys(variables).sort()).toEqual([...REQUIRED_ENVIRONMENT].sort());
    expect(variables).toMatchObject({ DATABASE_AUTHORITIES_SECRET_ARN: secret('Authorities') });
    expect(FUNCTION).toMatchObject({
      timeout: 60,
      memory_size: 512,
      vpc_config: { subnet_ids: ['subnet-3', 'subnet-4'] },
    });
  });

  test('changes exactly the secrets that it rotates, and reads the master password', () => {
    const [policy] = Object.entries(TEMPLATE.resources('aws_iam_role_policy')).flatMap(([id, body]) =>
      id.startsWith('Rotation_') ? [body['policy']] : [],
    );
    const granted = parsePolicy(policy).Statement.filter(({ Action }) =>
      [Action].flat().some((action) => String(action).startsWith('secretsmanager:')),
    );
    const rotate = [
      'secretsmanager:DescribeSecret',
      'secretsmanager:GetSecretValue',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
    ];
    expect(granted.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      ['secretsmanager:GetSecretValue', expect.stringMatching(/master_user_secret\[0\]\.secret_arn\}$/)],
      ['secretsmanager:GetSecretValue', secret('Authorities')],
      [rotate, secret('Writer')],
      [rotate, secret('Reader')],
    ]);
  });
});
