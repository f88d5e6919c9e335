/** One NAT gateway a zone, one for all zones, or none. */
export const NAT_GATEWAY_MODES = ['per-zone', 'single', 'none'] as const;

export type NatGatewayMode = (typeof NAT_GATEWAY_MODES)[number];

/** The services that what runs in the private subnets calls, as their interface endpoints name them. */
export const DEFAULT_INTERFACE_ENDPOINTS = [
  'secretsmanager',
  'kms',
  'logs',
  'sts',
  'ssm',
  'sns',
  'sqs',
  'states',
  'monitoring',
] as const;

/** The services with a gateway endpoint, which every VPC has. */
export const GATEWAY_ENDPOINTS: readonly string[] = ['s3', 'dynamodb'];

/**
 * Entries of one list that becomes rules of a network ACL, which holds 20 a direction: on-premises networks, database ports.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html
 */
export const MAX_ACL_LIST_LENGTH = 10;

/** How the two ends of a VPN learn each other's networks. */
export const VPN_ROUTING = ['bgp', 'static'] as const;

export type VpnRouting = (typeof VPN_ROUTING)[number];

/** The numbers that BGP has for autonomous systems. */
export const ASN_RANGE = { min: 1, max: 4_294_967_295 } as const;

/**
 * Numbers that are AWS's own or stand for longer ones (23456), and so never the on-premises side's.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateCustomerGateway.html
 */
export const RESERVED_ASNS: readonly number[] = [7224, 9059, 10_124, 17_943, 23_456];

/** What the on-premises side of a VPN is called in BGP, unless told otherwise. */
export const DEFAULT_CUSTOMER_GATEWAY_ASN = 65_000;

/** What AWS's side of a VPN is called in BGP, unless told otherwise. */
export const DEFAULT_AMAZON_SIDE_ASN = 64_512;

/** Whether a text is the id of a transit gateway. */
export const isTransitGatewayId = (text: string): boolean => /^tgw-[0-9a-f]{8,17}$/.test(text);
