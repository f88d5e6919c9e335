import { body, byName, isRecord, lowerCase, malformed, text, type UnknownRecord, values } from './fields';
import type { HttpRequest, HttpResponse } from './message';

/** Whether an event is an API Gateway HTTP API's, payload format 2.0. */
export const isHttpApiEvent = (event: UnknownRecord): boolean =>
  event.version === '2.0' && isRecord(event.requestContext) && isRecord(event.requestContext.http);

/**
 * The request in an event of an HTTP API, payload format 2.0. The name of a stage other than `$default` begins the path that
 * the API hands on; it is none of the client's and is taken off.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function parseHttpApiEvent(event: UnknownRecord): HttpRequest {
  const query = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams(text(event, 'rawQueryString'))) {
    query.set(name, [...(query.get(name) ?? []), value]);
  }
  const headers = byName(values(event, 'headers'), lowerCase);
  // The format takes cookies out of the headers.
  const cookies = event.cookies ?? [];
  if (!Array.isArray(cookies)) throw malformed('cookies', 'a list of strings', cookies);
  if (cookies.length > 0) headers.set('cookie', [cookies.join('; ')]);
  return { method: method(event), path: path(event), query, headers, body: body(event) };
}

/** The answer as an HTTP API wants it. */
export function httpApiResult({ status, headers, body }: HttpResponse): UnknownRecord {
  return { statusCode: status, headers, body: body ?? '', isBase64Encoded: false };
}

function path(event: UnknownRecord): string {
  const raw = text(event, 'rawPath');
  const stage = isRecord(event.requestContext) ? event.requestContext.stage : undefined;
  return typeof stage === 'string' && stage !== '$default' && raw.startsWith(`/${stage}/`)
    ? raw.slice(stage.length + 1)
    : raw;
}

function method({ requestContext }: UnknownRecord): string {
  const http = isRecord(requestContext) ? requestContext.http : undefined;
  if (!isRecord(http)) throw malformed('requestContext.http', 'an object', http);
  return text(http, 'method', 'requestContext.http.method');
}
