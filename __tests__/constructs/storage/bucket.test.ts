import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { EncryptionKey } from '../../../constructs/encryption';
import type { DeploymentProps } from '../../../constructs/naming';
import { ServiceRole } from '../../../constructs/policy';
import { Bucket, type BucketProps } from '../../../constructs/storage';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';

const key = (stack: TerraformStack): EncryptionKey =>
  new EncryptionKey(stack, 'Key', { purpose: 'backup', description: 'Backups' });

const role = (stack: TerraformStack): ServiceRole =>
  new ServiceRole(stack, 'Exporter', {
    component: 'exporter',
    service: 'lambda.amazonaws.com',
    description: 'Exports',
  });

const build = (
  props: Partial<BucketProps> = {},
  use: (bucket: Bucket, stack: TerraformStack) => void = () => undefined,
  deployment: Partial<DeploymentProps> = {},
): Template =>
  synthesize((stack) => {
    use(
      new Bucket(stack, 'Backups', { component: 'payment-backups', encryption: { kmsKey: key(stack) }, ...props }),
      stack,
    );
  }, deployment);

const NAME = '${aws_s3_bucket.Backups_Bucket_1E0FBAF9.bucket}';
const ARN = '${aws_s3_bucket.Backups_Bucket_1E0FBAF9.arn}';

const grantedTo = (template: Template): Json[] =>
  parsePolicy(template.resource('aws_iam_role_policy')['policy']).Statement;

describe('a bucket', () => {
  test('is named after its component, the suffix and the account', () => {
    expect(build().resource('aws_s3_bucket')).toMatchObject({
      bucket: 'payment-backups-test-111111111111',
      tags: { Name: 'payment-backups-test-111111111111' },
    });
  });

  test('takes the name of a bucket that exists already, and adopts it when asked', () => {
    const template = build({ bucketName: 'example-state' }, (bucket) => bucket.importExisting());
    expect(template.resource('aws_s3_bucket')).toMatchObject({ bucket: 'example-state' });
    expect(template.json['import']).toEqual([expect.objectContaining({ id: 'example-state' })]);
    expect(build().json).not.toHaveProperty('import');
  });

  test.each(['ab', 'Upper-case', 'dots.break.tls', '-hyphen', 'hyphen-', 'a'.repeat(64)])(
    'refuses the name %s',
    (bucketName) => {
      expect(() => build({ bucketName })).toThrow(
        'bucketName must have 3 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends, ' +
          `got "${bucketName}"`,
      );
    },
  );

  test.each(['abc', 'a'.repeat(63)])('accepts the name %s', (bucketName) => {
    expect(build({ bucketName }).resource('aws_s3_bucket')['bucket']).toBe(bucketName);
  });

  test('blocks public access, leaves no ACL in force and keeps versions', () => {
    const template = build();
    expect(template.resource('aws_s3_bucket_public_access_block')).toMatchObject({
      bucket: NAME,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(template.resource('aws_s3_bucket_ownership_controls')).toMatchObject({
      bucket: NAME,
      rule: { object_ownership: 'BucketOwnerEnforced' },
    });
    expect(template.resource('aws_s3_bucket_versioning')).toMatchObject({
      bucket: NAME,
      versioning_configuration: { status: 'Enabled' },
    });
  });

  test('has no versioning where it is turned off', () => {
    const template = build({ versioned: false });
    expect(template.list('aws_s3_bucket_versioning')).toEqual([]);
    expect(template.resource('aws_s3_bucket_lifecycle_configuration')).not.toHaveProperty('depends_on');
  });

  test('settles versioning before the lifecycle rules that speak of versions', () => {
    expect(build().resource('aws_s3_bucket_lifecycle_configuration')['depends_on']).toEqual([
      expect.stringMatching(/^aws_s3_bucket_versioning\.Backups_Versioning_/),
    ]);
  });

  test('encrypts with the customer key and a bucket key', () => {
    expect(build().resource('aws_s3_bucket_server_side_encryption_configuration')['rule']).toEqual([
      {
        apply_server_side_encryption_by_default: {
          sse_algorithm: 'aws:kms',
          kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\.Key_\w+\.arn\}$/),
        },
        bucket_key_enabled: true,
      },
    ]);
  });

  test('encrypts with SSE-S3 only where that is asked for', () => {
    expect(
      build({ encryption: 'sse-s3' }).resource('aws_s3_bucket_server_side_encryption_configuration')['rule'],
    ).toEqual([{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }]);
  });

  test('is protected from destruction, unless the deployment is one to tear down', () => {
    expect(build().resource('aws_s3_bucket')).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    const torn = build({}, undefined, { teardown: true }).resource('aws_s3_bucket');
    expect(torn).toMatchObject({ force_destroy: true });
    expect(torn).not.toHaveProperty('lifecycle');
  });
});

describe('the policy of a bucket', () => {
  const statements = (template: Template): Json[] =>
    parsePolicy(template.resource('aws_s3_bucket_policy', { bucket: NAME })['policy']).Statement;

  test('refuses requests without TLS or with TLS below 1.2, whoever sends them', () => {
    const everything = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [ARN, `${ARN}/*`] };
    expect(statements(build())).toEqual([
      { Sid: 'DenyWithoutTls', ...everything, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      { Sid: 'DenyOldTls', ...everything, Condition: { NumericLessThan: { 's3:TlsVersion': '1.2' } } },
    ]);
  });

  test('holds what is added later, after the denials', () => {
    const template = build({}, (bucket) =>
      bucket.addToBucketPolicy({ sid: 'Late', actions: ['s3:GetObject'], resources: [`${bucket.bucketArn}/*`] }),
    );
    expect(statements(template).map(({ Sid }) => Sid)).toEqual(['DenyWithoutTls', 'DenyOldTls', 'Late']);
  });
});

describe('a grant on a bucket', () => {
  const KEY_ARN = expect.stringMatching(/^\$\{aws_kms_key/) as unknown;

  test('to read covers objects, the listing and decryption', () => {
    expect(grantedTo(build({}, (bucket, stack) => bucket.grantRead(role(stack))))).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: `${ARN}/*` },
      { Effect: 'Allow', Action: 's3:ListBucket', Resource: ARN },
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: KEY_ARN },
    ]);
  });

  test('to get covers the current objects of known keys and decryption', () => {
    expect(grantedTo(build({}, (bucket, stack) => bucket.grantGet(role(stack), 'exports/')))).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: `${ARN}/exports/*` },
      { Effect: 'Allow', Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: KEY_ARN },
    ]);
    expect(grantedTo(build({ encryption: 'sse-s3' }, (bucket, stack) => bucket.grantGet(role(stack))))).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: `${ARN}/*` },
    ]);
  });

  test('to list covers the keys of one prefix', () => {
    expect(grantedTo(build({}, (bucket, stack) => bucket.grantList(role(stack), 'exports/')))).toEqual([
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: ARN,
        Condition: { StringLike: { 's3:prefix': 'exports/*' } },
      },
    ]);
  });

  test('to write neither reads, lists nor deletes', () => {
    expect(grantedTo(build({}, (bucket, stack) => bucket.grantWrite(role(stack))))).toEqual([
      { Effect: 'Allow', Action: ['s3:PutObject', 's3:AbortMultipartUpload'], Resource: `${ARN}/*` },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
        Resource: KEY_ARN,
      },
    ]);
  });

  test('to read and write is both', () => {
    const actions = grantedTo(build({}, (bucket, stack) => bucket.grantReadWrite(role(stack)))).flatMap(
      ({ Action }) => Action,
    );
    expect(actions).toEqual(
      expect.arrayContaining(['s3:GetObject', 's3:ListBucket', 's3:PutObject', 'kms:GenerateDataKey']),
    );
    expect(actions).not.toContain('s3:DeleteObject');
  });

  test('can be limited to a prefix', () => {
    expect(
      grantedTo(build({ encryption: 'sse-s3' }, (bucket, stack) => bucket.grantReadWrite(role(stack), 'exports/'))),
    ).toEqual([
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: `${ARN}/exports/*` },
      {
        Effect: 'Allow',
        Action: 's3:ListBucket',
        Resource: ARN,
        Condition: { StringLike: { 's3:prefix': 'exports/*' } },
      },
      { Effect: 'Allow', Action: ['s3:PutObject', 's3:AbortMultipartUpload'], Resource: `${ARN}/exports/*` },
    ]);
  });
});

describe('access logging of a bucket', () => {
  test('is off by default', () => {
    expect(build().list('aws_s3_bucket_logging')).toEqual([]);
  });

  const withLogs = (encryption: 'sse-s3' | 'kms'): Template =>
    synthesize((stack) => {
      const kmsKey = key(stack);
      const logs = new Bucket(stack, 'Logs', {
        component: 'access-logs',
        encryption: encryption === 'kms' ? { kmsKey } : 'sse-s3',
        versioned: false,
      });
      new Bucket(stack, 'Data', { component: 'data', encryption: { kmsKey }, accessLogBucket: logs });
    });

  test('goes to the other bucket below the component, which lets S3 deliver for this bucket only', () => {
    const template = withLogs('sse-s3');
    const [logsPolicyId = ''] = Object.keys(template.resources('aws_s3_bucket_policy')).filter((id) =>
      id.startsWith('Logs'),
    );
    expect(template.resource('aws_s3_bucket_logging')).toMatchObject({
      bucket: expect.stringMatching(/Data_Bucket/),
      target_bucket: expect.stringMatching(/Logs_Bucket/),
      target_prefix: 'data/',
      depends_on: [`aws_s3_bucket_policy.${logsPolicyId}`],
    });
    expect(parsePolicy(template.resources('aws_s3_bucket_policy')[logsPolicyId]?.['policy']).Statement[2]).toEqual({
      Effect: 'Allow',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: expect.stringMatching(/^\$\{aws_s3_bucket\.Logs_Bucket_\w+\.arn\}\/data\/\*$/),
      Condition: {
        StringEquals: { 'aws:SourceAccount': '111111111111' },
        ArnLike: { 'aws:SourceArn': expect.stringMatching(/^\$\{aws_s3_bucket\.Data_Bucket_\w+\.arn\}$/) },
      },
    });
  });

  test('refuses a destination that S3 cannot deliver to', () => {
    expect(() => withLogs('kms')).toThrow(
      'accessLogBucket of data-test-111111111111 must be encrypted with SSE-S3, got a customer key on ' +
        'access-logs-test-111111111111; S3 delivers server access logs to nothing else',
    );
  });
});
