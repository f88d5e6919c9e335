import { Token } from 'cdktf';
import { parseCidr } from '../network/cidr';
import type { Problem } from '../validation/problem';

/**
 * The windows in which WAF can count requests, in seconds.
 * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html
 */
export const RATE_LIMIT_WINDOWS_SECONDS = [60, 120, 300, 600] as const;

export type RateLimitWindowSeconds = (typeof RATE_LIMIT_WINDOWS_SECONDS)[number];

/** The fewest and the most requests that a rate rule can be set to. */
export const RATE_LIMIT_RANGE = { from: 10, to: 2_000_000_000 } as const;

/** The most networks that an IP set can hold. */
const MAX_IP_SET_SIZE = 10_000;

/** What the rules of a web ACL look at. */
export interface WebAclSettings {
  readonly rateLimit: number;
  readonly rateLimitWindowSeconds: number;
  readonly rateLimitExemptCidrs: readonly string[];
}

/**
 * The rules of a web ACL's settings: every one that they break, none when they are right.
 * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_RateBasedStatement.html (limit, window)
 * @see https://docs.aws.amazon.com/waf/latest/APIReference/API_IPSet.html (networks: every range except /0)
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/limits.html (10,000 networks)
 */
export function webAclProblems(settings: WebAclSettings): Problem[] {
  const { rateLimit, rateLimitWindowSeconds, rateLimitExemptCidrs } = settings;
  const { from, to } = RATE_LIMIT_RANGE;
  const problems: Problem[] = [];
  if (!Token.isUnresolved(rateLimit) && !(Number.isInteger(rateLimit) && rateLimit >= from && rateLimit <= to)) {
    problems.push({
      field: 'rateLimit',
      must: `must be an integer from ${from} to ${to} (requests per window and address)`,
      got: rateLimit,
      fix: 'choose a value in that range',
    });
  }
  if (!RATE_LIMIT_WINDOWS_SECONDS.some((window) => window === rateLimitWindowSeconds)) {
    problems.push({
      field: 'rateLimitWindowSeconds',
      must: `must be one of ${RATE_LIMIT_WINDOWS_SECONDS.join(', ')} (seconds)`,
      got: rateLimitWindowSeconds,
      fix: 'choose one of them',
    });
  }
  if (rateLimitExemptCidrs.length > MAX_IP_SET_SIZE) {
    problems.push({
      field: 'rateLimitExemptCidrs',
      must: `must hold at most ${MAX_IP_SET_SIZE} networks`,
      got: rateLimitExemptCidrs.length,
      fix: 'join neighbouring networks',
    });
  }
  return [...problems, ...rateLimitExemptCidrs.flatMap(networkProblems)];
}

const networkProblems = (cidr: string, index: number): Problem[] =>
  isExemptible(cidr)
    ? []
    : [
        {
          field: `rateLimitExemptCidrs[${index}]`,
          must: 'must be an IPv4 network from /1 to /32 without host bits',
          got: cidr,
          fix: 'write it as 203.0.113.0/24; to exempt everybody is to have no rate rule',
        },
      ];

/** Whether WAF can hold the network in an IP set: any but the whole internet. */
function isExemptible(text: string): boolean {
  const cidr = parseCidr(text);
  return cidr?.canonical === text && cidr.prefixLength > 0;
}
