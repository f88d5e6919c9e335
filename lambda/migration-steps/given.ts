import * as z from 'zod/mini';
import { ExplainedError } from '../shared/runtime/error-fields';
import type { StepContext } from './step';

/**
 * What the definition gives a step.
 * @throws ExplainedError that names every field that is missing or wrong: the definition and the step do not fit together
 */
export function readGiven<Schema extends z.ZodMiniType>(
  schema: Schema,
  { state, given }: Pick<StepContext, 'state' | 'given'>,
): z.output<Schema> {
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  throw new ExplainedError(
    `the state ${state} must give its step what it needs, got nothing or something wrong for ${fieldsOf(error.issues)}`,
  );
}

const fieldsOf = (issues: readonly { readonly path: readonly PropertyKey[] }[]): string =>
  [...new Set(issues.map(({ path }) => (path.length === 0 ? 'all of it' : path.map(String).join('.'))))].join(', ');

const whole = z.int();

/** The weights as the function `traffic-shift` answers them. */
export const WEIGHTS = z.object({ aws: whole, 'on-prem': whole });

/** What the function `migration-validation` answers to `assess`. */
export const ASSESSMENT = z.object({
  verdict: z.string(),
  reasons: z._default(z.array(z.string()), []),
  report: z._default(z.string(), 'the report'),
});

/** What it answers to `predict`. */
export const PREDICTION = z.object({ seconds: z.number(), refusal: z.optional(z.string()) });

/** A field of the execution's input, which a person wrote: anything may be there. */
export const inputField = (input: unknown, field: string): unknown =>
  typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>)[field] : undefined;

/** A field of the execution's input that must be a text, for instance `requestedBy`. */
export function inputText(input: unknown, field: string): string | undefined {
  const value = inputField(input, field);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
