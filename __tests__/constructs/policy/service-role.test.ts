import { describe, expect, test } from '@jest/globals';
import { onlyForAccount, ServiceRole, type ServiceRoleProps } from '../../../constructs/policy';
import { parsePolicy, synthesize, type Template } from '../../support/template';

const PROPS: ServiceRoleProps = {
  component: 'payment-validation',
  service: 'lambda.amazonaws.com',
  description: 'Validates payments',
};

const build = (props: Partial<ServiceRoleProps> = {}, use: (role: ServiceRole) => void = () => undefined): Template =>
  synthesize((stack) => {
    use(new ServiceRole(stack, 'Role', { ...PROPS, ...props }));
  });

describe('a service role', () => {
  test('is assumed by its service and may do nothing at first', () => {
    const template = build({}, (role) => {
      expect(role.inlinePolicy).toBeUndefined();
    });
    const role = template.resource('aws_iam_role');
    expect(role).toMatchObject({ name: 'payment-validation-test', description: 'Validates payments' });
    expect(parsePolicy(role.assume_role_policy).Statement).toEqual([
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]);
    expect(template.addresses).toEqual([expect.stringMatching(/^aws_iam_role\.Role_/)]);
  });

  test('is trusted only under the conditions given', () => {
    const template = build({ trustConditions: onlyForAccount('111111111111') });
    expect(parsePolicy(template.resource('aws_iam_role').assume_role_policy).Statement).toEqual([
      expect.objectContaining({ Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } }),
    ]);
  });

  test('holds everything granted to it, in one inline policy', () => {
    const template = build({}, (role) => {
      role.addStatements({ actions: ['sqs:SendMessage'], resources: ['arn:queue'] });
      role.addStatements(
        { actions: ['sns:Publish'], resources: ['arn:topic'] },
        { actions: ['kms:Decrypt'], resources: ['arn:key'] },
      );
      expect(role.inlinePolicy).toBeDefined();
    });
    const policy = template.resource('aws_iam_role_policy');
    expect(policy).toMatchObject({ name: 'granted', role: expect.stringMatching(/^\$\{aws_iam_role\..*\.name\}$/) });
    expect(parsePolicy(policy.policy).Statement.map(({ Action }) => Action)).toEqual([
      'sqs:SendMessage',
      'sns:Publish',
      'kms:Decrypt',
    ]);
  });

  test('names once what two grants give', () => {
    const key = { actions: ['kms:Decrypt'], resources: ['arn:key'] };
    const template = build({}, (role) => {
      role.addStatements(key, { actions: ['s3:GetObject'], resources: ['arn:object'] }, { ...key });
    });
    expect(parsePolicy(template.resource('aws_iam_role_policy').policy).Statement).toEqual([
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: 'arn:key' },
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:object' },
    ]);
  });

  test('carries the managed policies that AWS requires, each at an address of its own', () => {
    const monitoring = 'arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole';
    const tracing = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
    const template = build({ managedPolicyArns: [monitoring, tracing] });
    const attachments = template.resources('aws_iam_role_policy_attachment');
    expect(Object.keys(attachments).sort()).toEqual([
      expect.stringMatching(/^Role_Managed-AWSXRayDaemonWriteAccess_/),
      expect.stringMatching(/^Role_Managed-AmazonRDSEnhancedMonitoringRole_/),
    ]);
    expect(
      Object.values(attachments)
        .map(({ policy_arn }) => policy_arn)
        .sort(),
    ).toEqual([tracing, monitoring].sort());
  });

  test('may have a name of 64 characters, not one more', () => {
    const longest = 'x'.repeat(64 - '-test'.length);
    expect(build({ component: longest }).resource('aws_iam_role').name).toHaveLength(64);
    expect(() => build({ component: `${longest}x` })).toThrow(/^name of a role must have at most 64 characters/);
  });

  test('refuses a statement without resources', () => {
    expect(() =>
      build({}, (role) => {
        role.addStatements({ actions: ['s3:GetObject', 's3:PutObject'], resources: [] });
      }),
    ).toThrow(
      new Error(
        'resources of a statement for test/Role must name at least one ARN, got none for s3:GetObject, s3:PutObject',
      ),
    );
  });
});
