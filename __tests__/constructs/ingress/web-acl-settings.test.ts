import { describe, expect, test } from '@jest/globals';
import { Token } from 'cdktf';
import { webAclProblems, type WebAclSettings } from '../../../constructs/ingress';
import { problemText } from '../../../constructs/validation/problem';

const problems = (settings: Partial<WebAclSettings>): string[] =>
  webAclProblems({ rateLimit: 1000, rateLimitWindowSeconds: 60, rateLimitExemptCidrs: [], ...settings }).map(
    problemText,
  );

describe("the rules of a web ACL's settings", () => {
  test.each([10, 11, 2_000_000_000, Token.asNumber('${var.limit}')])('let through a limit of %p', (rateLimit) => {
    expect(problems({ rateLimit })).toEqual([]);
  });

  test.each([0, 9, -1, 2_000_000_001, 10.5, Number.NaN])('refuse a limit of %p', (rateLimit) => {
    expect(problems({ rateLimit })).toEqual([
      `rateLimit must be an integer from 10 to 2000000000 (requests per window and address), got ${rateLimit}; choose a value in that range`,
    ]);
  });

  test.each([60, 120, 300, 600])('let through a window of %p', (rateLimitWindowSeconds) => {
    expect(problems({ rateLimitWindowSeconds })).toEqual([]);
  });

  test.each([0, 59, 61, 601])('refuse a window of %p', (rateLimitWindowSeconds) => {
    expect(problems({ rateLimitWindowSeconds })).toEqual([
      `rateLimitWindowSeconds must be one of 60, 120, 300, 600 (seconds), got ${rateLimitWindowSeconds}; choose one of them`,
    ]);
  });

  test.each(['128.0.0.0/1', '203.0.113.0/24', '203.0.113.7/32'])('let through the exempt network %p', (cidr) => {
    expect(problems({ rateLimitExemptCidrs: [cidr] })).toEqual([]);
  });

  test.each(['0.0.0.0/0', '203.0.113.7', '203.0.113.7/24', '203.0.113.0/33', '2001:db8::/32', 'merchants', ''])(
    'refuse the exempt network %p',
    (cidr) => {
      expect(problems({ rateLimitExemptCidrs: ['203.0.113.0/24', cidr] })).toEqual([
        `rateLimitExemptCidrs[1] must be an IPv4 network from /1 to /32 without host bits, got "${cidr}"; write it as 203.0.113.0/24; to exempt everybody is to have no rate rule`,
      ]);
    },
  );

  test('let through 10,000 exempt networks and refuse one more', () => {
    const networks = Array.from({ length: 10_001 }, (_, index) => `203.${index >> 8}.${index & 255}.0/24`);
    expect(problems({ rateLimitExemptCidrs: networks.slice(1) })).toEqual([]);
    expect(problems({ rateLimitExemptCidrs: networks })).toEqual([
      'rateLimitExemptCidrs must hold at most 10000 networks, got 10001; join neighbouring networks',
    ]);
  });

  test('report every problem at once', () => {
    expect(problems({ rateLimit: 1, rateLimitWindowSeconds: 1, rateLimitExemptCidrs: ['x', 'y'] })).toHaveLength(4);
  });
});
