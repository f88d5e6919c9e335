import type { Construct } from 'constructs';
import type { AuroraCluster } from '../../constructs/database';
import {
  AlarmCatalogue,
  GIB,
  type AlertTopics,
  monitoredComparison,
  monitoredDatabase,
  monitoredFunctions,
  monitoredLoadBalancer,
  monitoredNatGateways,
  monitoredPayments,
  monitoredQueues,
  monitoredReplication,
  monitoredRotation,
  monitoredTables,
  monitoredVpn,
  OverviewDashboard,
} from '../../constructs/monitoring';
import type { DmsReplication } from '../../constructs/replication';
import type { TransactionIndex } from '../../constructs/storage';
import type { Environment } from '../configuration';
import type { Foundations } from './foundations';
import type { LedgerDatabase } from './ledger-migration';
import type { PaymentApi } from './payment-api';
import { functionsOf, type PaymentPath, queuesOf } from './payment-path';
import type { PaymentStores } from './payment-stores';
import { type Verification, verificationFunctionsOf } from './verification';

/** What an environment has that can be watched. */
export interface Watched extends Foundations {
  readonly topics: AlertTopics;
  readonly database: AuroraCluster;
  readonly api: PaymentApi;
  readonly path: PaymentPath;
  readonly stores: PaymentStores;
  readonly ledger: LedgerDatabase;
  readonly replication: DmsReplication | undefined;
  readonly verification: Verification | undefined;
  readonly production: boolean;
}

/** The phases in which the task from on-premises to Aurora should be running, and the one in which the task back should. */
const REPLICATING: readonly Environment['migrationPhase'][] = ['replication', 'traffic-shift'];
const REPLICATING_BACK: Environment['migrationPhase'] = 'data-on-aws';

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

function resourcesOf(environment: Environment, watched: Watched) {
  const { database, migrationPhase } = environment;
  const { api, network, onPremisesLink, replication, verification } = watched;
  const running = REPLICATING.includes(migrationPhase);
  return {
    ...monitoredPayments(environment.name),
    ...paymentPathOf(watched),
    ...monitoredRotation(watched.ledger.rotation.function.functionName),
    ...(verification === undefined ? {} : monitoredComparison(verification.machine.stateMachineArn)),
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
            reverse: {
              taskArn: replication.reverseCdcTask.replicationTaskArn,
              running: migrationPhase === REPLICATING_BACK,
            },
          },
        })),
  };
}

const TRANSACTION_INDEXES: readonly TransactionIndex[] = ['user-index', 'status-index'];

/** The functions that payments go through or that compare them, what they keep them in and where they put what failed. */
function paymentPathOf({ api, path, stores, verification }: Watched) {
  const queues = queuesOf(path);
  return {
    ...monitoredFunctions({
      functions: Object.fromEntries(
        [api.function, ...functionsOf(path), ...verificationFunctionsOf(verification)].map((each) => [
          each.component,
          each,
        ]),
      ),
      // Who gives records up is who the stream feeds.
      streamConsumers: queues.map(([component]) => component),
    }),
    ...monitoredQueues(Object.fromEntries(queues.map(([component, { queueName }]) => [component, queueName]))),
    ...monitoredTables({
      transactions: { tableName: stores.transactions.tableName, indexNames: TRANSACTION_INDEXES },
      'migration-state': { tableName: stores.migrationState.tableName },
    }),
  };
}
