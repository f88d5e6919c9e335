import type { webcrypto } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JWTHeaderParameters } from 'jose' with { 'resolution-mode': 'import' };

/** What a token says; times in seconds since 1970. */
export type Claims = Readonly<Record<string, unknown>>;

/** An OAuth issuer on this machine: signs tokens, and publishes its keys over HTTP. */
export interface LocalIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUri: string;
  /** The signing key pairs by key id: `rsa` and `ec` are published, `other` is not. */
  readonly keys: Readonly<Record<'rsa' | 'ec' | 'other', CryptoKeyPair>>;
  /** A token that is good for ten minutes, but for what `claims` and `header` say otherwise. */
  token(
    claims?: Claims,
    header?: Partial<JWTHeaderParameters>,
    key?: webcrypto.CryptoKey | Uint8Array,
  ): Promise<string>;
  /** What the server answers with; undefined: its keys. */
  answer: { status: number; body: string } | undefined;
  /** How often the keys were asked for. */
  fetches: number;
  /** Fetches the keys as the functions do. */
  readonly fetcher: { fetch(uri: string): Promise<ArrayBuffer> };
  stop(): Promise<void>;
}

interface CryptoKeyPair {
  readonly privateKey: webcrypto.CryptoKey;
  readonly publicKey: webcrypto.CryptoKey;
}

export async function startIssuer(): Promise<LocalIssuer> {
  // An ES module, which TypeScript lets no CommonJS module import at its top.
  const { exportJWK, generateKeyPair, SignJWT } = await import('jose');
  const keys = {
    rsa: await generateKeyPair('RS256', { extractable: true }),
    ec: await generateKeyPair('ES256', { extractable: true }),
    other: await generateKeyPair('RS256', { extractable: true }),
  };
  const published = JSON.stringify({
    keys: [
      // Without `alg`, which it need not have: then nothing but the verifier limits the algorithms.
      { ...(await exportJWK(keys.rsa.publicKey)), kid: 'rsa', use: 'sig' },
      { ...(await exportJWK(keys.ec.publicKey)), kid: 'ec', alg: 'ES256', use: 'sig' },
    ],
  });
  const server = createServer((_request, response) => {
    local.fetches += 1;
    response.writeHead(local.answer?.status ?? 200, { 'Content-Type': 'application/json' });
    response.end(local.answer?.body ?? published);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const local: LocalIssuer = {
    issuer: 'https://issuer.test',
    audience: 'payments-api',
    jwksUri: `${address}/jwks.json`,
    keys,
    token: (claims = {}, header = {}, key = keys.rsa.privateKey) => {
      const now = Math.floor(Date.now() / 1000);
      return new SignJWT({
        iss: 'https://issuer.test',
        aud: 'payments-api',
        sub: 'shop',
        client_id: 'shop',
        scope: 'payments:read payments:write',
        iat: now,
        exp: now + 600,
        ...claims,
      })
        .setProtectedHeader({ alg: 'RS256', kid: 'rsa', ...header })
        .sign(key);
    },
    answer: undefined,
    fetches: 0,
    fetcher: {
      fetch: async (uri) => {
        const response = await fetch(uri);
        if (!response.ok) throw new Error(`the server must answer with 200, got ${response.status}`);
        return response.arrayBuffer();
      },
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
  return local;
}
