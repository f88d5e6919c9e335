import type { HttpRequest, HttpResponse } from './message';
import { problemResponse } from './problem';

/** The methods of RFC 9110 and RFC 5789: any other one is not known here, which is 501 and not 405. */
const KNOWN_METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT'];

/** Answers a request. `parameters` are the decoded segments of the path that the route's template names. */
export type Respond<Context> = (
  request: HttpRequest,
  parameters: Readonly<Record<string, string>>,
  context: Context,
) => Promise<HttpResponse>;

/** What one path answers. */
export interface Route<Context> {
  /** The path; a segment in braces takes any value, for instance `/payments/{id}`. */
  readonly path: string;
  /** The methods. HEAD comes with GET, OPTIONS with every route. */
  readonly methods: { readonly GET?: Respond<Context>; readonly POST?: Respond<Context> };
}

/** A route that a request matched, and what answers it. */
export interface Routed<Context> {
  /** Method and path as the routes have them, for logs: nothing of what the client sent. @default none matched */
  readonly name?: string;
  readonly respond: (context: Context) => Promise<HttpResponse>;
}

/**
 * Finds what answers a request. A path that no route has is 404, whatever the method; a method that HTTP does not have is 501,
 * one that the route does not have 405. OPTIONS is answered here. A trailing slash makes another path, and percent-encoded
 * characters are the same as plain ones.
 */
export function route<Context>(routes: readonly Route<Context>[], request: HttpRequest): Routed<Context> {
  const segments = decodeSegments(request.path);
  if (segments === undefined) {
    return always(problemResponse({ status: 400, detail: 'The path must be percent-encoded UTF-8.' }));
  }
  for (const { path, methods } of routes) {
    const parameters = match(path, segments);
    if (parameters !== undefined) return byMethod(path, methods, request, parameters);
  }
  const paths = routes.map(({ path }) => path).join(', ');
  return always(problemResponse({ status: 404, detail: `There is nothing at this path. The paths are ${paths}.` }));
}

function byMethod<Context>(
  path: string,
  methods: Route<Context>['methods'],
  request: HttpRequest,
  parameters: Readonly<Record<string, string>>,
): Routed<Context> {
  const { method } = request;
  const allowed = allowedMethods(methods);
  if (!KNOWN_METHODS.includes(method)) {
    return always(problemResponse({ status: 501, detail: 'The request has a method that this server does not know.' }));
  }
  const name = `${method} ${path}`;
  if (method === 'OPTIONS') return { name, ...always({ status: 204, headers: { Allow: allowed } }) };
  const respond = method === 'GET' || method === 'HEAD' ? methods.GET : method === 'POST' ? methods.POST : undefined;
  if (respond !== undefined) return { name, respond: (context) => respond(request, parameters, context) };
  const detail = `The path ${path} has the methods ${allowed}.`;
  return { name, ...always(problemResponse({ status: 405, detail, headers: { Allow: allowed } })) };
}

const always = (response: HttpResponse) => ({ respond: () => Promise.resolve(response) });

const allowedMethods = ({ GET, POST }: Route<never>['methods']): string =>
  [...(GET === undefined ? [] : ['GET', 'HEAD']), 'OPTIONS', ...(POST === undefined ? [] : ['POST'])].join(', ');

/** The values of the template's parameters; undefined where the path is another one. */
function match(template: string, segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  const expected = template.split('/');
  if (expected.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of expected.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) {
      if (segment === '') return undefined;
      parameters[part.slice(1, -1)] = segment;
    } else if (part !== segment) return undefined;
  }
  return parameters;
}

function decodeSegments(path: string): readonly string[] | undefined {
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
