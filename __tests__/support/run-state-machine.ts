import { statesOf } from './state-machine-rules';

type Json = Readonly<Record<string, unknown>>;

/** A function as Step Functions invokes it. */
export type FunctionHandler = (payload: Json) => unknown;

/**
 * What goes wrong with one call of a task:
 * - an error is thrown before the function has any effect (`fail`) or after all of them (`crash`: its answer is lost);
 * - `timeout`: nothing happens, and Step Functions gives up;
 * - `late`: Step Functions gives up, and only then the function has its effects: after a moment, or, so that every run is the
 *   same, with the n-th call of a function `after` it, at the latest when the execution has ended;
 * - `repeat`: the answer is lost on the way, Step Functions itself calls once more, as it does after an error of Lambda;
 * - `twice`: delivered twice, one after the other; `at-once`: delivered twice, both at the same time.
 */
export type Fault =
  | { readonly kind: 'fail' | 'crash'; readonly error: string; readonly message?: string }
  | { readonly kind: 'late'; readonly after?: number }
  | { readonly kind: 'timeout' | 'repeat' | 'twice' | 'at-once' };

/** Which call has a fault: the n-th of a state, from 0, or each of them. */
export interface Injection {
  readonly state: string;
  /** @default every call */
  readonly call?: number;
  readonly fault: Fault;
}

export interface RunOptions {
  /** By the function's name, or by the whole `FunctionName`. A task whose function is not here fails the test. */
  readonly handlers: Readonly<Record<string, FunctionHandler>>;
  /** @default {} */
  readonly input?: unknown;
  /** @default 'night' */
  readonly name?: string;
  /** @default `arn:aws:states:us-east-1:111111111111:execution:<machine>-test:<name>` */
  readonly execution?: string;
  /** @default 'machine' */
  readonly machine?: string;
  /** When the execution began: of the clock that the handlers see. @default 2026-01-01T00:00:00.000Z */
  readonly startTime?: string;
  /** @default none */
  readonly faults?: readonly Injection[];
  /** Called instead of waiting, with the seconds of the state: a clock may be moved on. @default no time passes */
  readonly onWait?: (seconds: number, state: string) => Promise<void> | void;
  /** Called before each task, for what happens meanwhile. @default nothing */
  readonly onTask?: (state: string, call: number) => Promise<void> | void;
  /** The most states that are entered before the run counts as endless. @default 2000 */
  readonly mostStates?: number;
}

/** What an execution did. */
export interface RunResult {
  /** Every state entered, in order. */
  readonly visited: readonly string[];
  /** Every transition, as `<state> -> <next>`. */
  readonly transitions: readonly string[];
  /** Every call of a function, in order, also those that failed. */
  readonly calls: readonly { readonly state: string; readonly payload: Json }[];
  /** The output of an execution that succeeded. */
  readonly output?: unknown;
  /** Why it failed. */
  readonly failure?: { readonly error: string; readonly cause: string };
  /** Resolves when effects of `late` invocations are there too. */
  readonly settled: Promise<unknown>;
}

/** How long Step Functions waits here where a function never answers, in seconds. */
const SHORT_TIMEOUT_SECONDS = 0.005;

/** The engine is written for Node.js 22. */
function polyfill(): void {
  const promise = Promise as unknown as { withResolvers?: () => unknown };
  promise.withResolvers ??= () => {
    let resolve: unknown, reject: unknown;
    const made = new Promise((yes, no) => ([resolve, reject] = [yes, no]));
    return { promise: made, resolve, reject };
  };
}

/**
 * Executes a definition with functions in this process, by aws-local-stepfunctions: the same definition that is deployed,
 * where waiting takes no time. Time limits of tasks are the engine's own; the limit of the whole machine is left out, for it
 * would keep a timer.
 */
export async function runStateMachine(definition: Json, options: RunOptions): Promise<RunResult> {
  polyfill();
  const { StateMachine } = await import('aws-local-stepfunctions');
  const run = new Run(definition, options);
  const execution = new StateMachine(run.definition, { validationOptions: { noValidate: true } }).run(
    options.input ?? {},
    {
      overrides: { taskResourceLocalHandlers: run.handlers(), retryIntervalOverrides: run.retryIntervals() },
      context: run.context(),
    },
  );
  const visited = (async () => {
    const names: string[] = [];
    for await (const { type, state } of execution.eventLogs) {
      if (type === 'StateEntered' && state !== undefined) names.push(state.name);
    }
    return names;
  })();
  const end = await execution.result.then(
    (output) => ({ output }),
    (error: unknown) => ({ failure: failureOf(error) }),
  );
  run.releaseLate(Infinity);
  if (run.mistake !== undefined) throw run.mistake;
  const names = await visited;
  return {
    ...end,
    visited: names,
    transitions: names.slice(1).map((name, index) => `${names[index] ?? ''} -> ${name}`),
    calls: run.calls,
    settled: Promise.allSettled(run.late),
  };
}

function failureOf(error: unknown): { error: string; cause: string } {
  const { cause = error } = error as { cause?: unknown };
  const { name, message } = cause as Error;
  return { error: name, cause: message };
}

class Run {
  readonly definition: { States: Record<string, Record<string, unknown>>; TimeoutSeconds?: unknown };
  readonly calls: { state: string; payload: Json }[] = [];
  readonly late: Promise<unknown>[] = [];
  /** What is wrong with the test rather than with the machine. */
  mistake: Error | undefined;
  private readonly counts = new Map<string, number>();
  private held: { readonly at: number; readonly release: () => void }[] = [];
  private entered = 0;

  constructor(
    original: Json,
    private readonly options: RunOptions,
  ) {
    // The engine overwrites the time at which an execution began.
    const text = JSON.stringify(original).replaceAll(
      /"(\w+)\.\$":"\$\$\.Execution\.StartTime"/g,
      (_, key: string) => `"${key}":"${options.startTime ?? '2026-01-01T00:00:00.000Z'}"`,
    );
    this.definition = JSON.parse(text) as Run['definition'];
    delete this.definition.TimeoutSeconds;
    for (const state of Object.values(this.definition.States)) {
      // A task, so that somebody can be told of it.
      if (state['Type'] === 'Wait') {
        Object.assign(state, { Type: 'Task', Resource: 'wait', TimeoutSeconds: 3600, ResultPath: null });
      }
    }
  }

  context() {
    const { name = 'night', machine = 'machine' } = this.options;
    const execution =
      this.options.execution ?? `arn:aws:states:us-east-1:111111111111:execution:${machine}-test:${name}`;
    return {
      Execution: { Id: execution, Name: name, Input: this.options.input ?? {} },
      StateMachine: { Name: machine },
    };
  }

  retryIntervals(): Record<string, number> {
    return Object.fromEntries(statesOf(this.definition).map(({ name }) => [name, 0]));
  }

  handlers() {
    const tasks = Object.entries(this.definition.States).filter(([, { Type }]) => Type === 'Task');
    return Object.fromEntries(
      tasks.map(([name, state]) => [
        name,
        state['Resource'] === 'wait' ? () => this.wait(name, state) : (input: unknown) => this.call(name, state, input),
      ]),
    );
  }

  private async wait(name: string, state: Json): Promise<unknown> {
    this.countState();
    await this.options.onWait?.(Number(state['Seconds']), name);
    return {};
  }

  /** Begins synchronously: the engine reads the state's time limit right after. */
  private call(name: string, state: Record<string, unknown>, input: unknown): Promise<unknown> {
    const { FunctionName, Payload } = input as { FunctionName: string; Payload: Json };
    const call = this.counts.get(name) ?? 0;
    this.counts.set(name, call + 1);
    this.calls.push({ state: name, payload: Payload });
    this.countState();
    const fault = this.options.faults?.find((each) => each.state === name && (each.call ?? call) === call)?.fault;
    this.releaseLate(this.calls.length);
    const givesUp = fault?.kind === 'timeout' || fault?.kind === 'late';
    const limit = state['TimeoutSeconds'];
    if (givesUp) {
      state['TimeoutSeconds'] = SHORT_TIMEOUT_SECONDS;
      queueMicrotask(() => (state['TimeoutSeconds'] = limit));
    }
    const invoke = async () => {
      await this.options.onTask?.(name, call);
      return { StatusCode: 200, Payload: await this.invoke(name, FunctionName, Payload) };
    };
    const at = fault?.kind === 'late' && fault.after !== undefined ? this.calls.length + fault.after : undefined;
    return faulty(invoke, fault, (late) =>
      this.late.push(at === undefined ? aMoment().then(late) : this.hold(at, late)),
    );
  }

  /** What is late until so many calls were made has its effects. */
  releaseLate(calls: number): void {
    const due = this.held.filter(({ at }) => at <= calls);
    this.held = this.held.filter(({ at }) => at > calls);
    for (const { release } of due) release();
  }

  private async hold(at: number, late: () => Promise<unknown>): Promise<unknown> {
    await new Promise<void>((release) => this.held.push({ at, release }));
    return late();
  }

  private invoke(state: string, functionName: string, payload: Json): unknown {
    const [, name] = /:function:([^:]+)/.exec(functionName) ?? [undefined, functionName];
    const handler = this.options.handlers[functionName] ?? this.options.handlers[name];
    if (handler === undefined) {
      this.mistake = new Error(`no handler for ${functionName}, which ${state} calls`);
      throw this.mistake;
    }
    // What goes over the wire is JSON.
    return Promise.resolve(handler(JSON.parse(JSON.stringify(payload)) as Json)).then((answer) =>
      answer === undefined ? null : (JSON.parse(JSON.stringify(answer)) as unknown),
    );
  }

  private countState(): void {
    this.entered += 1;
    if (this.entered <= (this.options.mostStates ?? 2000)) return;
    this.mistake = new Error(
      `the machine goes on for ever: ${this.calls
        .slice(-6)
        .map(({ state }) => state)
        .join(', ')}`,
    );
    throw this.mistake;
  }
}

/** Lambda passes on the name and message of what a function throws. */
const named = (name: string, message = 'injected'): Error => Object.assign(new Error(message), { name });

const aMoment = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, SHORT_TIMEOUT_SECONDS * 2000));

async function faulty(
  invoke: () => Promise<unknown>,
  fault: Fault | undefined,
  addLate: (late: () => Promise<unknown>) => void,
): Promise<unknown> {
  switch (fault?.kind) {
    case undefined:
      return invoke();
    case 'fail':
      throw named(fault.error, fault.message);
    case 'crash':
      await invoke();
      throw named(fault.error, fault.message);
    case 'timeout':
      return new Promise(() => undefined);
    case 'late':
      addLate(invoke);
      return new Promise(() => undefined);
    case 'repeat':
      await invoke();
      throw named('Lambda.SdkClientException', 'the answer was lost');
    case 'twice':
      await invoke();
      return invoke();
    case 'at-once': {
      const [, second] = await Promise.all([invoke().catch(() => undefined), invoke()]);
      return second;
    }
  }
}
