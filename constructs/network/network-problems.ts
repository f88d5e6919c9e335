import type { Problem } from '../validation/problem';
import { cidrContains, cidrsOverlap, isCanonicalCidr, isVpcSizedCidr, VPC_PREFIX_LENGTH } from './cidr';
import { GATEWAY_ENDPOINTS, MAX_ACL_LIST_LENGTH } from './network-settings';
import type { ByZone, ZoneSubnets } from './zones';

/** What of a network's props can be wrong. */
export interface CheckedNetworkProps {
  readonly cidr: string;
  readonly availabilityZones: ByZone<ZoneSubnets>;
  readonly interfaceEndpoints: readonly string[];
  readonly onPremisesCidrs: readonly string[];
  readonly databasePorts: readonly number[];
}

/** Load balancers and database subnet groups need two zones; no region has more than six. */
const ZONES = { fewest: 2, most: 6 } as const;
const SIZED = `must be an IPv4 network from /${VPC_PREFIX_LENGTH.shortest} to /${VPC_PREFIX_LENGTH.longest} without host bits`;

/** Everything that AWS would refuse, or that could not work. */
export function networkProblems(props: CheckedNetworkProps, region: string): Problem[] {
  return [
    ...(isVpcSizedCidr(props.cidr)
      ? []
      : [{ field: 'cidr', must: SIZED, got: props.cidr, fix: 'write one such as 10.0.0.0/16' }]),
    ...zoneProblems(props, region),
    ...subnetProblems(props),
    ...onPremisesProblems(props),
    ...databasePortProblems(props),
    ...props.interfaceEndpoints
      .filter((service) => GATEWAY_ENDPOINTS.includes(service))
      .map((got) => ({
        field: 'interfaceEndpoints',
        must: 'must not hold s3 or dynamodb',
        got,
        fix: 'remove it: it has a gateway endpoint',
      })),
  ];
}

function zoneProblems({ availabilityZones }: CheckedNetworkProps, region: string): Problem[] {
  const field = 'availabilityZones';
  const zones = Object.keys(availabilityZones);
  const isZone = new RegExp(`^${region}[a-z]$`);
  const { fewest, most } = ZONES;
  return [
    ...(zones.length >= fewest && zones.length <= most
      ? []
      : [{ field, must: `must hold ${fewest} to ${most} zones`, got: zones.length, fix: 'add or remove zones' }]),
    ...zones
      .filter((zone) => !isZone.test(zone))
      .map((got) => ({ field, must: `must hold zones of ${region}`, got, fix: `write one such as ${region}a` })),
  ];
}

function subnetProblems(props: CheckedNetworkProps): Problem[] {
  const subnets = subnetsOf(props);
  const sized = subnets.filter(({ cidr }) => isVpcSizedCidr(cidr));
  return [
    ...subnets
      .filter((subnet) => !sized.includes(subnet))
      .map(({ field, cidr: got }) => ({ field, must: SIZED, got, fix: 'write one such as 10.0.0.0/24' })),
    ...sized
      .filter(({ cidr }) => isVpcSizedCidr(props.cidr) && !cidrContains(props.cidr, cidr))
      .map(({ field, cidr: got }) => ({
        field,
        must: `must lie inside the VPC ${props.cidr}`,
        got,
        fix: 'choose a network of it',
      })),
    ...sized.flatMap((subnet, index) =>
      sized
        .slice(index + 1)
        .filter((other) => cidrsOverlap(subnet.cidr, other.cidr))
        .map(({ field, cidr: got }) => ({
          field,
          must: `must not overlap ${subnet.field} (${subnet.cidr})`,
          got,
          fix: 'choose a free network',
        })),
    ),
  ];
}

const onPremisesProblems = ({ cidr, onPremisesCidrs }: CheckedNetworkProps): Problem[] => [
  ...lengthProblems('onPremisesCidrs', onPremisesCidrs, 0),
  ...onPremisesCidrs.flatMap((network, index) =>
    onPremisesNetworkProblems(`onPremisesCidrs[${index}]`, network, cidr, 'write one such as 192.168.0.0/16'),
  ),
];

/**
 * What is wrong with an on-premises network beside a VPC.
 * @param fix what to do about one that is no network
 */
export function onPremisesNetworkProblems(field: string, network: string, vpcCidr: string, fix: string): Problem[] {
  if (!isCanonicalCidr(network)) {
    return [{ field, must: 'must be an IPv4 network without host bits', got: network, fix }];
  }
  if (!cidrsOverlap(vpcCidr, network)) return [];
  return [{ field, must: `must not overlap the VPC ${vpcCidr}`, got: network, fix: 'renumber one of them' }];
}

const databasePortProblems = ({ databasePorts }: CheckedNetworkProps): Problem[] => [
  ...lengthProblems('databasePorts', databasePorts, 1),
  ...databasePorts.flatMap((port, index) =>
    Number.isInteger(port) && port >= 1 && port <= 65_535
      ? []
      : [
          {
            field: `databasePorts[${index}]`,
            must: 'must be an integer from 1 to 65535 (TCP port)',
            got: port,
            fix: "write the database's port",
          },
        ],
  ),
];

function lengthProblems(field: string, list: readonly unknown[], fewest: number): Problem[] {
  if (list.length >= fewest && list.length <= MAX_ACL_LIST_LENGTH) return [];
  const must = `must hold ${fewest} to ${MAX_ACL_LIST_LENGTH} entries`;
  return [{ field, must, got: list.length, fix: 'summarize or add' }];
}

const subnetsOf = ({ availabilityZones }: CheckedNetworkProps): { field: string; cidr: string }[] =>
  Object.entries(availabilityZones).flatMap(([zone, subnets]) =>
    (['publicCidr', 'privateCidr', 'databaseCidr'] as const).map((key) => ({
      field: `availabilityZones["${zone}"].${key}`,
      cidr: subnets[key],
    })),
  );
