import { describe, expect, test } from '@jest/globals';
import { prod } from '../../environments/prod';
import { edited } from '../support/environments';
import { stackOf, stacksOf } from '../support/stacks';
import type { Json, Template } from '../support/template';

const stacks = { ...stacksOf(), ...stacksOf('examples') };
const each = Object.entries(stacks);
const stack = (name: string): Template => {
  const found = stacks[name];
  if (found === undefined) throw new Error(`no stack ${name}`);
  return found;
};

const resourcesOf = (template: Template): { address: string; type: string; body: Json }[] =>
  Object.entries(template.block('resource')).flatMap(([type, byId]) =>
    Object.entries(byId as Record<string, Json>).map(([id, body]) => ({ address: `${type}.${id}`, type, body })),
  );

/** The statements of every policy document in a stack, with the address of the resource that holds it. */
const statementsOf = (template: Template): { address: string; type: string; statement: Json }[] =>
  resourcesOf(template).flatMap(({ address, type, body }) =>
    Object.values(body)
      .filter((value): value is string => typeof value === 'string' && value.includes('"Statement"'))
      .flatMap((value) => (JSON.parse(value) as { Statement: Json[] }).Statement)
      .map((statement) => ({ address, type, statement })),
  );

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);

describe.each(each)('in stack %s', (_name, template) => {
  test('no address, path or stack trace of the machine stands in the JSON', () => {
    const text = JSON.stringify(template.json);
    expect(text).not.toContain(process.cwd());
    expect(text).not.toMatch(/\bat .*\.(js|ts):\d+:\d+/);
    expect(text).not.toMatch(/"stackTrace"/);
  });

  test('every log group has a customer key and a retention', () => {
    const groups = template.list('aws_cloudwatch_log_group');
    expect(groups.length).toBeGreaterThan(0);
    expect(
      groups.filter(({ kms_key_id, retention_in_days }) => kms_key_id === undefined || retention_in_days === undefined),
    ).toEqual([]);
  });

  test('every key rotates', () => {
    const keys = template.list('aws_kms_key');
    expect(keys.length).toBeGreaterThan(0);
    expect(keys.filter(({ enable_key_rotation }) => enable_key_rotation !== true)).toEqual([]);
  });

  test('every bucket blocks public access, is encrypted and refuses plain HTTP', () => {
    const buckets = template.list('aws_s3_bucket').length;
    expect(buckets).toBeGreaterThan(0);
    for (const type of [
      'aws_s3_bucket_public_access_block',
      'aws_s3_bucket_server_side_encryption_configuration',
      'aws_s3_bucket_policy',
      'aws_s3_bucket_lifecycle_configuration',
    ]) {
      expect({ type, count: template.list(type).length }).toEqual({ type, count: buckets });
    }
    expect(
      template.list('aws_s3_bucket_policy').filter(({ policy }) => !String(policy).includes('aws:SecureTransport')),
    ).toEqual([]);
  });

  test('no role may do everything, and none has a wildcard for a resource that has an ARN', () => {
    const ofRoles = statementsOf(template).filter(({ type }) =>
      ['aws_iam_role_policy', 'aws_iam_policy'].includes(type),
    );
    const wild = ofRoles.filter(
      ({ statement }) => listOf(statement.Resource).includes('*') && statement.Effect !== 'Deny',
    );
    // These actions offer no resource-level permission: AWS's service authorization reference says so; of DescribeAlarms, its API's.
    const withoutResources =
      /^(cloudwatch:(DescribeAlarms|GetMetricData)$|dms:DescribeReplicationTasks$|xray:(Put|GetSampling)|ec2:(Create|Delete|Describe|Assign|Unassign)|logs:(DescribeLogGroups|\w+LogDeliver(y|ies)$|(Put|Describe)ResourcePolic(y|ies)$))/;
    expect(
      wild.filter(({ statement }) => listOf(statement.Action).some((action) => !withoutResources.test(String(action)))),
    ).toEqual([]);
    expect(ofRoles.filter(({ statement }) => listOf(statement.Action).includes('*'))).toEqual([]);
  });

  test('every policy for people is short enough for IAM, with ARNs in the place of references', () => {
    const lengths = template
      .list('aws_iam_policy')
      .map(({ policy }) => String(policy).replace(/(?<!\$)\$\{[^}]*\}/g, 'x'.repeat(100)).length);
    expect(lengths.filter((length) => length > 6144)).toEqual([]);
  });

  test('every service that assumes a role does so for this account, unless it is a function', () => {
    const trust = template
      .list('aws_iam_role')
      .map(({ name, assume_role_policy }) => ({ name, policy: String(assume_role_policy) }))
      .filter(({ policy }) => !policy.includes('lambda.amazonaws.com'));
    expect(trust.length).toBeGreaterThan(0);
    expect(trust.filter(({ policy }) => !policy.includes('aws:SourceAccount'))).toEqual([]);
  });

  test('no security group rule is for every protocol', () => {
    const rules = [
      ...template.list('aws_vpc_security_group_ingress_rule'),
      ...template.list('aws_vpc_security_group_egress_rule'),
    ];
    expect(rules.filter(({ ip_protocol }) => ip_protocol !== 'tcp')).toEqual([]);
    expect(
      template.list('aws_vpc_security_group_egress_rule').filter(({ cidr_ipv4 }) => cidr_ipv4 === '0.0.0.0/0'),
    ).toEqual([]);
    expect(template.list('aws_security_group').filter((group) => 'ingress' in group || 'egress' in group)).toEqual([]);
  });

  test('everything that takes tags has a name of its own', () => {
    const tagged = resourcesOf(template).filter(({ body }) => 'tags' in body);
    expect(tagged.length).toBeGreaterThan(0);
    expect(
      tagged.filter(({ body }) => typeof (body.tags as Json).Name !== 'string').map(({ address }) => address),
    ).toEqual([]);
  });

  test('every topic and every queue is encrypted with a customer key and refuses plain HTTP', () => {
    for (const [type, policies] of [
      ['aws_sns_topic', 'aws_sns_topic_policy'],
      ['aws_sqs_queue', 'aws_sqs_queue_policy'],
    ] as const) {
      const resources = template.list(type);
      expect(resources.filter(({ kms_master_key_id: key }) => key === undefined)).toEqual([]);
      const refusing = template.list(policies).filter(({ policy }) => String(policy).includes('aws:SecureTransport'));
      expect({ type, count: refusing.length }).toEqual({ type, count: resources.length });
    }
  });

  test('every table is encrypted with a customer key and restorable', () => {
    const tables = template.list('aws_dynamodb_table');
    expect(tables.length).toBeGreaterThan(0);
    expect(
      tables.filter(
        (table) =>
          (table.server_side_encryption as Json).kms_key_arn === undefined ||
          (table.point_in_time_recovery as Json).enabled !== true,
      ),
    ).toEqual([]);
  });

  test('no data source asks AWS while planning', () => {
    expect(template.block('data')).toEqual({});
  });
});

describe('protection', () => {
  /** What must not be lost by accident. */
  const STATEFUL = [
    'aws_kms_key',
    'aws_rds_cluster',
    'aws_rds_cluster_instance',
    'aws_s3_bucket',
    'aws_dms_replication_instance',
    'aws_dms_replication_task',
    'aws_secretsmanager_secret',
    'aws_dynamodb_table',
    'aws_dynamodb_table_item',
  ];
  /** What an account holds for all its environments: the states, the key they are encrypted with, and their locks. */
  const STATEFUL_OF_ACCOUNTS = ['aws_kms_key', 'aws_s3_bucket', 'aws_dynamodb_table'];
  const protectedBy = (body: Json): unknown => (body.lifecycle as Json | undefined)?.prevent_destroy;

  const expectProtected = (name: string, types: readonly string[]): void => {
    for (const type of types) {
      const resources = stack(name).list(type);
      expect({ type, some: resources.length > 0 }).toEqual({ type, some: true });
      expect({ type, open: resources.filter((body) => protectedBy(body) !== true) }).toEqual({ type, open: [] });
    }
  };

  test.each(['account-nonprod', 'account-prod'])('of %s stands at the states, their key and their locks', (name) => {
    expectProtected(name, STATEFUL_OF_ACCOUNTS);
    expect(stack(name).resource('aws_dynamodb_table')).toMatchObject({ deletion_protection_enabled: true });
    expect(stack(name).list('aws_s3_bucket', { force_destroy: true })).toEqual([]);
  });

  test.each(['prod', 'staging'])('of %s stands at everything that holds data', (name) => {
    expectProtected(name, STATEFUL);
    expect(stack(name).resource('aws_rds_cluster')).toMatchObject({
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: `aurora-cluster-final-${name}`,
    });
    expect(stack(name).resource('aws_lb')).toMatchObject({ enable_deletion_protection: true });
    expect(stack(name).list('aws_s3_bucket', { force_destroy: true })).toEqual([]);
  });

  const expectOpen = (template: Template): void => {
    const text = JSON.stringify(template.json);
    expect(text).not.toContain('prevent_destroy');
    expect(text).not.toMatch(/"(enable_)?deletion_protection(_enabled)?":true/);
    expect(template.resource('aws_rds_cluster')).toMatchObject({ skip_final_snapshot: true });
    const buckets = template.list('aws_s3_bucket');
    expect(buckets.length).toBeGreaterThan(0);
    expect(buckets.filter(({ force_destroy }) => force_destroy !== true)).toEqual([]);
  };

  test.each(['dev', 'serverless'])('of %s, which may be torn down, stands nowhere', (name) => {
    expectOpen(stack(name));
  });

  test('goes from production only where teardown is confirmed', () => {
    expectOpen(stackOf(edited(prod, { teardown: true, confirmTeardown: 'prod' })));
  });
});

test('the longest name of an environment fits every name that is made of it', () => {
  const template = stackOf(edited(prod, { name: 'a-longest-en' }));
  expect(template.list('aws_lb_target_group').map(({ name }) => name)).toEqual([
    'payment-api-blue-a-longest-en',
    'payment-api-green-a-longest-en',
  ]);
});
