import { describe, expect, test } from '@jest/globals';
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { App } from 'cdktf';
import { Construct } from 'constructs';
import { accounts } from '../../environments/accounts';
import type { Environment } from '../../environments/environment';
import { parse } from '../../environments/parse';
import { accountSchema, type Account } from '../../environments/schema/account';
import { addBackend } from '../../stacks/backend';
import { DeploymentStack } from '../../stacks/deployment-stack';
import { synthesizeApp, type Template } from '../support/template';

const PROPS = {
  project: 'payment',
  suffix: 'test',
  accountId: '123456789012',
  region: 'eu-west-1',
  tags: { Project: 'payment', Environment: 'test', CostCenter: 'CC-1', MigrationPhase: 'preparation' },
};

const build = (fill: (stack: DeploymentStack) => void): Template => {
  const { test: template } = synthesizeApp((outdir) => {
    const app = new App({ outdir, stackTraces: false });
    fill(new DeploymentStack(app, 'test', PROPS));
    return app;
  });
  if (template === undefined) throw new Error('the stack was not written');
  return template;
};

const prodAccount = (): Account => {
  const { value } = parse(accountSchema, accounts.prod);
  if (value === undefined) throw new Error('the account is not valid');
  return value;
};

describe('every stack', () => {
  test('may be applied to its own account only, and tags everything', () => {
    const template = build(() => undefined);
    expect(template.block('provider').aws).toEqual([
      {
        allowed_account_ids: ['123456789012'],
        region: 'eu-west-1',
        default_tags: [{ tags: { ...PROPS.tags, ManagedBy: 'cdktf' } }],
      },
    ]);
  });

  test('states the oldest Terraform and the range of the provider', () => {
    expect(build(() => undefined).block('terraform')).toMatchObject({
      required_version: '>= 1.11.0',
      required_providers: { aws: { source: 'aws', version: '~> 6.25' } },
    });
  });

  test('has no random provider unless it needs one', () => {
    expect(build(() => undefined).block('provider')).not.toHaveProperty('random');
  });
});

describe('the tag Name', () => {
  test('is the own name of a resource', () => {
    const template = build((stack) => new CloudwatchLogGroup(stack, 'Logs', { name: '/a/b', tags: { Extra: 'x' } }));
    expect(template.resource('aws_cloudwatch_log_group').tags).toEqual({ Extra: 'x', Name: '/a/b' });
  });

  test('is the place in the stack where a resource has no name', () => {
    const template = build(
      (stack) => new Vpc(new Construct(stack, 'MyNetwork'), 'TheVpc', { cidrBlock: '10.0.0.0/16' }),
    );
    expect(template.resource('aws_vpc').tags).toEqual({ Name: 'my-network-the-vpc-test' });
  });

  test('stays what it was given', () => {
    const template = build((stack) => new Vpc(stack, 'Vpc', { tags: { Name: 'vpc-prod' } }));
    expect(template.resource('aws_vpc').tags).toEqual({ Name: 'vpc-prod' });
  });
});

test('two elements that cdktf would merge are an error that names both', () => {
  expect(() =>
    build((stack) => {
      new Vpc(new Construct(stack, 'a'), 'b', {});
      new Vpc(new Construct(stack, 'a.'), 'b', {}).overrideLogicalId('a_b');
      new Vpc(new Construct(stack, 'c'), 'b', {}).overrideLogicalId('a_b');
    }),
  ).toThrow(/test\/a\.\/b and test\/c\/b must have different logical ids, got Vpc a_b for each; rename one/);
});

describe('the state', () => {
  const backendOf = (state: Environment['state']): unknown =>
    build((stack) => {
      addBackend(stack, state, { account: prodAccount(), key: 'payment/test/terraform.tfstate' });
    }).block('terraform').backend;

  test('on S3 is encrypted with the key of the account, and locked twice', () => {
    expect(backendOf({ type: 's3' })).toEqual({
      s3: {
        bucket: 'payment-terraform-state-123456789012',
        key: 'payment/test/terraform.tfstate',
        region: 'us-east-1',
        encrypt: true,
        kms_key_id: 'arn:aws:kms:us-east-1:123456789012:key/9c1d2e3f-4a5b-4c6d-8e7f-0a1b2c3d4e5f',
        dynamodb_table: 'payment-terraform-locks',
        use_lockfile: true,
        allowed_account_ids: ['123456789012'],
      },
    });
  });

  test('in a local file holds no path of the machine', () => {
    expect(backendOf({ type: 'local' })).toEqual({ local: { path: '../../../terraform.test.tfstate' } });
  });

  test('in Terraform Cloud names organization, workspace and host', () => {
    const template = build((stack) => {
      addBackend(
        stack,
        { type: 'cloud', organization: 'example', workspace: 'payment-test', hostname: 'tfe.example.com' },
        { account: prodAccount(), key: 'unused' },
      );
    });
    expect(template.block('terraform')).toMatchObject({
      cloud: { hostname: 'tfe.example.com', organization: 'example', workspaces: { name: 'payment-test' } },
    });
    expect(template.block('terraform')).not.toHaveProperty('backend');
  });

  test('in Terraform Cloud can be read by another stack', () => {
    const { reader } = synthesizeApp((outdir) => {
      const app = new App({ outdir, stackTraces: false });
      const writer = new DeploymentStack(app, 'writer', PROPS);
      addBackend(
        writer,
        { type: 'cloud', organization: 'example', workspace: 'payment-test', hostname: 'app.terraform.io' },
        { account: prodAccount(), key: 'unused' },
      );
      const vpc = new Vpc(writer, 'Vpc', {});
      new CloudwatchLogGroup(new DeploymentStack(app, 'reader', PROPS), 'Logs', { name: vpc.id });
      return app;
    });
    expect(reader?.block('data').terraform_remote_state).toMatchObject({
      'cross-stack-reference-input-writer': {
        backend: 'remote',
        config: { hostname: 'app.terraform.io', organization: 'example', workspaces: { name: 'payment-test' } },
      },
    });
  });
});
