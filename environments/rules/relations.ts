import { ENDPOINT_RULES, SEVERITIES } from '../../constructs/monitoring/alert-subscription';
import { addressProblems, isInZone, isPublicAddress } from '../../constructs/traffic/rules';
import { parsePath } from '../problem';
import { items, problem, type Rule } from './rule';

const confirmedTeardown: Rule = ({ environment: { name, teardown, confirmTeardown }, account }) => {
  if (teardown === true) {
    // By its name as well: whoever mistakes the account must not lose production for it.
    if (account?.production !== true && name !== 'prod') return [];
    if (name === undefined || confirmTeardown === name) return [];
    return [
      problem(
        ['confirmTeardown'],
        `must be "${name}" for teardown where production runs: it removes every protection of the data`,
        confirmTeardown,
        `remove teardown, or write confirmTeardown: '${name}'`,
      ),
    ];
  }
  return confirmTeardown === undefined || teardown === undefined
    ? []
    : [problem(['confirmTeardown'], 'must not be there without teardown: true', confirmTeardown, 'remove it')];
};

const replicationNeedsSource: Rule = ({ environment: { replication, onPremises } }) =>
  replication !== undefined && onPremises === undefined
    ? [
        problem(
          ['onPremises'],
          'must be given where replication is: it is the source',
          undefined,
          'add it or remove replication',
        ),
      ]
    : [];

const apiInZone: Rule = ({ environment: { dns } }) => {
  const { apiHostName, zoneName } = dns ?? {};
  if (apiHostName === undefined || zoneName === undefined || isInZone(apiHostName, zoneName)) return [];
  return [
    problem(
      ['dns', 'apiHostName'],
      `must be dns.zoneName (${zoneName}) or a name below it`,
      apiHostName,
      'correct either',
    ),
  ];
};

const noCnameAtApex: Rule = ({ environment: { dns, traffic } }) =>
  traffic?.onPremises?.kind === 'host-name' && dns?.apiHostName !== undefined && dns.apiHostName === dns.zoneName
    ? [
        problem(
          ['traffic', 'onPremises', 'kind'],
          'must be "addresses" where dns.apiHostName is the apex of the zone: DNS allows no CNAME there',
          'host-name',
          'give addresses, or use a name below the zone',
        ),
      ]
    : [];

const anotherNameOnPremises: Rule = ({ environment: { dns, traffic } }) =>
  traffic?.onPremises?.kind === 'host-name' &&
  traffic.onPremises.hostName === dns?.apiHostName &&
  dns?.apiHostName !== undefined
    ? [
        problem(
          ['traffic', 'onPremises', 'hostName'],
          'must be another name than dns.apiHostName: the record would lead to itself',
          traffic.onPremises.hostName,
          'write the name of the on-premises load balancer',
        ),
      ]
    : [];

const publicAddresses: Rule = ({ environment: { traffic } }) => {
  if (traffic?.onPremises?.kind !== 'addresses' || traffic.onPremises.addresses === undefined) return [];
  // A wrong one stands as an empty text, so that the others keep their positions; the schema has reported it.
  return addressProblems(traffic.onPremises.addresses.map((address) => address ?? ''))
    .filter(({ got }) => got !== '')
    .map(({ field, must, got, fix }) => problem(['traffic', ...parsePath(field)], must, got, fix));
};

const publicWhereTrafficIs: Rule = ({ environment: { traffic, ingress } }) =>
  traffic !== undefined && ingress?.scheme === 'internal'
    ? [
        problem(
          ['ingress', 'scheme'],
          'must be "internet-facing" where traffic is: the weighted record sends callers to the load balancer',
          'internal',
          'change it or remove traffic',
        ),
      ]
    : [];

const productionIsHeard: Rule = ({ environment: { monitoring, teardown }, account }) =>
  account?.production === true && teardown !== true
    ? SEVERITIES.filter((severity) => monitoring?.subscriptions?.[severity]?.length === 0).map((severity) =>
        problem(
          ['monitoring', 'subscriptions', severity],
          'must have at least one subscription where production runs',
          [],
          'add who is told',
        ),
      )
    : [];

const reachableSubscribers: Rule = ({ environment: { monitoring } }) =>
  SEVERITIES.flatMap((severity) =>
    items(monitoring?.subscriptions?.[severity]).flatMap(([index, { protocol, endpoint }]) => {
      if (protocol === undefined || endpoint === undefined) return [];
      const { accepts, must, fix } = ENDPOINT_RULES[protocol];
      return accepts(endpoint)
        ? []
        : [problem(['monitoring', 'subscriptions', severity, index, 'endpoint'], must, endpoint, fix)];
    }),
  );

// The log group of enhanced monitoring and its key stand in the account's region, and the roles of DMS are global.
const regionOfTheAccount: Rule = ({ environment: { region }, account }) =>
  region === undefined || account?.region === undefined || region === account.region
    ? []
    : [
        problem(
          ['region'],
          `must be the region of its account (${account.region})`,
          region,
          'correct either; another region takes another account',
        ),
      ];

// A function takes its image from a repository of its own region only.
const imageInRegion: Rule = ({ environment: { region, paymentApi } }) => {
  const imageRegion = /\.ecr\.([a-z0-9-]+)\./.exec(paymentApi?.imageUri ?? '')?.[1];
  if (region === undefined || imageRegion === undefined || imageRegion === region) return [];
  return [
    problem(
      ['paymentApi', 'imageUri'],
      `must be in a repository of ${region}: Lambda takes images of its own region only`,
      paymentApi?.imageUri,
      `push it to ${region}`,
    ),
  ];
};

const publicGateway: Rule = ({ environment: { onPremises } }) => {
  if (onPremises?.link?.kind !== 'vpn' || onPremises.link.customerGatewayAddress === undefined) return [];
  const { customerGatewayAddress: address } = onPremises.link;
  return isPublicAddress(address)
    ? []
    : [
        problem(
          ['onPremises', 'link', 'customerGatewayAddress'],
          'must be a public IPv4 address: AWS reaches the VPN device over the internet',
          address,
          'write the address that the device has on the internet',
        ),
      ];
};

/** The rules between parts of an environment. */
export const relationRules: readonly Rule[] = [
  confirmedTeardown,
  regionOfTheAccount,
  imageInRegion,
  publicGateway,
  replicationNeedsSource,
  apiInZone,
  noCnameAtApex,
  publicWhereTrafficIs,
  anotherNameOnPremises,
  publicAddresses,
  productionIsHeard,
  reachableSubscribers,
];
