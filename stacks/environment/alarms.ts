import type { Construct } from 'constructs';
import type { AuroraCluster } from '../../constructs/database';
import {
  AlarmCatalogue,
  GIB,
  MigrationGates,
  type AlertTopics,
  monitoredComparison,
  monitoredDatabase,
  monitoredFunctions,
  monitoredLoadBalancer,
  monitoredMachines,
  monitoredMigration,
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
import { type Cutover, cutoverFunctionsOf } from './cutover';
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
  readonly cutover: Cutover | undefined;
  readonly production: boolean;
}

/** The phases in which the task from on-premises to Aurora should be running, and the one in which the task back should. */
const REPLICATING: readonly Environment['migrationPhase'][] = ['replication', 'traffic-shift'];
const REPLICATING_BACK: Environment['migrationPhase'] = 'data-on-aws';

/** The alarms of an environment, together. */
export interface Alarms {
  readonly dashboard: OverviewDashboard;
  /** What they decide together; undefined without a cutover. */
  readonly gates: MigrationGates | undefined;
}

/** Creates the alarms of everything that the environment has, and the dashboard that shows them. */
export function addAlarms(scope: Construct, environment: Environment, watched: Watched): Alarms {
  const { monitoring, cutover } = environment;
  const { topicArns } = watched.topics;
  const alarms = new AlarmCatalogue(scope, 'Alarms', {
    topicArns,
    production: watched.production,
    thresholds: { ...thresholdsBySize(environment), ...monitoring.thresholds },
    runbookUrl: monitoring.runbookUrl,
    resources: resourcesOf(environment, watched),
  });
  const { runbookUrl } = monitoring;
  const gates =
    cutover === undefined ? undefined : new MigrationGates(scope, 'Gates', { alarms, topicArns, runbookUrl });
  return { dashboard: new OverviewDashboard(scope, 'Dashboard', { alarms, gates }), gates };
}

/** A fifth of the replication instance's disk; the catalogue's own threshold fits one size only. */
const thresholdsBySize = ({ replication }: Environment) =>
  replication === undefined ? {} : { 'dms-storage': (replication.allocatedStorageGib * GIB) / 5 };

function resourcesOf(environment: Environment, watched: Watched) {
  const { database, migrationPhase, cutover } = environment;
  const { api, network, onPremisesLink, replication, verification } = watched;
  const forwardTask = cutover?.forwardTask ?? 'full-load-and-cdc';
  const isForward = (task: typeof forwardTask): boolean => REPLICATING.includes(migrationPhase) && task === forwardTask;
  return {
    ...monitoredPayments(environment.name),
    ...(cutover === undefined ? {} : monitoredMigration(environment.name)),
    ...paymentPathOf(watched),
    ...monitoredRotation(watched.ledger.rotation.function.functionName),
    ...(watched.cutover === undefined ? {} : monitoredMachines(machineArnsOf(watched.cutover))),
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
            forward: { taskArn: replication.fullLoadTask.replicationTaskArn, running: isForward('full-load-and-cdc') },
            // Takes over only after a rollback of the data.
            'forward-cdc': {
              taskArn: replication.forwardCdcTask.replicationTaskArn,
              running: isForward('forward-cdc'),
            },
            reverse: {
              taskArn: replication.reverseCdcTask.replicationTaskArn,
              running: migrationPhase === REPLICATING_BACK,
            },
          },
        })),
  };
}

const TRANSACTION_INDEXES: readonly TransactionIndex[] = ['user-index', 'status-index'];

const machineArnsOf = ({ machines }: Cutover) =>
  Object.fromEntries(Object.values(machines).map(({ component, stateMachineArn }) => [component, stateMachineArn]));

/** The functions that payments go through, that compare them or that move traffic and the right to write, what they keep them in and where they put what failed. */
function paymentPathOf({ api, path, stores, verification, cutover }: Watched) {
  const queues = queuesOf(path);
  return {
    ...monitoredFunctions({
      functions: Object.fromEntries(
        [
          api.function,
          ...functionsOf(path),
          ...verificationFunctionsOf(verification),
          ...cutoverFunctionsOf(cutover),
        ].map((each) => [each.component, each]),
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
