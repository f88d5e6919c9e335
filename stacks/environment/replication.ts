import type { Construct } from 'constructs';
import type { AuroraCluster } from '../../constructs/database';
import type { AlertTopics } from '../../constructs/monitoring';
import { DmsReplication } from '../../constructs/replication';
import type { Environment } from '../configuration';
import type { Foundations } from './foundations';

/** What replication connects. */
export interface ReplicationParts extends Foundations {
  readonly database: AuroraCluster;
  readonly topics: AlertTopics;
}

/** Creates DMS from on-premises to Aurora, where the environment replicates. */
export function addReplication(
  scope: Construct,
  { replication, onPremises, logRetentionDays }: Environment,
  { keys, network, database, topics }: ReplicationParts,
): DmsReplication | undefined {
  if (replication === undefined || onPremises === undefined) return undefined;
  const { address, ...source } = onPremises.database;
  // One host is enough to let through, where its address is known.
  const cidrs = address === undefined ? onPremises.cidrs : [`${address}/32`];
  return new DmsReplication(scope, 'Replication', {
    ...replication,
    vpcId: network.vpcId,
    subnetIds: network.privateSubnetIds,
    interfaceEndpointsSecurityGroup: network.endpoints,
    source: { ...source, cidrs },
    target: {
      host: database.endpoint,
      port: database.port,
      databaseName: database.databaseName,
      securityGroup: database.securityGroup,
    },
    failureTopicArn: topics.topicArns.critical,
    replicationKey: keys.replication,
    secretsKey: keys.secrets,
    logsKey: keys.logs,
    logRetentionDays,
  });
}
