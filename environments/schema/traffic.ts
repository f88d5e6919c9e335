import * as z from 'zod';
import { healthCheckPathProblems, MAX_RECORD_TTL_SECONDS } from '../../constructs/traffic/rules';
import { accepted, hostName, integer, ipv4, list, matching, section, variant } from './primitives';

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
  ttlSeconds: integer(1, MAX_RECORD_TTL_SECONDS, 'seconds')
    .default(60)
    .describe('How long resolvers may keep an answer.'),
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
  healthCheckPath: accepted(healthCheckPathProblems)
    .default('/health')
    .describe('What the health checks of both sides request over HTTPS.'),
}).describe('The weighted records.');
