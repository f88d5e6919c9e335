import { Address4 } from 'ip-address';
import { cidrsOverlap, isCanonicalCidr } from './cidr';
import { ASN_RANGE, isTransitGatewayId, type VpnRouting } from './network-settings';

/** What of a link's props can be wrong. */
export interface CheckedLinkProps {
  readonly vpcCidr: string;
  readonly onPremisesCidrs: readonly string[];
  readonly transitGatewayId?: string;
  readonly vpn?: {
    readonly customerGatewayAddress: string;
    readonly customerGatewayAsn: number;
    readonly amazonSideAsn: number;
    readonly routing: VpnRouting;
  };
}

/** The private numbers, all that AWS lets a gateway of its side have. */
const PRIVATE_ASNS = [
  [64_512, 65_534],
  [4_200_000_000, 4_294_967_294],
] as const;

/** Everything that AWS would refuse, or that could not work, one line each: field, rule, value, what to do. */
export function linkProblems(props: CheckedLinkProps): string[] {
  return [...cidrProblems(props), ...transitGatewayProblems(props), ...vpnProblems(props)];
}

function cidrProblems({ vpcCidr, onPremisesCidrs }: CheckedLinkProps): string[] {
  const fix = 'write the networks behind the link, such as 192.168.0.0/16';
  if (onPremisesCidrs.length === 0) return [`onPremisesCidrs must hold at least 1 network, got 0; ${fix}`];
  return onPremisesCidrs.flatMap((cidr, index) =>
    !isCanonicalCidr(cidr)
      ? [`onPremisesCidrs[${index}] must be an IPv4 network without host bits, got "${cidr}"; ${fix}`]
      : cidrsOverlap(cidr, vpcCidr)
        ? [`onPremisesCidrs[${index}] must not overlap the VPC ${vpcCidr}, got "${cidr}"; renumber one of them`]
        : [],
  );
}

function transitGatewayProblems({ transitGatewayId, vpn }: CheckedLinkProps): string[] {
  if (transitGatewayId === undefined) return [];
  return [
    ...(isTransitGatewayId(transitGatewayId)
      ? []
      : [
          `transitGatewayId must be a transit gateway's id, got "${transitGatewayId}"; write one such as tgw-0123456789abcdef0`,
        ]),
    ...(vpn?.routing === 'static'
      ? [
          `routing must be "bgp" where the VPN ends on a transit gateway, whose route tables belong to its owner, got "static"; use BGP`,
        ]
      : []),
  ];
}

function vpnProblems({ vpn }: CheckedLinkProps): string[] {
  if (vpn === undefined) return [];
  const { customerGatewayAddress: address, customerGatewayAsn: asn, amazonSideAsn } = vpn;
  return [
    ...(Address4.isValid(address) && !address.includes('/')
      ? []
      : [`customerGatewayAddress must be an IPv4 address, got "${address}"; write the VPN device's public address`]),
    ...(isIntegerWithin(asn, ASN_RANGE.min, ASN_RANGE.max)
      ? []
      : [
          `customerGatewayAsn must be an integer from ${ASN_RANGE.min} to ${ASN_RANGE.max} (BGP number), got ${asn}; use the VPN device's own`,
        ]),
    ...(PRIVATE_ASNS.some(([lowest, highest]) => isIntegerWithin(amazonSideAsn, lowest, highest))
      ? []
      : [
          `amazonSideAsn must be a private BGP number, 64512 to 65534 or 4200000000 to 4294967294, got ${amazonSideAsn}; choose one`,
        ]),
    ...(asn === amazonSideAsn
      ? [`amazonSideAsn must differ from customerGatewayAsn (${asn}), got ${amazonSideAsn}; choose another one`]
      : []),
  ];
}

const isIntegerWithin = (value: number, lowest: number, highest: number): boolean =>
  Number.isInteger(value) && value >= lowest && value <= highest;
