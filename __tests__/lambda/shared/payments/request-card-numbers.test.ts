import { describe, expect, test } from '@jest/globals';
import type { HttpRequest } from '../../../../lambda/shared/http/message';
import { cardNumbersOutsideBody } from '../../../../lambda/shared/payments/request-card-numbers';

const CARD = '4111111111111111';
const search = (changes: Partial<HttpRequest>) =>
  cardNumbersOutsideBody({
    method: 'GET',
    path: '/payments',
    query: new Map(),
    headers: new Map(),
    body: undefined,
    ...changes,
  }).map(({ detail: _, ...place }) => place);
const inHeader = (name: string, value = CARD) => search({ headers: new Map([[name, [value]]]) });

describe('a card number outside the body is found', () => {
  test.each([
    ['the path', { path: `/payments/${CARD}` }, { location: 'path' }],
    ['the encoded path', { path: '/payments/4111%201111%201111%201111' }, { location: 'path' }],
    ['a path that is encoded wrongly', { path: `/${CARD}/%` }, { location: 'path' }],
    ['a query value', { query: new Map([['a', ['1', CARD]]]) }, { location: 'query' }],
    ['a query name', { query: new Map([[CARD, ['']]]) }, { location: 'query' }],
    ['a header', { headers: new Map([['x-note', ['a', CARD]]]) }, { header: 'x-note' }],
    ['the key', { headers: new Map([['idempotency-key', [CARD]]]) }, { header: 'idempotency-key' }],
    ['a cookie', { headers: new Map([['cookie', [`card=${CARD}`]]]) }, { header: 'cookie' }],
    ['the User-Agent', { headers: new Map([['user-agent', [CARD]]]) }, { header: 'user-agent' }],
    ['the name of a header', { headers: new Map([[CARD, ['1']]]) }, { header: 'name withheld' }],
  ])('in %s', (_kind, changes, place) => {
    expect(search(changes)).toEqual([place]);
  });

  test('in all places at once', () => {
    expect(
      search({
        path: `/${CARD}`,
        query: new Map([['q', [CARD]]]),
        headers: new Map([
          ['x-a', [CARD]],
          ['x-b', [CARD]],
        ]),
      }),
    ).toEqual([{ location: 'path' }, { location: 'query' }, { header: 'x-a' }, { header: 'x-b' }]);
  });
});

test.each([
  'authorization',
  'content-length',
  'traceparent',
  'x-datadog-trace-id',
  'x-datadog-parent-id',
  'x-cloud-trace-context',
  'uber-trace-id',
  'sentry-trace',
  'cloudfront-viewer-address',
  'tracestate',
  'x-amzn-trace-id',
  'x-amz-cf-id',
  'x-forwarded-for',
  'forwarded',
  'via',
  'date',
  'if-modified-since',
  'x-request-id',
])('the header %s is not searched: infrastructure writes it, or the issuer', (name) => {
  expect(inHeader(name)).toEqual([]);
});

test('a UUID as a key is no card number', () => {
  expect(inHeader('idempotency-key', '41111111-1111-4111-8111-111111111111')).toEqual([]);
});
