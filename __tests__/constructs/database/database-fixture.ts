import type { TerraformStack } from 'cdktf';
import {
  AuroraCluster,
  DatabaseAuthorities,
  DatabaseCredentials,
  LedgerMigration,
  type LedgerMigrationProps,
} from '../../../constructs/database';
import { EncryptionKeys } from '../../../constructs/encryption';
import { SecurityGroup } from '../../../constructs/network/security-group';

/** What the functions of the ledger database stand on. */
export function makeLedgerDatabase(stack: TerraformStack) {
  const keys = new EncryptionKeys(stack, 'Keys');
  const database = new AuroraCluster(stack, 'Database', {
    vpcId: 'vpc-1',
    subnetIds: ['subnet-1', 'subnet-2'],
    capacity: { mode: 'serverless', minAcu: 0.5, maxAcu: 8, readerCount: 1 },
    storageKey: keys.database,
    secretsKey: keys.secrets,
    logsKey: keys.logs,
  });
  const credentials = (id: string, component: string, username: string): DatabaseCredentials =>
    new DatabaseCredentials(stack, id, {
      component,
      description: 'd',
      host: database.endpoint,
      port: database.port,
      databaseName: database.databaseName,
      username,
      encryptionKey: keys.secrets,
    });
  const common = {
    database,
    authorities: new DatabaseAuthorities(stack, 'Authorities', { auroraCaPem: 'PEM', encryptionKey: keys.secrets }),
    vpcId: 'vpc-1',
    subnetIds: ['subnet-3', 'subnet-4'],
    interfaceEndpointsSecurityGroup: new SecurityGroup(stack, 'Endpoints', {
      vpcId: 'vpc-1',
      component: 'endpoints',
      description: 'd',
    }),
    lambdaKey: keys.lambda,
    logsKey: keys.logs,
    logRetentionDays: 365,
  } as const;
  return {
    common,
    writer: credentials('Writer', 'payment-db-credentials', 'payments_app'),
    reader: credentials('Reader', 'payment-db-read-credentials', 'payments_read'),
    replication: credentials('Apply', 'dms-target-credentials', 'dms_apply'),
    capture: credentials('Capture', 'dms-aurora-source-credentials', 'dms_capture'),
    migrator: credentials('Migrator', 'payment-migrator-credentials', 'payments_migrator'),
  };
}

/** The run of the migrations on such a database. */
export function makeLedgerMigration(
  stack: TerraformStack,
  { common, writer, reader }: ReturnType<typeof makeLedgerDatabase>,
  props: Partial<LedgerMigrationProps> = {},
): LedgerMigration {
  return new LedgerMigration(stack, 'Migration', {
    ...common,
    writer,
    reader,
    parts: ['pre-data', 'post-data'],
    initialAuthority: 'aurora',
    ...props,
  });
}
