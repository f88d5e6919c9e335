import * as z from 'zod/mini';
import { ExplainedError } from '../shared/runtime/error-fields';
import { comparisonRequest, givenRequest } from './request';

const number = z.int().check(z.nonnegative());
/** A name of an execution whose log can be found. */
const id = z.string().check(z.regex(/^[A-Za-z0-9_-]{1,80}$/));
/** When it must have ended, in milliseconds since 1970, for instance with a freeze. @default with the invocation */
const until = z.optional(number);
const tableName = z.object({ schema: z.string().check(z.minLength(1)), name: z.string().check(z.minLength(1)) });
/** What replication moves. @default what the earlier comparison looked at */
const replicated = z.optional(
  z.object({ schemas: z.array(z.string()).check(z.minLength(1)), excludedTables: z.array(tableName) }),
);

const EVENT = z.discriminatedUnion('action', [
  /** Looks for what stands in the way of a replication. */
  z.strictObject({ action: z.literal('assess'), id, request: z._default(givenRequest, {}) }),
  /** Compares everything at once: for what fits into one invocation. */
  z.strictObject({ action: z.literal('compare'), id, request: z._default(givenRequest, {}), until }),
  /** For the freeze: compares what an earlier comparison cannot have seen, and what it left open. */
  z.strictObject({
    action: z.literal('delta'),
    id,
    /** The earlier comparison's name: one that was planned. */
    base: id,
    /** Tables whose rows are only ever added; all others are compared whole. */
    appendOnly: z.array(tableName),
    /** Parts that are left out. @default those that the earlier comparison left out */
    without: comparisonRequest.shape.without,
    replicated,
    until,
  }),
  /** Before the freeze: tells how long `delta` will take. Writes nothing. */
  z.strictObject({ action: z.literal('predict'), id, base: id, appendOnly: z.array(tableName), replicated }),
  /** Cuts tables into chunks, after so many parts of the plan that there are. */
  z.strictObject({ action: z.literal('plan'), id, request: givenRequest, parts: number }),
  /** Compares chunks of a plan. */
  z.strictObject({
    action: z.literal('compare-chunks'),
    id,
    chunks: z.array(z.object({ part: number, index: number })).check(z.minLength(1)),
  }),
  /** Compares the rest and writes the report. */
  z.strictObject({
    action: z.literal('summarize'),
    id,
    /** What kept chunks from being compared. @default nothing */
    failure: z._default(z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) }), {}),
  }),
]);

/** What the function was asked for. */
export type ValidationEvent = z.infer<typeof EVENT>;
/** What it was asked for, of one kind. */
export type EventOf<Action extends ValidationEvent['action']> = Extract<ValidationEvent, { action: Action }>;

/** @throws ExplainedError that names the fields that are missing or wrong */
export function parseEvent(event: unknown): ValidationEvent {
  const { success, data, error } = EVENT.safeParse(event);
  if (success) return data;
  const fields = error.issues.flatMap((issue) =>
    (issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path]).map(pathText),
  );
  throw new ExplainedError(
    `the event must be one of assess, compare, delta, predict, plan, compare-chunks, summarize, as docs/comparison-at-scale.md has them; missing, wrong or unknown: ${[...new Set(fields)].join(', ')}`,
  );
}

const pathText = (path: readonly PropertyKey[]): string =>
  path.length === 0 ? 'the event itself' : path.map(String).join('.');
