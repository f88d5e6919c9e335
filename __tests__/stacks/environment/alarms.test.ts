import { describe, expect, test } from '@jest/globals';
import type { Environment, EnvironmentInput } from '../../../environments/environment';
import { prod } from '../../../environments/prod';
import { stackOf } from '../../support/stacks';
import type { Json } from '../../support/template';

const stack = stackOf(prod);

/** What the alarms of a row watch, by the value of one dimension. */
const watched = (row: string, dimension: string): string[] =>
  stack
    .list('aws_cloudwatch_metric_alarm')
    .filter(({ alarm_name: name }) => String(name).startsWith(`${row}-`))
    .map(({ dimensions }) => String((dimensions as Json)[dimension]))
    .sort();

/** References to an attribute of every resource of a type. */
const all = (type: string, attribute: string, but: readonly string[] = []): string[] =>
  Object.entries(stack.resources(type))
    .filter(([, body]) => !but.includes(String(body['function_name'])))
    .map(([id]) => `\${${type}.${id}.${attribute}}`)
    .sort();

describe('replication is watched', () => {
  /** Whether missing data alarms, by task. */
  const missing = (phase: Environment['migrationPhase'], cutover: EnvironmentInput['cutover'] = {}): Json =>
    Object.fromEntries(
      stackOf({ ...prod, migrationPhase: phase, cutover })
        .list('aws_cloudwatch_metric_alarm')
        .filter(({ alarm_name: name }) => String(name).startsWith('dms-latency-target-'))
        .map((alarm) => [String(alarm['alarm_name']), alarm['treat_missing_data']]),
    );
  const tasks = (forward: string, reverse: string): Json => ({
    'dms-latency-target-forward-prod': forward,
    'dms-latency-target-forward-cdc-prod': 'missing',
    'dms-latency-target-reverse-prod': reverse,
  });

  test('each task, which must have data in the phases in which it should run', () => {
    expect(missing('preparation')).toEqual(tasks('missing', 'missing'));
    expect(missing('traffic-shift')).toEqual(tasks('breaching', 'missing'));
    expect(missing('data-on-aws')).toEqual(tasks('missing', 'breaching'));
    expect(missing('traffic-shift', { forwardTask: 'forward-cdc' })).toEqual({
      ...tasks('missing', 'missing'),
      'dms-latency-target-forward-cdc-prod': 'breaching',
    });
  });
});

describe('the migration', () => {
  const composite = (name: string): string =>
    String(stack.resource('aws_cloudwatch_composite_alarm', { alarm_name: name })['alarm_rule']);

  test('has its alarms, which together say whether it may go on and whether it should go back', () => {
    expect(watched('rollback-time', 'Environment')).toEqual(['prod']);
    expect(composite('safe-to-advance-prod')).toContain('.Alarms_recovery-point_');
    // Nobody expects tasks to run yet: gates must not wait for their data.
    expect(composite('safe-to-advance-prod')).not.toContain('.Alarms_dms-latency-');
    expect(composite('roll-back-prod')).toContain('.Alarms_alb-error-rate_');
  });
});

describe('the payment path is watched', () => {
  test('every function, but those that look after the database', () => {
    const others = ['ledger-migration-prod', 'db-secret-rotation-prod'];
    const functions = all('aws_lambda_function', 'function_name', others);
    expect(functions.length).toBeGreaterThan(1);
    expect(watched('function-errors', 'FunctionName')).toEqual(functions);
    expect(watched('function-throttles', 'FunctionName')).toEqual(functions);
  });

  test('the rotation of secrets, where one failure counts', () => {
    expect(watched('rotation-failed', 'FunctionName')).toEqual([
      expect.stringMatching(/^\$\{aws_lambda_function\.SecretRotation_Function_\w+\.function_name\}$/),
    ]);
  });

  test('every consumer of the stream, for its age', () => {
    const mappings = stack.list('aws_lambda_event_source_mapping').length;
    expect(mappings).toBeGreaterThan(0);
    expect(watched('stream-late', 'FunctionName')).toHaveLength(mappings);
    expect(watched('stream-very-late', 'FunctionName')).toEqual(watched('stream-late', 'FunctionName'));
  });

  test('every queue', () => {
    const queues = all('aws_sqs_queue', 'name');
    expect(queues.length).toBeGreaterThan(0);
    expect(watched('failed-queue-messages', 'QueueName')).toEqual(queues);
  });

  test('every table, and every index', () => {
    expect(watched('table-write-throttles', 'TableName')).toEqual(all('aws_dynamodb_table', 'name'));
    const indexes = stack
      .list('aws_dynamodb_table')
      .flatMap(({ global_secondary_index: of }) => (of ?? []) as { name: string }[]);
    expect(indexes.length).toBeGreaterThan(0);
    expect(watched('table-index-throttles', 'GlobalSecondaryIndexName')).toEqual(
      indexes.map(({ name }) => name).sort(),
    );
  });

  test('the payments, under the name that functions count them', () => {
    expect(watched('payments-waiting-long', 'Environment')).toEqual(['prod']);
    const functions = stack.list('aws_lambda_function');
    expect(functions.map(({ environment }) => (environment as { variables: Json }).variables['ENVIRONMENT'])).toEqual(
      functions.map(() => 'prod'),
    );
  });
});
