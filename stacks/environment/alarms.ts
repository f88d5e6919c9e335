import type { Construct } from 'constructs';
import type { AuroraCluster } from '../../constructs/database';
import {
  AlarmCatalogue,
  GIB,
  type AlertTopics,
  monitoredDatabase,
  monitoredLoadBalancer,
  monitoredNatGateways,
  monitoredReplication,
  monitoredVpn,
  OverviewDashboard,
} from '../../constructs/monitoring';
import type { DmsReplication } from '../../constructs/replication';
import type { Environment } from '../configuration';
import type { Foundations } from './foundations';
import type { PaymentApi } from './payment-api';

/** What an environment has that can be watched. */
export interface Watched extends Foundations {
  readonly topics: AlertTopics;
  readonly database: AuroraCluster;
  readonly api: PaymentApi;
  readonly replication: DmsReplication | undefined;
  readonly production: boolean;
}

/** The phases in which the task from on-premises to Aurora should be running. */
const REPLICATING: readonly Environment['migrationPhase'][] = ['replication', 'traffic-shift'];

/** Creates the alarms of everything that the environment has, and the dashboard that shows them. */
export function addAlarms(scope: Construct, environment: Environment, watched: Watched): OverviewDashboard {
  const { monitoring } = environment;
  const alarms = new AlarmCatalogue(scope, 'Alarms', {
    topicArns: watched.topics.topicArns,
    production: watched.production,
    thresholds: { ...thresholdsBySize(environment), ...monitoring.thresholds },
    runbookUrl: monitoring.runbookUrl,
    resources: resourcesOf(environment, watched),
  });
  return new OverviewDashboard(scope, 'Dashboard', { alarms });
}

/** A fifth of the replication instance's disk; the catalogue's own threshold fits one size only. */
const thresholdsBySize = ({ replication }: Environment) =>
  replication === undefined ? {} : { 'dms-storage': (replication.allocatedStorageGib * GIB) / 5 };

function resourcesOf({ database, migrationPhase }: Environment, watched: Watched) {
  const { api, network, onPremisesLink, replication } = watched;
  const running = REPLICATING.includes(migrationPhase);
  return {
    ...monitoredLoadBalancer({
      arnSuffix: api.loadBalancer.arnSuffix,
      targetGroupArnSuffixes: {
        blue: api.targetGroups.blue.arnSuffix,
        green: api.targetGroups.green.arnSuffix,
      },
    }),
    ...monitoredDatabase({
      clusterIdentifier: watched.database.clusterIdentifier,
      instanceIdentifiers: Object.fromEntries(
        watched.database.instanceIdentifiers.map((identifier, index) => [
          index === 0 ? 'writer' : `reader-${index}`,
          identifier,
        ]),
      ),
      capacity: database.capacity.mode,
    }),
    ...monitoredNatGateways(network.natGatewayIds),
    ...(onPremisesLink?.vpnConnectionId === undefined ? {} : monitoredVpn(onPremisesLink.vpnConnectionId)),
    ...(replication === undefined
      ? {}
      : monitoredReplication({
          instanceIdentifier: replication.replicationInstanceId,
          tasks: {
            forward: { taskArn: replication.fullLoadTask.replicationTaskArn, running },
            // Takes over only after a rollback of the data.
            'forward-cdc': { taskArn: replication.forwardCdcTask.replicationTaskArn, running: false },
          },
        })),
  };
}
