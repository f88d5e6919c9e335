/** A definition in the Amazon States Language, as `constructs/cutover/definitions` makes them. */
export interface Definition {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

type Json = Readonly<Record<string, unknown>>;

export interface State extends Json {
  readonly Type: string;
}

/** What a machine asks of what is around it. */
export interface Surroundings {
  /** Invokes a function. What it throws is an error by its `name`. */
  invoke(state: string, functionName: string, payload: Json): Promise<unknown>;
  sleep(seconds: number): Promise<void>;
  /** @default nobody looks */
  entered?(state: string): void;
}

/** How an execution ended. */
export type End = { readonly output: Json } | { readonly failure: { readonly error: string; readonly cause: string } };

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
}

interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath?: string | null;
  readonly Next: string;
}

interface Condition extends Json {
  readonly Variable?: string;
  readonly And?: readonly Condition[];
  readonly Next?: string;
}

/** An error that no state can catch: the definition refers to something that is not there. */
class DefinitionError extends Error {
  override readonly name = 'States.Runtime';
}

/**
 * Executes a definition, as far as the definitions of the cutover use the language: Pass, Task, Choice, Wait, Succeed and Fail,
 * JSONPath of names only, Retry and Catch by the name of the error. A test holds it equal to a full engine.
 */
export async function walk({ StartAt, States }: Definition, context: Json, around: Surroundings): Promise<End> {
  let data: Json = (context['Execution'] as { Input?: Json } | undefined)?.Input ?? {};
  let name = StartAt;
  for (;;) {
    const state = States[name];
    if (state === undefined) throw new DefinitionError(`there is no state ${name}`);
    around.entered?.(name);
    switch (state.Type) {
      case 'Succeed':
        return { output: data };
      case 'Fail':
        return { failure: failureOf(state, data, context) };
      case 'Wait':
        await around.sleep(Number(state['Seconds']));
        break;
      case 'Pass':
        data = withResult(data, state['ResultPath'], passed(state, data, context));
        break;
      case 'Choice':
        name = choose(state, data);
        continue;
      case 'Task': {
        const caught = await perform(name, state);
        if (caught !== undefined) {
          name = caught;
          continue;
        }
        break;
      }
      default:
        throw new DefinitionError(`${name} is of a type that is not known here: ${state.Type}`);
    }
    name = String(state['Next']);
  }

  /** @returns where to go on after an error; undefined where there was none */
  async function perform(task: string, state: State): Promise<string | undefined> {
    const retriers = (state['Retry'] ?? []) as readonly Retrier[];
    const attempts = retriers.map(() => 0);
    for (;;) {
      const { FunctionName, Payload } = filled(state['Parameters'], data, context) as {
        FunctionName: string;
        Payload: Json;
      };
      try {
        const answer = { StatusCode: 200, Payload: (await around.invoke(task, FunctionName, Payload)) ?? null };
        const selected =
          state['ResultSelector'] === undefined ? answer : filled(state['ResultSelector'], answer, context);
        data = withResult(data, state['ResultPath'], selected);
        return undefined;
      } catch (error) {
        if (error instanceof DefinitionError) throw error;
        const { name: errorName, message } = error as Error;
        const index = retriers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, errorName));
        const retrier = retriers[index];
        const made = attempts[index] ?? 0;
        if (retrier !== undefined && made < (retrier.MaxAttempts ?? 3)) {
          attempts[index] = made + 1;
          const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Infinity } = retrier;
          await around.sleep(Math.min(IntervalSeconds * BackoffRate ** made, MaxDelaySeconds));
          continue;
        }
        const catcher = ((state['Catch'] ?? []) as readonly Catcher[]).find(({ ErrorEquals }) =>
          matches(ErrorEquals, errorName),
        );
        if (catcher === undefined) throw error;
        data = withResult(data, catcher.ResultPath, { Error: errorName, Cause: message });
        return catcher.Next;
      }
    }
  }
}

const matches = (names: readonly string[], error: string): boolean =>
  names.includes(error) || names.includes('States.ALL');

function passed(state: State, data: Json, context: Json): unknown {
  if (state['Result'] !== undefined) return state['Result'];
  return state['Parameters'] === undefined ? data : filled(state['Parameters'], data, context);
}

function failureOf(state: State, data: Json, context: Json): { error: string; cause: string } {
  const text = (field: string): string => {
    const path = state[`${field}Path`];
    return String(typeof path === 'string' ? required(path, data, context) : state[field]);
  };
  return { error: text('Error'), cause: text('Cause') };
}

function choose(state: State, data: Json): string {
  const found = (state['Choices'] as readonly Condition[]).find((condition) => holds(condition, data));
  const next = found?.Next ?? state['Default'];
  if (typeof next !== 'string') throw new DefinitionError('no choice fits');
  return next;
}

function holds({ And, Variable = '$', ...test }: Condition, data: Json): boolean {
  if (And !== undefined) return And.every((condition) => holds(condition, data));
  const value = lookUp(Variable, data);
  if ('IsPresent' in test) return (value !== undefined) === test['IsPresent'];
  if (value === undefined) throw new DefinitionError(`${Variable} is not there`);
  if ('IsString' in test) return (typeof value === 'string') === test['IsString'];
  if ('StringEquals' in test) return value === test['StringEquals'];
  throw new DefinitionError(`the test is not known here: ${Object.keys(test).join(', ')}`);
}

/** A template with its paths followed. */
function filled(template: unknown, data: Json, context: Json): unknown {
  if (Array.isArray(template)) return template.map((each) => filled(each, data, context));
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(
    Object.entries(template).map(([key, value]) =>
      key.endsWith('.$')
        ? [key.slice(0, -2), required(String(value), data, context)]
        : [key, filled(value, data, context)],
    ),
  );
}

function required(path: string, data: Json, context: Json): unknown {
  const value = path.startsWith('$$') ? lookUp(path.slice(1), context) : lookUp(path, data);
  if (value === undefined) throw new DefinitionError(`${path} is not there`);
  return value;
}

function lookUp(path: string, data: Json): unknown {
  let value: unknown = data;
  for (const name of path.split('.').slice(1)) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Json)[name];
  }
  return value;
}

function withResult(data: Json, path: unknown, result: unknown): Json {
  if (path === null) return data;
  if (typeof path !== 'string' || path === '$') return result as Json;
  const names = path.split('.').slice(1);
  const set = (target: unknown, [name, ...rest]: readonly string[]): unknown =>
    name === undefined
      ? result
      : { ...(target as Json | undefined), [name]: set((target as Json | undefined)?.[name], rest) };
  return set(data, names) as Json;
}
