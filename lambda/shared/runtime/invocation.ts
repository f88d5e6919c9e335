import type { FunctionLogger } from '../logger';
import type { Metrics } from '../metrics';
import { errorFields, ExplainedError } from './error-fields';

/** What is read here of Lambda's context. */
export interface InvocationContext {
  readonly awsRequestId: string;
}

/** What every function has. */
export interface InvocationDependencies {
  readonly logger: FunctionLogger;
  /** @default the function has no metrics of its own */
  readonly metrics?: Metrics;
}

/**
 * What Lambda calls, around a function's handler: lines of the log carry the invocation's id, metrics are written when the
 * invocation ends, and an error is logged by `errorFields`. Lambda itself would log an error with its message and
 * every property (of PostgreSQL's the row's values), so it gets one of the same name that says only where to look.
 */
export function functionHandler<Event, Context extends InvocationContext, Result>(
  handle: (event: Event, context: Context) => Promise<Result>,
  { logger, metrics }: InvocationDependencies,
): (event: Event, context: Context) => Promise<Result> {
  return async (event, context) => {
    logger.startInvocation(context.awsRequestId);
    try {
      return await handle(event, context);
    } catch (error) {
      logger.error('invocation failed', errorFields(error));
      throw withoutDetails(error, context.awsRequestId);
    } finally {
      metrics?.publish();
    }
  };
}

/** An error of the same name, which callers such as state machines match by. Of our own messages nothing need be hidden. */
function withoutDetails(error: unknown, requestId: string): Error {
  const message =
    error instanceof ExplainedError ? error.message : `see the log line with function_request_id ${requestId}`;
  const shown = new Error(message);
  shown.name = String(errorFields(error)['error_name']);
  shown.stack = `${shown.name}: ${message}`;
  return shown;
}
