import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { EncryptionKey } from '../../../constructs/encryption';
import type { DeploymentProps } from '../../../constructs/naming';
import { ServiceRole } from '../../../constructs/policy';
import { MigrationStateTable, TransactionsTable } from '../../../constructs/storage';
import { TABLES } from '../../support/dynamodb';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';

const build = (
  use: (transactions: TransactionsTable, state: MigrationStateTable, role: ServiceRole) => void = () => undefined,
  deployment: Partial<DeploymentProps> = {},
): Template =>
  synthesize((stack: TerraformStack) => {
    const encryptionKey = new EncryptionKey(stack, 'Key', { purpose: 'dynamodb', description: 'Tables' });
    use(
      new TransactionsTable(stack, 'Transactions', { encryptionKey }),
      new MigrationStateTable(stack, 'State', { encryptionKey, initialAuthority: 'on-prem' }),
      new ServiceRole(stack, 'Role', { component: 'reader', service: 'lambda.amazonaws.com', description: 'Reads' }),
    );
  }, deployment);

const table = (template: Template, name: string): Json => template.resource('aws_dynamodb_table', { name });
const NAMES = ['transactions', 'migration-state'] as const;

/** What CreateTable says of a table, made of the Terraform resource. */
function asCreateTable(body: Json): Json {
  const key = (hash: unknown, range: unknown) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ];
  const indexes = body.global_secondary_index as Json[] | undefined;
  return {
    KeySchema: key(body.hash_key, body.range_key),
    AttributeDefinitions: (body.attribute as Json[]).map(({ name, type }) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    ...(indexes === undefined
      ? {}
      : {
          GlobalSecondaryIndexes: indexes.map(({ name, hash_key, range_key, projection_type }) => ({
            IndexName: name,
            KeySchema: key(hash_key, range_key),
            Projection: { ProjectionType: projection_type },
          })),
        }),
  };
}

describe.each(NAMES)('the table %s', (name) => {
  test('has the keys and indexes that the tests of the functions run against', () => {
    expect(asCreateTable(table(build(), `${name}-test`))).toEqual(TABLES[name]);
  });

  test('is on demand, encrypted with its key and restorable to any second', () => {
    expect(table(build(), `${name}-test`)).toMatchObject({
      billing_mode: 'PAY_PER_REQUEST',
      point_in_time_recovery: { enabled: true },
      server_side_encryption: { enabled: true, kms_key_arn: expect.stringMatching(/^\$\{aws_kms_key\.Key_/) },
    });
  });

  test('is protected from deletion, unless the deployment is one to tear down', () => {
    expect(table(build(), `${name}-test`)).toMatchObject({
      deletion_protection_enabled: true,
      lifecycle: { prevent_destroy: true },
    });
    const torn = table(build(undefined, { teardown: true }), `${name}-test`);
    expect(torn).toMatchObject({ deletion_protection_enabled: false });
    expect(torn).not.toHaveProperty('lifecycle');
  });
});

test('transactions show every change in a stream and let idempotency items expire; the state does neither', () => {
  const template = build();
  expect(table(template, 'transactions-test')).toMatchObject({
    stream_enabled: true,
    stream_view_type: 'NEW_AND_OLD_IMAGES',
    ttl: { attribute_name: 'expires_at', enabled: true },
  });
  const state = table(template, 'migration-state-test');
  expect(['stream_enabled', 'stream_view_type', 'ttl'].filter((key) => key in state)).toEqual([]);
});

describe('the authority item', () => {
  const item = (template: Template): Json => template.resource('aws_dynamodb_table_item');

  test('names the first database with epoch 1', () => {
    expect(item(build())).toMatchObject({ hash_key: 'pk', range_key: 'sk' });
    expect(JSON.parse(String(item(build()).item))).toEqual({
      pk: { S: 'authority' },
      sk: { S: 'current' },
      authority: { S: 'on-prem' },
      epoch: { N: '1' },
    });
  });

  test('is never written again by Terraform, also where everything may be torn down', () => {
    expect(item(build()).lifecycle).toEqual({ prevent_destroy: true, ignore_changes: ['item'] });
    expect(item(build(undefined, { teardown: true })).lifecycle).toEqual({ ignore_changes: ['item'] });
  });
});

describe('a grant on a table', () => {
  const ARN = expect.stringMatching(/^\$\{aws_dynamodb_table\.Transactions_\w+\.arn\}$/);
  const KEY_ARN = expect.stringMatching(/^\$\{aws_kms_key\./);
  const decrypt = { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: KEY_ARN };
  const both = {
    Effect: 'Allow',
    Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
    Resource: KEY_ARN,
  };
  const granted = (use: (transactions: TransactionsTable, role: ServiceRole) => void): Json[] =>
    parsePolicy(
      build((transactions, _state, role) => {
        use(transactions, role);
      }).resource('aws_iam_role_policy').policy,
    ).Statement;

  test('to read items is that alone', () => {
    expect(granted((transactions, role) => transactions.grantItems(role, 'get'))).toEqual([
      { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: ARN },
      decrypt,
    ]);
  });

  test.each([
    ['put', 'dynamodb:PutItem'],
    ['update', 'dynamodb:UpdateItem'],
    ['delete', 'dynamodb:DeleteItem'],
  ] as const)('to %s items is that alone', (action, allowed) => {
    expect(granted((transactions, role) => transactions.grantItems(role, action))).toEqual([
      { Effect: 'Allow', Action: allowed, Resource: ARN },
      both,
    ]);
  });

  test('to read and write items names both once', () => {
    expect(granted((transactions, role) => transactions.grantItems(role, 'get', 'put'))).toEqual([
      { Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:PutItem'], Resource: ARN },
      both,
    ]);
  });

  test('to query covers one index and not the table', () => {
    expect(granted((transactions, role) => transactions.grantQuery(role, 'user-index'))).toEqual([
      {
        Effect: 'Allow',
        Action: 'dynamodb:Query',
        Resource: expect.stringMatching(/^\$\{aws_dynamodb_table\.\w+\.arn\}\/index\/user-index$/),
      },
      decrypt,
    ]);
  });

  test('to query by id covers the table and no index', () => {
    expect(granted((transactions, role) => transactions.grantQueryById(role))).toEqual([
      { Effect: 'Allow', Action: 'dynamodb:Query', Resource: ARN },
      decrypt,
    ]);
  });

  const grantedOnState = (use: (state: MigrationStateTable, role: ServiceRole) => void): Json[] =>
    parsePolicy(
      build((_transactions, state, role) => {
        use(state, role);
      }).resource('aws_iam_role_policy').policy,
    ).Statement;
  const STATE = expect.stringMatching(/^\$\{aws_dynamodb_table\.State_\w+\.arn\}$/);

  test.each([
    ['look through the state', 'grantScan', 'dynamodb:Scan'],
    ['read its history', 'grantQuery', 'dynamodb:Query'],
  ] as const)('to %s covers the table and changes nothing', (_what, grant, allowed) => {
    expect(
      grantedOnState((state, role) => {
        state[grant](role);
      }),
    ).toEqual([{ Effect: 'Allow', Action: allowed, Resource: STATE }, decrypt]);
  });

  test('to read the stream covers the stream and not the table', () => {
    expect(granted((transactions, role) => transactions.grantReadStream(role))).toEqual([
      {
        Sid: 'ReadStream',
        Effect: 'Allow',
        Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
        Resource: expect.stringMatching(/^\$\{aws_dynamodb_table\.\w+\.stream_arn\}$/),
      },
      decrypt,
    ]);
  });
});
