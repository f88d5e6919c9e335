import { describe, expect, test } from '@jest/globals';
import type { DeploymentProps } from '../../../constructs/naming';
import { StateBackend, type StateBackendProps } from '../../../constructs/state';
import { synthesize, type Template } from '../../support/template';

const STATES = 'payment-terraform-state-111111111111';
const LOGS = 'payment-terraform-logs-111111111111';
const KEY_ID = '1234abcd-12ab-34cd-56ef-1234567890ab';
const PROPS: StateBackendProps = {
  bucketName: STATES,
  accessLogBucketName: LOGS,
  lockTableName: 'payment-terraform-locks',
  keyAlias: 'alias/payment-terraform-state',
  kmsKeyId: KEY_ID,
};

const build = (props: Partial<StateBackendProps> = {}, deployment: Partial<DeploymentProps> = {}): Template =>
  synthesize(
    (stack) => {
      new StateBackend(stack, 'State', { ...PROPS, ...props });
    },
    { suffix: 'prod', ...deployment },
  );

interface Import {
  readonly id: string;
  readonly to: string;
}

const imports = (template: Template): Import[] => template.json.import as Import[];

describe('the state backend', () => {
  test('adopts every one of its resources', () => {
    const template = build();
    expect(
      imports(template)
        .map(({ to }) => to)
        .sort(),
    ).toEqual(template.addresses);
  });

  test.each([
    ['aws_kms_key', [KEY_ID]],
    ['aws_kms_alias', ['alias/payment-terraform-state']],
    ['aws_dynamodb_table', ['payment-terraform-locks']],
    ['aws_s3_bucket', [LOGS, STATES]],
    ['aws_s3_bucket_policy', [LOGS, STATES]],
    ['aws_s3_bucket_public_access_block', [LOGS, STATES]],
    ['aws_s3_bucket_ownership_controls', [LOGS, STATES]],
    ['aws_s3_bucket_server_side_encryption_configuration', [LOGS, STATES]],
    ['aws_s3_bucket_lifecycle_configuration', [LOGS, STATES]],
    ['aws_s3_bucket_versioning', [STATES]],
    ['aws_s3_bucket_logging', [STATES]],
  ])('adopts each %s by the id that the provider asks for', (type, ids) => {
    const found = imports(build()).filter(({ to }) => to.startsWith(`${type}.`));
    expect(found.map(({ id }) => id)).toEqual(ids);
  });

  test('locks with a table that is on demand, encrypted, recoverable and protected', () => {
    expect(build().resource('aws_dynamodb_table')).toMatchObject({
      name: 'payment-terraform-locks',
      billing_mode: 'PAY_PER_REQUEST',
      hash_key: 'LockID',
      attribute: [{ name: 'LockID', type: 'S' }],
      point_in_time_recovery: { enabled: true },
      server_side_encryption: { enabled: true, kms_key_arn: expect.stringMatching(/^\$\{aws_kms_key\..*\.arn\}$/) },
      deletion_protection_enabled: true,
      lifecycle: { prevent_destroy: true },
    });
  });

  test('keeps states in a versioned bucket with the key, and logs who reads them in another', () => {
    const template = build();
    expect(template.resource('aws_s3_bucket_versioning')).toMatchObject({
      bucket: expect.stringMatching(/States/),
      versioning_configuration: { status: 'Enabled' },
    });
    expect(template.resource('aws_s3_bucket_logging')).toMatchObject({
      bucket: expect.stringMatching(/States/),
      target_bucket: expect.stringMatching(/AccessLogs/),
      target_prefix: 'terraform-state/',
    });
  });

  test('keeps a replaced state for 365 days and a log for 400', () => {
    const rules = build()
      .list('aws_s3_bucket_lifecycle_configuration')
      .map(({ rule }) => rule);
    expect(rules).toEqual([
      [expect.anything(), expect.objectContaining({ expiration: [{ days: 400 }] })],
      [expect.anything(), expect.objectContaining({ noncurrent_version_expiration: [{ noncurrent_days: 365 }] })],
    ]);
  });

  test('has a key that only S3 and DynamoDB can be made to use, under the alias that is configured', () => {
    const template = build();
    expect(template.resource('aws_kms_key')).toMatchObject({
      description: 'Terraform states and locks of account prod (alias/payment-terraform-state)',
      enable_key_rotation: true,
      tags: { Name: 'terraform-state-prod' },
      lifecycle: { prevent_destroy: true },
    });
    expect(template.resource('aws_kms_alias').name).toBe('alias/payment-terraform-state');
    expect(template.resource('aws_kms_key').policy).toContain(
      '"kms:ViaService":["s3.us-east-1.amazonaws.com","dynamodb.us-east-1.amazonaws.com"]',
    );
  });

  test('can be destroyed with teardown', () => {
    const table = build({}, { teardown: true }).resource('aws_dynamodb_table');
    expect(table).toMatchObject({ deletion_protection_enabled: false });
    expect(table).not.toHaveProperty('lifecycle');
  });

  test('refuses a bucket that logs into itself', () => {
    expect(() => build({ accessLogBucketName: STATES })).toThrow(
      new Error(
        `state.accessLogBucket must be another bucket than state.bucket, got "${STATES}" for both; a bucket that logs into itself never stops`,
      ),
    );
  });
});
