import type { StateMachineDefinition } from '../../workflow';
import { type CutoverLimits, isPolling, limitSecondsOf, pauseSecondsOf } from '../limits';
import type { Step } from '../steps';
import { noteAnswer, retries, type RetryKind, type States, timeLimitSeconds, together } from './states';

/** A function as the machines call it. */
export interface CalledFunction {
  /** With the version that all steps of one execution run on. */
  readonly functionArn: string;
  /** How long one invocation may take, in seconds. */
  readonly timeoutSeconds: number;
}

/** What the six machines are made of. */
export interface CutoverDefinitionProps {
  readonly functions: Readonly<Record<'steps' | 'validation' | 'schema' | 'traffic', CalledFunction>>;
  readonly limits: CutoverLimits;
  /** Tables whose rows are only ever added: of these a comparison inside a freeze reads the new rows. */
  readonly appendOnly: readonly { readonly schema: string; readonly name: string }[];
  /**
   * What replication moves: a comparison inside a freeze leaves none of it out, whatever the earlier one looked at.
   * @default what the earlier one looked at
   */
  readonly replicated?: {
    readonly schemas: readonly string[];
    readonly excludedTables: readonly { readonly schema: string; readonly name: string }[];
  };
}

/** The state that an execution ends in when another one has taken its lease. */
export const OVERTAKEN = 'Overtaken';

const OVERTAKEN_END = {
  Type: 'Fail',
  Comment: 'Another execution has the lease and acts: nothing is undone here, and nobody is called.',
  Error: OVERTAKEN,
  Cause: 'another execution has taken the lease over; what is to be done now is done there',
};

/** Where a machine goes on when a step did not do what it should. */
export interface Route {
  /** After an error, which stands in `field`. */
  readonly caught: string;
  /** After an answer with an outcome that the machine does not name: a state that writes it to `field`. */
  readonly answered: string;
  readonly field: '$.failure' | '$.trouble';
}

interface TaskOptions {
  readonly comment?: string;
  readonly otherwise: Route;
  /** @default 'usual' */
  readonly retry?: RetryKind;
}

export interface StepOptions extends TaskOptions {
  readonly step: Step;
  /** Literals of the definition, and results of other tasks. @default nothing */
  readonly given?: Readonly<Record<string, unknown>>;
  /** Where to go, by outcome. `again` and `wait` of a step that polls go without saying. */
  readonly on: Readonly<Record<string, string>>;
  /** Inside a freeze a step is called again at once. @default false */
  readonly frozen?: boolean;
  /** What is kept of the answer beside its outcome: fields that every answer of the step has. @default nothing */
  readonly keep?: readonly string[];
  /** Where to go before the step is called again. @default to the step itself */
  readonly repeatFrom?: string;
}

export interface CallOptions extends TaskOptions {
  readonly function: keyof CutoverDefinitionProps['functions'];
  readonly payload: Readonly<Record<string, unknown>>;
  /** @default {"answer.$":"$.Payload"} */
  readonly select?: Readonly<Record<string, string>>;
  /** Where the answer is put; null where nobody needs it. */
  readonly resultPath: string | null;
  readonly next: string;
  /** How long it may take at most, in seconds. @default as long as the function may */
  readonly atMostSeconds?: number;
}

export interface GiveUpOptions {
  /** The names of the states: what notes an answer as failure, tells people, gives the lease back, and ends. */
  readonly notDone: string;
  readonly tell: string;
  readonly release: string;
  readonly failed: string;
  readonly severity: 'info' | 'page';
  readonly subject: string;
  /** What is done before people are told. @default nothing */
  readonly whenCaught?: string;
}

/** An end, and the route that leads there. */
export interface Ending {
  readonly states: States;
  readonly route: Route;
}

/** Ends an execution with what went wrong first. */
export const FAILED = { Type: 'Fail', ErrorPath: '$.failure.Error', CausePath: '$.failure.Cause' } as const;

const NOT_BEGUN: Route = { caught: 'Not begun', answered: 'Not begun', field: '$.failure' };

/**
 * Step Functions gives up a little after Lambda, whose own error says more, and which has ended the invocation by then: what
 * undoes a step never meets it still at work.
 */
const ANSWER_MARGIN_SECONDS = 30;
const EXECUTION = { 'execution.$': '$$.Execution.Id' };
const TOKEN = { 'token.$': '$.lease.token' };

/** Makes the states of one machine. */
export class Tasks {
  constructor(
    readonly machine: string,
    readonly props: CutoverDefinitionProps,
  ) {}

  /** A step of `migration-steps`, the choice after it, and the pause before it is called again. */
  step(name: string, options: StepOptions): States {
    const { step, given = {}, frozen = false, keep = [] } = options;
    const pause = `${name}: pause`;
    const repeat = options.repeatFrom ?? name;
    const paused = isPolling(step) && !frozen;
    const next = isPolling(step)
      ? { ...options.on, again: paused ? pause : repeat, wait: paused ? pause : repeat }
      : options.on;
    const withLease = step !== 'acquire' && step !== 'take-over';
    const payload = {
      step,
      state: name,
      machine: this.machine,
      ...EXECUTION,
      'name.$': '$$.Execution.Name',
      'startedAt.$': '$$.Execution.StartTime',
      'input.$': '$$.Execution.Input',
      ...(withLease ? TOKEN : {}),
      given,
    };
    const retry = options.retry ?? (frozen ? 'frozen' : isPolling(step) ? 'polling' : 'usual');
    return {
      [name]: {
        ...this.task('steps', payload, { ...options, retry }),
        ResultSelector: withLease
          ? {
              'outcome.$': '$.Payload.outcome',
              'answer.$': '$.Payload',
              ...Object.fromEntries(keep.map((field) => [`${field}.$`, `$.Payload.${field}`])),
            }
          : { 'outcome.$': '$.Payload.outcome', 'token.$': '$.Payload.token' },
        ResultPath: withLease ? '$.step' : '$.lease',
        Next: withLease ? `${name}?` : options.on['done'],
      },
      ...(withLease ? { [`${name}?`]: choiceOfOutcome(next, options.otherwise.answered) } : {}),
      ...(paused ? { [pause]: { Type: 'Wait', Seconds: pauseSecondsOf(step, this.props.limits), Next: repeat } } : {}),
    };
  }

  /** A call of another function. */
  call(name: string, options: CallOptions): States {
    return {
      [name]: {
        ...this.task(options.function, options.payload, options),
        ...(options.resultPath === null ? {} : { ResultSelector: options.select ?? { 'answer.$': '$.Payload' } }),
        ResultPath: options.resultPath,
        Next: options.next,
      },
    };
  }

  /** The weights of the records, as Route 53 has them. */
  readWeights(name: string, resultPath: string, next: string, otherwise: Route): States {
    return this.call(name, {
      function: 'traffic',
      payload: { action: 'read' },
      select: { 'weights.$': '$.Payload.weights' },
      resultPath,
      next,
      otherwise,
      retry: 'polling',
    });
  }

  /** Moves traffic; what stands right already is left alone. */
  shiftWeights(name: string, weights: Readonly<Record<string, unknown>>, next: string, otherwise: Route): States {
    return this.call(name, {
      function: 'traffic',
      payload: { action: 'shift', ...weights, ...EXECUTION, machine: this.machine, ...TOKEN },
      resultPath: null,
      next,
      otherwise,
      retry: 'persistent',
    });
  }

  /** Looks for what stands in the way of replication. */
  assess(name: string, next: string, otherwise: Route): States {
    return this.call(name, {
      function: 'validation',
      payload: { action: 'assess', 'id.$': '$$.Execution.Name', request: {} },
      resultPath: '$.assessment',
      next,
      otherwise,
    });
  }

  /** Tells people. That it cannot be told stops nothing. */
  notify(name: string, severity: 'info' | 'page', subject: string, next: string, why?: '$.failure'): States {
    return this.step(name, {
      step: 'notify',
      given: { severity, subject, ...(why === undefined ? {} : { 'failure.$': why }) },
      on: { done: next },
      otherwise: { caught: next, answered: next, field: '$.trouble' },
      retry: 'persistent',
    });
  }

  /** Takes the lease when it is free. Without it nothing happened, and there is nothing to undo. */
  acquire(next: string): States {
    return {
      ...this.step('Acquire lease', { step: 'acquire', on: { done: next }, otherwise: NOT_BEGUN }),
      [NOT_BEGUN.caught]: FAILED,
    };
  }

  /** Takes the lease whoever has it. */
  takeOver(next: string): States {
    return {
      ...this.step('Take over lease', {
        step: 'take-over',
        on: { done: next },
        otherwise: NOT_BEGUN,
        retry: 'persistent',
      }),
      [NOT_BEGUN.caught]: FAILED,
    };
  }

  /** Gives the lease back. If that fails, the next execution takes it, for this one has ended. */
  release(name: string, next: string): States {
    return this.step(name, {
      step: 'release',
      on: { done: next },
      otherwise: { caught: next, answered: next, field: '$.trouble' },
    });
  }

  /** The end of an execution that failed: people are told why, and the lease is given back. */
  giveUp(options: GiveUpOptions): Ending {
    const { notDone, tell, release, failed, severity, subject, whenCaught = tell } = options;
    const states = {
      [notDone]: noteAnswer('$.failure', whenCaught),
      ...this.notify(tell, severity, subject, release, '$.failure'),
      ...this.release(release, failed),
      [failed]: FAILED,
    };
    return { states, route: { caught: whenCaught, answered: notDone, field: '$.failure' } };
  }

  /** The whole machine. It begins with nothing but what the states themselves put there. */
  definition(comment: string, startAt: string, states: readonly States[]): StateMachineDefinition {
    const begin = { Begin: { Type: 'Pass', Parameters: { machine: this.machine }, Next: startAt } };
    const all = together(begin, ...states, { [OVERTAKEN]: OVERTAKEN_END });
    return { Comment: comment, TimeoutSeconds: this.timeLimit(all), StartAt: 'Begin', States: all };
  }

  /** Longer than everything together may take: the machine's own end comes after that of each of its steps. */
  private timeLimit(states: States): number {
    return timeLimitSeconds(states, (step) => (isPolling(step) ? limitSecondsOf(step, this.props.limits) : 0));
  }

  private task(
    called: keyof CutoverDefinitionProps['functions'],
    payload: Readonly<Record<string, unknown>>,
    { comment, otherwise, retry = 'usual', atMostSeconds = Infinity }: TaskOptions & { atMostSeconds?: number },
  ) {
    const { functionArn, timeoutSeconds } = this.props.functions[called];
    return {
      Type: 'Task',
      ...(comment === undefined ? {} : { Comment: comment }),
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: functionArn, Payload: payload },
      TimeoutSeconds: Math.min(timeoutSeconds + ANSWER_MARGIN_SECONDS, atMostSeconds),
      Retry: retries(retry),
      Catch: [
        { ErrorEquals: ['LeaseLost'], ResultPath: otherwise.field, Next: OVERTAKEN },
        { ErrorEquals: ['States.ALL'], ResultPath: otherwise.field, Next: otherwise.caught },
      ],
    };
  }
}

/** Goes on by the step's outcome; one without a name goes where failures go. */
const choiceOfOutcome = (next: Readonly<Record<string, string>>, otherwise: string) => ({
  Type: 'Choice',
  Choices: Object.entries(next).map(([outcome, state]) => ({
    Variable: '$.step.outcome',
    StringEquals: outcome,
    Next: state,
  })),
  Default: otherwise,
});
