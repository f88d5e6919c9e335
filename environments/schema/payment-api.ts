import { z } from 'zod';
import { hostName, integer, list, matching, section, text, variant, ipv4 } from './primitives';

const concurrencyRange = section({
  min: integer(1, 1000, 'execution environments').describe('Always initialized.'),
  max: integer(1, 1000, 'execution environments').describe('Initialized at most.'),
});

/** The payment API's function behind the load balancer. */
export const paymentApiSchema = section({
  memorySizeMib: integer(128, 10_240, 'MiB').default(1024).describe('Memory, and with it CPU: 1769 MiB is one core.'),
  timeoutSeconds: integer(1, 900, 'seconds').default(30).describe('How long one request may take.'),
  reservedConcurrency: integer(1, 1000, 'execution environments')
    .optional()
    .describe('The most that run at once, set aside from the account. Default: none set aside.'),
  provisionedConcurrency: section({
    blue: concurrencyRange.optional().describe('For the promoted version. Default: none.'),
    green: concurrencyRange.optional().describe('For the newest version. Default: none.'),
  })
    .prefault({})
    .describe('Execution environments that are initialized before requests come; autoscaled between the limits.'),
  imageUri: matching(
    /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/[a-z0-9._/-]+@sha256:[0-9a-f]{64}$/,
    'must be an ECR image by digest: <account>.dkr.ecr.<region>.amazonaws.com/<repository>@sha256:<64 hex digits>',
    'take the digest that the push printed; a tag can move',
  )
    .optional()
    .describe('A container image instead of the bundled code. Default: the code is bundled and zipped.'),
}).describe('payment-validation, the function behind the load balancer.');

/** Under which name callers reach the API. */
export const dnsSchema = section({
  zoneId: matching(
    /^Z[A-Z0-9]{5,31}$/,
    'must be the id of a Route 53 hosted zone, as Z0123456789ABCDEFGHIJ',
    'run aws route53 list-hosted-zones',
  ).describe('The public hosted zone: an existing one, or the one that the account stack created.'),
  zoneName: hostName().describe("The zone's name."),
  apiHostName: hostName().describe('The name of the API, in that zone. The certificate is for it.'),
}).describe('The name of the API and its hosted zone.');

/** How requests are divided between on-premises and AWS. */
export const trafficSchema = section({
  ttlSeconds: integer(1, 60, 'seconds').default(60).describe('How long resolvers may keep an answer.'),
  onPremises: variant(
    'kind',
    ['addresses', 'host-name'],
    [
      section({
        kind: z.literal('addresses').describe('The on-premises side is an A record.'),
        addresses: list(ipv4(), 'IPv4 addresses').describe('The public addresses of the on-premises load balancers.'),
      }),
      section({
        kind: z.literal('host-name').describe('Both sides are CNAME records; never at the apex of the zone.'),
        hostName: hostName().describe('The public name of the on-premises load balancer.'),
      }),
    ],
  ).describe('Where the on-premises API answers.'),
  healthCheckPath: text(
    { must: 'must be a path of 1 to 255 characters that starts with /', fix: 'write it as /health' },
    (value) => /^\/[\x21-\x7e]{0,254}$/.test(value),
  )
    .default('/health')
    .describe('What the health checks of both sides request over HTTPS.'),
}).describe('The weighted records.');
