import { JwtVerifier } from 'aws-jwt-verify';
import { JwksValidationError, JwkValidationError, JwtBaseError } from 'aws-jwt-verify/error';
import { type Fetcher, SimpleFetcher } from 'aws-jwt-verify/https';
import { SimpleJwksCache } from 'aws-jwt-verify/jwk';
import type { Logger } from '../shared/logger';
import { errorFields } from '../shared/runtime/error-fields';

/** Who calls, as a token that was verified says. */
export interface Caller {
  /** The OAuth client: scopes idempotency keys and reads. */
  readonly clientId: string;
  readonly scopes: readonly string[];
}

/** What became of a token. `unavailable`: the issuer's keys cannot be had now, so nobody can tell. */
export type Verification =
  | {
      readonly outcome: 'verified';
      readonly caller: Caller;
      /** When the token ends, in milliseconds since 1970. */
      readonly expiresAt: number;
    }
  | { readonly outcome: 'refused' | 'unavailable' };

/** Verifies bearer tokens. */
export type VerifyToken = (token: string) => Promise<Verification>;

/** Whose tokens are taken, and what is needed from outside to verify them. */
export interface TokenVerifierOptions {
  /** The claim `iss`. */
  readonly issuer: string;
  /** What the claim `aud` must be or hold. */
  readonly audience: string;
  /** Where the issuer publishes its keys. */
  readonly jwksUri: string;
  /** The claim that names the client, for instance `client_id` or `azp`. */
  readonly clientIdClaim: string;
  readonly logger: Logger;
  /**
   * How the keys are fetched.
   * @default over HTTPS, at most 3 s, one retry
   */
  readonly fetcher?: Fetcher;
}

/** What issuers sign with. Everything else is refused, whatever the keys say. */
const ALGORITHMS = ['RS256', 'ES256'];
/** What the ledger holds: printable ASCII, 1 to 128 characters. */
const CLIENT_ID = /^[\x21-\x7e]{1,128}$/;

/** The issuer's keys could not be fetched. */
class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/**
 * Verifies RFC 9068-like access tokens: signature, issuer, audience, times, algorithm, and that they end at all and name their
 * client. Keys are fetched when a token names one that is not known yet, and kept; a token's key that is unknown makes one
 * fetch in 10 s at most. Tokens are never logged.
 */
export function createTokenVerifier(options: TokenVerifierOptions): VerifyToken {
  const { issuer, audience, jwksUri, clientIdClaim, logger, fetcher = new SimpleFetcher() } = options;
  const verifier = JwtVerifier.create(
    { issuer, audience, jwksUri, customJwtCheck: ({ header, payload }) => requireProfile({ header, payload }) },
    { jwksCache: new SimpleJwksCache({ fetcher: { fetch: fetchKeys } }) },
  );

  async function fetchKeys(...request: Parameters<Fetcher['fetch']>): Promise<ArrayBuffer> {
    try {
      return await fetcher.fetch(...request);
    } catch (error) {
      throw new KeysUnavailable('the issuer must publish its keys at JWKS_URI', { cause: error });
    }
  }

  return async (token) => {
    let claims: Claims;
    try {
      claims = await verifier.verify(token);
    } catch (error) {
      if (isOfTheKeys(error)) {
        logger.error("the issuer's keys cannot be fetched", errorFields(error));
        return { outcome: 'unavailable' };
      }
      // What the library does not foresee is a token as bad as any other, but should be seen.
      if (!(error instanceof JwtBaseError)) logger.warn('token could not be verified', errorFields(error));
      return { outcome: 'refused' };
    }
    const clientId = claims[clientIdClaim];
    if (typeof clientId !== 'string' || !CLIENT_ID.test(clientId)) return { outcome: 'refused' };
    return {
      outcome: 'verified',
      caller: { clientId, scopes: scopesOf(claims) },
      expiresAt: Number(claims.exp) * 1000,
    };
  };
}

/** What no token causes: the issuer publishes nothing, no set of keys, or one with a key that is none. */
const isOfTheKeys = (error: unknown): boolean =>
  error instanceof KeysUnavailable || error instanceof JwksValidationError || error instanceof JwkValidationError;

type Claims = Readonly<Record<string, unknown>>;

class UnacceptableToken extends JwtBaseError {}

/** What the library leaves open. */
function requireProfile({ header, payload }: { readonly header: Claims; readonly payload: Claims }): void {
  if (!ALGORITHMS.includes(String(header.alg))) throw new UnacceptableToken('alg must be one of ours');
  if (header.crit !== undefined) throw new UnacceptableToken('crit must be absent: no extension is known here');
  if (typeof payload.exp !== 'number') throw new UnacceptableToken('exp must be there');
}

/** `scope` is a text with spaces (RFC 9068), `scp` a list or such a text (Okta, Entra). */
const scopesOf = ({ scope, scp }: Claims): readonly string[] => [...listOf(scope), ...listOf(scp)];

const listOf = (claim: unknown): readonly string[] =>
  typeof claim === 'string' ? claim.split(' ') : Array.isArray(claim) ? claim.filter(isText) : [];

const isText = (value: unknown): value is string => typeof value === 'string';
