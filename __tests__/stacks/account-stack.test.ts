import { describe, expect, test } from '@jest/globals';
import { App } from 'cdktf';
import { loadEnvironments } from '../../environments';
import type { Account } from '../../environments/schema/account';
import { AccountStack } from '../../stacks/account-stack';
import { synthesizeApp, type Template } from '../support/template';

const build = (changes: Partial<Account> = {}): Template => {
  const { prod } = loadEnvironments().accounts;
  if (prod === undefined) throw new Error('no account prod');
  const { 'account-prod': template } = synthesizeApp((outdir) => {
    const app = new App({ outdir, stackTraces: false });
    new AccountStack(app, 'prod', { ...prod, ...changes });
    return app;
  });
  if (template === undefined) throw new Error('the stack was not written');
  return template;
};

describe('an account stack', () => {
  const template = build();

  test('keeps its own state in the bucket that it adopts', () => {
    expect(template.block('terraform').backend).toMatchObject({
      s3: { bucket: 'payment-terraform-state-123456789012', key: 'payment/account-prod/terraform.tfstate' },
    });
    expect(template.block('import')).toBeDefined();
    expect(JSON.stringify(template.json.import)).toContain('"id":"payment-terraform-state-123456789012"');
    expect(JSON.stringify(template.json.import)).toContain('"id":"9c1d2e3f-4a5b-4c6d-8e7f-0a1b2c3d4e5f"');
    expect(JSON.stringify(template.json.import)).toContain('"id":"payment-terraform-locks"');
  });

  test('has the roles of DMS, and no zone unless one is asked for', () => {
    expect(template.list('aws_iam_role').map(({ name }) => name)).toEqual(['dms-cloudwatch-logs-role', 'dms-vpc-role']);
    expect(template.list('aws_route53_zone')).toEqual([]);
  });

  test('keeps the log of enhanced monitoring with a key and a retention', () => {
    expect(template.resource('aws_cloudwatch_log_group')).toMatchObject({
      name: 'RDSOSMetrics',
      kms_key_id: expect.stringMatching(/^\$\{aws_kms_key\.LogsKey/),
      retention_in_days: 30,
    });
    expect(template.resource('aws_kms_alias', { name: 'alias/account-logs-prod' })).toBeDefined();
    const { policy } = template.resource('aws_kms_key', {
      description: 'CloudWatch log groups that the environments of the account share',
    });
    expect(policy).toContain('logs.us-east-1.amazonaws.com');
  });

  test('adopts what exists already, where the account says so', () => {
    expect(JSON.stringify(template.json.import)).not.toMatch(/RDSOSMetrics|dms-vpc-role/);
    const imports = JSON.stringify(build({ adopt: ['dms-roles', 'enhanced-monitoring-logs'] }).json.import);
    expect(imports).toContain('"id":"RDSOSMetrics"');
    expect(imports).toContain('"id":"dms-vpc-role"');
  });

  test('says where the states are', () => {
    expect(Object.keys(template.block('output'))).toEqual([
      'hosted_zones',
      'state_bucket',
      'state_kms_key_arn',
      'state_lock_table',
    ]);
  });

  test('makes hosted zones by name', () => {
    const withZones = build({ hostedZones: ['payments.example.com', 'payments.example.org'] });
    expect(withZones.list('aws_route53_zone').map(({ name }) => name)).toEqual([
      'payments.example.com',
      'payments.example.org',
    ]);
    expect(withZones.block('output').hosted_zones).toMatchObject({
      value: { 'payments.example.com': { zone_id: expect.stringContaining('${aws_route53_zone.') } },
    });
  });
});
