import { z } from 'zod';
import { byKey, cidr, host, integer, ipv4, list, matching, numeric, oneOf, section, text, variant } from './primitives';
import { isCertificatePem } from './certificate';

const zone = section({
  publicCidr: cidr().describe('Public subnet: load balancer and NAT gateway.'),
  privateCidr: cidr().describe('Private subnet: functions, DMS and interface endpoints.'),
  databaseCidr: cidr().describe('Database subnet: Aurora, without any route to the internet.'),
}).describe('The three subnets of one availability zone.');

const endpointName = () =>
  matching(
    /^[a-z0-9]+([.-][a-z0-9]+)*$/,
    'must be the name of an AWS service with an interface endpoint, without its prefix, as secretsmanager',
    'write what follows com.amazonaws.<region>.',
  );

/** The VPC of an environment. */
export const networkSchema = section({
  cidr: cidr().describe("The VPC's network, /16 to /28."),
  availabilityZones: byKey(zone, 'subnets by the name of the availability zone').describe(
    'Exactly three zones of the region, by name. Adding or renaming one leaves the others alone.',
  ),
  natGateways: oneOf(['per-zone', 'single', 'none'])
    .default('per-zone')
    .describe('One NAT gateway a zone, one for all (its zone is a single point of failure), or none.'),
  interfaceEndpoints: list(endpointName(), 'service names')
    .default(['secretsmanager', 'kms', 'logs', 'sts', 'ssm', 'sns', 'sqs', 'states', 'monitoring'])
    .describe('The AWS services that are reached over interface endpoints inside the VPC.'),
}).describe('The VPC: one public, one private and one database subnet in each of three availability zones.');

const asn = (what: string) =>
  numeric(
    {
      must: `must be a BGP autonomous system number from 1 to 4294967295 (${what})`,
      fix: 'use a private one, 64512 to 65534, if you have none',
    },
    (value) => Number.isInteger(value) && value >= 1 && value <= 4_294_967_295,
  );

const link = variant(
  'kind',
  ['vpn', 'transit-gateway'],
  [
    section({
      kind: z.literal('vpn').describe('A site-to-site VPN with two tunnels.'),
      customerGatewayAddress: ipv4().describe("The public address of the on-premises network's VPN device."),
      customerGatewayAsn: asn('on-premises side').default(65000).describe("The VPN device's BGP number."),
      routing: oneOf(['bgp', 'static']).default('bgp').describe('How routes are learned.'),
    }),
    section({
      kind: z.literal('transit-gateway').describe('An existing transit gateway that reaches the on-premises network.'),
      transitGatewayId: matching(
        /^tgw-[0-9a-f]{8,17}$/,
        'must be a transit gateway id, as tgw-0123456789abcdef0',
        'copy it from the account that owns the gateway',
      ).describe('Its id.'),
    }),
  ],
).describe('The private link between the VPC and the on-premises network.');

/** The company's own network and its PostgreSQL. */
export const onPremisesSchema = section({
  cidrs: list(cidr(), 'networks').describe('The on-premises networks, which the private subnets can reach.'),
  link,
  database: section({
    host: host().describe('Where the on-premises PostgreSQL answers, as its certificate names it.'),
    address: ipv4()
      .optional()
      .describe('Where host is a name: its address, which the VPC then resolves the name to. Default: public DNS.'),
    port: integer(1, 65_535, 'TCP port').default(5432).describe('Its port.'),
    databaseName: text(
      { must: 'must be the name of a PostgreSQL database, 1 to 63 characters', fix: 'write its name' },
      (value) => /^[A-Za-z_][A-Za-z0-9_$-]{0,62}$/.test(value),
    ).describe('The database that holds the payments.'),
    engineVersion: integer(12, 17, 'major version of PostgreSQL').describe('Its major version; 14 at the start.'),
    caCertificatePem: text(
      {
        must: 'must be a CA certificate in PEM form (X.509, with CA:TRUE)',
        fix: 'paste the certificate of the authority that signed the database certificate, from BEGIN to END',
      },
      isCertificatePem,
    ).describe("The authority that signed the database's TLS certificate: public, in PEM form."),
  }).describe('The PostgreSQL to move.'),
}).describe('The on-premises network and its database.');

/** Whether an environment shows itself to the internet, and how it is guarded. */
export const ingressSchema = section({
  scheme: oneOf(['internet-facing', 'internal'])
    .default('internet-facing')
    .describe('Whether the load balancer has public addresses.'),
  allowedCidrs: list(cidr(), 'networks')
    .optional()
    .describe('Who may connect. Default: everybody for internet-facing, the VPC for internal.'),
  webAcl: section({
    rateLimit: integer(10, 2_000_000_000, 'requests per window and address')
      .default(1000)
      .describe('Requests an address may send in the window before it is blocked.'),
    rateLimitWindowSeconds: z
      .literal([60, 120, 300, 600], {
        error: 'must be one of 60, 120, 300, 600 (seconds)\nchoose one of them',
      })
      .meta({ rule: 'must be one of 60, 120, 300, 600 (seconds)' })
      .default(60)
      .describe('The window in which requests are counted.'),
    rateLimitExemptCidrs: list(cidr(), 'networks')
      .default([])
      .describe('Networks that the rate rule does not count: the on-premises proxy, merchants.'),
  })
    .prefault({})
    .describe('The web application firewall in front of the load balancer.'),
}).describe('The application load balancer and its firewall.');
