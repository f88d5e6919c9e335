import * as z from 'zod/mini';
import { type Execution, type Executor, MACHINES } from '../shared/migration/executor';
import { ExplainedError } from '../shared/runtime/error-fields';
import { EXECUTOR_STEPS, type ExecutorStep, LEASE_STEPS, type LeaseStep } from './step-names';

const name = z.string().check(z.minLength(1));

const COMMON = {
  state: name,
  machine: z.enum(MACHINES),
  execution: name,
  name,
  startedAt: z.iso.datetime({ offset: true }),
  input: z.optional(z.unknown()),
  given: z._default(z.record(z.string(), z.unknown()), {}),
};

const EVENT = z.discriminatedUnion('step', [
  z.strictObject({ ...COMMON, step: z.enum(LEASE_STEPS) }),
  z.strictObject({ ...COMMON, step: z.enum(EXECUTOR_STEPS), token: z.int().check(z.gte(1)) }),
]);

/** What each field must be. */
const RULES: Readonly<Record<string, string>> = {
  step: `one of ${[...LEASE_STEPS, ...EXECUTOR_STEPS].join(', ')}`,
  state: "the state's name",
  machine: `one of ${MACHINES.join(', ')}`,
  execution: "the execution's ARN",
  name: "the execution's name",
  startedAt: 'the time at which the execution started, in ISO 8601',
  given: 'an object',
  token: "the lease's token, a whole number from 1",
};

interface Call {
  /** The name of the state in the machine's definition. */
  readonly state: string;
  /** The execution's own name. */
  readonly name: string;
  /** The execution's input, as whoever started it wrote it. */
  readonly input: unknown;
  /** Literals of the definition and results of other tasks. */
  readonly given: Readonly<Record<string, unknown>>;
}

/** What the function was asked for. */
export type StepEvent =
  | (Call & { readonly step: LeaseStep; readonly executor: Execution })
  | (Call & { readonly step: ExecutorStep; readonly executor: Executor });

/** @throws ExplainedError that names every field that is missing, wrong or unknown */
export function parseEvent(event: unknown): StepEvent {
  const { success, data, error } = EVENT.safeParse(event);
  if (!success) throw new ExplainedError(`the event of a step must be right: ${problemsOf(error.issues).join('; ')}`);
  const { state, name: request, input, given, machine, execution } = data;
  const call = { state, name: request, input, given };
  return 'token' in data
    ? { ...call, step: data.step, executor: { machine, execution, token: data.token } }
    : { ...call, step: data.step, executor: { machine, execution } };
}

type Issues = NonNullable<ReturnType<typeof EVENT.safeParse>['error']>['issues'];

function problemsOf(issues: Issues): string[] {
  const problems = issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => `${key} is unknown`);
    const field = String(issue.path[0] ?? 'it');
    return [`${field} must be ${RULES[field] ?? 'an object'}`];
  });
  return [...new Set(problems)];
}
