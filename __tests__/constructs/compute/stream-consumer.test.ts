import { describe, expect, test } from '@jest/globals';
import { FailedQueue, FunctionAlias, StreamConsumer, type StreamConsumerProps } from '../../../constructs/compute';
import { TransactionsTable } from '../../../constructs/storage';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';
import { makeFunction, makeKey } from './function-fixture';

const build = (props: Partial<StreamConsumerProps> = {}): Template =>
  synthesize((stack) => {
    const target = makeFunction(stack);
    const failedQueue = new FailedQueue(stack, 'Failed', {
      component: 'payment-validation',
      encryptionKey: makeKey(stack, 'topics'),
    });
    new StreamConsumer(stack, 'Consumer', {
      function: target,
      alias: new FunctionAlias(stack, 'Live', { function: target, aliasName: 'live', description: 'd' }),
      table: new TransactionsTable(stack, 'Transactions', { encryptionKey: makeKey(stack, 'dynamodb') }),
      status: 'RECEIVED',
      failedQueue,
      ...props,
    });
  });

const mapping = (template: Template): Json => template.resource('aws_lambda_event_source_mapping');

describe('the consumer of a stream', () => {
  test('gets every record from the oldest on, again and again until it is worked off', () => {
    expect(mapping(build())).toEqual({
      '//': expect.anything(),
      event_source_arn: expect.stringMatching(/^\$\{aws_dynamodb_table\.Transactions_\w+\.stream_arn\}$/),
      function_name: expect.stringMatching(/^\$\{aws_lambda_alias\.Live_\w+\.arn\}$/),
      starting_position: 'TRIM_HORIZON',
      batch_size: 100,
      parallelization_factor: 10,
      function_response_types: ['ReportBatchItemFailures'],
      bisect_batch_on_function_error: true,
      maximum_retry_attempts: -1,
      maximum_record_age_in_seconds: -1,
      destination_config: {
        on_failure: { destination_arn: expect.stringMatching(/^\$\{aws_sqs_queue\.Failed_\w+\.arn\}$/) },
      },
      filter_criteria: { filter: [{ pattern: expect.any(String) }] },
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.PaymentValidation_Role_Policy_/)],
    });
  });

  test('gets only items of its status, new or changed', () => {
    const { filter } = mapping(build({ status: 'APPROVED' })).filter_criteria as { filter: { pattern: string }[] };
    expect(filter.map(({ pattern }) => JSON.parse(pattern) as unknown)).toEqual([
      { eventName: ['INSERT', 'MODIFY'], dynamodb: { NewImage: { status: { S: ['APPROVED'] } } } },
    ]);
  });

  test('may read the stream and send to its queue', () => {
    const statements = parsePolicy(build().resource('aws_iam_role_policy').policy).Statement;
    expect(statements).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Sid: 'ReadStream' }),
        {
          Effect: 'Allow',
          Action: 'sqs:SendMessage',
          Resource: expect.stringMatching(/aws_sqs_queue\.Failed_\w+\.arn/),
        },
      ]),
    );
  });

  test.each([
    ['batchSize', 1, 10_000, 'records'],
    ['parallelizationFactor', 1, 10, 'invocations a shard'],
  ] as const)('takes a %s from %d to %d and no other', (field, least, most, unit) => {
    expect(() => [build({ [field]: least }), build({ [field]: most })]).not.toThrow();
    for (const wrong of [least - 1, most + 1, 1.5, Number.NaN]) {
      expect(() => build({ [field]: wrong })).toThrow(
        new Error(
          `${field} must be an integer from ${least} to ${most} (${unit}), got ${wrong}; choose a value in that range`,
        ),
      );
    }
  });
});

describe('the queue of what failed', () => {
  test('is encrypted, keeps messages for 14 days and takes TLS only', () => {
    const template = build();
    expect(template.resource('aws_sqs_queue')).toMatchObject({
      name: 'payment-validation-failed-test',
      kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\.Key-topics_/),
      message_retention_seconds: 1_209_600,
      visibility_timeout_seconds: 300,
    });
    expect(parsePolicy(template.resource('aws_sqs_queue_policy').policy).Statement).toEqual([
      {
        Sid: 'DenyWithoutTls',
        Effect: 'Deny',
        Principal: '*',
        Action: 'sqs:*',
        Resource: expect.stringMatching(/^\$\{aws_sqs_queue\.Failed_\w+\.arn\}$/),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ]);
  });
});
