import type { Step } from '../steps';

/** States of a machine by their names. */
export type States = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Lambda's own errors: what may pass by itself. */
const LAMBDA_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/**
 * `usual`: what nobody waits for; `polling`: what is called again anyway, so that a long poll stays below 25,000 events;
 * `frozen`: inside a freeze, where a minute is long; `persistent`: what must not end at the first error of any kind, because
 * nobody does it otherwise: undoing, rolling back, telling people.
 */
export type RetryKind = 'usual' | 'polling' | 'frozen' | 'persistent';

const PACE = {
  usual: { IntervalSeconds: 2, MaxDelaySeconds: 60, MaxAttempts: 8 },
  polling: { IntervalSeconds: 2, MaxDelaySeconds: 30, MaxAttempts: 2 },
  frozen: { IntervalSeconds: 1, MaxDelaySeconds: 5, MaxAttempts: 5 },
  persistent: { IntervalSeconds: 1, MaxDelaySeconds: 10, MaxAttempts: 5 },
} as const;

/** Who lost the lease, or finds authority elsewhere, has no business trying again. */
const FINAL_ERRORS = ['LeaseLost', 'AuthorityMoved'];

/**
 * How a task is repeated. Every step may be: what it did already is not done twice.
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/sfn-best-practices.html#bp-lambda-serviceexception
 */
export function retries(kind: RetryKind) {
  const how = { ...PACE[kind], BackoffRate: 2, JitterStrategy: 'FULL' };
  const usual = { ErrorEquals: LAMBDA_ERRORS, ...how };
  if (kind !== 'persistent') return [usual];
  return [
    usual,
    { ErrorEquals: FINAL_ERRORS, MaxAttempts: 0 },
    { ErrorEquals: ['States.ALL'], ...how, MaxAttempts: 4 },
  ];
}

/** A state that puts a step's answer where failures stand. */
export const noteAnswer = (field: '$.failure' | '$.trouble', next: string) => ({
  Type: 'Pass',
  Parameters: { 'Error.$': '$.step.outcome', 'Cause.$': '$.step.answer.message' },
  ResultPath: field,
  Next: next,
});

/** Whether a field is there: any other question about one that is not there ends the execution, and nothing catches that. */
export const isPresent = (path: string) => ({ Variable: path, IsPresent: true }) as const;

interface Task {
  readonly Type: string;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly { readonly MaxAttempts: number; readonly MaxDelaySeconds?: number }[];
  readonly Parameters: { readonly Payload: { readonly step?: Step } };
}

/**
 * The most seconds that an execution can take by the limits of its states: every task as often as it is repeated, and every
 * step that polls as long as it may, each once.
 */
export function timeLimitSeconds(states: States, limitOf: (step: Step) => number): number {
  const tasks = Object.values(states).filter(({ Type }) => Type === 'Task') as unknown as Task[];
  const seconds = tasks.map(({ TimeoutSeconds, Retry, Parameters: { Payload } }) => {
    const again = Retry.reduce((sum, { MaxAttempts, MaxDelaySeconds = 0 }) => {
      return sum + MaxAttempts * (TimeoutSeconds + MaxDelaySeconds);
    }, 0);
    return TimeoutSeconds + again + (Payload.step === undefined ? 0 : limitOf(Payload.step));
  });
  return seconds.reduce((sum, each) => sum + each, 0);
}

/**
 * States of several parts.
 * @throws Error when two of them have one name
 */
export function together(...parts: readonly States[]): States {
  const entries = parts.flatMap((part) => Object.entries(part));
  const names = entries.map(([name]) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`states must have names of their own, got twice: ${twice.join(', ')}`);
  return Object.fromEntries(entries);
}
