import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformOutput, TerraformStack, Token } from 'cdktf';
import type { NodeFunction, NodeFunctionProps } from '../../../constructs/compute';
import { FunctionBundler } from '../../../constructs/compute/function-bundler';
import { projectRoot } from '../../../constructs/compute/project-root';
import { Deployment } from '../../../constructs/naming';
import { ServiceRole } from '../../../constructs/policy';
import { REQUIRED_ENVIRONMENT } from '../../../lambda/payment-validation/environment';
import { type Json, parsePolicy, synthesize, type Template, TEST_DEPLOYMENT } from '../../support/template';
import { makeFunction, makeKey } from './function-fixture';

const build = (
  props: Partial<NodeFunctionProps> = {},
  use: (target: NodeFunction) => void = () => undefined,
): Template =>
  synthesize((stack) => {
    use(makeFunction(stack, props));
  });

const IMAGE = `111111111111.dkr.ecr.us-east-1.amazonaws.com/payment-api@sha256:${'0123456789abcdef'.repeat(4)}`;
const reference = (type: string, attribute: string): unknown =>
  expect.stringMatching(new RegExp(`^\\$\\{aws_${type}\\.PaymentValidation_.*\\.${attribute}\\}$`));

const statements = (template: Template): Json[] =>
  parsePolicy(template.resource('aws_iam_role_policy').policy).Statement;
const sids = (template: Template): unknown[] => statements(template).map(({ Sid }) => Sid);

describe('a function', () => {
  test('runs on Node.js 22 and arm64, traced, logs as JSON, publishes versions, and waits for its permissions', () => {
    const template = build();
    expect(template.resource('aws_lambda_function')).toEqual({
      '//': expect.anything(),
      function_name: 'payment-validation-test',
      description: 'Takes payments',
      package_type: 'Zip',
      runtime: 'nodejs22.x',
      handler: 'index.handler',
      filename: expect.anything(),
      source_code_hash: expect.anything(),
      architectures: ['arm64'],
      memory_size: 3008,
      timeout: 30,
      role: reference('iam_role', 'arn'),
      publish: true,
      kms_key_arn: expect.stringMatching(/^\$\{aws_kms_key\.Key-lambda_.*\.arn\}$/),
      environment: { variables: expect.anything() },
      logging_config: {
        log_format: 'JSON',
        log_group: reference('cloudwatch_log_group', 'name'),
        application_log_level: 'INFO',
        system_log_level: 'INFO',
      },
      tracing_config: { mode: 'Active' },
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.PaymentValidation_Role_Policy_/)],
    });
    expect(template.list('aws_security_group')).toEqual([]);
    expect(template.list('aws_lambda_function_event_invoke_config')).toEqual([]);
  });

  test('has a log group of its own with key and retention', () => {
    expect(build().resource('aws_cloudwatch_log_group')).toMatchObject({
      name: '/aws/lambda/payment-validation-test',
      kms_key_id: expect.stringMatching(/Key-logs/),
      retention_in_days: 365,
    });
  });

  test('may write its own logs, send traces and read its environment, and nothing else', () => {
    const template = build();
    expect(template.resource('aws_iam_role')).toMatchObject({
      name: 'payment-validation-test',
      description: 'Function payment-validation: Takes payments',
    });
    expect(parsePolicy(template.resource('aws_iam_role').assume_role_policy).Statement).toEqual([
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ]);
    expect(statements(template)).toEqual([
      {
        Sid: 'WriteOwnLogs',
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.PaymentValidation_Logs_.*\.arn\}:\*$/),
      },
      {
        Sid: 'SendTraces',
        Effect: 'Allow',
        Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:DescribeKey'],
        Resource: expect.stringMatching(/^\$\{aws_kms_key\.Key-lambda_/),
      },
    ]);
  });

  test('keeps more or fewer log lines, and reserves concurrency, also none at all', () => {
    const template = build({ logLevel: 'DEBUG', reservedConcurrency: 0 });
    expect(template.resource('aws_lambda_function')).toMatchObject({
      logging_config: { application_log_level: 'DEBUG' },
      reserved_concurrent_executions: 0,
    });
  });

  test('names itself, its newest version and its code for outputs and other resources', () => {
    let code = '';
    const template = build({}, (target) => {
      code = target.codeSha256;
      for (const name of ['functionName', 'functionArn', 'version', 'codeSha256', 'release'] as const) {
        new TerraformOutput(target, name, { value: target[name], staticId: true });
      }
      expect(target.securityGroup).toBeUndefined();
      expect(target.component).toBe('payment-validation');
    });
    expect(template.block('output')).toMatchObject({
      functionName: { value: reference('lambda_function', 'function_name') },
      functionArn: { value: reference('lambda_function', 'arn') },
      version: { value: reference('lambda_function', 'version') },
      codeSha256: { value: code },
      release: { value: Buffer.from(code, 'base64').toString('hex').slice(0, 12) },
    });
  });

  test('lets whom it is asked to invoke any of its versions', () => {
    const template = synthesize((stack) => {
      const caller = new ServiceRole(stack, 'Caller', { component: 'c', service: 's', description: 'd' });
      makeFunction(stack).grantInvoke(caller);
    });
    const [policy] = Object.entries(template.resources('aws_iam_role_policy')).filter(([id]) => /^Caller/.test(id));
    expect(parsePolicy(policy?.[1].policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: [
          reference('lambda_function', 'arn'),
          expect.stringMatching(/^\$\{aws_lambda_function\.PaymentValidation_.*\.arn\}:\*$/),
        ],
      },
    ]);
  });

  test('lets whom it is asked to see which versions its aliases name', () => {
    const template = synthesize((stack) => {
      const caller = new ServiceRole(stack, 'Caller', { component: 'c', service: 's', description: 'd' });
      makeFunction(stack).grantReadAliases(caller);
    });
    const [policy] = Object.entries(template.resources('aws_iam_role_policy')).filter(([id]) => /^Caller/.test(id));
    expect(parsePolicy(policy?.[1].policy).Statement).toEqual([
      { Effect: 'Allow', Action: 'lambda:GetAlias', Resource: reference('lambda_function', 'arn') },
    ]);
  });
});

describe('the code of a function', () => {
  test('is an asset at a relative path whose bytes have the hash that Terraform compares', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'function-'));
    try {
      const app = new App({ outdir, stackTraces: false });
      const stack = new TerraformStack(app, 'test');
      Deployment.set(stack, TEST_DEPLOYMENT);
      new AwsProvider(stack, 'Aws', { region: 'us-east-1' });
      const target = makeFunction(stack);
      app.synth();
      const folder = join(outdir, 'stacks', 'test');
      const { resource } = JSON.parse(readFileSync(join(folder, 'cdk.tf.json'), 'utf8')) as {
        resource: { aws_lambda_function: Record<string, Json> };
      };
      const [{ filename, source_code_hash: hash } = {}] = Object.values(resource.aws_lambda_function);
      const sha256 = new FunctionBundler().bundle('payment-validation').sha256;
      expect(filename).toMatch(
        new RegExp(`^assets/PaymentValidation_Package_[0-9A-F]{8}/${sha256.slice(0, 32)}/function\\.zip$`),
      );
      const digest = createHash('sha256')
        .update(readFileSync(join(folder, String(filename))))
        .digest('base64');
      expect([hash, target.codeSha256]).toEqual([digest, digest]);
      for (const place of [projectRoot(), tmpdir()]) expect(JSON.stringify(resource)).not.toContain(place);
    } finally {
      rmSync(outdir, { recursive: true });
    }
  });

  test('may be a container image instead, which has neither runtime nor handler', () => {
    const template = build({ imageUri: IMAGE }, (target) => {
      expect([target.codeSha256, target.release]).toEqual(['0123456789abcdef'.repeat(4), '0123456789ab']);
    });
    const resource = template.resource('aws_lambda_function');
    expect(resource).toMatchObject({
      package_type: 'Image',
      image_uri: IMAGE,
      architectures: ['arm64'],
      environment: { variables: { RELEASE: '0123456789ab' } },
    });
    for (const field of ['runtime', 'handler', 'filename', 'source_code_hash'])
      expect(resource).not.toHaveProperty(field);
  });

  test.each([
    'repository:latest',
    'repository',
    `repository@sha256:${'0'.repeat(63)}`,
    `repository:1@sha256:${'0'.repeat(64)}`,
  ])('is refused as image %s, which has no digest or a tag too', (imageUri) => {
    expect(() => build({ imageUri })).toThrow(
      new Error(
        `imageUri must name an image by its digest (<repository>@sha256:<64 hexadecimal digits>), got "${imageUri}"; take the digest that the push printed`,
      ),
    );
  });

  test('is refused when lambda/ has no such function', () => {
    expect(() => build({ component: 'missing' })).toThrow(
      new Error(
        'component must name a folder of lambda/ with an index.ts, got "missing"; create lambda/missing/index.ts',
      ),
    );
  });

  test('of payment-validation has a Dockerfile for the image, with the same bundle', () => {
    const folder = join(projectRoot(), 'lambda', 'payment-validation');
    expect(existsSync(join(folder, 'Dockerfile'))).toBe(true);
    expect(readFileSync(join(folder, 'Dockerfile'), 'utf8')).toContain('bundle-function.mjs payment-validation');
    expect(readdirSync(folder)).toContain('index.ts');
  });
});

describe('the environment of a function', () => {
  const variables = (template: Template): unknown =>
    (template.resource('aws_lambda_function').environment as Json).variables;

  test('has at least what every function requires', () => {
    const everywhere = ['ENVIRONMENT', 'RELEASE'];
    expect(Object.keys(variables(build()) as Json)).toEqual(everywhere);
    expect([...REQUIRED_ENVIRONMENT]).toEqual(expect.arrayContaining(everywhere));
  });

  test('has the suffix and the release, what was given and what was added, by name', () => {
    let release = '';
    const template = build({ environment: { TABLE_NAME: 'transactions' } }, (target) => {
      target.addEnvironment({ ANOTHER: '${aws_x.y.arn}', TABLE_NAME: 'transactions' });
      release = target.release;
    });
    expect(Object.entries(variables(template) as Json)).toEqual([
      ['ANOTHER', '${aws_x.y.arn}'],
      ['ENVIRONMENT', 'test'],
      ['RELEASE', release],
      ['TABLE_NAME', 'transactions'],
    ]);
  });

  test.each([
    ['RELEASE', 'mine', 'environment.RELEASE must be set once, got a second value; remove one of the two'],
    ['AWS_REGION', 'x', 'environment must not have variables that Lambda sets itself, got "AWS_REGION"; rename it'],
    ...['A', '1A', 'A-B', '_A'].map((name): [string, string, string] => [
      name,
      'x',
      `environment must have names of at least 2 letters, digits and _ that start with a letter, got "${name}"; rename it`,
    ]),
  ])('refuses %s=%s', (name, value, message) => {
    expect(() => build({ environment: { [name]: value } })).toThrow(new Error(message));
  });

  test('has at most 4096 bytes, names included; a token counts for nothing', () => {
    const present = 'ENVIRONMENT'.length + 'test'.length + 'RELEASE'.length + 12;
    const longest = 4096 - present - 'BIG'.length;
    expect(() => build({ environment: { BIG: 'x'.repeat(longest) } })).not.toThrow();
    expect(() =>
      synthesize((stack) => {
        const key = makeKey(stack, 'other');
        makeFunction(stack, { environment: { BIG: 'x'.repeat(longest - 'KEY'.length), KEY: key.keyArn } });
      }),
    ).not.toThrow();
    expect(() => build({ environment: { BIG: 'ü'.repeat(longest / 2 + 1) } })).toThrow(
      /^environment must have at most 4096 bytes of names and values, got 409[78]; keep what is long in a parameter$/,
    );
  });
});

describe('a function in a VPC', () => {
  const inVpc = { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'] };

  test('has a security group of its own without rules, in the subnets given', () => {
    const template = build(inVpc, (target) => {
      expect(target.requireSecurityGroup()).toBe(target.securityGroup);
    });
    expect(template.resource('aws_security_group')).toMatchObject({
      name: 'payment-validation-sg-test',
      vpc_id: 'vpc-1',
      description: 'Function payment-validation',
    });
    expect(template.resource('aws_lambda_function').vpc_config).toEqual({
      subnet_ids: ['subnet-1', 'subnet-2'],
      security_group_ids: [reference('security_group', 'id')],
    });
  });

  test('lets Lambda manage its interfaces, but not its own code', () => {
    const actions = [
      'ec2:AssignPrivateIpAddresses',
      'ec2:CreateNetworkInterface',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSubnets',
      'ec2:UnassignPrivateIpAddresses',
    ];
    expect(statements(build(inVpc)).slice(-2)).toEqual([
      { Sid: 'LambdaAttachesToVpc', Effect: 'Allow', Action: actions, Resource: '*' },
      {
        Sid: 'CodeDoesNotUseInterfaces',
        Effect: 'Deny',
        Action: actions,
        Resource: '*',
        Condition: {
          ArnEquals: {
            'lambda:SourceFunctionArn': 'arn:aws:lambda:us-east-1:111111111111:function:payment-validation-test',
          },
        },
      },
    ]);
    expect(sids(build())).not.toContain('LambdaAttachesToVpc');
  });

  test.each([
    [{ vpcId: 'vpc-1' }, 'a vpcId and 0 subnets'],
    [{ vpcId: 'vpc-1', subnetIds: [] }, 'a vpcId and 0 subnets'],
    [{ subnetIds: ['subnet-1'] }, 'no vpcId and 1 subnets'],
  ])('needs both VPC and subnets: %j', (props, got) => {
    expect(() => build(props)).toThrow(
      new Error(`vpcId and subnetIds must be given together, got ${got}; give both or neither`),
    );
  });

  test('is required by whoever wants its security group', () => {
    expect(() => build({}, (target) => target.requireSecurityGroup())).toThrow(
      new Error(
        'vpcId must be set for payment-validation to connect inside the VPC, got nothing; add vpcId and subnetIds',
      ),
    );
  });
});

describe('a function that is invoked asynchronously', () => {
  const asynchronous = (type: 'sns' | 'sqs', limits: object = {}): Template =>
    synthesize((stack) => {
      const failureDestinationKey = makeKey(stack, 'topics');
      const failureDestinationArn = `arn:aws:${type}:us-east-1:111111111111:failed`;
      makeFunction(stack, {
        asynchronousInvocation: {
          failureDestinationType: type,
          failureDestinationArn,
          failureDestinationKey,
          ...limits,
        },
      });
    });

  test.each([
    ['sns', 'sns:Publish'],
    ['sqs', 'sqs:SendMessage'],
  ] as const)('sends what failed to %s, and may', (type, action) => {
    const template = asynchronous(type);
    expect(template.resource('aws_lambda_function_event_invoke_config')).toEqual({
      '//': expect.anything(),
      function_name: reference('lambda_function', 'function_name'),
      maximum_retry_attempts: 2,
      maximum_event_age_in_seconds: 21_600,
      destination_config: { on_failure: { destination: `arn:aws:${type}:us-east-1:111111111111:failed` } },
    });
    expect(statements(template).slice(-2)).toEqual([
      {
        Sid: 'DeliverFailedEvents',
        Effect: 'Allow',
        Action: action,
        Resource: `arn:aws:${type}:us-east-1:111111111111:failed`,
      },
      {
        Effect: 'Allow',
        Action: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
        Resource: expect.stringMatching(/Key-topics/),
      },
    ]);
  });

  test('retries as often and as long as asked, also never', () => {
    const template = asynchronous('sqs', { maximumRetryAttempts: 0, maximumEventAgeSeconds: 60 });
    expect(template.resource('aws_lambda_function_event_invoke_config')).toMatchObject({
      maximum_retry_attempts: 0,
      maximum_event_age_in_seconds: 60,
    });
  });

  test.each([
    ['maximumRetryAttempts', 3, 'attempts from 0 to 2'],
    ['maximumRetryAttempts', -1, 'attempts from 0 to 2'],
    ['maximumEventAgeSeconds', 59, 'seconds from 60 to 21600'],
    ['maximumEventAgeSeconds', 21_601, 'seconds from 60 to 21600'],
  ])('refuses %s %d', (field, value, rule) => {
    expect(() => asynchronous('sns', { [field]: value })).toThrow(
      new Error(`${field} must be a whole number of ${rule}, got ${value}; choose one in that range`),
    );
  });
});

describe('the numbers of a function', () => {
  test.each([
    ['memorySizeMib', 128],
    ['memorySizeMib', 10_240],
    ['timeoutSeconds', 1],
    ['timeoutSeconds', 900],
    ['reservedConcurrency', 0],
    ['reservedConcurrency', 1],
  ])('may be %s %d', (field, value) => {
    expect(() => build({ [field]: value })).not.toThrow();
  });

  test.each([
    ['memorySizeMib', 127, 'MiB from 128 to 10240'],
    ['memorySizeMib', 10_241, 'MiB from 128 to 10240'],
    ['memorySizeMib', 512.5, 'MiB from 128 to 10240'],
    ['timeoutSeconds', 0, 'seconds from 1 to 900'],
    ['timeoutSeconds', 901, 'seconds from 1 to 900'],
    ['timeoutSeconds', NaN, 'seconds from 1 to 900'],
    ['reservedConcurrency', -1, 'concurrent executions from 0 to 1000000'],
    ['reservedConcurrency', 1.5, 'concurrent executions from 0 to 1000000'],
    ['reservedConcurrency', 1_000_001, 'concurrent executions from 0 to 1000000'],
  ])('must not be %s %d', (field, value, rule) => {
    expect(() => build({ [field]: value })).toThrow(
      new Error(`${field} must be a whole number of ${rule}, got ${value}; choose one in that range`),
    );
  });

  test('are all reported at once, and may not be tokens', () => {
    expect(() => build({ memorySizeMib: Token.asNumber('${var.memory}'), timeoutSeconds: 901 })).toThrow(
      new Error(
        'memorySizeMib must be a number known at synthesis, got a token; write it out\ntimeoutSeconds must be a whole number of seconds from 1 to 900, got 901; choose one in that range',
      ),
    );
  });

  test('end with a description of at most 256 characters', () => {
    expect(() => build({ description: 'd'.repeat(256) })).not.toThrow();
    expect(() => build({ description: 'd'.repeat(257) })).toThrow(
      new Error('description must have at most 256 characters, got 257; shorten it'),
    );
  });
});
