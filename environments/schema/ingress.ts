import { RATE_LIMIT_RANGE, RATE_LIMIT_WINDOWS_SECONDS } from '../../constructs/ingress/web-acl-settings';
import { cidr, integer, list, oneOf, oneOfNumbers, section } from './primitives';

/** Whether an environment shows itself to the internet, and how it is guarded. */
export const ingressSchema = section({
  scheme: oneOf(['internet-facing', 'internal'])
    .default('internet-facing')
    .describe('Whether the load balancer has public addresses.'),
  allowedCidrs: list(cidr(), 'networks')
    .optional()
    .describe('Who may connect. Default: everybody for internet-facing, the VPC for internal.'),
  webAcl: section({
    rateLimit: integer(RATE_LIMIT_RANGE.from, RATE_LIMIT_RANGE.to, 'requests per window and address')
      .default(1000)
      .describe('Requests an address may send in the window before it is blocked.'),
    rateLimitWindowSeconds: oneOfNumbers(RATE_LIMIT_WINDOWS_SECONDS, 'seconds')
      .default(60)
      .describe('The window in which requests are counted.'),
    rateLimitExemptCidrs: list(cidr(), 'networks')
      .default([])
      .describe('Networks that the rate rule does not count: the on-premises proxy, merchants.'),
  })
    .prefault({})
    .describe('The web application firewall in front of the load balancer.'),
}).describe('The application load balancer and its firewall.');
