import { parseHttpEvent } from '../shared/http/exchange';
import type { HttpResponse } from '../shared/http/message';
import { problemResponse } from '../shared/http/problem';
import { route, type Routed } from '../shared/http/router';
import { errorFields } from '../shared/runtime/error-fields';
import type { InvocationContext } from '../shared/runtime/invocation';
import { StoreUnavailable } from '../shared/transactions/transaction-store';
import type { Identity } from './health';
import { createRoutes, type RouteDependencies } from './routes';

/** What the handler needs from outside. */
export interface HandlerDependencies extends RouteDependencies, Omit<Identity, 'functionVersion'> {}

/** What the handler reads of Lambda's context. */
export interface HandlerContext extends InvocationContext {
  readonly functionVersion: string;
}

const RETRY_SECONDS = 2;

/** The function behind the load balancer: an event in, an answer in the same shape out. */
export function createHandler(dependencies: HandlerDependencies) {
  const { environment, release, logger } = dependencies;
  const routes = createRoutes(dependencies);

  async function answer({ name, respond }: Routed<Identity>, identity: Identity) {
    try {
      return await respond(identity);
    } catch (error) {
      return failure(error, name);
    }
  }

  function failure(error: unknown, route = 'none'): HttpResponse {
    if (error instanceof StoreUnavailable) {
      logger.error('table could not be used', { route, ...errorFields(error) });
      return problemResponse({
        status: 503,
        detail: 'The request cannot be served now. Send the same request again, with the same Idempotency-Key.',
        headers: { 'Retry-After': `${RETRY_SECONDS}` },
      });
    }
    logger.error('request failed', { route, ...errorFields(error) });
    return problemResponse({ status: 500, detail: 'The request failed for a reason that lies here, not in it.' });
  }

  return async (event: unknown, { functionVersion }: HandlerContext) => {
    const { request, result } = parseHttpEvent(event);
    const routed = route(routes, request);
    const response = await answer(routed, { release, functionVersion, environment });
    // The load balancer asks for its health every few seconds.
    if (!request.path.startsWith('/health')) {
      logger.info('request answered', { route: routed.name ?? 'none', status: response.status });
    }
    return result(response);
  };
}
