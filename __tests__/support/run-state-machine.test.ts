import { describe, expect, test } from '@jest/globals';
import { type Injection, runStateMachine } from './run-state-machine';

const task = (next: object) => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Parameters: {
    FunctionName: 'arn:aws:lambda:us-east-1:111111111111:function:adder-test:7',
    Payload: { 'id.$': '$$.Execution.Id', 'at.$': '$$.Execution.StartTime', 'input.$': '$$.Execution.Input' },
  },
  TimeoutSeconds: 60,
  Retry: [{ ErrorEquals: ['Lambda.SdkClientException'], IntervalSeconds: 2, MaxAttempts: 2 }],
  Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Failed' }],
  ResultSelector: { 'sum.$': '$.Payload.sum' },
  ResultPath: '$.result',
  ...next,
});
const definition = {
  TimeoutSeconds: 600,
  StartAt: 'Add',
  States: {
    Add: task({ Next: 'Pause' }),
    Pause: { Type: 'Wait', Seconds: 3600, Next: 'Add more' },
    'Add more': task({ Next: 'Enough?' }),
    'Enough?': {
      Type: 'Choice',
      Choices: [{ Variable: '$.result.sum', NumericGreaterThan: 100, Next: 'Done' }],
      Default: 'Pause',
    },
    Done: { Type: 'Succeed' },
    Failed: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
  },
};

const run = async (faults: readonly Injection[] = [], by = 60) => {
  let sum = 0;
  const waits: number[] = [];
  const result = await runStateMachine(definition, {
    handlers: { 'adder-test': () => ({ sum: (sum += by) }) },
    input: { who: 'test' },
    faults,
    onWait: (seconds) => void waits.push(seconds),
    mostStates: 50,
  });
  await result.settled;
  return { ...result, sum, waits };
};

describe('a state machine in a test', () => {
  test('runs with functions of this process, by their names, and waits for nothing', async () => {
    const { visited, output, calls, waits } = await run();
    expect(visited).toEqual(['Add', 'Pause', 'Add more', 'Enough?', 'Done']);
    expect(output).toEqual({ who: 'test', result: { sum: 120 } });
    expect(waits).toEqual([3600]);
    expect(calls[0]).toEqual({
      state: 'Add',
      payload: {
        id: 'arn:aws:states:us-east-1:111111111111:execution:machine-test:night',
        at: '2026-01-01T00:00:00.000Z',
        input: { who: 'test' },
      },
    });
  });

  test.each<[string, Injection['fault'], number, string | undefined]>([
    ['fails before its effect', { kind: 'fail', error: 'LeaseLost', message: 'gone' }, 0, 'LeaseLost'],
    ['dies after its effect', { kind: 'crash', error: 'Runtime.ExitError' }, 60, 'Runtime.ExitError'],
    ['does not answer', { kind: 'timeout' }, 0, 'States.Timeout'],
    ['does not answer, and has its effect later', { kind: 'late' }, 60, 'States.Timeout'],
    ['is called again, for the answer was lost', { kind: 'repeat' }, 180, undefined],
    ['is called twice', { kind: 'twice' }, 180, undefined],
    ['is called twice at once', { kind: 'at-once' }, 180, undefined],
  ])('lets a function that %s', async (_, fault, effects, error) => {
    const { sum, failure } = await run([{ state: 'Add', call: 0, fault }]);
    expect({ sum, error: failure?.error }).toEqual({ sum: effects, error });
  });

  test('has a fault in the call that it is asked for, and in no other', async () => {
    const { visited, failure } = await run([{ state: 'Add more', call: 1, fault: { kind: 'fail', error: 'X' } }], 1);
    expect(visited.filter((name) => name === 'Add more')).toHaveLength(2);
    expect(failure).toEqual({ error: 'X', cause: 'injected' });
  });

  test('fails the test when nobody is there for a function, and when it goes on for ever', async () => {
    await expect(runStateMachine(definition, { handlers: {} })).rejects.toThrow(
      'no handler for arn:aws:lambda:us-east-1:111111111111:function:adder-test:7, which Add calls',
    );
    await expect(run([], 0)).rejects.toThrow('the machine goes on for ever');
  });
});
