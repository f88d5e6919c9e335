import { describe, expect, test } from '@jest/globals';
import { App } from 'cdktf';
import { bootstrapInput } from '../../../cli/bootstrap/target';
import { StateBackend } from '../../../constructs/state';
import { loadEnvironments } from '../../../environments';
import { AccountStack } from '../../../stacks/account-stack';
import type { FakeStateBackend } from '../../support/fake-state-backend';
import { type Json, synthesize, Template } from '../../support/template';
import { ACCOUNT, emptyAccount, INPUT, run } from './support';

const KEY_ID = '00000000-0000-4000-8000-000000000001';

/** What the stack declares, with the references between resources replaced by what they refer to. */
function declared(): Template {
  const template = synthesize(
    (stack) => {
      new StateBackend(stack, 'State', {
        bucketName: INPUT.stateBucket,
        accessLogBucketName: INPUT.accessLogBucket,
        lockTableName: INPUT.lockTable,
        keyAlias: INPUT.keyAlias,
        kmsKeyId: KEY_ID,
      });
    },
    { suffix: INPUT.accountName },
  );
  const resolved = JSON.stringify(template.json).replace(/\$\{(\w+)\.(\w+)\.(\w+)\}/g, (_, type, id, attribute) =>
    resolve(template, String(type), String(id), String(attribute)),
  );
  return new Template(JSON.parse(resolved) as Json);
}

function resolve(template: Template, type: string, id: string, attribute: string): string {
  if (type === 'aws_kms_key') {
    return attribute === 'arn' ? `arn:aws:kms:us-east-1:${ACCOUNT}:key/${KEY_ID}` : KEY_ID;
  }
  const bucket = String(template.resources(type)[id]?.bucket);
  return attribute === 'arn' ? `arn:aws:s3:::${bucket}` : bucket;
}

async function made(): Promise<FakeStateBackend> {
  const account = emptyAccount();
  const { error } = await run(account);
  if (error !== undefined) throw error;
  return account;
}

const BUCKETS = [INPUT.stateBucket, INPUT.accessLogBucket];

describe('what the bootstrap makes is what the account stack declares:', () => {
  test('the same resources, so this test compares all of them', () => {
    const types = declared().addresses.map((address) => address.split('.')[0]);
    expect([...new Set(types)]).toEqual([
      'aws_dynamodb_table',
      'aws_kms_alias',
      'aws_kms_key',
      'aws_s3_bucket',
      'aws_s3_bucket_lifecycle_configuration',
      'aws_s3_bucket_logging',
      'aws_s3_bucket_ownership_controls',
      'aws_s3_bucket_policy',
      'aws_s3_bucket_public_access_block',
      'aws_s3_bucket_server_side_encryption_configuration',
      'aws_s3_bucket_versioning',
    ]);
  });

  test('the key and its alias', async () => {
    const account = await made();
    const template = declared();
    const key = account.keys.keys.get(KEY_ID);
    expect(template.resource('aws_kms_key')).toMatchObject({
      description: key?.Description,
      policy: key?.policy,
      enable_key_rotation: key?.rotation,
      tags: { Name: key?.tags.Name },
    });
    expect([...account.keys.aliases]).toEqual([
      [template.resource('aws_kms_alias').name, template.resource('aws_kms_alias').target_key_id],
    ]);
  });

  test.each(BUCKETS)('the bucket %s', async (name) => {
    const bucket = (await made()).buckets.buckets.get(name);
    const template = declared();
    const part = (type: string): Json | undefined => template.list(`aws_s3_bucket${type}`, { bucket: name })[0];

    expect(part('')?.tags).toEqual({ Name: bucket?.tags?.find(({ Key }) => Key === 'Name')?.Value });
    expect(part('_public_access_block')).toMatchObject({
      block_public_acls: bucket?.publicAccess?.BlockPublicAcls,
      block_public_policy: bucket?.publicAccess?.BlockPublicPolicy,
      ignore_public_acls: bucket?.publicAccess?.IgnorePublicAcls,
      restrict_public_buckets: bucket?.publicAccess?.RestrictPublicBuckets,
    });
    expect(part('_ownership_controls')?.rule).toEqual({ object_ownership: bucket?.ownership });
    expect(part('_policy')?.policy).toBe(bucket?.policy);
    expect(part('_versioning')?.versioning_configuration).toEqual(
      bucket?.versioning === undefined ? undefined : { status: bucket.versioning },
    );
    expect(providerForm(part('_server_side_encryption_configuration')?.rule)).toEqual(
      providerForm(bucket?.encryption?.Rules),
    );
    expect(providerForm(part('_lifecycle_configuration')?.rule)).toEqual(providerForm(bucket?.lifecycle));
    expect(part('_logging')?.target_bucket).toBe(bucket?.logging?.TargetBucket);
    expect(part('_logging')?.target_prefix).toBe(bucket?.logging?.TargetPrefix);
  });

  test('the lock table', async () => {
    const table = (await made()).tables.tables.get(INPUT.lockTable);
    expect(declared().resource('aws_dynamodb_table')).toMatchObject({
      name: table?.name,
      billing_mode: table?.billingMode,
      hash_key: table?.keys[0]?.AttributeName,
      attribute: table?.keys.map(({ AttributeName, AttributeType }) => ({ name: AttributeName, type: AttributeType })),
      point_in_time_recovery: { enabled: table?.recovery },
      server_side_encryption: { enabled: true, kms_key_arn: table?.kmsKeyArn },
      deletion_protection_enabled: table?.deletionProtection,
      tags: { Name: table?.tags.Name },
    });
  });

  test("the stack's default tags", () => {
    const configuration = loadEnvironments();
    for (const [name, account] of Object.entries(configuration.accounts)) {
      const stack = new AccountStack(new App({ stackTraces: false }), name, account);
      const { provider } = stack.toTerraform() as { provider: { aws: { default_tags: { tags: unknown }[] }[] } };
      expect(provider.aws[0]?.default_tags[0]?.tags).toEqual(bootstrapInput(configuration, { account: name }).tags);
    }
  });
});

/** S3's names as the provider spells them, so that rules of both kinds compare; blocks of one as the block. */
function providerForm(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? providerForm(value[0]) : value.map(providerForm);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [PROVIDER_NAMES[key] ?? key, providerForm(item)]),
  );
}

const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  AbortIncompleteMultipartUpload: 'abort_incomplete_multipart_upload',
  ApplyServerSideEncryptionByDefault: 'apply_server_side_encryption_by_default',
  BucketKeyEnabled: 'bucket_key_enabled',
  Days: 'days',
  DaysAfterInitiation: 'days_after_initiation',
  Expiration: 'expiration',
  Filter: 'filter',
  ID: 'id',
  KMSMasterKeyID: 'kms_master_key_id',
  NoncurrentDays: 'noncurrent_days',
  NoncurrentVersionExpiration: 'noncurrent_version_expiration',
  Prefix: 'prefix',
  SSEAlgorithm: 'sse_algorithm',
  Status: 'status',
};
