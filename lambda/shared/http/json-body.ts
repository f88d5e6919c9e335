import { singleHeader } from './headers';
import type { HttpRequest, HttpResponse } from './message';
import { problemResponse } from './problem';

/** A body that is JSON. */
export interface JsonBody {
  readonly text: string;
  /** What `JSON.parse` makes of it. */
  readonly value: unknown;
}

// A media type's parameters: tokens or quoted text. https://www.rfc-editor.org/rfc/rfc9110#section-5.6.6
const PARAMETERS = /;\s*(?:([^\s;=",]+)=([^\s;",]+|"(?:[^"\\]|\\.)*"))?\s*/gy;
const JSON_TYPE = /^application\/json\s*(?=;|$)/i;

/**
 * The JSON in a request's body, or the answer that says why there is none: 400, 413 or 415.
 * @param request whose body it is
 * @param limitBytes the longest body that is taken
 */
export function readJsonBody(request: HttpRequest, limitBytes: number): JsonBody | HttpResponse {
  return wrongContent(request) ?? parse(request.body ?? Buffer.alloc(0), limitBytes);
}

function wrongContent(request: HttpRequest): HttpResponse | undefined {
  const type = singleHeader(request, 'content-type', 'in values');
  if (type.kind === 'repeated') {
    return problemResponse({ status: 400, detail: 'The header Content-Type must come once.' });
  }
  if (type.kind === 'none' || !isJsonInUtf8(type.value)) {
    return problemResponse({
      status: 415,
      detail: 'The body must be JSON: send it with Content-Type: application/json, in UTF-8.',
      headers: { Accept: 'application/json' },
    });
  }
  const codings = request.headers.get('content-encoding') ?? [];
  if (codings.every((coding) => /^\s*(identity)?\s*$/i.test(coding))) return undefined;
  return problemResponse({
    status: 415,
    detail: 'The body must not be compressed: send it without Content-Encoding.',
    headers: { 'Accept-Encoding': 'identity' },
  });
}

function isJsonInUtf8(contentType: string): boolean {
  const type = JSON_TYPE.exec(contentType);
  if (type === null) return false;
  const parameters = contentType.slice(type[0].length);
  const matches = [...parameters.matchAll(PARAMETERS)];
  if (matches.map(([whole]) => whole).join('') !== parameters) return false;
  return matches.every(
    ([, name, value]) => name?.toLowerCase() !== 'charset' || /^(utf-8|"utf-8")$/i.test(value ?? ''),
  );
}

function parse(bytes: Buffer, limitBytes: number): JsonBody | HttpResponse {
  if (bytes.length > limitBytes) {
    return problemResponse({ status: 413, detail: `The body must have at most ${limitBytes} bytes.` });
  }
  let text: string;
  try {
    // Takes a byte order mark away, as RFC 8259 allows.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return problemResponse({ status: 400, detail: 'The body must be UTF-8.' });
  }
  try {
    return { text, value: JSON.parse(text) as unknown };
  } catch {
    return problemResponse({
      status: 400,
      detail: 'The body must be JSON; this one is empty, incomplete or malformed.',
    });
  }
}
