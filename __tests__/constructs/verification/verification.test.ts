import { describe, expect, test } from '@jest/globals';
import { Bucket } from '../../../constructs/storage';
import {
  ComparisonBucket,
  ComparisonStateMachine,
  type ComparisonStateMachineProps,
} from '../../../constructs/verification';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';
import { makeFunction, makeKey } from '../compute/function-fixture';

const build = (props: Partial<ComparisonStateMachineProps> = {}, teardown = false): Template =>
  synthesize(
    (stack) => {
      const accessLogBucket = new Bucket(stack, 'Logs', { component: 'logs', encryption: 'sse-s3', versioned: false });
      new ComparisonStateMachine(stack, 'Comparison', {
        function: makeFunction(stack, { timeoutSeconds: 900 }),
        bucket: new ComparisonBucket(stack, 'Results', { accessLogBucket }).bucket,
        maxConcurrency: 8,
        chunksPerBatch: 10,
        logEncryptionKey: makeKey(stack, 'machine-logs'),
        logRetentionDays: 365,
        ...props,
      });
    },
    { teardown },
  );

const template = build();
const machine = template.resource('aws_sfn_state_machine');

const statements = (): Json[] =>
  Object.entries(template.resources('aws_iam_role_policy'))
    .filter(([id]) => id.startsWith('Comparison_'))
    .flatMap(([, { policy }]) => parsePolicy(policy).Statement);

const allowed = (action: string): unknown[] =>
  statements()
    .filter(({ Action }) => [Action].flat().includes(action))
    .flatMap(({ Resource }) => Resource);

describe('the state machine that compares', () => {
  test('is named by the environment, logged with everything and traced', () => {
    expect(machine).toMatchObject({
      name: 'comparison-test',
      type: 'STANDARD',
      logging_configuration: { level: 'ALL', include_execution_data: true },
      tracing_configuration: { enabled: true },
    });
    expect((machine['logging_configuration'] as Json)['log_destination']).toMatch(
      /^\$\{aws_cloudwatch_log_group\.Comparison_Machine_Logs_Group_\w+\.arn\}:\*$/,
    );
    expect(
      template.resource('aws_cloudwatch_log_group', { name: '/aws/vendedlogs/states/comparison-test' }),
    ).toMatchObject({ retention_in_days: 365, kms_key_id: expect.stringMatching(/machine-logs/) });
  });

  test('is created after its permissions, which Step Functions tries', () => {
    expect(machine['depends_on']).toEqual([expect.stringMatching(/^aws_iam_role_policy\.Comparison_Machine_Role_/)]);
  });

  test('runs one version of the function', () => {
    expect(JSON.stringify(machine['definition'])).toMatch(
      /aws_lambda_function\.PaymentValidation_Function_\w+\.arn\}:\$\{aws_lambda_function\.PaymentValidation_Function_\w+\.version\}/,
    );
  });

  test('acts only for itself', () => {
    expect(
      parsePolicy(template.resource('aws_iam_role', { name: 'comparison-machine-test' })['assume_role_policy']),
    ).toMatchObject({
      Statement: [
        {
          Principal: { Service: 'states.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': '111111111111' },
            ArnLike: { 'aws:SourceArn': 'arn:aws:states:us-east-1:111111111111:stateMachine:comparison-test' },
          },
        },
      ],
    });
  });

  test('may start its own children, follow and redrive them, and no others', () => {
    const states = 'arn:aws:states:us-east-1:111111111111';
    expect(allowed('states:StartExecution')).toEqual([`${states}:stateMachine:comparison-test`]);
    const executions = [`${states}:execution:comparison-test:*`, `${states}:execution:comparison-test/chunks:*`];
    expect(allowed('states:DescribeExecution')).toEqual(executions);
    expect(allowed('states:StopExecution')).toEqual(executions);
    expect(allowed('states:RedriveExecution')).toEqual([executions[1]]);
  });

  test('may read chunk lists and write what the children answered, nothing else in the bucket', () => {
    const bucket = /^\$\{aws_s3_bucket\.Results_Bucket_\w+\.arn\}/.source;
    const at = (prefix: string): unknown => expect.stringMatching(new RegExp(`${bucket}/${prefix}/\\*$`));
    expect(allowed('s3:GetObject')).toEqual([at('comparisons'), at('map-runs')]);
    for (const action of ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts']) {
      expect(allowed(action)).toEqual([at('map-runs')]);
    }
    expect(
      statements()
        .flatMap(({ Action }) => Action)
        .filter((action) => /^s3:.*(Delete|Bucket)/.test(String(action))),
    ).toEqual([]);
  });

  test('may invoke the one function', () => {
    const arn = /^\$\{aws_lambda_function\.PaymentValidation_Function_\w+\.arn\}/.source;
    expect(allowed('lambda:InvokeFunction')).toEqual([
      expect.stringMatching(new RegExp(`${arn}$`)),
      expect.stringMatching(new RegExp(`${arn}:\\*$`)),
    ]);
  });

  test.each([
    [{ maxConcurrency: 0 }, 'maxConcurrency must be an integer from 1 to 100 (batches at once), got 0'],
    [{ maxConcurrency: 101 }, 'maxConcurrency must be an integer from 1 to 100 (batches at once), got 101'],
    [{ maxConcurrency: 1.5 }, 'maxConcurrency must be an integer from 1 to 100 (batches at once), got 1.5'],
    [{ chunksPerBatch: 0 }, 'chunksPerBatch must be an integer from 1 to 1000 (chunks), got 0'],
    [{ chunksPerBatch: 1001 }, 'chunksPerBatch must be an integer from 1 to 1000 (chunks), got 1001'],
    [{ chunksPerBatch: NaN }, 'chunksPerBatch must be an integer from 1 to 1000 (chunks), got NaN'],
  ])('refuses %p', (props, message) => {
    expect(() => build(props)).toThrow(`${message}; choose a value in that range`);
  });

  test.each([
    { maxConcurrency: 1, chunksPerBatch: 1 },
    { maxConcurrency: 100, chunksPerBatch: 1000 },
  ])('takes %p', (props) => {
    const { States } = JSON.parse(String(build(props).resource('aws_sfn_state_machine')['definition'])) as {
      States: Record<string, Json>;
    };
    expect(States['Compare chunks']).toMatchObject({
      MaxConcurrency: props.maxConcurrency,
      ItemBatcher: { MaxItemsPerBatch: props.chunksPerBatch },
    });
  });
});

describe('the bucket of comparisons', () => {
  const NAME = 'payment-comparisons-test-111111111111';

  test('is versioned, has a key of its own, logs requests and is kept', () => {
    expect(template.resource('aws_s3_bucket', { bucket: NAME })).toMatchObject({
      lifecycle: { prevent_destroy: true },
    });
    expect(template.resource('aws_kms_alias', { name: 'alias/comparisons-test' })).toBeDefined();
    expect(template.list('aws_s3_bucket_versioning')).toHaveLength(1);
    expect(template.resource('aws_s3_bucket_logging')).toMatchObject({ target_prefix: 'payment-comparisons/' });
    expect(build({}, true).resource('aws_s3_bucket', { bucket: NAME })).toMatchObject({ force_destroy: true });
  });

  test('keeps comparisons for a year and a month, and what maps wrote for a month', () => {
    const [, ...rules] =
      template
        .list('aws_s3_bucket_lifecycle_configuration')
        .map(({ rule }) => rule as Json[])
        .sort((a, b) => b.length - a.length)[0] ?? [];
    expect(rules).toEqual([
      expect.objectContaining({
        id: 'expire-comparisons',
        filter: [{ prefix: 'comparisons/' }],
        expiration: [{ days: 400 }],
        noncurrent_version_expiration: [{ noncurrent_days: 30 }],
      }),
      expect.objectContaining({
        id: 'expire-map-runs',
        filter: [{ prefix: 'map-runs/' }],
        expiration: [{ days: 30 }],
        noncurrent_version_expiration: [{ noncurrent_days: 30 }],
      }),
    ]);
  });
});
