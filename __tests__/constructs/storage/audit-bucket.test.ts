import { describe, expect, test } from '@jest/globals';
import { EncryptionKey } from '../../../constructs/encryption';
import type { DeploymentProps } from '../../../constructs/naming';
import { ServiceRole } from '../../../constructs/policy';
import { AuditBucket, type AuditBucketProps, Bucket, type BucketProps } from '../../../constructs/storage';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';

const KEY_ARN = expect.stringMatching(/^\$\{aws_kms_key\.Key_\w+\.arn\}$/);

const warnings: string[] = [];

const build = (props: Partial<AuditBucketProps> = {}, deployment: Partial<DeploymentProps> = {}): Template => {
  warnings.length = 0;
  return synthesize((stack) => {
    const bucket = new AuditBucket(stack, 'Audit', {
      encryptionKey: new EncryptionKey(stack, 'Key', { purpose: 'audit', description: 'Audit' }),
      mode: 'compliance',
      retentionDays: 365,
      glacierAfterDays: 90,
      accessLogRetentionDays: 400,
      ...props,
    });
    bucket.grantPut(new ServiceRole(stack, 'Role', { component: 'r', service: 's.amazonaws.com', description: 'd' }));
    warnings.push(...bucket.node.metadata.map(({ data }) => String(data)));
  }, deployment);
};

const RECORDS = 'payment-audit-logs-test-111111111111';
const records = (template: Template, type: string): Json =>
  Object.entries(template.resources(type)).find(([id]) => id.startsWith('Audit_Records_'))?.[1] ?? {};

describe('the audit bucket', () => {
  test('is named after the account and locks every record for the time given', () => {
    const template = build();
    expect(template.resource('aws_s3_bucket', { bucket: RECORDS })).toMatchObject({ object_lock_enabled: true });
    expect(template.resource('aws_s3_bucket_object_lock_configuration')).toMatchObject({
      bucket: expect.stringMatching(/Audit_Records/),
      rule: { default_retention: { mode: 'COMPLIANCE', days: 365 } },
    });
    expect(
      build({ mode: 'governance', retentionDays: 1 }).resource('aws_s3_bucket_object_lock_configuration'),
    ).toMatchObject({
      rule: { default_retention: { mode: 'GOVERNANCE', days: 1 } },
    });
  });

  test('keeps versions, is encrypted with its key and refuses plain HTTP', () => {
    const template = build();
    expect(records(template, 'aws_s3_bucket_versioning')).toMatchObject({
      versioning_configuration: { status: 'Enabled' },
    });
    expect(records(template, 'aws_s3_bucket_server_side_encryption_configuration').rule).toMatchObject([
      { apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: KEY_ARN } },
    ]);
    expect(parsePolicy(records(template, 'aws_s3_bucket_policy').policy).Statement.map(({ Sid }) => Sid)).toEqual([
      'DenyWithoutTls',
      'DenyOldTls',
      'DenyDeletion',
    ]);
  });

  test('moves records of any size to Glacier, and deletes them only where that is said', () => {
    const lifecycle = records(build(), 'aws_s3_bucket_lifecycle_configuration');
    expect(lifecycle).toMatchObject({ transition_default_minimum_object_size: 'varies_by_storage_class' });
    expect((lifecycle.rule as Json[])[1]).toEqual({
      id: 'archive-records',
      status: 'Enabled',
      filter: [{ prefix: '' }],
      transition: [{ storage_class: 'GLACIER', days: 90 }],
    });
    const expiring = records(build({ expireAfterDays: 400 }), 'aws_s3_bucket_lifecycle_configuration');
    expect((expiring.rule as Json[])[1]).toMatchObject({
      expiration: [{ days: 400 }],
      noncurrent_version_expiration: [{ noncurrent_days: 1 }],
    });
  });

  test('logs each request in a bucket of its own', () => {
    const template = build();
    expect(template.resource('aws_s3_bucket_logging')).toMatchObject({
      bucket: expect.stringMatching(/Audit_Records/),
      target_bucket: expect.stringMatching(/Audit_AccessLogs/),
      target_prefix: 'payment-audit-logs/',
    });
    expect(JSON.stringify(template.resources('aws_s3_bucket_lifecycle_configuration'))).toContain('"days":400');
  });

  test('lets a role write records and nothing else', () => {
    expect(parsePolicy(build().resource('aws_iam_role_policy').policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:PutObject',
        Resource: expect.stringMatching(/^\$\{aws_s3_bucket\.Audit_Records_\w+\.arn\}\/payments\/\*$/),
      },
      { Effect: 'Allow', Action: 'kms:GenerateDataKey', Resource: KEY_ARN },
    ]);
  });

  test('lets nobody delete records or bypass their lock', () => {
    const [, , deny] = parsePolicy(records(build(), 'aws_s3_bucket_policy').policy).Statement;
    expect(deny).toEqual({
      Sid: 'DenyDeletion',
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:BypassGovernanceRetention', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      Resource: expect.stringMatching(/Audit_Records_\w+\.arn\}\/\*$/),
    });
  });

  test('can be torn down in governance mode', () => {
    const template = build({ mode: 'governance' }, { teardown: true });
    expect(records(template, 'aws_s3_bucket_policy').policy).not.toContain('DenyDeletion');
    expect(template.resource('aws_s3_bucket', { bucket: RECORDS })).toMatchObject({ force_destroy: true });
    expect(warnings).toEqual([]);
  });

  test('says what outlives a teardown in compliance mode, and until when', () => {
    build({}, { teardown: true });
    expect(warnings).toEqual([
      `${RECORDS} outlives a teardown: in compliance mode nobody can delete a record before 365 days have passed since it was written. ` +
        'Destroy the bucket when the lock of its last record has ended, and keep its key until then; or take audit.mode governance where records are not real',
    ]);
    build();
    expect(warnings).toEqual([]);
  });

  test.each([
    [{ expireAfterDays: 365 }],
    [{ retentionDays: 30, glacierAfterDays: 89, expireAfterDays: 90 }],
    [{ retentionDays: 1 }],
    [{ retentionDays: 36_500 }],
  ])('takes %j', (props) => {
    expect(() => build(props)).not.toThrow();
  });

  test.each([
    [
      { expireAfterDays: 364 },
      'expireAfterDays must not be before the lock ends (retentionDays, 365 days), got 364; raise it or leave it out',
    ],
    [
      { retentionDays: 30, glacierAfterDays: 90, expireAfterDays: 90 },
      'expireAfterDays must be after the move to Glacier (glacierAfterDays, 90 days), got 90; raise it or leave it out',
    ],
    [
      { retentionDays: 0 },
      'retentionDays must be an integer from 1 to 36500 (days), got 0; choose a value in that range',
    ],
    [
      { retentionDays: 36_501, glacierAfterDays: 1.5, expireAfterDays: Number.NaN },
      [
        'retentionDays must be an integer from 1 to 36500 (days), got 36501; choose a value in that range',
        'glacierAfterDays must be an integer from 1 to 36500 (days), got 1.5; choose a value in that range',
        'expireAfterDays must be an integer from 1 to 36500 (days), got NaN; choose a value in that range',
      ].join('\n'),
    ],
  ])('refuses %j', (props, message) => {
    expect(() => build(props)).toThrow(new Error(message));
  });
});

describe('a bucket with Object Lock', () => {
  const locked = (props: Partial<BucketProps>): Template =>
    synthesize((stack) => {
      new Bucket(stack, 'Bucket', {
        component: 'locked',
        encryption: 'sse-s3',
        objectLock: { mode: 'governance', retentionDays: 30 },
        ...props,
      });
    });

  test('refuses to be without versions, a lock of no time, and an expiry inside the lock, all at once', () => {
    const rule = { id: 'short', expireAfterDays: 29, noncurrentExpireAfterDays: 1 };
    expect(() => locked({ lifecycleRules: [rule] })).toThrow(
      new Error(
        'lifecycleRules.short.expireAfterDays must not be before the lock ends (30 days), got 29; raise it or leave it out',
      ),
    );
    expect(() => locked({ lifecycleRules: [{ ...rule, expireAfterDays: 30 }] })).not.toThrow();
    expect(() => locked({ versioned: false, objectLock: { mode: 'governance', retentionDays: 36_501 } })).toThrow(
      new Error(
        'objectLock.retentionDays must be an integer from 1 to 36500 (days), got 36501; choose a value in that range\n' +
          'versioned must be true for a bucket with Object Lock, which locks versions, got false; leave it out',
      ),
    );
  });

  test('is the exception', () => {
    const template = locked({ objectLock: undefined });
    expect(template.resource('aws_s3_bucket')).not.toHaveProperty('object_lock_enabled');
    expect(template.list('aws_s3_bucket_object_lock_configuration')).toEqual([]);
    expect(template.resource('aws_s3_bucket_lifecycle_configuration')).not.toHaveProperty(
      'transition_default_minimum_object_size',
    );
  });
});

test('the history of the migration lies beside the records, and whoever writes it writes no records', () => {
  const template = synthesize((stack) => {
    const bucket = new AuditBucket(stack, 'Audit', {
      encryptionKey: new EncryptionKey(stack, 'Key', { purpose: 'audit', description: 'Audit' }),
      mode: 'compliance',
      retentionDays: 365,
      glacierAfterDays: 90,
      accessLogRetentionDays: 400,
    });
    bucket.grantPutHistory(
      new ServiceRole(stack, 'Role', { component: 'r', service: 's.amazonaws.com', description: 'd' }),
    );
  });
  const [put] = parsePolicy(template.resource('aws_iam_role_policy').policy).Statement;
  expect(put).toMatchObject({
    Action: 's3:PutObject',
    Resource: expect.stringMatching(/^\$\{aws_s3_bucket\.Audit_Records_\w+\.arn\}\/migration\/\*$/),
  });
});
