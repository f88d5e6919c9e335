import { isIPv4 } from 'node:net';
import { cidrContains, cidrsOverlap, isVpcSizedCidr, VPC_PREFIX_LENGTH } from '../../constructs/network/cidr';
import { DEFAULT_AMAZON_SIDE_ASN, MAX_ACL_LIST_LENGTH } from '../../constructs/network/network-settings';
import { formatPath, type Path, type Problem } from '../problem';
import { items, pairs, present, problem, type Rule } from './rule';

/** How many availability zones an environment spans. */
const ZONES = 3;

interface Located {
  readonly path: Path;
  readonly cidr: string;
}

const subnetsOf = (environment: Parameters<Rule>[0]['environment']): Located[] =>
  present(environment.network?.availabilityZones).flatMap(([zone, subnets]) =>
    present(subnets).map(([tier, cidr]) => ({ path: ['network', 'availabilityZones', zone, tier], cidr })),
  );

// What is of no possible size has been reported: it is inside nothing and overlaps with everything.
const sizedSubnetsOf = (environment: Parameters<Rule>[0]['environment']): Located[] =>
  subnetsOf(environment).filter(({ cidr }) => isVpcSizedCidr(cidr));

/**
 * Networks that no VPC can have.
 * @see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
 */
const RESERVED_NETWORKS = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4'] as const;

const isReserved = (cidr: string): boolean => RESERVED_NETWORKS.some((reserved) => cidrsOverlap(reserved, cidr));

const vpcOf = ({ network }: Parameters<Rule>[0]['environment']): string | undefined =>
  network?.cidr !== undefined && isVpcSizedCidr(network.cidr) && !isReserved(network.cidr) ? network.cidr : undefined;

const onPremisesNetworksOf = (environment: Parameters<Rule>[0]['environment']): Located[] =>
  items(environment.onPremises?.cidrs).map(([index, cidr]) => ({ path: ['onPremises', 'cidrs', index], cidr }));

const overlap = (offender: Located, other: Located): Problem =>
  problem(
    offender.path,
    `must not overlap ${formatPath(other.path)} (${other.cidr})`,
    offender.cidr,
    'choose a free range',
  );

const exactlyThreeZones: Rule = ({ environment }) => {
  const zones = environment.network?.availabilityZones;
  if (zones === undefined || Object.keys(zones).length === ZONES) return [];
  return [
    problem(
      ['network', 'availabilityZones'],
      `must have exactly ${ZONES} availability zones`,
      Object.keys(zones),
      Object.keys(zones).length < ZONES ? 'add zones' : 'remove zones',
    ),
  ];
};

const zonesOfTheRegion: Rule = ({ environment: { network, region } }) => {
  const zones = Object.keys(network?.availabilityZones ?? {});
  const wrong = zones.filter((zone) => region !== undefined && !isZoneOf(region, zone));
  if (region === undefined || wrong.length === 0) return [];
  const path = ['network', 'availabilityZones'];
  if (wrong.length > 1 && wrong.length === zones.length) {
    return [problem(path, `must be availability zones of ${region}`, zones, 'correct the zones or region')];
  }
  const free = [...'abcdef'].map((letter) => `${region}${letter}`).filter((zone) => !zones.includes(zone));
  return wrong.map((zone, index) =>
    problem(
      [...path, zone],
      `must be an availability zone of ${region}: ${region} and a letter`,
      zone,
      `rename it, for instance to ${free[index] ?? `${region}a`}`,
    ),
  );
};

const isZoneOf = (region: string, zone: string): boolean =>
  zone.startsWith(region) && /^[a-z]$/.test(zone.slice(region.length));

const usableVpc: Rule = ({ environment: { network } }) =>
  network?.cidr !== undefined && isVpcSizedCidr(network.cidr) && isReserved(network.cidr)
    ? [
        problem(
          ['network', 'cidr'],
          `must be apart from ${RESERVED_NETWORKS.join(', ')}, which no VPC can have`,
          network.cidr,
          'choose a private range, as 10.0.0.0/16',
        ),
      ]
    : [];

const sizes: Rule = ({ environment }) =>
  [{ path: ['network', 'cidr'], cidr: environment.network?.cidr }, ...subnetsOf(environment)]
    .filter(({ cidr }) => cidr !== undefined && !isVpcSizedCidr(cidr))
    .map(({ path, cidr }) =>
      problem(
        path,
        `must have a prefix length from ${VPC_PREFIX_LENGTH.shortest} to ${VPC_PREFIX_LENGTH.longest} (bits)`,
        cidr,
        'choose such a size',
      ),
    );

const subnetsInsideVpc: Rule = ({ environment }) => {
  const vpc = vpcOf(environment);
  if (vpc === undefined) return [];
  return sizedSubnetsOf(environment)
    .filter(({ cidr }) => !cidrContains(vpc, cidr))
    .map(({ path, cidr }) => problem(path, `must lie inside network.cidr (${vpc})`, cidr, 'choose a range inside it'));
};

const subnetsDisjoint: Rule = ({ environment }) =>
  pairs(sizedSubnetsOf(environment))
    .filter(([first, second]) => cidrsOverlap(first.cidr, second.cidr))
    .map(([first, second]) => overlap(second, first));

// Subnets lie inside the VPC, so its own network is enough.
const apartFromOnPremises: Rule = ({ environment }) => {
  const vpc = vpcOf(environment);
  if (vpc === undefined) return [];
  return onPremisesNetworksOf(environment)
    .filter(({ cidr }) => cidrsOverlap(vpc, cidr))
    .map((network) => overlap({ path: ['network', 'cidr'], cidr: vpc }, network));
};

const onPremisesNetworksDisjoint: Rule = ({ environment }) =>
  pairs(onPremisesNetworksOf(environment))
    .filter(([first, second]) => cidrsOverlap(first.cidr, second.cidr))
    .map(([first, second]) => overlap(second, first));

const onPremisesDatabaseReachable: Rule = ({ environment: { onPremises } }) => {
  const networks = onPremises?.cidrs;
  const { host, address } = onPremises?.database ?? {};
  // Without a network, or with a wrong one, nobody knows.
  if (networks === undefined || networks.length === 0 || networks.includes(undefined)) return [];
  return Object.entries({ host, address }).flatMap(([field, value]) => {
    if (value === undefined || !isIPv4(value)) return [];
    if (items(networks).some(([, network]) => cidrContains(network, `${value}/32`))) return [];
    return [
      problem(
        ['onPremises', 'database', field],
        `must lie inside one of onPremises.cidrs (${networks.join(', ')})`,
        value,
        'correct the address or add its network',
      ),
    ];
  });
};

const addressOfAName: Rule = ({ environment: { onPremises } }) => {
  const { host, address } = onPremises?.database ?? {};
  return host !== undefined && address !== undefined && isIPv4(host)
    ? [
        problem(
          ['onPremises', 'database', 'address'],
          'must not be there where host is an address itself',
          address,
          "write the name of the database's certificate as host, or remove address",
        ),
      ]
    : [];
};

// The network ACL of the private subnets has a rule for each.
const fewOnPremisesNetworks: Rule = ({ environment: { onPremises } }) =>
  (onPremises?.cidrs?.length ?? 0) > MAX_ACL_LIST_LENGTH
    ? [
        problem(
          ['onPremises', 'cidrs'],
          `must have at most ${MAX_ACL_LIST_LENGTH} networks`,
          onPremises?.cidrs?.length,
          'join neighbouring networks',
        ),
      ]
    : [];

const twoAutonomousSystems: Rule = ({ environment: { onPremises } }) =>
  onPremises?.link?.kind === 'vpn' && onPremises.link.customerGatewayAsn === DEFAULT_AMAZON_SIDE_ASN
    ? [
        problem(
          ['onPremises', 'link', 'customerGatewayAsn'],
          `must differ from AWS's side, ${DEFAULT_AMAZON_SIDE_ASN}`,
          DEFAULT_AMAZON_SIDE_ASN,
          'use another private number, 64513 to 65534',
        ),
      ]
    : [];

const someOnPremisesNetwork: Rule = ({ environment: { onPremises } }) =>
  onPremises?.cidrs?.length === 0
    ? [problem(['onPremises', 'cidrs'], 'must have at least one network', [], 'add the on-premises networks')]
    : [];

/** The rules of networks. */
export const networkRules: readonly Rule[] = [
  exactlyThreeZones,
  zonesOfTheRegion,
  sizes,
  usableVpc,
  subnetsInsideVpc,
  subnetsDisjoint,
  apartFromOnPremises,
  someOnPremisesNetwork,
  onPremisesNetworksDisjoint,
  onPremisesDatabaseReachable,
  addressOfAName,
  fewOnPremisesNetworks,
  twoAutonomousSystems,
];
