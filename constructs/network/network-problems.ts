import { cidrContains, cidrsOverlap, isCanonicalCidr, isVpcSizedCidr } from './cidr';
import { MAX_ACL_LIST_LENGTH } from './network-settings';
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
const SIZED = 'must be an IPv4 network from /16 to /28 without host bits';

/** Everything that AWS would refuse, or that could not work, one line each: field, rule, value, what to do. */
export function networkProblems(props: CheckedNetworkProps, region: string): string[] {
  return [
    ...(isVpcSizedCidr(props.cidr) ? [] : [`cidr ${SIZED}, got "${props.cidr}"; write one such as 10.0.0.0/16`]),
    ...zoneProblems(props, region),
    ...subnetProblems(props),
    ...onPremisesProblems(props),
    ...databasePortProblems(props),
    ...props.interfaceEndpoints
      .filter((service) => service === 's3' || service === 'dynamodb')
      .map(
        (service) =>
          `interfaceEndpoints must not hold s3 or dynamodb, got "${service}"; remove it: it has a gateway endpoint`,
      ),
  ];
}

function zoneProblems({ availabilityZones }: CheckedNetworkProps, region: string): string[] {
  const zones = Object.keys(availabilityZones);
  const isZone = new RegExp(`^${region}[a-z]$`);
  return [
    ...(zones.length >= ZONES.fewest && zones.length <= ZONES.most
      ? []
      : [
          `availabilityZones must hold ${ZONES.fewest} to ${ZONES.most} zones, got ${zones.length}; add or remove zones`,
        ]),
    ...zones
      .filter((zone) => !isZone.test(zone))
      .map((zone) => `availabilityZones must hold zones of ${region}, got "${zone}"; write one such as ${region}a`),
  ];
}

function subnetProblems(props: CheckedNetworkProps): string[] {
  const subnets = subnetsOf(props);
  const sized = subnets.filter(({ cidr }) => isVpcSizedCidr(cidr));
  return [
    ...subnets
      .filter((subnet) => !sized.includes(subnet))
      .map(({ field, cidr }) => `${field} ${SIZED}, got "${cidr}"; write one such as 10.0.0.0/24`),
    ...sized
      .filter(({ cidr }) => isVpcSizedCidr(props.cidr) && !cidrContains(props.cidr, cidr))
      .map(
        ({ field, cidr }) => `${field} must lie inside the VPC ${props.cidr}, got "${cidr}"; choose a network of it`,
      ),
    ...sized.flatMap((subnet, index) =>
      sized
        .slice(index + 1)
        .filter((other) => cidrsOverlap(subnet.cidr, other.cidr))
        .map(
          (other) =>
            `${other.field} must not overlap ${subnet.field} (${subnet.cidr}), got "${other.cidr}"; choose a free network`,
        ),
    ),
  ];
}

function onPremisesProblems({ cidr, onPremisesCidrs }: CheckedNetworkProps): string[] {
  const field = (index: number): string => `onPremisesCidrs[${index}]`;
  return [
    ...tooMany('onPremisesCidrs', onPremisesCidrs, 0),
    ...onPremisesCidrs.flatMap((network, index) =>
      !isCanonicalCidr(network)
        ? [
            `${field(index)} must be an IPv4 network without host bits, got "${network}"; write one such as 192.168.0.0/16`,
          ]
        : cidrsOverlap(cidr, network)
          ? [`${field(index)} must not overlap the VPC ${cidr}, got "${network}"; renumber one of them`]
          : [],
    ),
  ];
}

function databasePortProblems({ databasePorts }: CheckedNetworkProps): string[] {
  return [
    ...tooMany('databasePorts', databasePorts, 1),
    ...databasePorts.flatMap((port, index) =>
      Number.isInteger(port) && port >= 1 && port <= 65_535
        ? []
        : [
            `databasePorts[${index}] must be an integer from 1 to 65535 (TCP port), got ${port}; write the database's port`,
          ],
    ),
  ];
}

const tooMany = (field: string, list: readonly unknown[], fewest: number): string[] =>
  list.length >= fewest && list.length <= MAX_ACL_LIST_LENGTH
    ? []
    : [`${field} must hold ${fewest} to ${MAX_ACL_LIST_LENGTH} entries, got ${list.length}; summarize or add`];

const subnetsOf = ({ availabilityZones }: CheckedNetworkProps): { field: string; cidr: string }[] =>
  Object.entries(availabilityZones).flatMap(([zone, subnets]) =>
    (['publicCidr', 'privateCidr', 'databaseCidr'] as const).map((key) => ({
      field: `availabilityZones["${zone}"].${key}`,
      cidr: subnets[key],
    })),
  );
