import { isIPv4 } from 'node:net';
import type { Construct } from 'constructs';
import { type NetworkPeer, SecurityGroup } from '../network/security-group';
import type { DmsReplicationProps } from './dms-replication-props';

export const DEFAULT_POSTGRES_PORT = 5432;

/** The group of the replication instance: to both databases and to the interface endpoints, and nothing in. */
export function replicationSecurityGroup(
  scope: Construct,
  {
    vpcId,
    source,
    target,
    interfaceEndpointsSecurityGroup,
  }: Pick<DmsReplicationProps, 'vpcId' | 'source' | 'target' | 'interfaceEndpointsSecurityGroup'>,
): SecurityGroup {
  const group = new SecurityGroup(scope, 'SecurityGroup', {
    vpcId,
    component: 'replication',
    description: 'DMS replication instance',
  });
  for (const peer of onPremisesPeers(source)) {
    group.allowTo(peer, { from: source.port ?? DEFAULT_POSTGRES_PORT }, 'replication from the on-premises database');
  }
  target.securityGroup.allowFrom(group, { from: target.port }, 'replication to Aurora');
  interfaceEndpointsSecurityGroup.allowFrom(group, { from: 443 }, 'secrets of the endpoints');
  return group;
}

/** Whom the instance connects to on-premises: the one address, or the networks where the host is a name. */
function onPremisesPeers({ host, cidrs }: DmsReplicationProps['source']): NetworkPeer[] {
  if (isIPv4(host)) return [{ name: 'on-premises-database', cidr: `${host}/32` }];
  return cidrs.map((cidr) => ({ name: `on-premises-${cidr.replace('/', '-')}`, cidr }));
}
