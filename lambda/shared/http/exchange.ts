import { albResult, isAlbEvent, parseAlbEvent } from './alb-event';
import { isRecord, type UnknownRecord } from './fields';
import { httpApiResult, isHttpApiEvent, parseHttpApiEvent } from './http-api-event';
import type { HttpRequest, HttpResponse } from './message';

/** A request, and the way to answer it in the shape that its sender understands. */
export interface HttpExchange {
  readonly request: HttpRequest;
  /** The result of the function. A body is dropped where HTTP has none: for HEAD. */
  readonly result: (response: HttpResponse) => UnknownRecord;
}

/**
 * Reads an event of an Application Load Balancer or of an HTTP API: the one place that knows their shapes.
 * @throws TypeError when the event is neither, or is not well-formed: no client can cause that, only a wrong integration
 */
export function parseHttpEvent(event: unknown): HttpExchange {
  if (isRecord(event) && isAlbEvent(event)) {
    return exchange(parseAlbEvent(event), (response) => albResult(event, response));
  }
  if (isRecord(event) && isHttpApiEvent(event)) return exchange(parseHttpApiEvent(event), httpApiResult);
  const got = isRecord(event) ? `an object with the fields [${Object.keys(event).join(', ')}]` : typeof event;
  throw new TypeError(
    `event must be of an Application Load Balancer or of an HTTP API with payload format 2.0, got ${got}`,
  );
}

const exchange = (request: HttpRequest, result: HttpExchange['result']): HttpExchange => ({
  request,
  result: (response) =>
    result(request.method === 'HEAD' ? { status: response.status, headers: response.headers } : response),
});
