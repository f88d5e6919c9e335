import { type HttpResponse, type HttpStatus, REASON_PHRASES } from './message';

/** A problem of a request, in the terms of RFC 9457. */
export interface Problem {
  readonly status: HttpStatus;
  /** What went wrong with this request and what to do, for the person who reads it. Never repeats what the client sent. */
  readonly detail: string;
  /**
   * Headers beside those of every problem, for instance `Allow`.
   * @default none
   */
  readonly headers?: HttpResponse['headers'];
}

/**
 * The answer that carries a problem document. Its type is `about:blank`: the status says what kind of problem it is.
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function problemResponse({ status, detail, headers }: Problem): HttpResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify({ type: 'about:blank', title: REASON_PHRASES[status], status, detail }),
  };
}
