import * as z from 'zod/mini';
import { ExplainedError } from '../shared/runtime/error-fields';
import type { RollbackInput } from './rollbacks';

/** What the function is asked for. */
export interface RollbackRequest {
  /** The name of the execution: a second delivery of the same event has the same. */
  readonly name: string;
  readonly input: RollbackInput;
  /** Whether a rollback that runs already is overtaken by this one. */
  readonly overtake: boolean;
}

/** The longest reason, in characters: it stands in every message of the rollback. */
const MAX_REASON_LENGTH = 500;
/** What a name of an execution may hold; at most 80 characters. */
const NAME = /^[A-Za-z0-9_-]{1,70}$/;

/** CloudWatch's event of an alarm, as EventBridge delivers it. */
const ALARM = z.object({
  source: z.literal('aws.cloudwatch'),
  id: z.string().check(z.regex(NAME)),
  detail: z.object({
    alarmName: z.string().check(z.minLength(1)),
    state: z.object({ value: z.string(), reason: z.optional(z.string()) }),
  }),
});

const OPERATOR = z.strictObject({
  source: z.literal('operator'),
  reason: z.string().check(z.trim(), z.minLength(1), z.maxLength(MAX_REASON_LENGTH)),
  requestedBy: z.optional(z.string().check(z.minLength(1))),
  id: z.optional(z.string().check(z.regex(NAME))),
  overtake: z.optional(z.boolean()),
});

/**
 * Reads what the function is asked for.
 * @param requestId of the invocation: the same when Lambda delivers an asynchronous event again
 * @returns nothing when an alarm went to another state than ALARM
 * @throws ExplainedError when it is something else
 */
export function parseEvent(event: unknown, requestId: string): RollbackRequest | undefined {
  const alarm = ALARM.safeParse(event);
  if (alarm.success) {
    const { id, detail } = alarm.data;
    if (detail.state.value !== 'ALARM') return undefined;
    const reason = `The alarm ${detail.alarmName} went off: ${detail.state.reason ?? 'no reason given'}`;
    return {
      name: `alarm-${id}`,
      input: { reason: reason.slice(0, MAX_REASON_LENGTH), source: 'alarm' },
      overtake: false,
    };
  }
  const operator = OPERATOR.safeParse(event);
  if (operator.success) {
    const { source, reason, requestedBy, id = requestId, overtake = false } = operator.data;
    return {
      name: `operator-${id}`,
      input: { reason, source, ...(requestedBy === undefined ? {} : { requestedBy }) },
      overtake,
    };
  }
  throw new ExplainedError(
    `the event must be {"source":"operator","reason":"<at most ${MAX_REASON_LENGTH} characters>"} with, where wanted, "requestedBy" (aws:userid), "id" (at most 70 letters, digits, - and _; the same id starts nothing twice) and "overtake" (true starts another rollback beside one that runs), or CloudWatch's event of an alarm`,
  );
}
