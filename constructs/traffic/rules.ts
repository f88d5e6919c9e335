import { BlockList, isIPv4 } from 'node:net';
import { Token } from 'cdktf';
import { isHostName } from '../validation/host-name';
import type { Problem } from '../validation/problem';

/**
 * The longest time resolvers may keep an answer, in seconds. Going back by weights takes this long before the last client
 * follows, and the goal for that is five minutes.
 */
export const MAX_RECORD_TTL_SECONDS = 60;

/** Where the API answers on-premises: addresses, or a host name (then both sides are CNAME records). */
export type OnPremisesEndpoint =
  | {
      /** The public IPv4 addresses of the on-premises load balancers. There is no AAAA record: neither side has IPv6. */
      readonly addresses: readonly string[];
    }
  | {
      /** The public name of the on-premises load balancer. */
      readonly hostName: string;
    };

/** What the rules of weighted records look at. */
export interface WeightedRecordSettings {
  readonly zoneName: string;
  readonly recordName: string;
  readonly onPremises: OnPremisesEndpoint;
  readonly ttlSeconds: number;
  readonly healthCheckPath: string;
}

/** Whether a name is the zone's own name (its apex) or lies below it. */
export const isInZone = (name: string, zoneName: string): boolean => name === zoneName || name.endsWith(`.${zoneName}`);

// Route 53 refuses health checks of addresses that its checkers cannot reach. The ranges for documentation
// (192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24) are let through here: example files use them.
const UNREACHABLE = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
] as const) {
  UNREACHABLE.addSubnet(network, prefix);
}

/** Whether a text is an IPv4 address that the internet can reach. */
export const isPublicAddress = (address: string): boolean => isIPv4(address) && !UNREACHABLE.check(address);

/**
 * The rules of weighted records: every one that the settings break, none when they are right.
 * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html#CNAMEFormat (no CNAME at the apex)
 * @see https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html (addresses, path)
 */
export function weightedRecordProblems(settings: WeightedRecordSettings): Problem[] {
  return [
    ...nameProblems(settings),
    ...ttlProblems(settings.ttlSeconds),
    ...healthCheckPathProblems(settings.healthCheckPath),
    ...('hostName' in settings.onPremises
      ? hostNameProblems(settings.onPremises.hostName, settings)
      : addressProblems(settings.onPremises.addresses)),
  ];
}

const nameProblems = ({ recordName, zoneName }: WeightedRecordSettings): Problem[] => {
  if (isHostName(recordName) && isInZone(recordName, zoneName)) return [];
  return [
    {
      field: 'recordName',
      must: `must be a fully qualified host name in lower case in the zone ${zoneName}`,
      got: recordName,
      fix: `write it as api.${zoneName}`,
    },
  ];
};

const ttlProblems = (ttlSeconds: number): Problem[] => {
  const isRight = Number.isInteger(ttlSeconds) && ttlSeconds >= 1 && ttlSeconds <= MAX_RECORD_TTL_SECONDS;
  if (Token.isUnresolved(ttlSeconds) || isRight) return [];
  return [
    {
      field: 'ttlSeconds',
      must: `must be an integer from 1 to ${MAX_RECORD_TTL_SECONDS} (seconds)`,
      got: ttlSeconds,
      fix: 'lower it: clients follow a change of weights only when it has passed',
    },
  ];
};

/** What is wrong with the path that health checks request. */
export const healthCheckPathProblems = (path: string): Problem[] =>
  /^\/[\x21-\x7e]{0,254}$/.test(path)
    ? []
    : [
        {
          field: 'healthCheckPath',
          must: 'must be a path of 1 to 255 printable characters that starts with /',
          got: path,
          fix: 'write it as /health',
        },
      ];

const hostNameProblems = (hostName: string, { recordName, zoneName }: WeightedRecordSettings): Problem[] => {
  const problems: Problem[] = [];
  if (!isHostName(hostName) || hostName === recordName) {
    problems.push({
      field: 'onPremises.hostName',
      must: 'must be a fully qualified host name in lower case, and another one than recordName',
      got: hostName,
      fix: 'write the name of the on-premises load balancer',
    });
  }
  if (recordName === zoneName) {
    problems.push({
      field: 'onPremises.hostName',
      must: `must not be used for ${recordName}, the apex of its zone: both sides would be CNAME records, which DNS forbids there`,
      got: hostName,
      fix: 'give onPremises.addresses, or a record name below the zone',
    });
  }
  return problems;
};

/** The rules of on-premises addresses: some, public ones, each once. */
export const addressProblems = (addresses: readonly string[]): Problem[] => {
  if (addresses.length === 0) {
    return [
      {
        field: 'onPremises.addresses',
        must: 'must hold at least one IPv4 address',
        got: addresses,
        fix: 'add the address of the on-premises load balancer',
      },
    ];
  }
  return addresses.flatMap((address, index): Problem[] => {
    const isPublic = isPublicAddress(address);
    if (isPublic && addresses.indexOf(address) === index) return [];
    return [
      {
        field: `onPremises.addresses[${index}]`,
        must: 'must be a public IPv4 address, given once (health checkers on the internet connect to it)',
        got: address,
        fix: isPublic ? 'remove the repetition' : 'write the address that clients on the internet use',
      },
    ];
  });
};
