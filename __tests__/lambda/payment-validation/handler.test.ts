import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createHandler } from '../../../lambda/payment-validation/handler';
import type { HealthCheck } from '../../../lambda/payment-validation/health';
import { createLogger } from '../../../lambda/shared/logger';
import { type CapturedOutput, captureOutput } from '../../support/output';
import { albEvent, httpApiEvent } from '../http-events';

let output: CapturedOutput;
beforeEach(() => {
  output = captureOutput();
});
afterEach(() => {
  output.release();
});

const handle = (event: unknown, ...checks: HealthCheck[]) =>
  createHandler({
    environment: 'prod',
    release: 'abc123',
    checks: checks.length === 0 ? [{ name: 'configuration', passes: () => true }] : checks,
    logger: createLogger({ service: 'payment-validation', environment: 'prod', release: 'abc123' }),
  })(event, { functionVersion: '7' });

const parsed = ({ body, ...result }: Readonly<Record<string, unknown>>) => ({
  ...result,
  body: typeof body === 'string' && body !== '' ? (JSON.parse(body) as unknown) : body,
});

const HEALTHY = {
  status: 'pass',
  release: 'abc123',
  functionVersion: '7',
  environment: 'prod',
  checks: [{ name: 'configuration', status: 'pass' }],
};

describe('GET /health', () => {
  test('answers the load balancer with release, version, environment and checks', async () => {
    expect(parsed(await handle(albEvent()))).toEqual({
      statusCode: 200,
      statusDescription: '200 OK',
      multiValueHeaders: { 'Content-Type': ['application/json'], 'Cache-Control': ['no-store'] },
      isBase64Encoded: false,
      body: HEALTHY,
    });
    expect(output.lines()).toEqual([]);
  });

  test('answers an HTTP API the same', async () => {
    expect(parsed(await handle(httpApiEvent()))).toEqual({
      statusCode: 200,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
      isBase64Encoded: false,
      body: HEALTHY,
    });
  });

  test('fails with 503 when one check does, also one that throws, and logs which', async () => {
    const result = await handle(
      albEvent(),
      { name: 'a', passes: () => true },
      { name: 'b', passes: () => Promise.resolve(false) },
      { name: 'c', passes: () => Promise.reject(new Error('secret')) },
    );
    expect(parsed(result)).toMatchObject({
      statusCode: 503,
      statusDescription: '503 Service Unavailable',
      body: {
        status: 'fail',
        checks: [
          { name: 'a', status: 'pass' },
          { name: 'b', status: 'fail' },
          { name: 'c', status: 'fail' },
        ],
      },
    });
    expect(output.documents()).toEqual([
      expect.objectContaining({ level: 'ERROR', message: 'health check failed', checks: ['b', 'c'] }),
    ]);
  });
});

describe('other methods on /health', () => {
  test('HEAD answers like GET, without a body', async () => {
    expect(await handle(albEvent({ httpMethod: 'HEAD' }))).toMatchObject({
      statusCode: 200,
      multiValueHeaders: { 'Content-Type': ['application/json'] },
      body: '',
    });
  });

  test('OPTIONS says which methods there are', async () => {
    expect(await handle(albEvent({ httpMethod: 'OPTIONS' }))).toMatchObject({
      statusCode: 204,
      multiValueHeaders: { Allow: ['GET, HEAD, OPTIONS'] },
      body: '',
    });
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'CONNECT'])('%s is not allowed', async (httpMethod) => {
    expect(parsed(await handle(albEvent({ httpMethod })))).toMatchObject({
      statusCode: 405,
      multiValueHeaders: {
        Allow: ['GET, HEAD, OPTIONS'],
        'Content-Type': ['application/problem+json'],
        'Cache-Control': ['no-store'],
      },
      body: {
        type: 'about:blank',
        title: 'Method Not Allowed',
        status: 405,
        detail: 'Health is read with GET, HEAD, OPTIONS.',
      },
    });
  });

  test.each(['BREW', 'get', ''])('"%s" is no method that is known', async (httpMethod) => {
    expect(parsed(await handle(albEvent({ httpMethod })))).toMatchObject({
      statusCode: 501,
      body: { status: 501, detail: 'The request has a method that this server does not know.' },
    });
  });
});

describe('everything that a later release brings', () => {
  test.each([
    ['POST', '/payments'],
    ['GET', '/payments/1'],
    ['GET', '/health/'],
    ['GET', '/HEALTH'],
    ['GET', '/'],
    ['BREW', '/coffee'],
  ])('%s %s is a problem document that says so', async (httpMethod, path) => {
    expect(parsed(await handle(albEvent({ httpMethod, path })))).toEqual({
      statusCode: 501,
      statusDescription: '501 Not Implemented',
      multiValueHeaders: { 'Content-Type': ['application/problem+json'], 'Cache-Control': ['no-store'] },
      isBase64Encoded: false,
      body: {
        type: 'about:blank',
        title: 'Not Implemented',
        status: 501,
        detail:
          'This release answers GET /health only. Payments (POST /payments and GET /payments/{id}) come with a later release.',
      },
    });
  });

  test('repeats nothing that the client sent, neither in the answer nor in the log', async () => {
    const secret = '4111111111111111';
    const event = albEvent({
      httpMethod: 'POST',
      path: `/${secret}`,
      multiValueQueryStringParameters: { card: [secret] },
      multiValueHeaders: { authorization: [secret] },
      body: secret,
    });
    expect(JSON.stringify(await handle(event)) + output.lines().join('')).not.toContain(secret);
  });
});

test('an event that is no request is an error for the operator, not an answer', async () => {
  await expect(handle({ Records: [] })).rejects.toThrow(TypeError);
});
