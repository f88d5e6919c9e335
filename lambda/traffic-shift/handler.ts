import type { MigrationAuthority } from '../shared/authority/migration-authority';
import type { Logger } from '../shared/logger';
import { ExplainedError } from '../shared/runtime/error-fields';
import { clearanceText, isWithin, NO_CLEARANCE } from '../shared/traffic/clearance-bounds';
import type { Traffic, Weights } from '../shared/traffic/traffic';
import { weightsText } from '../shared/traffic/weights';
import { parseEvent } from './event';

/** What the handler needs from outside. */
export interface HandlerDependencies {
  readonly traffic: Traffic;
  readonly authority: Pick<MigrationAuthority, 'record' | 'confirm'>;
  readonly logger: Logger;
}

/** What the function answers: to `read`, and to `shift`. */
export type TrafficAnswer = { readonly weights: Weights } | { readonly previous: Weights };

/** The weights lie outside of what is cleared. */
export class OutsideClearance extends ExplainedError {
  override readonly name = 'OutsideClearance';
}

/**
 * The function that reads the weights, and moves them for whoever holds the lease, within the clearance that stands on the
 * authority item. Between the last look at the lease and the change at Route 53 lies a moment in which another executor can
 * take over; what an overtaken one then still does, the guard puts back within a minute.
 */
export function createHandler({ traffic, authority, logger }: HandlerDependencies) {
  return async (event: unknown): Promise<TrafficAnswer> => {
    const request = parseEvent(event);
    if (request.action === 'read') return { weights: await traffic.read() };
    const { weights, executor } = request;
    // Only the holder of the lease changes the clearance: still holding it after this read, the executor has the present one.
    const { clearance = NO_CLEARANCE } = await authority.record();
    await authority.confirm(executor);
    if (!isWithin(weights, clearance)) {
      throw new OutsideClearance(
        `weights must lie within the clearance, got ${weightsText(weights)}; ${clearanceText(clearance)}. Set the clearance first: gates raise it, a rollback lowers it`,
      );
    }
    const previous = await traffic.shift(weights);
    logger.info('weights are set', {
      weights: weightsText(weights),
      previous: weightsText(previous),
      execution: executor.execution,
      token: executor.token,
    });
    return { previous };
  };
}
