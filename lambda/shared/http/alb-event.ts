import { body, byName, isRecord, lowerCase, text, type UnknownRecord, valueLists, values } from './fields';
import { type HttpRequest, type HttpResponse, REASON_PHRASES } from './message';

/** Whether an event is an Application Load Balancer's: only they have this context. */
export const isAlbEvent = (event: UnknownRecord): boolean =>
  isRecord(event.requestContext) && isRecord(event.requestContext.elb);

/** With `lambda.multi_value_headers.enabled` on the target group, requests and answers have lists of values. */
const hasLists = (event: UnknownRecord): boolean => isRecord(event.multiValueHeaders);

/**
 * The request in an event of an Application Load Balancer.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export function parseAlbEvent(event: UnknownRecord): HttpRequest {
  const lists = hasLists(event);
  const query = lists ? valueLists(event, 'multiValueQueryStringParameters') : values(event, 'queryStringParameters');
  const headers = lists ? valueLists(event, 'multiValueHeaders') : values(event, 'headers');
  return {
    method: text(event, 'httpMethod'),
    path: text(event, 'path'),
    query: byName(
      query.map(([name, list]) => [name, list.map(decode)]),
      decode,
    ),
    headers: byName(headers, lowerCase),
    body: body(event),
  };
}

/** The answer to `event` as the load balancer wants it. */
export function albResult(event: UnknownRecord, { status, headers, body }: HttpResponse): UnknownRecord {
  return {
    statusCode: status,
    statusDescription: `${status} ${REASON_PHRASES[status]}`,
    ...(hasLists(event)
      ? { multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])) }
      : { headers }),
    body: body ?? '',
    isBase64Encoded: false,
  };
}

/** The load balancer hands query parameters on as they were sent. What is not valid encoding stays as it is. */
function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    return encoded;
  }
}
