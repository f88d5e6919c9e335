import { createHash } from 'node:crypto';
import type { Verification, VerifyToken } from './token-verifier';

export interface VerifiedTokensOptions {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /**
   * How long a verified token is taken without being verified again, in milliseconds; never beyond its own end.
   * @default 60000
   */
  readonly timeToLiveMs?: number;
  /**
   * How many tokens are remembered: the one that was verified first is forgotten first.
   * @default 1000
   */
  readonly entries?: number;
}

interface Entry {
  readonly verification: Verification;
  readonly until: number;
}

/**
 * Remembers tokens that were verified. A client sends the same token with every request, and its signature takes as long to
 * verify as everything else that is done with a payment before it is stored. Only digests are kept, and nothing of what was
 * refused: whether keys can be fetched, or a token has begun, changes.
 */
export function rememberVerified(verify: VerifyToken, options: VerifiedTokensOptions): VerifyToken {
  const { now, timeToLiveMs = 60_000, entries = 1_000 } = options;
  const verified = new Map<string, Entry>();
  return async (token) => {
    const digest = createHash('sha256').update(token).digest('base64');
    const known = verified.get(digest);
    if (known !== undefined && now() < known.until) return known.verification;
    verified.delete(digest);
    const verification = await verify(token);
    if (verification.outcome !== 'verified') return verification;
    verified.set(digest, { verification, until: Math.min(now() + timeToLiveMs, verification.expiresAt) });
    const [first] = verified.keys();
    if (verified.size > entries && first !== undefined) verified.delete(first);
    return verification;
  };
}
