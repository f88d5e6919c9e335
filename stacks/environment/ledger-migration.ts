import type { Construct } from 'constructs';
import type { NodeFunction } from '../../constructs/compute';
import { type AuroraCluster, LedgerMigration, SCHEMA_PARTS, SecretRotation } from '../../constructs/database';
import type { DmsReplication } from '../../constructs/replication';
import type { Environment } from '../configuration';
import type { LedgerSecrets } from './database-credentials';
import type { Foundations } from './foundations';

/** What the ledger's schema and roles on Aurora are made from. */
export interface LedgerParts extends Foundations {
  readonly database: AuroraCluster;
  readonly secrets: LedgerSecrets;
  readonly replication: DmsReplication | undefined;
}

/** The functions that look after the ledger database on Aurora. */
export interface LedgerDatabase {
  readonly migration: LedgerMigration;
  readonly rotation: SecretRotation;
}

/** Its functions. */
export const ledgerFunctionsOf = ({ migration, rotation }: LedgerDatabase): NodeFunction[] => [
  migration.function,
  rotation.function,
];

/** Creates schema, roles and working credentials on Aurora, then the rotation of these. */
export function addLedgerDatabase(
  scope: Construct,
  { onPremises, logRetentionDays, replication: settings }: Environment,
  { keys, network, database, secrets, replication }: LedgerParts,
): LedgerDatabase {
  const common = {
    database,
    authorities: secrets.authorities,
    vpcId: network.vpcId,
    subnetIds: network.privateSubnetIds,
    interfaceEndpointsSecurityGroup: network.endpoints,
    lambdaKey: keys.lambda,
    logsKey: keys.logs,
    logRetentionDays,
  };
  const { aurora: writer, auroraRead: reader } = secrets;
  const migration = new LedgerMigration(scope, 'LedgerMigration', {
    ...common,
    writer,
    reader,
    replication: replication?.targetCredentials,
    capture: replication?.reverseSourceCredentials,
    migrator: secrets.auroraMigrator,
    replicatedSchemas: settings?.schemas,
    networkDependencies: network.privateReach,
    // Where DMS loads the tables, the migration applies the rest after the load.
    parts: replication === undefined ? SCHEMA_PARTS : ['pre-data'],
    initialAuthority: onPremises === undefined ? 'aurora' : 'on-prem',
  });
  const rotation = new SecretRotation(scope, 'SecretRotation', {
    ...common,
    credentials: { Writer: writer, Reader: reader },
    migration,
  });
  return { migration, rotation };
}
