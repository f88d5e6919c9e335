import type { NodeFunction } from '../../constructs/compute';
import type { AuroraCluster } from '../../constructs/database';
import type { Network } from '../../constructs/network';
import type { Environment } from '../configuration';

const HTTPS = { from: 443 } as const;

/** Lets a function connect to DynamoDB, by its gateway endpoint. */
export function reachDynamodb(target: NodeFunction, { dynamodbPrefixListId: prefixListId }: Network): void {
  target
    .requireSecurityGroup()
    .allowTo({ name: 'dynamodb', prefixListId }, HTTPS, 'payments and authority in DynamoDB');
}

/** Lets a function connect to S3, by its gateway endpoint. */
export function reachS3(
  target: NodeFunction,
  { s3PrefixListId: prefixListId }: Network,
  what = 'audit records in S3',
): void {
  target.requireSecurityGroup().allowTo({ name: 's3', prefixListId }, HTTPS, what);
}

/** Lets a function connect to the interface endpoints of AWS services. */
export function reachServices(target: NodeFunction, { endpoints }: Network, services: string): void {
  endpoints.allowFrom(target.requireSecurityGroup(), HTTPS, `${target.component} calls ${services}`);
}

/** Lets a function connect to the ledger on both sides: which one it is, authority says. */
export function reachLedgers(target: NodeFunction, database: AuroraCluster, { onPremises }: Environment): void {
  const group = target.requireSecurityGroup();
  database.securityGroup.allowFrom(group, { from: database.port }, `${target.component} connects to the ledger`);
  if (onPremises === undefined) return;
  const { address, port } = onPremises.database;
  // One host is enough to let through, where its address is known.
  const cidrs = address === undefined ? onPremises.cidrs : [`${address}/32`];
  cidrs.forEach((cidr) => {
    group.allowTo(network('on-premises', cidr), { from: port }, 'the ledger on-premises');
  });
}

/** Lets a function fetch the keys that tokens are signed with. */
export function reachKeys(target: NodeFunction, cidrs: readonly string[]): void {
  cidrs.forEach((cidr) => {
    target.requireSecurityGroup().allowTo(network('jwks', cidr), HTTPS, 'the keys that tokens are signed with');
  });
}

// By its range and not its place in the list: a new one must not replace the others.
const network = (what: string, cidr: string) => ({ name: `${what}-${cidr.replace(/[./]/g, '_')}`, cidr });
