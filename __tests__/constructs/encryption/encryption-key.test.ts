import { describe, expect, test } from '@jest/globals';
import { EncryptionKey, type EncryptionKeyProps } from '../../../constructs/encryption';
import { ServiceRole } from '../../../constructs/policy';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';

const PROPS: EncryptionKeyProps = { purpose: 'rds', description: 'Aurora storage' };

const build = (
  props: Partial<EncryptionKeyProps> = {},
  use: (key: EncryptionKey) => void = () => undefined,
): Template =>
  synthesize((stack) => {
    use(new EncryptionKey(stack, 'DatabaseKey', { ...PROPS, ...props }));
  });

const keyPolicy = (template: Template): Json[] => parsePolicy(template.resource('aws_kms_key').policy).Statement;

const ROOT = { AWS: 'arn:aws:iam::111111111111:root' };

describe('an encryption key', () => {
  test('is rotated, waits 30 days before it is deleted and is never destroyed by Terraform', () => {
    expect(build().resource('aws_kms_key')).toMatchObject({
      description: 'Aurora storage',
      enable_key_rotation: true,
      deletion_window_in_days: 30,
      lifecycle: { prevent_destroy: true },
      tags: { Name: 'rds-test' },
    });
  });

  test('can be destroyed, after 7 days, in an environment with teardown', () => {
    const template = synthesize(
      (stack) => {
        new EncryptionKey(stack, 'DatabaseKey', PROPS);
      },
      { teardown: true },
    );
    const key = template.resource('aws_kms_key');
    expect(key).toMatchObject({ deletion_window_in_days: 7 });
    expect(key).not.toHaveProperty('lifecycle');
  });

  test('has an alias that names its purpose and environment', () => {
    expect(build().resource('aws_kms_alias')).toMatchObject({
      name: 'alias/rds-test',
      target_key_id: expect.stringMatching(/^\$\{aws_kms_key\..*\.key_id\}$/),
    });
  });

  test.each([7, 30])('accepts a deletion window of %d days', (deletionWindowDays) => {
    expect(build({ deletionWindowDays }).resource('aws_kms_key').deletion_window_in_days).toBe(deletionWindowDays);
  });

  test.each([0, 6, 31, 7.5, NaN])('refuses a deletion window of %d days', (deletionWindowDays) => {
    expect(() => build({ deletionWindowDays })).toThrow(
      new Error(`deletionWindowDays must be a whole number of days from 7 to 30, got ${deletionWindowDays}`),
    );
  });
});

describe("an encryption key's policy", () => {
  test("is AWS's default one where no service is named", () => {
    expect(keyPolicy(build())).toEqual([
      {
        Sid: 'AccountAdministersAndDelegates',
        Effect: 'Allow',
        Principal: ROOT,
        Action: 'kms:*',
        Resource: '*',
      },
    ]);
  });

  test('lets the account use the key only through the services named, and only services keep grants', () => {
    const [administers, uses, grants, ...rest] = keyPolicy(build({ usedThrough: ['rds', 'secretsmanager'] }));
    const throughServices = {
      'kms:CallerAccount': '111111111111',
      'kms:ViaService': ['rds.us-east-1.amazonaws.com', 'secretsmanager.us-east-1.amazonaws.com'],
    };
    expect(administers).toMatchObject({ Sid: 'AccountAdministers', Principal: ROOT, Resource: '*' });
    expect(uses).toEqual({
      Sid: 'AccountUsesItThroughServices',
      Effect: 'Allow',
      Principal: ROOT,
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      Resource: '*',
      Condition: { StringEquals: throughServices },
    });
    expect(grants).toEqual({
      Sid: 'ServicesKeepGrants',
      Effect: 'Allow',
      Principal: ROOT,
      Action: 'kms:CreateGrant',
      Resource: '*',
      Condition: { StringEquals: throughServices },
    });
    expect(rest).toEqual([]);
  });

  test('gives administrators no action that uses the key or delegates its use, and all that Terraform needs', () => {
    const [administers] = keyPolicy(build({ usedThrough: ['rds'] }));
    const actions = administers?.Action as string[];
    const allows = (action: string): boolean =>
      actions.some((pattern) => (pattern.endsWith('*') ? action.startsWith(pattern.slice(0, -1)) : pattern === action));
    const of = (names: string[]): string[] => names.filter((name) => allows(`kms:${name}`));
    expect(of(['Decrypt', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo', 'CreateGrant'])).toEqual([]);
    const needed = ['DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListResourceTags', 'PutKeyPolicy']
      .concat(['EnableKeyRotation', 'TagResource', 'UntagResource', 'UpdateKeyDescription', 'ScheduleKeyDeletion'])
      .concat(['CreateAlias', 'UpdateAlias', 'DeleteAlias', 'EnableKey', 'DisableKey']);
    expect(of(needed)).toEqual(needed);
  });

  test('refuses an empty list of services, with which nobody could use the key', () => {
    expect(() => build({ usedThrough: [] })).toThrow(
      new Error('usedThrough must name at least one service, got none; leave it out for a key without limits'),
    );
  });

  test('holds the statements of services, given at creation or later', () => {
    const statement = (sid: string, service: string) => ({
      sid,
      actions: ['kms:Decrypt'],
      resources: ['*'],
      principals: { Service: [service] },
    });
    const template = build({ serviceStatements: [statement('First', 'logs.amazonaws.com')] }, (key) => {
      key.addToKeyPolicy(statement('Second', 'delivery.logs.amazonaws.com'));
    });
    expect(keyPolicy(template).map(({ Sid }) => Sid)).toEqual(['AccountAdministersAndDelegates', 'First', 'Second']);
  });
});

describe('a grant of an encryption key', () => {
  const granted = (grant: (key: EncryptionKey, role: ServiceRole) => void): Json[] => {
    const template = synthesize((stack) => {
      const key = new EncryptionKey(stack, 'DatabaseKey', PROPS);
      const role = new ServiceRole(stack, 'Role', {
        component: 'reader',
        service: 'lambda.amazonaws.com',
        description: 'Reads',
      });
      grant(key, role);
    });
    return parsePolicy(template.resource('aws_iam_role_policy').policy).Statement;
  };
  const KEY_ARN = expect.stringMatching(/^\$\{aws_kms_key\..*\.arn\}$/);

  test('to encrypt and decrypt names the key and no other', () => {
    expect(granted((key, role) => key.grantEncryptDecrypt(role))).toEqual([
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
        Resource: KEY_ARN,
      },
    ]);
  });

  test('to decrypt allows no encryption', () => {
    expect(granted((key, role) => key.grantDecrypt(role))).toEqual([
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: KEY_ARN },
    ]);
  });

  test('to encrypt allows no decryption', () => {
    expect(granted((key, role) => key.grantEncrypt(role))).toEqual([
      { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: KEY_ARN },
    ]);
  });
});

describe('an encryption key that exists already', () => {
  test('has the alias that it has, and is adopted with it', () => {
    const template = build({ aliasName: 'alias/payment-terraform-state' }, (key) => {
      key.importExisting('1234abcd-12ab-34cd-56ef-1234567890ab');
    });
    expect(template.resource('aws_kms_alias').name).toBe('alias/payment-terraform-state');
    expect(template.json.import).toEqual([
      { id: '1234abcd-12ab-34cd-56ef-1234567890ab', to: expect.stringMatching(/^aws_kms_key\./) },
      { id: 'alias/payment-terraform-state', to: expect.stringMatching(/^aws_kms_alias\./) },
    ]);
  });

  test('is not adopted unless asked to', () => {
    expect(build().json.import).toBeUndefined();
  });
});
