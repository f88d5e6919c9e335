import { describe, expect, test } from '@jest/globals';
import { comparisonDefinition } from '../../../constructs/verification';
import { problemsOf, statesOf } from '../../support/state-machine-rules';

const FUNCTION = 'arn:aws:lambda:us-east-1:111111111111:function:migration-validation-test:7';
const definition = comparisonDefinition({
  functionArn: FUNCTION,
  functionTimeoutSeconds: 900,
  bucketName: 'payment-comparisons-test-111111111111',
  maxConcurrency: 8,
  chunksPerBatch: 10,
});

type State = Readonly<Record<string, unknown>>;
const states = statesOf(definition);
const state = (name: string): State => {
  const found = states.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no state ${name}`);
  return found.state;
};

/** The definition with one field of one state replaced. */
const withState = (name: string, change: State): State => {
  const all = definition['States'] as Record<string, State>;
  return { ...definition, States: { ...all, [name]: { ...all[name], ...change } } };
};

describe('the machine that compares', () => {
  test('is a valid state machine that keeps the rules of this project', () => {
    expect(problemsOf(definition)).toEqual([]);
  });

  test.each<[string, string, State, string]>([
    ['a step without a time limit', 'Plan', { TimeoutSeconds: undefined }, 'Plan has no TimeoutSeconds'],
    ['a step whose failure nobody catches', 'Summarize', { Catch: [] }, 'Summarize does not catch States.ALL'],
    [
      'a failure of the function that is repeated',
      'Plan',
      { Retry: [{ ErrorEquals: ['States.ALL'], JitterStrategy: 'FULL' }] },
      'Plan repeats after States.ALL',
    ],
    ['repetition in step', 'Plan', { Retry: [{ ErrorEquals: [] }] }, 'Plan repeats without jitter'],
    [
      'a chunk that may fail',
      'Compare chunks',
      { ToleratedFailurePercentage: 1 },
      'Compare chunks tolerates failures, or does not say that it does not',
    ],
    ['a map without bound', 'Compare chunks', { MaxConcurrency: 0 }, 'Compare chunks is not bounded'],
    [
      'a token that is waited for',
      'Plan',
      { Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' },
      'a task token is waited for',
    ],
    ['JSONata', 'Plan', { QueryLanguage: 'JSONata' }, 'JSONata is used'],
    ['a way to nowhere', 'Plan', { Next: 'Nowhere' }, 'Nowhere'],
  ])('would not pass with %s', (_, name, change, problem) => {
    expect(problemsOf(withState(name, change)).join('\n')).toContain(problem);
  });

  test('calls one version of one function, in each step with an action of its own', () => {
    const calls = states
      .filter(({ state: { Type } }) => Type === 'Task')
      .map(({ state: { Parameters } }) => Parameters as { FunctionName: string; Payload: { action: string } });
    expect(new Set(calls.map(({ FunctionName }) => FunctionName))).toEqual(new Set([FUNCTION]));
    expect(calls.map(({ Payload }) => Payload.action)).toEqual(['plan', 'compare-chunks', 'summarize']);
  });

  test('waits a little longer than the function may take, which then says itself what was wrong', () => {
    expect(state('Plan')).toMatchObject({ TimeoutSeconds: 930 });
    expect(state('Compare batch')).toMatchObject({ TimeoutSeconds: 930 });
  });

  test('plans until the plan is finished, then compares chunks, if there are any', () => {
    expect(state('Planned?')).toMatchObject({
      Choices: [
        { Variable: '$.plan.finished', BooleanEquals: false, Next: 'Plan' },
        { Variable: '$.plan.chunks', NumericEquals: 0, Next: 'Summarize' },
      ],
      Default: 'Compare chunks',
    });
  });

  test('maps over the list in the bucket, bounded, by children that may take as long as a function', () => {
    expect(state('Compare chunks')).toMatchObject({
      Label: 'chunks',
      MaxConcurrency: 8,
      ToleratedFailurePercentage: 0,
      ItemReader: {
        Resource: 'arn:aws:states:::s3:getObject',
        ReaderConfig: { InputType: 'JSON' },
        Parameters: { Bucket: 'payment-comparisons-test-111111111111', 'Key.$': '$.plan.chunksKey' },
      },
      ItemBatcher: { MaxItemsPerBatch: 10, BatchInput: { 'id.$': '$.id' } },
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      ResultWriter: {
        Resource: 'arn:aws:states:::s3:putObject',
        Parameters: { Bucket: 'payment-comparisons-test-111111111111', Prefix: 'map-runs' },
      },
    });
  });

  test('tells the report of what failed, and compares the rest all the same', () => {
    expect(state('Compare chunks')['Catch']).toEqual([
      { ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'Summarize' },
    ]);
    expect(state('Summarize')).toMatchObject({ Parameters: { Payload: { 'failure.$': '$.failure' } } });
  });

  test('succeeds where the verdict is equal, and nowhere else', () => {
    expect(states.filter(({ state: { Type } }) => Type === 'Succeed').map(({ name }) => name)).toEqual(['Equal']);
    expect(state('Equal?')).toMatchObject({
      Choices: [
        { StringEquals: 'equal', Next: 'Equal' },
        { StringEquals: 'different', Next: 'Different' },
      ],
      Default: 'Unknown',
    });
    const leadingTo = states.filter(
      ({ state: each }) => JSON.stringify(each).includes('"Equal"') && each['Type'] !== 'Succeed',
    );
    expect(leadingTo.map(({ name }) => name)).toEqual(['Equal?']);
  });
});
