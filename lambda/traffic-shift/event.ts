import * as z from 'zod/mini';
import { MACHINES, type Executor } from '../shared/migration/executor';
import { ExplainedError } from '../shared/runtime/error-fields';
import type { Weights } from '../shared/traffic/traffic';
import { requireWeights } from '../shared/traffic/weights';

/** What the function is asked for. */
export type TrafficRequest =
  { readonly action: 'read' } | { readonly action: 'shift'; readonly weights: Weights; readonly executor: Executor };

const EVENT = z.discriminatedUnion('action', [
  z.object({ action: z.literal('read') }),
  z.object({
    action: z.literal('shift'),
    weights: z.unknown(),
    machine: z.enum(MACHINES),
    execution: z.string().check(z.minLength(1)),
    token: z.int().check(z.gte(1)),
  }),
]);

/**
 * Reads what the function is asked for.
 * @throws ExplainedError when it is something else, or the weights are none
 */
export function parseEvent(event: unknown): TrafficRequest {
  const { success, data } = EVENT.safeParse(event);
  if (!success) {
    throw new ExplainedError(
      'the event must be {"action":"read"} or {"action":"shift","weights":{"aws":0,"on-prem":100},"machine":"rollback","execution":"<ARN>","token":1}',
    );
  }
  if (data.action === 'read') return { action: 'read' };
  const { weights, machine, execution, token } = data;
  return { action: 'shift', weights: requireWeights(weights), executor: { machine, execution, token } };
}
