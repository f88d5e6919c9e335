import type { Logger } from '../shared/logger';
import { errorFields } from '../shared/runtime/error-fields';
import { parseEvent } from './event';
import type { Rollbacks } from './rollbacks';

/** What the handler needs from outside. */
export interface HandlerDependencies {
  readonly rollbacks: Rollbacks;
  readonly logger: Logger;
}

/** What the handler reads of Lambda's context. */
export interface HandlerContext {
  readonly awsRequestId: string;
}

/** What the function answers. */
export type TriggerAnswer =
  { readonly outcome: 'started' | 'running'; readonly execution: string } | { readonly outcome: 'ignored' };

/**
 * The function that starts the rollback at once, for an operator or an alarm. Nothing is asked before: a rollback is never
 * gated. One that runs already is the answer, for a second one would overtake it in the middle of what it does.
 */
export function createHandler({ rollbacks, logger }: HandlerDependencies) {
  return async (event: unknown, { awsRequestId }: HandlerContext): Promise<TriggerAnswer> => {
    const request = parseEvent(event, awsRequestId);
    if (request === undefined) {
      logger.info('an alarm that is over starts nothing');
      return { outcome: 'ignored' };
    }
    const { name, input, overtake } = request;
    const running = overtake ? undefined : await whatRuns();
    if (running !== undefined) {
      logger.warn('a rollback runs already', { execution: running, source: input.source });
      return { outcome: 'running', execution: running };
    }
    const execution = await rollbacks.start(name, input);
    logger.warn('a rollback was started', { execution, source: input.source });
    return { outcome: 'started', execution };
  };

  /** Not to know it is no reason to wait: two rollbacks are better than none. */
  async function whatRuns(): Promise<string | undefined> {
    try {
      return await rollbacks.running();
    } catch (error) {
      logger.error('whether a rollback runs already could not be read', errorFields(error));
      return undefined;
    }
  }
}
