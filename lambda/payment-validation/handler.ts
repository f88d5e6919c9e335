import { parseHttpEvent } from '../shared/http/exchange';
import type { Logger } from '../shared/logger';
import { checkHealth, type HealthCheck } from './health';
import { answer } from './routes';

/** What the handler needs from outside. */
export interface HandlerDependencies {
  /** The environment's suffix. */
  readonly environment: string;
  /** What was released. */
  readonly release: string;
  readonly checks: readonly HealthCheck[];
  readonly logger: Logger;
}

/** What the handler reads of Lambda's context. */
export interface HandlerContext {
  readonly functionVersion: string;
}

/** The function behind the load balancer: an event in, an answer in the same shape out. */
export function createHandler({ environment, release, checks, logger }: HandlerDependencies) {
  return async (event: unknown, { functionVersion }: HandlerContext) => {
    const { request, result } = parseHttpEvent(event);
    const response = await answer(request, async () => {
      const report = await checkHealth({ release, functionVersion, environment }, checks);
      if (report.status === 'fail') {
        logger.error('health check failed', {
          checks: report.checks.filter(({ status }) => status === 'fail').map(({ name }) => name),
        });
      }
      return report;
    });
    return result(response);
  };
}
