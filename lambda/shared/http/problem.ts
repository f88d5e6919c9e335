import { type HttpResponse, type HttpStatus, REASON_PHRASES } from './message';

/** Where in a request something is wrong. */
export type Place =
  /** A JSON pointer into the body as a URI fragment, for instance `#/amount`; `#` is the whole body. */
  | { readonly pointer: string }
  /** A header's name in lower case. */
  | { readonly header: string }
  | { readonly location: 'path' | 'query' };

/** One of several things that are wrong with a request. */
export type Fault = Place & {
  /** The rule that was broken. Never repeats what the client sent. */
  readonly detail: string;
};

/** A problem of a request, in the terms of RFC 9457. */
export interface Problem {
  readonly status: HttpStatus;
  /** What went wrong with this request and what to do, for the person who reads it. Never repeats what the client sent. */
  readonly detail: string;
  /**
   * Everything that is wrong, where there can be more than one.
   * @default the detail says it all
   */
  readonly errors?: readonly Fault[];
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
export function problemResponse({ status, detail, errors, headers }: Problem): HttpResponse {
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify({ type: 'about:blank', title: REASON_PHRASES[status], status, detail, errors }),
  };
}

/** Whether what a step made is the answer already: a problem that ends the request. */
export const isResponse = <Made extends object>(made: Made | HttpResponse): made is HttpResponse => 'status' in made;
