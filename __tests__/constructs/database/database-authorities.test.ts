import { describe, expect, test } from '@jest/globals';
import { DatabaseAuthorities } from '../../../constructs/database';
import { EncryptionKeys } from '../../../constructs/encryption';
import { ServiceRole } from '../../../constructs/policy';
import { parsePolicy, synthesize, type Template } from '../../support/template';

const build = (onPremisesCaPem?: string): Template =>
  synthesize((stack) => {
    const authorities = new DatabaseAuthorities(stack, 'Authorities', {
      auroraCaPem: 'PEM of RDS',
      onPremisesCaPem,
      encryptionKey: new EncryptionKeys(stack, 'Keys').secrets,
    });
    authorities.grantRead(new ServiceRole(stack, 'Reader', { component: 'reader', service: 's', description: 'd' }));
  });

const value = (template: Template): unknown =>
  JSON.parse(String(template.resource('aws_secretsmanager_secret_version')['secret_string']));

describe('the authorities of the databases', () => {
  test('are a secret of their own', () => {
    expect(build().resource('aws_secretsmanager_secret')).toMatchObject({
      name: 'payment-database-authorities-test',
      kms_key_id: expect.stringMatching(/Keys_Secrets/),
    });
  });

  test('are written by side, as they are: certificates are public', () => {
    expect(value(build('PEM of the company'))).toEqual({ aurora: 'PEM of RDS', 'on-prem': 'PEM of the company' });
    expect(build().block('ephemeral')).toEqual({});
  });

  test('have no on-premises side where there is none', () => {
    expect(value(build())).toEqual({ aurora: 'PEM of RDS' });
  });

  test('are read by whom they are granted to', () => {
    expect(parsePolicy(build().resource('aws_iam_role_policy')['policy']).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: expect.stringMatching(/^\$\{aws_secretsmanager_secret\.Authorities_Secret_\w+\.arn\}$/),
      },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:DescribeKey'],
        Resource: expect.stringMatching(/^\$\{aws_kms_key\.Keys_Secrets_.+\.arn\}$/),
      },
    ]);
  });
});
