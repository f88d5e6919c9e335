import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { dependencyChecks } from '../../../lambda/payment-validation/dependency-checks';
import { AUTHORITY_KEY } from '../../../lambda/shared/authority/dynamodb-authority';
import { type ClientRequest, CONTEXT, type LocalApi, SHAPES, startApi } from './local-api';

// Starting the servers takes its time on a machine that does other things too.
jest.setTimeout(30_000);

let api: LocalApi;
beforeAll(async () => {
  api = await startApi();
  await api.dynamodb.client.send(
    new PutCommand({ TableName: api.dynamodb.stateTable, Item: { ...AUTHORITY_KEY, authority: 'on-prem', epoch: 1 } }),
  );
});
afterAll(() => api.stop());
beforeEach(() => {
  api.log.length = 0;
});

const problem = (status: number, title: string, detail: string) => ({ type: 'about:blank', title, status, detail });
const IDENTITY = { release: 'abc123', functionVersion: '7', environment: 'test' };
const CONFIGURATION = { name: 'configuration', status: 'pass' };

describe.each(SHAPES)('through the %s', (shape) => {
  const send = (method: string, path: string, changes: Partial<ClientRequest> = {}) =>
    api.send(shape, { method, path, ...changes });

  describe('GET /health', () => {
    test('says which software answers, to anybody, without asking anything else', async () => {
      expect(await send('GET', '/health')).toMatchObject({
        status: 200,
        headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
        json: { status: 'pass', ...IDENTITY, checks: [CONFIGURATION] },
      });
      expect(api.log).toEqual([]);
    });

    test('asks table and authority item when it is to look deep', async () => {
      const { status, json } = await send('GET', '/health', { query: 'deep=1' });
      expect([status, json]).toEqual([
        200,
        {
          status: 'pass',
          ...IDENTITY,
          checks: [
            CONFIGURATION,
            { name: 'transactions-table', status: 'pass' },
            { name: 'authority-item', status: 'pass' },
          ],
        },
      ]);
    });

    test('stays 200 when a dependency fails or does not answer, and says degraded', async () => {
      const checks = [
        { name: 'works', run: () => Promise.resolve() },
        { name: 'fails', run: () => Promise.reject(new Error('secret')) },
        { name: 'hangs', run: () => new Promise(() => undefined) },
      ];
      const request = { method: 'GET', path: '/health', query: 'deep=1' };
      const { status, json } = await api.send(shape, request, { checks, checkTimeoutMillis: 20 });
      expect([status, json]).toEqual([
        200,
        {
          status: 'degraded',
          ...IDENTITY,
          checks: [
            CONFIGURATION,
            { name: 'works', status: 'pass' },
            { name: 'fails', status: 'fail' },
            { name: 'hangs', status: 'fail' },
          ],
        },
      ]);
      expect(api.log.map((line) => JSON.parse(line) as unknown)).toMatchObject([
        { level: 'WARN', message: 'health check failed', check: 'fails' },
        { level: 'WARN', message: 'health check failed', check: 'hangs' },
      ]);
      expect(api.log.join('')).not.toContain('secret');
    });

    test.each(['', 'deep', 'deep=0', 'deep=true', 'deep=1&deep=0'])(
      'asks nothing for the query "%s"',
      async (query) => {
        const { json } = await send('GET', '/health', { query });
        expect(json).toMatchObject({ checks: [CONFIGURATION] });
      },
    );
  });

  test('HEAD answers like GET, without a body', async () => {
    const { status, headers, text } = await send('HEAD', '/health');
    expect([status, headers['content-type'], text]).toEqual([200, 'application/json', '']);
    expect((await send('HEAD', '/payments/1')).status).toBe(401);
  });

  test.each([
    ['/health', 'GET, HEAD, OPTIONS'],
    ['/payments', 'OPTIONS, POST'],
    ['/payments/1', 'GET, HEAD, OPTIONS'],
  ])('OPTIONS and wrong methods on %s say which methods there are: %s', async (path, allow) => {
    const options = await send('OPTIONS', path);
    expect(options).toMatchObject({ status: 204, headers: { allow }, text: '' });
    expect(Object.keys(options.headers)).toEqual(['allow']);
    const refused = await send('DELETE', path);
    const template = path.replace('1', '{id}');
    expect([refused.status, refused.headers, refused.json]).toEqual([
      405,
      { allow, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
      problem(405, 'Method Not Allowed', `The path ${template} has the methods ${allow}.`),
    ]);
  });

  test.each([
    ['GET', '/payments', 405],
    ['HEAD', '/payments', 405],
    ['PUT', '/payments', 405],
    ['PATCH', '/payments/1', 405],
    ['POST', '/payments/1', 405],
    ['POST', '/health', 405],
    ['TRACE', '/health', 405],
    ['BREW', '/health', 501],
    ['post', '/payments', 501],
    ['', '/payments', 501],
    ['POST', '/payments/', 404],
    ['POST', '//payments', 404],
    ['GET', '/payments/', 404],
    ['GET', '/payments/1/', 404],
    ['GET', '/Health', 404],
    ['GET', '/health%2F', 404],
    ['GET', '/constructor', 404],
    ['GET', '/', 404],
    ['GET', '', 404],
    ['OPTIONS', '*', 404],
    ['BREW', '/coffee', 404],
    ['GET', '/health%', 400],
    ['GET', '/payments/%ff', 400],
    ['GET', '/%68ealth', 200],
    ['POST', '/pay%6Dents', 401],
    ['GET', '/payments/%31', 401],
  ])('%s %s is answered with %d', async (method, path, status) => {
    const answer = await send(method, path);
    expect(answer.status).toBe(status);
    expect(answer.text === '' || answer.headers['content-type']).toBe(
      method === 'HEAD' || status === 200 ? answer.text === '' || 'application/json' : 'application/problem+json',
    );
  });

  test('repeats nothing that the client sent, neither in the answer nor in the log', async () => {
    const secret = 'Zq7secret';
    const headers = { authorization: secret, cookie: secret, 'x-note': secret, 'content-type': secret };
    const answers = [
      await send('POST', `/${secret}`, { query: secret, headers, body: secret }),
      await send(secret, '/payments', { query: secret, headers, body: secret }),
      await send('POST', '/payments', { query: secret, headers, body: secret }),
      await send('GET', `/payments/${secret}`, { query: secret, headers, body: secret }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 501, 401, 401]);
    expect(JSON.stringify(answers) + api.log.join('')).not.toContain(secret);
  });
});

test('an absent authority item makes the health degraded', async () => {
  const empty = { read: () => Promise.resolve({ authority: 'frozen' as const, epoch: 0 }) };
  const request = { method: 'GET', path: '/health', query: 'deep=1' };
  const { json } = await api.send('HTTP API', request, { checks: dependencyChecks(api.store, empty) });
  expect(json).toMatchObject({ status: 'degraded', checks: [{}, {}, { name: 'authority-item', status: 'fail' }] });
});

test('an event that is no request is an error for the operator, not an answer', async () => {
  await expect(api.handler()({ Records: [] }, CONTEXT)).rejects.toThrow(TypeError);
});
