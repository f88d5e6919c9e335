import { describe, expect, test } from '@jest/globals';
import { FunctionAlias, NotificationTopic, Schedule } from '../../../constructs/compute';
import { parsePolicy, synthesize, type Template } from '../../support/template';
import { makeFunction, makeKey } from './function-fixture';

const build = (everyMinutes = 5, input?: Record<string, unknown>): Template =>
  synthesize((stack) => {
    const target = makeFunction(stack);
    new Schedule(stack, 'Sweep', {
      component: 'payment-reconciliation',
      description: 'Drives again what waits',
      alias: new FunctionAlias(stack, 'Live', { function: target, aliasName: 'live', description: 'd' }),
      everyMinutes,
      input,
    });
  });

describe('a schedule', () => {
  test('invokes an alias at a fixed rate, and drops what would come later than the next one', () => {
    expect(build().resource('aws_scheduler_schedule')).toEqual({
      '//': expect.anything(),
      name: 'payment-reconciliation-test',
      description: 'Drives again what waits',
      schedule_expression: 'rate(5 minutes)',
      flexible_time_window: { mode: 'OFF' },
      target: {
        arn: expect.stringMatching(/^\$\{aws_lambda_alias\.Live_\w+\.arn\}$/),
        role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Sweep_Role_\w+\.arn\}$/),
        retry_policy: { maximum_event_age_in_seconds: 300, maximum_retry_attempts: 3 },
      },
      depends_on: [expect.stringMatching(/^aws_iam_role_policy\.Sweep_Role_Policy_/)],
    });
    expect(build(1).resource('aws_scheduler_schedule')).toMatchObject({
      schedule_expression: 'rate(1 minute)',
      target: { retry_policy: { maximum_event_age_in_seconds: 60 } },
    });
  });

  test('gives the function the event that it is made with', () => {
    expect(build(60, { action: 'slots' }).resource('aws_scheduler_schedule')['target']).toMatchObject({
      input: '{"action":"slots"}',
    });
  });

  test('has a role that the scheduler may take for this account, to invoke that alias only', () => {
    const template = build();
    const role = template.resource('aws_iam_role', { name: 'payment-reconciliation-schedule-test' });
    expect(parsePolicy(role.assume_role_policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:scheduler:us-east-1:111111111111:schedule-group/default' },
        },
      },
    ]);
    const [policy] = Object.entries(template.resources('aws_iam_role_policy')).filter(([id]) => id.startsWith('Sweep'));
    expect(parsePolicy(policy?.[1].policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: expect.stringMatching(/^\$\{aws_lambda_alias\.Live_\w+\.arn\}$/),
      },
    ]);
  });

  test.each([1, 1440])('runs every %d minutes', (minutes) => {
    expect(() => build(minutes)).not.toThrow();
  });

  test.each([0, 1441, 2.5, Number.NaN])('does not run every %d minutes', (minutes) => {
    expect(() => build(minutes)).toThrow(
      new Error(
        `everyMinutes must be an integer from 1 to 1440 (minutes), got ${minutes}; choose a value in that range`,
      ),
    );
  });
});

describe('the events of an alias that is invoked asynchronously', () => {
  const asynchronous = (maximumEventAgeSeconds?: number): Template =>
    synthesize((stack) => {
      const key = makeKey(stack, 'topics');
      const target = makeFunction(stack);
      const topic = new NotificationTopic(stack, 'Errors', { component: 'system-errors', encryptionKey: key });
      new FunctionAlias(stack, 'Live', {
        function: target,
        aliasName: 'live',
        description: 'd',
        asynchronousInvocation: {
          failureDestinationType: 'sns',
          failureDestinationArn: topic.topicArn,
          failureDestinationKey: key,
          maximumEventAgeSeconds,
        },
      });
    });

  test('go to a destination under the alias, and the function may deliver them', () => {
    const template = asynchronous();
    expect(template.resource('aws_lambda_function_event_invoke_config')).toMatchObject({
      qualifier: expect.stringMatching(/^\$\{aws_lambda_alias\.Live_\w+\.name\}$/),
      maximum_retry_attempts: 2,
      maximum_event_age_in_seconds: 21_600,
      destination_config: { on_failure: { destination: expect.stringMatching(/aws_sns_topic\.Errors_/) } },
    });
    expect(template.resource('aws_iam_role_policy').policy).toContain('DeliverFailedEvents');
  });

  test('are kept from a minute to six hours', () => {
    expect(() => [asynchronous(60), asynchronous(21_600)]).not.toThrow();
    expect(() => asynchronous(59)).toThrow(
      /^maximumEventAgeSeconds must be a whole number of seconds from 60 to 21600/,
    );
  });
});

test('a topic that functions publish to is encrypted, takes TLS only, and can be published to by grant', () => {
  const template = synthesize((stack) => {
    const topic = new NotificationTopic(stack, 'Failed', {
      component: 'failed-transactions',
      encryptionKey: makeKey(stack, 'topics'),
    });
    topic.grantPublish(makeFunction(stack).role);
  });
  expect(template.resource('aws_sns_topic')).toMatchObject({
    name: 'failed-transactions-test',
    kms_master_key_id: expect.stringMatching(/^\$\{aws_kms_key\.Key-topics_/),
  });
  const topicArn = expect.stringMatching(/^\$\{aws_sns_topic\.Failed_\w+\.arn\}$/);
  expect(parsePolicy(template.resource('aws_sns_topic_policy').policy).Statement).toEqual([
    expect.objectContaining({ Sid: 'AccountUses', Principal: { AWS: 'arn:aws:iam::111111111111:root' } }),
    {
      Sid: 'DenyWithoutTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 'sns:Publish',
      Resource: topicArn,
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
  expect(parsePolicy(template.resource('aws_iam_role_policy').policy).Statement).toEqual(
    expect.arrayContaining([{ Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn }]),
  );
});
