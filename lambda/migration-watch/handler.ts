import * as z from 'zod/mini';
import type { RollbackEstimate } from '../shared/migration/rollback-estimate';
import { ExplainedError } from '../shared/runtime/error-fields';
import { findOrphans, type FindOrphansDependencies, type SlotsReport } from './find-orphans';
import { measure, type MeasureDependencies } from './measure';

export const ACTIONS = ['measure', 'slots'] as const;

const EVENT = z.object({ action: z.enum(ACTIONS) });

export type HandlerDependencies = MeasureDependencies & FindOrphansDependencies;

/** The scheduled function that watches what a rollback would need: it only looks. */
export function createHandler(dependencies: HandlerDependencies) {
  return async (event: unknown): Promise<RollbackEstimate | SlotsReport> => {
    const { success, data } = EVENT.safeParse(event);
    if (!success) {
      throw new ExplainedError(`the event must have an action, one of ${ACTIONS.join(', ')}; correct the schedule`);
    }
    return data.action === 'measure' ? measure(dependencies) : findOrphans(dependencies);
  };
}
