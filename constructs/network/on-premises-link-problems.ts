import { Address4 } from 'ip-address';
import { type Problem, when } from '../validation/problem';
import { onPremisesNetworkProblems } from './network-problems';
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

/** Everything that AWS would refuse, or that could not work. */
export function linkProblems(props: CheckedLinkProps): Problem[] {
  return [...cidrProblems(props), ...transitGatewayProblems(props), ...vpnProblems(props)];
}

function cidrProblems({ vpcCidr, onPremisesCidrs }: CheckedLinkProps): Problem[] {
  const fix = 'write the networks behind the link, such as 192.168.0.0/16';
  if (onPremisesCidrs.length === 0) {
    return [{ field: 'onPremisesCidrs', must: 'must hold at least 1 network', got: 0, fix }];
  }
  return onPremisesCidrs.flatMap((cidr, index) =>
    onPremisesNetworkProblems(`onPremisesCidrs[${index}]`, cidr, vpcCidr, fix),
  );
}

function transitGatewayProblems({ transitGatewayId, vpn }: CheckedLinkProps): Problem[] {
  if (transitGatewayId === undefined) return [];
  return [
    ...when(!isTransitGatewayId(transitGatewayId), {
      field: 'transitGatewayId',
      must: "must be a transit gateway's id",
      got: transitGatewayId,
      fix: 'write one such as tgw-0123456789abcdef0',
    }),
    ...when(vpn?.routing === 'static', {
      field: 'routing',
      must: 'must be "bgp" where the VPN ends on a transit gateway, whose route tables belong to its owner',
      got: 'static',
      fix: 'use BGP',
    }),
  ];
}

function vpnProblems({ vpn }: CheckedLinkProps): Problem[] {
  if (vpn === undefined) return [];
  const { customerGatewayAddress: address, customerGatewayAsn: asn, amazonSideAsn } = vpn;
  return [
    ...when(!Address4.isValid(address) || address.includes('/'), {
      field: 'customerGatewayAddress',
      must: 'must be an IPv4 address',
      got: address,
      fix: "write the VPN device's public address",
    }),
    ...when(!isIntegerWithin(asn, ASN_RANGE.min, ASN_RANGE.max), {
      field: 'customerGatewayAsn',
      must: `must be an integer from ${ASN_RANGE.min} to ${ASN_RANGE.max} (BGP number)`,
      got: asn,
      fix: "use the VPN device's own",
    }),
    ...when(!PRIVATE_ASNS.some(([lowest, highest]) => isIntegerWithin(amazonSideAsn, lowest, highest)), {
      field: 'amazonSideAsn',
      must: 'must be a private BGP number, 64512 to 65534 or 4200000000 to 4294967294',
      got: amazonSideAsn,
      fix: 'choose one',
    }),
    ...when(asn === amazonSideAsn, {
      field: 'amazonSideAsn',
      must: `must differ from customerGatewayAsn (${asn})`,
      got: amazonSideAsn,
      fix: 'choose another one',
    }),
  ];
}

const isIntegerWithin = (value: number, lowest: number, highest: number): boolean =>
  Number.isInteger(value) && value >= lowest && value <= highest;
