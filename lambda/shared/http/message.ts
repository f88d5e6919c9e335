/** An HTTP request, however it reached the function. */
export interface HttpRequest {
  /** As the client sent it: HTTP methods are case-sensitive. */
  readonly method: string;
  /** The path as the client sent it, percent-encoding included, without the query. */
  readonly path: string;
  /** The decoded values of each query parameter, in the order sent. */
  readonly query: ReadonlyMap<string, readonly string[]>;
  /** The values of each header by its name in lower case. An HTTP API joins repeated headers with commas. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  /** The body's bytes; undefined when there is none. */
  readonly body: Buffer | undefined;
}

/** The reason phrases of the statuses that this project answers with. */
export const REASON_PHRASES = {
  200: 'OK',
  202: 'Accepted',
  204: 'No Content',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
} as const satisfies Readonly<Record<number, string>>;

/** A status that this project answers with. */
export type HttpStatus = keyof typeof REASON_PHRASES;

/** The answer to a request. Bodies are text: nothing in this project answers with bytes. */
export interface HttpResponse {
  readonly status: HttpStatus;
  /** Headers by name, in the case they are sent with. */
  readonly headers: Readonly<Record<string, string>>;
  /** @default an empty body */
  readonly body?: string;
}
