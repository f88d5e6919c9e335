import * as z from 'zod/mini';
import { ExplainedError } from '../shared/runtime/error-fields';
import { type Part, PARTS } from './migrations';

const EVENT = z.object({ parts: z.array(z.enum(PARTS)).check(z.minLength(1)) });

/**
 * Reads what the function was asked for.
 * @returns the parts, in their order
 * @throws ExplainedError when it is something else
 */
export function parseEvent(event: unknown): readonly Part[] {
  const { success, data } = EVENT.safeParse(event);
  if (!success || !data.parts.includes('pre-data') || new Set(data.parts).size !== data.parts.length) {
    throw new ExplainedError('the event must be {"parts":["pre-data"]} or {"parts":["pre-data","post-data"]}');
  }
  return PARTS.filter((part) => data.parts.includes(part));
}
