import * as z from 'zod';
import {
  ASN_RANGE,
  DEFAULT_CUSTOMER_GATEWAY_ASN,
  DEFAULT_INTERFACE_ENDPOINTS,
  GATEWAY_ENDPOINTS,
  isTransitGatewayId,
  NAT_GATEWAY_MODES,
  RESERVED_ASNS,
  VPN_ROUTING,
} from '../../constructs/network/network-settings';
import { isCertificatePem } from './certificate';
import { byKey, cidr, host, integer, ipv4, list, numeric, oneOf, port, section, text, variant } from './primitives';

const zone = section({
  publicCidr: cidr().describe('Public subnet: load balancer and NAT gateway.'),
  privateCidr: cidr().describe('Private subnet: functions, DMS and interface endpoints.'),
  databaseCidr: cidr().describe('Database subnet: Aurora, without any route to the internet.'),
}).describe('The three subnets of one availability zone.');

const endpointName = () =>
  text(
    {
      must: `must be the name of an AWS service with an interface endpoint, without its prefix, as secretsmanager, and not ${GATEWAY_ENDPOINTS.join(' or ')}, which have gateway endpoints`,
      fix: 'write what follows com.amazonaws.<region>., or remove it',
    },
    (value) => /^(?!com\.amazonaws)[a-z0-9]+([.-][a-z0-9]+)*$/.test(value) && !GATEWAY_ENDPOINTS.includes(value),
  );

/** The VPC of an environment. */
export const networkSchema = section({
  cidr: cidr().describe("The VPC's network, /16 to /28."),
  availabilityZones: byKey(zone, 'subnets by the name of the availability zone').describe(
    'Exactly three zones of the region, by name. Adding or renaming one leaves the others alone.',
  ),
  natGateways: oneOf(NAT_GATEWAY_MODES)
    .default('per-zone')
    .describe('One NAT gateway a zone, one for all (its zone is a single point of failure), or none.'),
  interfaceEndpoints: list(endpointName(), 'service names')
    .default([...DEFAULT_INTERFACE_ENDPOINTS])
    .describe('The AWS services that are reached over interface endpoints inside the VPC.'),
}).describe('The VPC: one public, one private and one database subnet in each of three availability zones.');

const asn = (what: string) =>
  numeric(
    {
      must: `must be a BGP autonomous system number from ${ASN_RANGE.min} to ${ASN_RANGE.max} (${what}), none of ${RESERVED_ASNS.join(', ')}`,
      fix: 'use a private one, 64512 to 65534, if you have none',
    },
    (value) =>
      Number.isInteger(value) && value >= ASN_RANGE.min && value <= ASN_RANGE.max && !RESERVED_ASNS.includes(value),
  );

const link = variant(
  'kind',
  ['vpn', 'transit-gateway'],
  [
    section({
      kind: z.literal('vpn').describe('A site-to-site VPN with two tunnels.'),
      customerGatewayAddress: ipv4().describe("The public address of the on-premises network's VPN device."),
      customerGatewayAsn: asn('on-premises side')
        .default(DEFAULT_CUSTOMER_GATEWAY_ASN)
        .describe("The VPN device's BGP number."),
      routing: oneOf(VPN_ROUTING).default('bgp').describe('How routes are learned.'),
    }),
    section({
      kind: z.literal('transit-gateway').describe('An existing transit gateway that reaches the on-premises network.'),
      transitGatewayId: text(
        {
          must: 'must be a transit gateway id, as tgw-0123456789abcdef0',
          fix: 'copy it from the account that owns the gateway',
        },
        isTransitGatewayId,
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
    port: port().default(5432).describe('Its port.'),
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
