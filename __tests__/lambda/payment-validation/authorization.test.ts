import { createHmac, KeyObject, sign } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createTokenVerifier } from '../../../lambda/payment-validation/token-verifier';
import type { Claims } from '../../support/issuer';
import { type LocalApi, SHAPES, startApi } from './local-api';

// Starting the servers takes its time on a machine that does other things too.
jest.setTimeout(30_000);

let api: LocalApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());
beforeEach(() => {
  api.log.length = 0;
  api.issuer.fetches = 0;
});
afterEach(() => {
  api.issuer.answer = undefined;
});

const PATH = '/payments/not-a-uuid';
/** Asks for a payment that cannot be: 404 says that the token was taken. */
const get = (headers: Record<string, string | readonly string[]>, changes?: Parameters<LocalApi['send']>[2]) =>
  api.send('load balancer', { method: 'GET', path: PATH, headers }, changes);
const withToken = (token: string) => get({ authorization: `Bearer ${token}` });
const now = () => Math.floor(Date.now() / 1000);
const INVALID = 'Bearer realm="payments", error="invalid_token"';

describe('a token that is good', () => {
  test.each<[string, Claims]>([
    ['the scope among others', { scope: 'openid payments:read' }],
    ['the scope in a list', { scope: undefined, scp: ['payments:read'] }],
    ['the scope in a text under the other name', { scope: undefined, scp: 'payments:read' }],
    ['the audience among others', { aud: ['other', 'payments-api'] }],
    ['a time that has begun', { nbf: now() - 1 }],
  ])('is taken: with %s', async (_kind, claims) => {
    expect((await withToken(await api.issuer.token(claims))).status).toBe(404);
  });

  test('is taken when it is signed with an elliptic curve', async () => {
    const token = await api.issuer.token({}, { alg: 'ES256', kid: 'ec' }, api.issuer.keys.ec.privateKey);
    expect((await withToken(token)).status).toBe(404);
  });

  test.each(['bearer', 'BEARER', 'Bearer '])('is taken with the scheme written "%s"', async (scheme) => {
    expect((await get({ authorization: `${scheme} ${await api.issuer.token()}` })).status).toBe(404);
  });

  test('names its client in the claim that the configuration says', async () => {
    const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
    const verify = createTokenVerifier({ ...api.issuer, clientIdClaim: 'azp', logger });
    expect(await verify(await api.issuer.token({ azp: 'shop-2', exp: 4_102_444_800 }))).toEqual({
      outcome: 'verified',
      caller: { clientId: 'shop-2', scopes: ['payments:read', 'payments:write'] },
      expiresAt: Date.UTC(2100, 0, 1),
    });
    expect(await verify(await api.issuer.token())).toEqual({ outcome: 'refused' });
  });
});

describe('a token that is not good', () => {
  const hour = 3600;
  test.each<[string, Claims]>([
    ['of another issuer', { iss: 'https://other.test' }],
    ['without an issuer', { iss: undefined }],
    ['for another audience', { aud: 'other' }],
    ['without an audience', { aud: undefined }],
    ['that has expired', { exp: now() - 1 }],
    ['that never expires', { exp: undefined }],
    ['that is not valid yet', { nbf: now() + hour }],
    ['without a client', { client_id: undefined }],
    ['with an empty client', { client_id: '' }],
    ['with a client that is no text', { client_id: 7 }],
    ['with a client longer than the ledger holds', { client_id: 'c'.repeat(129) }],
    ['with a client beyond ASCII', { client_id: 'gr\u00fc\u00dfe' }],
  ])('is refused: %s', async (_kind, claims) => {
    const { status, headers, json } = await withToken(await api.issuer.token(claims));
    expect([status, headers['www-authenticate']]).toEqual([401, INVALID]);
    expect(json).toEqual({
      type: 'about:blank',
      title: 'Unauthorized',
      status: 401,
      detail: 'The access token is malformed, expired, or not for this API. Get another one.',
    });
  });

  const base64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = () => ({
    iss: api.issuer.issuer,
    aud: api.issuer.audience,
    client_id: 'shop',
    scope: 'payments:read',
    exp: now() + hour,
  });
  test.each<[string, () => Promise<string>]>([
    [
      'that nobody signed',
      () => Promise.resolve(`${base64({ alg: 'none', kid: 'rsa', typ: 'JWT' })}.${base64(claims())}.`),
    ],
    [
      'signed with the public key as a secret',
      () => {
        const pem = KeyObject.from(api.issuer.keys.rsa.publicKey).export({ format: 'pem', type: 'spki' });
        const content = `${base64({ alg: 'HS256', kid: 'rsa' })}.${base64(claims())}`;
        return Promise.resolve(`${content}.${createHmac('sha256', pem).update(content).digest('base64url')}`);
      },
    ],
    ['whose key is not known', () => api.issuer.token({}, { kid: 'nobody' }, api.issuer.keys.other.privateKey)],
    ['signed with another key than it names', () => api.issuer.token({}, {}, api.issuer.keys.other.privateKey)],
    ['that names no key', () => api.issuer.token({}, { kid: undefined })],
    ['that names a key of another kind', () => api.issuer.token({}, { kid: 'ec' })],
    ['of an algorithm that is not ours', () => Promise.resolve(signed({ alg: 'RS512', kid: 'rsa' }, 'sha512'))],
    [
      'with an extension that must be understood',
      () => Promise.resolve(signed({ alg: 'RS256', kid: 'rsa', crit: ['x'], x: 1 })),
    ],
    [
      'whose claims were changed',
      async () => {
        const [header, , signature] = (await api.issuer.token()).split('.');
        return `${header}.${base64({ ...claims(), client_id: 'rich' })}.${signature}`;
      },
    ],
    ['whose signature is cut off', async () => (await api.issuer.token()).split('.').slice(0, 2).join('.')],
    ['that is no token', () => Promise.resolve('abc')],
    ['that is no JSON', () => Promise.resolve('YWJj.YWJj.YWJj')],
  ])('is refused: %s', async (_kind, make) => {
    const token = await make();
    const { status, headers } = await withToken(token);
    expect([status, headers['www-authenticate']]).toEqual([401, INVALID]);
    expect(api.log.join('')).not.toContain(token.slice(-8));
  });

  /** A token with a right signature and a header that the library would not write. */
  const signed = (header: object, hash = 'sha256'): string => {
    const content = `${base64(header)}.${base64(claims())}`;
    const key = KeyObject.from(api.issuer.keys.rsa.privateKey);
    return `${content}.${sign(hash, Buffer.from(content), key).toString('base64url')}`;
  };
});

describe.each(SHAPES)('a request through the %s', (shape) => {
  const ask = (headers: Record<string, string | readonly string[]>, method = 'GET', path = PATH) =>
    api.send(shape, { method, path, headers });

  test('without a token is asked for one, with no error named', async () => {
    const { status, headers } = await ask({});
    expect([status, headers['www-authenticate'], headers['cache-control']]).toEqual([
      401,
      'Bearer realm="payments"',
      'no-store',
    ]);
  });

  test.each(['Basic dXNlcjpwYXNz', 'Bearer', 'Bearer ', 'Bearer a b', 'Bearer "a"', ''])(
    'with other credentials is refused: "%s"',
    async (authorization) => {
      const { status, headers } = await ask({ authorization });
      expect([status, headers['www-authenticate']]).toEqual([401, INVALID]);
    },
  );

  test('with two tokens is refused', async () => {
    const bearer = `Bearer ${await api.issuer.token()}`;
    expect((await ask({ authorization: [bearer, bearer] })).status).toBe(400);
  });

  test.each([
    ['GET', PATH, 'payments:read', 'payments:write'],
    ['POST', '/payments', 'payments:write', 'payments:read'],
  ])('%s %s needs the scope %s', async (method, path, needed, given) => {
    const { status, headers, json } = await ask(
      { authorization: `Bearer ${await api.issuer.token({ scope: given })}` },
      method,
      path,
    );
    expect([status, headers['www-authenticate'], json]).toEqual([
      403,
      `Bearer realm="payments", error="insufficient_scope", scope="${needed}"`,
      {
        type: 'about:blank',
        title: 'Forbidden',
        status: 403,
        detail: `The access token needs the scope ${needed}.`,
      },
    ]);
  });
});

describe("the issuer's keys", () => {
  const fresh = () => {
    const log: string[] = [];
    const line = (message: string) => log.push(message);
    const logger = { info: line, warn: line, error: line };
    return { log, verify: createTokenVerifier({ ...api.issuer, clientIdClaim: 'client_id', logger }) };
  };

  test('are fetched once for many tokens', async () => {
    const { verify } = fresh();
    const token = await api.issuer.token();
    await Promise.all(Array.from({ length: 20 }, () => verify(token)));
    await verify(token);
    expect(api.issuer.fetches).toBe(1);
  });

  test('are not asked for again at once because of tokens that name unknown ones', async () => {
    const { verify } = fresh();
    await verify(await api.issuer.token());
    for (const kid of ['a', 'b', 'c']) {
      expect(await verify(await api.issuer.token({}, { kid }))).toEqual({ outcome: 'refused' });
    }
    expect(api.issuer.fetches).toBe(2);
  });

  test.each([
    ['an error', { status: 500, body: '' }],
    ['no JSON', { status: 200, body: '<html>' }],
    ['no keys', { status: 200, body: '{}' }],
    ['a key that is none', { status: 200, body: '{"keys":[{"kty":"RSA","kid":7}]}' }],
  ])('that cannot be had are 503, not 401, and are asked for again: %s', async (_kind, answer) => {
    const { verify, log } = fresh();
    api.issuer.answer = answer;
    const headers = { authorization: `Bearer ${await api.issuer.token()}` };
    const refused = await get(headers, { verifyToken: verify });
    expect([refused.status, refused.headers['retry-after'], refused.json]).toEqual([
      503,
      '5',
      {
        type: 'about:blank',
        title: 'Service Unavailable',
        status: 503,
        detail: 'The token cannot be verified now. Send the same request again later.',
      },
    ]);
    expect(log).toEqual(["the issuer's keys cannot be fetched"]);
    api.issuer.answer = undefined;
    expect((await get(headers, { verifyToken: verify })).status).toBe(404);
  });
});
