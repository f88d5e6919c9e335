import type { StateMachineDefinition } from '../workflow';

/** What the state machine is made of. */
export interface ComparisonDefinitionProps {
  /** The function `migration-validation`, with the version that every step of one comparison runs on. */
  readonly functionArn: string;
  /** How long one invocation may take, in seconds. */
  readonly functionTimeoutSeconds: number;
  /** The bucket that holds the chunk list and takes the results. */
  readonly bucketName: string;
  /** How many batches are compared at once, and so how many connections each database gets: from 1. */
  readonly maxConcurrency: number;
  /** How many chunks one invocation compares: from 1. */
  readonly chunksPerBatch: number;
}

/** The name of the map in the ARNs of its child executions. */
export const MAP_LABEL = 'chunks';
/** Where Step Functions writes what the children answered, in a folder of each run. */
export const MAP_RUNS_PREFIX = 'map-runs';

/** Step Functions gives up a little after Lambda, whose own error says more. */
const ANSWER_MARGIN_SECONDS = 30;
/** The most that a comparison may take, in seconds: three days. */
const MACHINE_TIMEOUT_SECONDS = 259_200;

/**
 * What may pass by itself: Lambda's own errors. An error of the function is no such thing: it has tried itself what can be
 * tried.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
const RETRY = [
  {
    ErrorEquals: [
      'Lambda.ClientExecutionTimeoutException',
      'Lambda.ServiceException',
      'Lambda.AWSLambdaException',
      'Lambda.SdkClientException',
      'Lambda.TooManyRequestsException',
    ],
    IntervalSeconds: 2,
    BackoffRate: 2,
    MaxDelaySeconds: 60,
    MaxAttempts: 8,
    JitterStrategy: 'FULL',
  },
];

/** Whatever went wrong is kept, for the report and for whoever looks at the execution. */
const caught = (next: string) => [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: next }];

/**
 * The machine that compares two databases chunk by chunk: plan (as often as it takes), compare the chunks by a Distributed
 * Map, then compare schema, sequences and ledger and put the report together. It succeeds only where everything is equal.
 * Where chunks could not be compared the rest still is, so that there is a report, and the report cannot be `equal`.
 *
 * Children are STANDARD workflows: a batch may take as long as a function may, 15 minutes, and EXPRESS ones end after 5.
 * No value of a row stands in any state: chunks are named by number, what they are is in the bucket.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
 */
export function comparisonDefinition(props: ComparisonDefinitionProps): StateMachineDefinition {
  const invoke = (payload: Readonly<Record<string, unknown>>) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::lambda:invoke',
    Parameters: { FunctionName: props.functionArn, Payload: payload },
    TimeoutSeconds: props.functionTimeoutSeconds + ANSWER_MARGIN_SECONDS,
    Retry: RETRY,
  });
  return {
    Comment: 'Compares two databases and succeeds only if they are equal.',
    TimeoutSeconds: MACHINE_TIMEOUT_SECONDS,
    StartAt: 'Begin',
    States: {
      Begin: {
        Type: 'Pass',
        Parameters: {
          'id.$': '$$.Execution.Name',
          'request.$': '$',
          plan: { parts: 0 },
          failure: {},
        },
        Next: 'Plan',
      },
      Plan: {
        ...invoke({ action: 'plan', 'id.$': '$.id', 'request.$': '$.request', 'parts.$': '$.plan.parts' }),
        Comment: 'Cuts tables into chunks for some minutes, and goes on where it stood when called again.',
        ResultSelector: {
          'finished.$': '$.Payload.finished',
          'parts.$': '$.Payload.parts',
          'chunks.$': '$.Payload.chunks',
          'chunksKey.$': '$.Payload.chunksKey',
        },
        ResultPath: '$.plan',
        Catch: caught('Failed'),
        Next: 'Planned?',
      },
      'Planned?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.plan.finished', BooleanEquals: false, Next: 'Plan' },
          // A map over nothing is an error.
          { Variable: '$.plan.chunks', NumericEquals: 0, Next: 'Summarize' },
        ],
        Default: 'Compare chunks',
      },
      'Compare chunks': {
        ...compareChunks(props, invoke),
        Catch: caught('Summarize'),
        Next: 'Summarize',
      },
      Summarize: {
        ...invoke({ action: 'summarize', 'id.$': '$.id', 'failure.$': '$.failure' }),
        Comment: 'Puts the results together, compares schema, sequences and ledger, and writes the report.',
        ResultSelector: { 'verdict.$': '$.Payload.verdict', 'report.$': '$.Payload.report' },
        ResultPath: '$.summary',
        Catch: caught('Failed'),
        Next: 'Equal?',
      },
      'Equal?': {
        Type: 'Choice',
        Choices: [
          { Variable: '$.summary.verdict', StringEquals: 'equal', Next: 'Equal' },
          { Variable: '$.summary.verdict', StringEquals: 'different', Next: 'Different' },
        ],
        Default: 'Unknown',
      },
      Equal: { Type: 'Succeed' },
      Different: { Type: 'Fail', Error: 'Different', CausePath: '$.summary.report' },
      Unknown: { Type: 'Fail', Error: 'Unknown', CausePath: '$.summary.report' },
      Failed: { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' },
    },
  };
}

/** The map, and what one of its children does. */
const compareChunks = (
  { bucketName, maxConcurrency, chunksPerBatch }: ComparisonDefinitionProps,
  invoke: (payload: Readonly<Record<string, unknown>>) => object,
) => ({
  Type: 'Map',
  Label: MAP_LABEL,
  ItemReader: {
    Resource: 'arn:aws:states:::s3:getObject',
    ReaderConfig: { InputType: 'JSON' },
    Parameters: { Bucket: bucketName, 'Key.$': '$.plan.chunksKey' },
  },
  ItemBatcher: { MaxItemsPerBatch: chunksPerBatch, BatchInput: { 'id.$': '$.id' } },
  MaxConcurrency: maxConcurrency,
  // One chunk that was not compared is one where anything may be.
  ToleratedFailurePercentage: 0,
  ItemProcessor: {
    ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
    StartAt: 'Compare batch',
    States: {
      'Compare batch': {
        ...invoke({ action: 'compare-chunks', 'id.$': '$.BatchInput.id', 'chunks.$': '$.Items' }),
        ResultSelector: { 'chunks.$': '$.Payload.chunks', 'different.$': '$.Payload.different' },
        End: true,
      },
    },
  },
  // What the children answer together may be more than a state can hold.
  ResultWriter: {
    Resource: 'arn:aws:states:::s3:putObject',
    Parameters: { Bucket: bucketName, Prefix: MAP_RUNS_PREFIX },
  },
  ResultPath: null,
});
