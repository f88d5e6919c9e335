import type { Construct } from 'constructs';
import { AuroraCluster, DatabaseEvents } from '../constructs/database';
import { AlertTopics } from '../constructs/monitoring';
import { environmentStateKey } from '../constructs/state/state-keys';
import { addBackend } from './backend';
import type { Account, Environment } from './configuration';
import { DeploymentStack } from './deployment-stack';
import { addAlarms } from './environment/alarms';
import { addCutover, armRollback } from './environment/cutover';
import { addDatabaseCredentials } from './environment/database-credentials';
import { addFoundations, type Foundations } from './environment/foundations';
import { addLedgerDatabase } from './environment/ledger-migration';
import { environmentOutputs } from './environment/outputs';
import { addParameters } from './environment/parameters';
import { addPaymentApi } from './environment/payment-api';
import { addPaymentPath } from './environment/payment-path';
import { addPaymentStores } from './environment/payment-stores';
import { addReplication } from './environment/replication';
import { addTraffic } from './environment/traffic';
import { addVerification } from './environment/verification';

/** Everything of one environment. The stack's name is the environment's. */
export class EnvironmentStack extends DeploymentStack {
  constructor(scope: Construct, environment: Environment, account: Account) {
    const { name, project, state } = environment;
    super(scope, name, {
      project,
      suffix: name,
      accountId: account.id,
      region: environment.region,
      teardown: environment.teardown,
      tags: {
        Project: project,
        Environment: name,
        CostCenter: environment.costCenter,
        MigrationPhase: environment.migrationPhase,
      },
    });
    const key = state.type === 's3' ? state.key : undefined;
    addBackend(this, state, { account, key: key ?? environmentStateKey(name) });
    this.addRandomProvider();

    const foundations = addFoundations(this, environment);
    const database = this.addDatabase(environment, foundations);
    const secrets = addDatabaseCredentials(this, environment, { ...foundations, database });
    const stores = addPaymentStores(this, environment, foundations);
    const api = addPaymentApi(this, environment, { ...foundations, database, secrets, stores });
    const path = addPaymentPath(this, environment, { ...foundations, database, secrets, stores });
    const topics = new AlertTopics(this, 'AlertTopics', {
      encryptionKey: foundations.keys.topics,
      subscriptions: environment.monitoring.subscriptions,
    });
    new DatabaseEvents(this, 'DatabaseEvents', {
      failureTopicArn: topics.topicArns.critical,
      noticeTopicArn: topics.topicArns.warning,
      clusterIdentifier: database.clusterIdentifier,
      instanceIdentifiers: database.instanceIdentifiers,
    });
    const replication = addReplication(this, environment, { ...foundations, database, topics });
    const ledger = addLedgerDatabase(this, environment, { ...foundations, database, secrets, replication });
    const verification = addVerification(this, environment, { ...foundations, database, secrets, stores, replication });
    const traffic = addTraffic(this, environment, api);
    const parts = { ...foundations, topics, database, api, secrets, replication, stores, path, ledger, verification };
    const cutover = addCutover(this, environment, { ...parts, traffic });
    const { dashboard, gates } = addAlarms(this, environment, { ...parts, cutover, production: account.production });
    armRollback(this, environment, { cutover, gates });
    addParameters(this, { environment, database, transactions: stores.transactions });
    Object.entries(environmentOutputs({ ...parts, environment, cutover, dashboard })).forEach(
      ([outputName, { value, description }]) => {
        this.output(outputName, value, description);
      },
    );
  }

  private addDatabase(environment: Environment, { keys, network }: Foundations): AuroraCluster {
    return new AuroraCluster(this, 'Database', {
      ...environment.database,
      vpcId: network.vpcId,
      subnetIds: network.databaseSubnetIds,
      storageKey: keys.database,
      secretsKey: keys.secrets,
      logsKey: keys.logs,
      logRetentionDays: environment.logRetentionDays,
    });
  }
}
