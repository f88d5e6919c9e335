import { describe, expect, test } from '@jest/globals';
import {
  monitoredFunctions,
  monitoredPayments,
  monitoredQueues,
  monitoredComparison,
  monitoredMachines,
  monitoredRotation,
  monitoredTables,
} from '../../../constructs/monitoring';

const fn = (functionName: string, reservedConcurrency: number | undefined) => ({
  functionName,
  timeoutSeconds: 30,
  reservedConcurrency,
});

describe('functions', () => {
  test('are watched with the time they have, and those with a reservation with that', () => {
    expect(
      monitoredFunctions({ functions: { a: fn('a-dev', 10), b: fn('b-dev', undefined) }, streamConsumers: [] }),
    ).toEqual({
      function: [
        { key: 'a', dimensions: { FunctionName: 'a-dev' }, constants: { timeoutMilliseconds: 30_000 } },
        { key: 'b', dimensions: { FunctionName: 'b-dev' }, constants: { timeoutMilliseconds: 30_000 } },
      ],
      'reserved-function': [{ key: 'a', dimensions: { FunctionName: 'a-dev' }, constants: { reserved: 10 } }],
      'stream-consumer': [],
    });
  });

  test.each([
    ['that are stopped have no share of 0 to use', 0, []],
    ['that run once at a time use all whenever they run', 1, []],
    ['that run twice at a time are watched', 2, [{ reserved: 2 }]],
  ])('%s', (_, reservedConcurrency, constants) => {
    const functions = { a: fn('a', reservedConcurrency) };
    const { 'reserved-function': reserved } = monitoredFunctions({ functions, streamConsumers: [] });
    expect(reserved?.map((each) => each.constants)).toEqual(constants);
  });

  test('that consume the stream are watched for its age', () => {
    const functions = { a: fn('a-dev', undefined), b: fn('b-dev', undefined) };
    expect(monitoredFunctions({ functions, streamConsumers: ['b'] })['stream-consumer']).toEqual([
      { key: 'b', dimensions: { FunctionName: 'b-dev' } },
    ]);
    expect(() => monitoredFunctions({ functions, streamConsumers: ['c', 'a'] })).toThrow(
      'streamConsumers must name functions, got c; the functions: a, b',
    );
  });
});

test('the function of rotations is watched alone', () => {
  expect(monitoredRotation('rotation-dev')).toEqual({
    'rotation-function': [{ dimensions: { FunctionName: 'rotation-dev' } }],
  });
});

test('queues are watched by what they are called', () => {
  expect(monitoredQueues({ booking: 'failed-dev' })).toEqual({
    'failed-queue': [{ key: 'booking', dimensions: { QueueName: 'failed-dev' } }],
  });
});

test('tables are watched, and each of their indexes by itself', () => {
  expect(monitoredTables({ payments: { tableName: 't', indexNames: ['i'] }, state: { tableName: 's' } })).toEqual({
    table: [
      { key: 'payments', dimensions: { TableName: 't' } },
      { key: 'state', dimensions: { TableName: 's' } },
    ],
    'table-index': [{ key: 'payments-i', dimensions: { TableName: 't', GlobalSecondaryIndexName: 'i' } }],
  });
});

test('payments are watched by environment', () => {
  expect(monitoredPayments('dev')).toEqual({ payments: [{ dimensions: { Environment: 'dev' } }] });
});

test('the state machine that compares is watched by its ARN', () => {
  expect(monitoredComparison('arn:comparison')).toEqual({
    comparison: [{ dimensions: { StateMachineArn: 'arn:comparison' } }],
  });
});

test('the state machines of the migration are watched each by its ARN, and page where the databases may be left frozen', () => {
  const watched = (key: string) => ({ key, dimensions: { StateMachineArn: `arn:${key}` } });
  const names = ['replicate', 'advance', 'cutover', 'rollback', 'resume', 'finish'];
  expect(monitoredMachines(Object.fromEntries(names.map((name) => [name, `arn:${name}`])))).toEqual({
    'migration-machine': ['cutover', 'rollback'].map(watched),
    'migration-attempt': ['replicate', 'advance', 'resume', 'finish'].map(watched),
  });
});
