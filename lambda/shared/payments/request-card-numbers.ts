import type { HttpRequest } from '../http/message';
import type { Fault } from '../http/problem';
import { holdsCardNumber } from './card-numbers';
import { CARD_NUMBER } from './payment-body';

/**
 * Headers that are not searched for card numbers: what load balancers, gateways and tracing write, whose long identifiers are
 * no card numbers but may look like one; lengths and times; and the token, which its issuer wrote and which is never stored
 * or logged. Cookies and User-Agent are the client's own, and are searched.
 */
const NOT_SEARCHED =
  /^(authorization|content-length|traceparent|tracestate|baggage|b3|x-b3-.*|x-datadog-.*|x-cloud-trace-context|uber-trace-id|sentry-trace|x-amzn-.*|x-amz-.*|cloudfront-.*|x-forwarded-.*|forwarded|via|cdn-loop|x-request-id|x-correlation-id|date|age|expires|if-modified-since|if-unmodified-since|if-range)$/;

/** Card numbers in a request outside its body: in the path, the query and the client's own headers. */
export function cardNumbersOutsideBody({ path, query, headers }: HttpRequest): Fault[] {
  const faults: Fault[] = [];
  if (holdsCardNumber(path) || holdsCardNumber(decoded(path))) faults.push({ location: 'path', detail: CARD_NUMBER });
  if ([...query].flatMap(([name, values]) => [name, ...values]).some(holdsCardNumber)) {
    faults.push({ location: 'query', detail: CARD_NUMBER });
  }
  const names = [...headers]
    .filter(([name, values]) => !NOT_SEARCHED.test(name) && [name, ...values].some(holdsCardNumber))
    // A name may be data itself.
    .map(([name]) => (/^[a-z-]{1,40}$/.test(name) ? name : 'name withheld'));
  return [...faults, ...names.map((header) => ({ header, detail: CARD_NUMBER }))];
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
