import { describe, expect, test } from '@jest/globals';
import { DatabaseCredentials } from '../../../constructs/database';
import { EncryptionKeys } from '../../../constructs/encryption';
import type { DeploymentProps } from '../../../constructs/naming';
import { ServiceRole } from '../../../constructs/policy';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';

const build = (
  use: (credentials: DatabaseCredentials, role: ServiceRole) => void = () => undefined,
  deployment: Partial<DeploymentProps> = {},
): Template =>
  synthesize((stack) => {
    const credentials = new DatabaseCredentials(stack, 'Credentials', {
      component: 'payment-db-credentials',
      description: 'How functions write the ledger',
      host: 'aurora.example.com',
      port: 5432,
      databaseName: 'payments',
      username: 'payments_app',
      encryptionKey: new EncryptionKeys(stack, 'Keys').secrets,
    });
    use(credentials, new ServiceRole(stack, 'Reader', { component: 'reader', service: 's', description: 'd' }));
  }, deployment);

const secretReference = (attribute: string): unknown =>
  expect.stringMatching(new RegExp(`^\\$\\{aws_secretsmanager_secret\\.Credentials_Secret_\\w+\\.${attribute}\\}$`));
const keyReference = expect.stringMatching(/^\$\{aws_kms_key\.Keys_Secrets_.+\.arn\}$/);

const statements = (template: Template): Json[] =>
  parsePolicy(template.resource('aws_iam_role_policy')['policy']).Statement;

describe('the credentials of a database role', () => {
  test('are a secret of their own, encrypted, protected, and restorable for 30 days', () => {
    expect(build().resource('aws_secretsmanager_secret')).toMatchObject({
      name: 'payment-db-credentials-test',
      description: 'How functions write the ledger',
      kms_key_id: keyReference,
      recovery_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
    });
  });

  test('may be destroyed at once with teardown, so that the name is free again', () => {
    const secret = build(undefined, { teardown: true }).resource('aws_secretsmanager_secret');
    expect(secret).toMatchObject({ recovery_window_in_days: 0 });
    expect(secret).not.toHaveProperty('lifecycle');
  });

  test('start with a password that no state holds, and that nobody but Terraform has seen', () => {
    const template = build();
    const version = template.resource('aws_secretsmanager_secret_version');
    expect(version).toMatchObject({
      secret_id: secretReference('id'),
      secret_string_wo_version: 1,
      secret_string_wo: expect.stringMatching(
        /^\$\{jsonencode\(\{"engine" = "postgres", "host" = "aurora\.example\.com", "port" = 5432, "username" = "payments_app", "password" = ephemeral\.random_password\.Credentials_Password_\w+\.result, "dbname" = "payments"\}\)\}$/,
      ),
    });
    expect(version).not.toHaveProperty('secret_string');
    expect(Object.keys(template.block('ephemeral'))).toEqual(['random_password']);
  });

  test('keep the first version alive when a rotation makes another, and leave that one alone', () => {
    expect(build().resource('aws_secretsmanager_secret_version')).toMatchObject({
      version_stages: ['AWSCURRENT', 'FIRST'],
      lifecycle: { ignore_changes: ['version_stages'] },
    });
  });

  test('are read by whom they are granted to, and nothing more', () => {
    const template = build((credentials, role) => {
      credentials.grantRead(role);
    });
    expect(statements(template)).toEqual([
      { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secretReference('arn') },
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: keyReference },
    ]);
  });

  test('are rotated by whom they are granted to: this secret only', () => {
    const template = build((credentials, role) => {
      credentials.grantRotate(role);
    });
    expect(statements(template)).toEqual([
      {
        Effect: 'Allow',
        Action: [
          'secretsmanager:DescribeSecret',
          'secretsmanager:GetSecretValue',
          'secretsmanager:PutSecretValue',
          'secretsmanager:UpdateSecretVersionStage',
        ],
        Resource: secretReference('arn'),
      },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
        Resource: keyReference,
      },
    ]);
  });
});
