import { describe, expect, test } from '@jest/globals';
import { parseHttpEvent } from '../../../../lambda/shared/http/exchange';
import { albEvent, albSingleValueEvent, httpApiEvent } from '../../http-events';

const ok = { status: 200, headers: { 'Content-Type': 'text/plain' }, body: 'fine' } as const;

describe('a request of a load balancer with multi-value headers', () => {
  test('has method, path, every value of headers and query, decoded, and no body', () => {
    const { request } = parseHttpEvent(
      albEvent({
        httpMethod: 'POST',
        path: '/payments/a%20b',
        multiValueQueryStringParameters: { deep: ['1', 'a%2Bb+c'], 'x%5B%5D': ['%E0%A4%A'] },
        multiValueHeaders: { 'Idempotency-Key': ['k1', 'k2'] },
      }),
    );
    expect(request).toEqual({
      method: 'POST',
      path: '/payments/a%20b',
      query: new Map([
        ['deep', ['1', 'a+b c']],
        ['x[]', ['%E0%A4%A']],
      ]),
      headers: new Map([['idempotency-key', ['k1', 'k2']]]),
      body: undefined,
    });
  });

  test('keeps the values of names that are the same but for case or encoding: none hides another', () => {
    const { request } = parseHttpEvent(
      albEvent({
        multiValueQueryStringParameters: { q: ['1'], '%71': ['2'] },
        multiValueHeaders: { Authorization: ['a'], authorization: ['b'] },
      }),
    );
    expect(request.query).toEqual(new Map([['q', ['1', '2']]]));
    expect(request.headers).toEqual(new Map([['authorization', ['a', 'b']]]));
  });

  test('is answered with lists of values', () => {
    expect(parseHttpEvent(albEvent()).result(ok)).toEqual({
      statusCode: 200,
      statusDescription: '200 OK',
      multiValueHeaders: { 'Content-Type': ['text/plain'] },
      body: 'fine',
      isBase64Encoded: false,
    });
  });

  test('without query parameters has none', () => {
    expect(parseHttpEvent(albEvent({ multiValueQueryStringParameters: undefined })).request.query).toEqual(new Map());
  });
});

describe('a request of a load balancer without multi-value headers', () => {
  test('has one value each, and is answered with one value each', () => {
    const { request, result } = parseHttpEvent(
      albSingleValueEvent({ queryStringParameters: { deep: '%31' }, headers: { Accept: '*/*' } }),
    );
    expect([request.query, request.headers]).toEqual([new Map([['deep', ['1']]]), new Map([['accept', ['*/*']]])]);
    expect(result(ok)).toEqual({
      statusCode: 200,
      statusDescription: '200 OK',
      headers: { 'Content-Type': 'text/plain' },
      body: 'fine',
      isBase64Encoded: false,
    });
  });
});

describe('a request of an HTTP API', () => {
  test('has method, path, query, headers and cookies', () => {
    const { request } = parseHttpEvent(
      httpApiEvent('PUT', '/payments', {
        rawQueryString: 'a=1&b=x%20y+z&a=2',
        headers: { Accept: 'text/html,application/json' },
        cookies: ['a=1', 'b=2'],
      }),
    );
    expect(request).toEqual({
      method: 'PUT',
      path: '/payments',
      query: new Map([
        ['a', ['1', '2']],
        ['b', ['x y z']],
      ]),
      headers: new Map([
        ['accept', ['text/html,application/json']],
        ['cookie', ['a=1; b=2']],
      ]),
      body: undefined,
    });
  });

  test('keeps the values of header names that differ in case only', () => {
    const { request } = parseHttpEvent(httpApiEvent('GET', '/', { headers: { 'X-A': '1', 'x-a': '2' } }));
    expect(request.headers.get('x-a')).toEqual(['1', '2']);
  });

  test.each([
    ['prod', '/prod/payments', '/payments'],
    ['prod', '/prod/prod/', '/prod/'],
    ['prod', '/payments', '/payments'],
    ['prod', '/product', '/product'],
    ['$default', '/$default/payments', '/$default/payments'],
    [undefined, '/prod/payments', '/prod/payments'],
  ])('on the stage %s has for the path %s its own path %s', (stage, rawPath, expected) => {
    const requestContext = { ...httpApiEvent().requestContext, stage };
    expect(parseHttpEvent(httpApiEvent('GET', rawPath, { requestContext })).request.path).toBe(expected);
  });

  test('has a single cookie as it is, and no header for none', () => {
    const cookie = (cookies: readonly string[]): unknown =>
      parseHttpEvent(httpApiEvent('GET', '/', { cookies })).request.headers.get('cookie');
    expect([cookie(['a=1']), cookie([])]).toEqual([['a=1'], undefined]);
  });

  test('is answered in its own shape', () => {
    expect(parseHttpEvent(httpApiEvent()).result(ok)).toEqual({
      statusCode: 200,
      headers: { 'Content-Type': 'text/plain' },
      body: 'fine',
      isBase64Encoded: false,
    });
  });
});

describe.each([
  ['load balancer', (fields: object) => albEvent({ ...fields })],
  ['HTTP API', (fields: object) => httpApiEvent('POST', '/', { ...fields })],
])('a body from the %s', (_sender, event) => {
  test.each([
    ['as text', { body: 'grüße' }, 'grüße'],
    ['in base64', { body: Buffer.from('grüße').toString('base64'), isBase64Encoded: true }, 'grüße'],
    ['empty', { body: '' }, undefined],
    ['null', { body: null }, undefined],
    ['missing', { body: undefined }, undefined],
  ])('%s is read as bytes', (_kind, fields, expected) => {
    expect(parseHttpEvent(event(fields)).request.body?.toString()).toBe(expected);
  });
});

describe('the answer to HEAD', () => {
  test.each([
    ['load balancer', albEvent({ httpMethod: 'HEAD' }), { multiValueHeaders: { 'Content-Type': ['text/plain'] } }],
    ['HTTP API', httpApiEvent('HEAD'), { headers: { 'Content-Type': 'text/plain' } }],
  ])('of the %s keeps status and headers and has no body', (_sender, event, headers) => {
    expect(parseHttpEvent(event).result(ok)).toMatchObject({ statusCode: 200, ...headers, body: '' });
  });
});

describe('an event that is no HTTP request', () => {
  const NEITHER = 'event must be of an Application Load Balancer or of an HTTP API with payload format 2.0, got';
  test.each<[string, unknown, string]>([
    ['nothing', undefined, `${NEITHER} undefined`],
    ['null', null, `${NEITHER} object`],
    ['a list', [albEvent()], `${NEITHER} object`],
    ['a stream record', { Records: [] }, `${NEITHER} an object with the fields [Records]`],
    [
      'payload format 1.0',
      { version: '1.0', requestContext: {} },
      `${NEITHER} an object with the fields [version, requestContext]`,
    ],
    ['no method', albEvent({ httpMethod: undefined }), 'event.httpMethod must be a string, got undefined'],
    ['no path', albEvent({ path: null }), 'event.path must be a string, got null'],
    [
      'a header that is no list',
      albEvent({ multiValueHeaders: { a: 'b' } }),
      'event.multiValueHeaders must be an object of lists of strings, got string',
    ],
    [
      'a header that is a number',
      albSingleValueEvent({ headers: { a: 1 } }),
      'event.headers must be an object of strings, got number',
    ],
    ['headers that are a list', albSingleValueEvent({ headers: [] }), 'event.headers must be an object, got object'],
    ['a body that is an object', albEvent({ body: {} }), 'event.body must be a string, got object'],
    [
      'an HTTP API without a method',
      httpApiEvent('GET', '/', { requestContext: { http: {} } }),
      'event.requestContext.http.method must be a string, got undefined',
    ],
    [
      'cookies that are text',
      httpApiEvent('GET', '/', { cookies: 'a' }),
      'event.cookies must be a list of strings, got string',
    ],
  ])('is refused: %s', (_kind, event, message) => {
    expect(() => parseHttpEvent(event)).toThrow(new TypeError(message));
  });
});
