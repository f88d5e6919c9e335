import { singleHeader } from '../shared/http/headers';
import type { HttpRequest, HttpResponse } from '../shared/http/message';
import { problemResponse } from '../shared/http/problem';
import type { Caller, VerifyToken } from './token-verifier';

export type Scope = 'payments:read' | 'payments:write';

/** A bearer token's characters. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
const BEARER = /^bearer +([A-Za-z0-9._~+/-]+=*)$/i;
const KEYS_RETRY_SECONDS = 5;

/**
 * Who calls, if the request's token lets it do this; otherwise the answer that refuses it.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3
 */
export async function authorize(
  request: HttpRequest,
  scope: Scope,
  verify: VerifyToken,
): Promise<Caller | HttpResponse> {
  const authorization = singleHeader(request, 'authorization', 'join');
  if (authorization.kind === 'repeated') {
    return problemResponse({ status: 400, detail: 'The header Authorization must come once.' });
  }
  if (authorization.kind === 'none') {
    return challenge(401, 'The request needs an access token: send it with Authorization: Bearer.', {});
  }
  const [, token] = BEARER.exec(authorization.value) ?? [];
  const verification = token === undefined ? ({ outcome: 'refused' } as const) : await verify(token);
  switch (verification.outcome) {
    case 'unavailable':
      return problemResponse({
        status: 503,
        detail: 'The token cannot be verified now. Send the same request again later.',
        headers: { 'Retry-After': `${KEYS_RETRY_SECONDS}` },
      });
    case 'refused':
      return challenge(401, 'The access token is malformed, expired, or not for this API. Get another one.', {
        error: 'invalid_token',
      });
    case 'verified':
      return verification.caller.scopes.includes(scope)
        ? verification.caller
        : challenge(403, `The access token needs the scope ${scope}.`, { error: 'insufficient_scope', scope });
  }
}

function challenge(status: 401 | 403, detail: string, parameters: Readonly<Record<string, string>>): HttpResponse {
  const all = Object.entries({ realm: 'payments', ...parameters }).map(([name, value]) => `${name}="${value}"`);
  return problemResponse({ status, detail, headers: { 'WWW-Authenticate': `Bearer ${all.join(', ')}` } });
}
