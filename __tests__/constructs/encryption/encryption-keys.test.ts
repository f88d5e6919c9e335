import { describe, expect, test } from '@jest/globals';
import { EncryptionKeys, KEY_PURPOSES, type KeyPurpose } from '../../../constructs/encryption';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';

const build = (purposes?: readonly KeyPurpose[], use: (keys: EncryptionKeys) => void = () => undefined): Template =>
  synthesize((stack) => {
    use(new EncryptionKeys(stack, 'Keys', { purposes }));
  });

const ALL: readonly [KeyPurpose, string, string[]][] = [
  ['database', 'rds', ['rds']],
  ['lambda', 'lambda', ['lambda']],
  ['replication', 'dms', ['dms']],
  ['secrets', 'secrets', ['secretsmanager', 'rds']],
  ['logs', 'logs', ['logs']],
  ['audit', 'audit', ['s3']],
  ['dynamodb', 'dynamodb', ['dynamodb']],
  ['topics', 'topics', ['sns', 'sqs']],
  ['backup', 'backup', ['backup', 'rds', 'dynamodb']],
];

const aliases = (template: Template): unknown[] =>
  template
    .list('aws_kms_alias')
    .map(({ name }) => name)
    .sort();

const statements = (template: Template, alias: string): Json[] =>
  parsePolicy(template.resource('aws_kms_key', { tags: { Name: `${alias}-test` } }).policy).Statement;

describe('the encryption keys', () => {
  test('are one for each purpose, with an alias each', () => {
    const template = build();
    expect(ALL.map(([purpose]) => purpose)).toEqual(Object.keys(KEY_PURPOSES));
    expect(template.list('aws_kms_key')).toHaveLength(ALL.length);
    expect(aliases(template)).toEqual(ALL.map(([, alias]) => `alias/${alias}-test`).sort());
  });

  test.each(ALL)('give %s a key alias/%s that the account uses through %j only', (_purpose, alias, services) => {
    const [, uses] = statements(build(), alias);
    const expected = services.map((service) => `${service}.us-east-1.amazonaws.com`);
    expect(uses).toMatchObject({
      Sid: 'AccountUsesItThroughServices',
      Condition: { StringEquals: { 'kms:CallerAccount': '111111111111', 'kms:ViaService': expected } },
    });
  });

  test.each(ALL)('are found by purpose: %s', (purpose, alias) => {
    build(undefined, (keys) => {
      expect(keys[purpose].aliasName).toBe(`alias/${alias}-test`);
      expect(keys.of(purpose)).toBe(keys[purpose]);
    });
  });

  test('admit no service by its own name but those that use a key so', () => {
    const template = build();
    const bySid = ALL.flatMap(([, alias]) => statements(template, alias))
      .filter(({ Principal }) => 'Service' in (Principal as Json))
      .map(({ Sid }) => Sid);
    expect(bySid).toEqual(['LogGroupsOfThisAccount', 'PublishersToTopicsOfThisAccount']);
  });

  test('let CloudWatch Logs of this region use the logs key, for log groups of this account', () => {
    expect(statements(build(), 'logs').at(-1)).toEqual({
      Sid: 'LogGroupsOfThisAccount',
      Effect: 'Allow',
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
      Resource: '*',
      Condition: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:111111111111:log-group:*' },
      },
    });
  });

  test('let publishers use the topics key for topics of this account, without conditions that EventBridge lacks', () => {
    expect(statements(build(), 'topics').at(-1)).toEqual({
      Sid: 'PublishersToTopicsOfThisAccount',
      Effect: 'Allow',
      Principal: {
        Service: ['cloudwatch.amazonaws.com', 'dms.amazonaws.com', 'events.amazonaws.com', 'events.rds.amazonaws.com'],
      },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: { ArnLike: { 'kms:EncryptionContext:aws:sns:topicArn': 'arn:aws:sns:us-east-1:111111111111:*' } },
    });
  });

  test('are only those asked for, at the same addresses', () => {
    const some = build(['logs', 'database']);
    expect(aliases(some)).toEqual(['alias/logs-test', 'alias/rds-test']);
    expect(build().addresses).toEqual(expect.arrayContaining(some.addresses));
  });

  test('say which key an environment lacks', () => {
    build(['logs', 'database'], (keys) => {
      expect(() => keys.replication).toThrow(
        new Error("purposes must include 'replication', got database, logs; add it where the keys are created"),
      );
    });
  });
});
