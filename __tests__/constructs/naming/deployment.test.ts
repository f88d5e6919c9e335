import { describe, expect, test } from '@jest/globals';
import { App, TerraformStack } from 'cdktf';
import { Construct } from 'constructs';
import {
  Deployment,
  type DeploymentProps,
  MAX_SUFFIX_LENGTH,
  NAME_LIMITS,
  type NameKind,
} from '../../../constructs/naming';

const PROPS: DeploymentProps = { project: 'payment', suffix: 'prod', accountId: '111111111111', region: 'us-east-1' };

const newStack = (): TerraformStack => new TerraformStack(new App({ stackTraces: false }), 'stack');

const deploymentOf = (props: Partial<DeploymentProps> = {}): Deployment =>
  Deployment.set(newStack(), { ...PROPS, ...props });

describe('a deployment', () => {
  test('is found by every construct below its stack', () => {
    const stack = newStack();
    const deployment = Deployment.set(stack, PROPS);
    expect(Deployment.of(new Construct(new Construct(stack, 'Outer'), 'Inner'))).toBe(deployment);
  });

  test('is not shared between stacks of one app', () => {
    const app = new App({ stackTraces: false });
    const dev = new TerraformStack(app, 'dev');
    const prod = new TerraformStack(app, 'prod');
    Deployment.set(dev, { ...PROPS, suffix: 'dev' });
    Deployment.set(prod, PROPS);
    expect([Deployment.of(dev).suffix, Deployment.of(prod).suffix]).toEqual(['dev', 'prod']);
  });

  test('is missing with an error that says how to set it', () => {
    expect(() => Deployment.of(new Construct(newStack(), 'Orphan'))).toThrow(
      new Error(
        'stack/Orphan must be created below a stack with a deployment, got none; call Deployment.set(stack, …) first',
      ),
    );
  });

  test('keeps resources unless it says teardown', () => {
    expect([deploymentOf().teardown, deploymentOf({ teardown: true }).teardown]).toEqual([false, true]);
  });

  test('protects what must not be lost, and says nothing about it where all may go', () => {
    expect(deploymentOf().protection).toEqual({ preventDestroy: true });
    expect(deploymentOf({ teardown: true }).protection).toBeUndefined();
  });

  test('knows its account and region by ARN', () => {
    const deployment = deploymentOf();
    expect(deployment.accountRootArn).toBe('arn:aws:iam::111111111111:root');
    expect(deployment.arn('logs', 'log-group:/aws/lambda/x:*')).toBe(
      'arn:aws:logs:us-east-1:111111111111:log-group:/aws/lambda/x:*',
    );
  });
});

describe('a name', () => {
  test('is the component and the suffix', () => {
    expect(deploymentOf().name('payment-alb', 'load-balancer')).toBe('payment-alb-prod');
  });

  test('of a bucket ends with the account id, because bucket names are global', () => {
    expect(deploymentOf().bucketName('audit')).toBe('audit-prod-111111111111');
  });

  test('of a parameter is a path below the project and suffix', () => {
    expect(deploymentOf().parameterName('db-endpoint')).toBe('/payment/prod/db-endpoint');
  });

  // Written down once more, so that a limit that is changed is noticed.
  test.each<[NameKind, number]>([
    ['default', 255],
    ['load-balancer', 32],
    ['target-group', 32],
    ['role', 64],
    ['policy', 128],
    ['bucket', 63],
    ['function', 64],
    ['db-cluster', 63],
    ['db-instance', 63],
    ['dms-resource', 63],
    ['waf-acl', 128],
    ['topic', 256],
    ['queue', 80],
    ['schedule', 64],
    ['alias', 256],
    ['state-machine', 80],
  ])('of a %s may have %d characters, not one more', (kind, limit) => {
    const longest = 'x'.repeat(limit - '-prod'.length);
    expect(deploymentOf().name(longest, kind)).toHaveLength(limit);
    expect(() => deploymentOf().name(`${longest}x`, kind)).toThrow(
      new Error(
        `name of a ${kind} must have at most ${limit} characters, got "${longest}x-prod" (${limit + 1}); use a shorter suffix`,
      ),
    );
  });

  test('has no other limits than these', () => {
    expect(Object.keys(NAME_LIMITS)).toHaveLength(16);
  });

  test('has the limit of 255 characters where no kind is given', () => {
    expect(() => deploymentOf().name('x'.repeat(251))).toThrow(/^name of a default must have at most 255 characters/);
  });

  test('of a bucket counts the account id too', () => {
    const longest = 'x'.repeat(63 - '-prod-111111111111'.length);
    expect(deploymentOf().bucketName(longest)).toHaveLength(63);
    expect(() => deploymentOf().bucketName(`${longest}x`)).toThrow(
      new Error(
        `name of a bucket must have at most 63 characters, got "${longest}x-prod-111111111111" (64); use a shorter suffix`,
      ),
    );
  });

  test('of the longest target group fits with the longest suffix', () => {
    const deployment = deploymentOf({ suffix: 'x'.repeat(MAX_SUFFIX_LENGTH) });
    expect(deployment.name('payment-api-green', 'target-group').length).toBeLessThanOrEqual(32);
  });
});

describe('the fields of a deployment', () => {
  const NAME_RULE = 'lower-case letters, digits and single hyphens, starting with a letter';

  test.each([
    { suffix: 'a' },
    { suffix: 'prod-eu1' },
    { project: 'p2' },
    { accountId: '000000000001' },
    { region: 'us-gov-west-1' },
    { region: 'ap-southeast-4' },
  ])('accept %j', (props) => {
    expect(deploymentOf(props)).toMatchObject(props);
  });

  test.each([
    ['suffix', '', NAME_RULE],
    ['suffix', 'Prod', NAME_RULE],
    ['suffix', '1prod', NAME_RULE],
    ['suffix', 'pr--od', NAME_RULE],
    ['suffix', 'prod-', NAME_RULE],
    ['suffix', 'pr_od', NAME_RULE],
    ['project', 'my/project', NAME_RULE],
    ['accountId', '11111111111', '12 digits'],
    ['accountId', '1111111111111', '12 digits'],
    ['accountId', '11111111111a', '12 digits'],
    ['region', 'us-east', 'an AWS region such as us-east-1'],
    ['region', 'us-east-1a', 'an AWS region such as us-east-1'],
  ])('refuse the %s "%s"', (field, value, rule) => {
    expect(() => deploymentOf({ [field]: value })).toThrow(new Error(`${field} must be ${rule}, got "${value}"`));
  });
});
