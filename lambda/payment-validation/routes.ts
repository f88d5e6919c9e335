import type { HttpRequest, HttpResponse } from '../shared/http/message';
import { problemResponse } from '../shared/http/problem';
import type { HealthReport } from './health';

/** The methods of RFC 9110 and RFC 5789: any other one is not known here, which is 501 and not 405. */
const KNOWN_METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT'];
const HEALTH_METHODS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * The answer to a request. `/health` answers GET, HEAD and OPTIONS; everything else is not built yet and says so.
 * @param request what was asked
 * @param health reports on this instance; called only where the answer needs it
 */
export async function answer(request: HttpRequest, health: () => Promise<HealthReport>): Promise<HttpResponse> {
  const { method, path } = request;
  if (path !== '/health') {
    return problemResponse({
      status: 501,
      detail:
        'This release answers GET /health only. Payments (POST /payments and GET /payments/{id}) come with a later release.',
    });
  }
  if (method === 'OPTIONS') return { status: 204, headers: { Allow: HEALTH_METHODS.join(', ') } };
  if (!KNOWN_METHODS.includes(method)) {
    return problemResponse({ status: 501, detail: 'The request has a method that this server does not know.' });
  }
  if (!HEALTH_METHODS.includes(method)) {
    return problemResponse({
      status: 405,
      detail: `Health is read with ${HEALTH_METHODS.join(', ')}.`,
      headers: { Allow: HEALTH_METHODS.join(', ') },
    });
  }
  const report = await health();
  return {
    status: report.status === 'pass' ? 200 : 503,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    body: JSON.stringify(report),
  };
}
