import { TerraformOutput, type TerraformStack } from 'cdktf';
import { describe, expect, test } from '@jest/globals';
import {
  BlueGreenAliases,
  FunctionAlias,
  type NodeFunctionProps,
  type ProvisionedConcurrency,
  provisionedConcurrencyProblem,
  reservedConcurrencyProblem,
} from '../../../constructs/compute';
import { ServiceRole } from '../../../constructs/policy';
import { parsePolicy, synthesize, type Template } from '../../support/template';
import { makeFunction } from './function-fixture';

const reference = (type: string, attribute: string): unknown =>
  expect.stringMatching(new RegExp(`^\\$\\{aws_${type}\\..*\\.${attribute}\\}$`));

const CONCURRENCY = [
  'aws_lambda_provisioned_concurrency_config',
  'aws_appautoscaling_target',
  'aws_appautoscaling_policy',
];

const build = (
  provisionedConcurrency?: { blue?: ProvisionedConcurrency; green?: ProvisionedConcurrency },
  props: Partial<NodeFunctionProps> = {},
  use: (aliases: BlueGreenAliases, stack: TerraformStack) => void = () => undefined,
): Template =>
  synthesize((stack) => {
    use(
      new BlueGreenAliases(stack, 'Aliases', { function: makeFunction(stack, props), provisionedConcurrency }),
      stack,
    );
  });

describe('the aliases of a function that is released in steps', () => {
  test('start on the newest version; then every deployment moves green, and Terraform never moves blue', () => {
    const template = build();
    const common = {
      '//': expect.anything(),
      function_name: reference('lambda_function', 'function_name'),
      function_version: reference('lambda_function', 'version'),
    };
    expect(template.resource('aws_lambda_alias', { name: 'green' })).toEqual({
      ...common,
      name: 'green',
      description: 'The newest version, moved by every deployment',
    });
    expect(template.resource('aws_lambda_alias', { name: 'blue' })).toEqual({
      ...common,
      name: 'blue',
      description: 'The promoted version, moved by npm run promote',
      lifecycle: { ignore_changes: ['function_version'] },
    });
    expect(template.resource('aws_lambda_function')).toMatchObject({ publish: true });
    for (const type of CONCURRENCY) expect(template.list(type)).toEqual([]);
  });

  test('are named for permissions and target groups, and each can be invoked alone', () => {
    const template = build({}, {}, ({ blue }, stack) => {
      const caller = new ServiceRole(stack, 'Caller', { component: 'caller', service: 's', description: 'd' });
      blue.grantInvoke(caller);
      new TerraformOutput(stack, 'name', { value: blue.aliasName, staticId: true });
      new TerraformOutput(stack, 'arn', { value: blue.aliasArn, staticId: true });
    });
    expect(template.block('output')).toMatchObject({
      name: { value: expect.stringMatching(/^\$\{aws_lambda_alias\.Aliases_Blue_.*\.name\}$/) },
      arn: { value: expect.stringMatching(/^\$\{aws_lambda_alias\.Aliases_Blue_.*\.arn\}$/) },
    });
    const [policy] = Object.entries(template.resources('aws_iam_role_policy')).filter(([id]) => /^Caller/.test(id));
    expect(parsePolicy(policy?.[1].policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: expect.stringMatching(/^\$\{aws_lambda_alias\.Aliases_Blue_.*\.arn\}$/),
      },
    ]);
  });
});

describe('provisioned concurrency', () => {
  test('starts with the minimum and is scaled by its utilization between the limits, by color', () => {
    const template = build({ blue: { min: 2, max: 10 }, green: { min: 1, max: 4 } }, { reservedConcurrency: 100 });
    const resourceId = expect.stringMatching(
      /^function:\$\{aws_lambda_function\..*\.function_name\}:\$\{aws_lambda_alias\.Aliases_Blue_.*\.name\}$/,
    );
    const find = (type: string, id: RegExp): unknown =>
      Object.entries(template.resources(type)).find(([key]) => id.test(key))?.[1];
    expect(find('aws_lambda_provisioned_concurrency_config', /Blue/)).toEqual({
      '//': expect.anything(),
      function_name: reference('lambda_function', 'function_name'),
      qualifier: reference('lambda_alias', 'name'),
      provisioned_concurrent_executions: 2,
      lifecycle: { ignore_changes: ['provisioned_concurrent_executions'] },
    });
    expect(find('aws_appautoscaling_target', /Blue/)).toEqual({
      '//': expect.anything(),
      service_namespace: 'lambda',
      scalable_dimension: 'lambda:function:ProvisionedConcurrency',
      resource_id: resourceId,
      min_capacity: 2,
      max_capacity: 10,
      depends_on: [expect.stringMatching(/^aws_lambda_provisioned_concurrency_config\.Aliases_Blue_/)],
    });
    expect(find('aws_appautoscaling_policy', /Blue/)).toEqual({
      '//': expect.anything(),
      name: 'payment-validation-blue-utilization-test',
      policy_type: 'TargetTrackingScaling',
      service_namespace: expect.stringMatching(/Blue_.*\.service_namespace\}$/),
      scalable_dimension: expect.stringMatching(/Blue_.*\.scalable_dimension\}$/),
      resource_id: expect.stringMatching(/Blue_.*\.resource_id\}$/),
      target_tracking_scaling_policy_configuration: {
        target_value: 0.7,
        predefined_metric_specification: { predefined_metric_type: 'LambdaProvisionedConcurrencyUtilization' },
      },
    });
    expect(find('aws_appautoscaling_target', /Green/)).toMatchObject({ min_capacity: 1, max_capacity: 4 });
  });

  test('is only there for the color that has it', () => {
    const template = build({ blue: { min: 1, max: 4 } });
    for (const type of CONCURRENCY) {
      expect(Object.keys(template.resources(type))).toEqual([expect.stringMatching(/^Aliases_Blue_/)]);
    }
  });

  test('together may take all that is reserved for the function, and no more', () => {
    const ranges = { blue: { min: 2, max: 10 }, green: { min: 2, max: 10 } };
    expect(() => build(ranges, { reservedConcurrency: 20 })).not.toThrow();
    expect(() => build(ranges)).not.toThrow();
    expect(() => build(ranges, { reservedConcurrency: 19 })).toThrow(
      new Error(
        'reservedConcurrency must be at least 20, the sum of the provisioned maxima (concurrent executions), got 19; raise it or lower the maxima',
      ),
    );
    expect(() => build({ green: { min: 2, max: 10 } }, { reservedConcurrency: 0 })).toThrow(
      /^reservedConcurrency must be at least 10,/,
    );
  });

  test.each([
    [0, 1],
    [3, 2],
    [1.5, 2],
    [1, 2.5],
    [NaN, 1],
    [1, Infinity],
  ])('is no range from %d to %d', (min, max) => {
    expect(() => build({ green: { min, max } })).toThrow(
      new Error(
        `provisionedConcurrency of alias green must have whole numbers with 1 <= min <= max (execution environments), got min ${min} and max ${max}; correct them, or leave the range out for none`,
      ),
    );
  });

  test('is judged without a stack too, for environment files', () => {
    expect([
      provisionedConcurrencyProblem({ min: 1, max: 1 }),
      provisionedConcurrencyProblem({ min: 2, max: 10 }),
      reservedConcurrencyProblem(undefined, [{ min: 1, max: 1000 }]),
      reservedConcurrencyProblem(0, []),
      reservedConcurrencyProblem(2, [
        { min: 1, max: 1 },
        { min: 1, max: 1 },
      ]),
    ]).toEqual([undefined, undefined, undefined, undefined, undefined]);
    expect(reservedConcurrencyProblem(1, [{ min: 1, max: 2 }])).toMatch(/^reservedConcurrency must be at least 2,/);
  });
});

test('a single alias follows the newest version unless told otherwise', () => {
  const template = synthesize((stack) => {
    new FunctionAlias(stack, 'Live', { function: makeFunction(stack), aliasName: 'live', description: 'In use' });
  });
  expect(template.resource('aws_lambda_alias')).toMatchObject({ name: 'live', description: 'In use' });
  expect(template.resource('aws_lambda_alias')).not.toHaveProperty('lifecycle');
});
