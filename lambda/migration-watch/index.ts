import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DatabaseMigrationServiceClient } from '@aws-sdk/client-database-migration-service';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { FreezeHistory } from '../shared/authority/freeze-history';
import { RecordReader } from '../shared/authority/record-reader';
import { SecretReader } from '../shared/database/secret-reader';
import { sideSessions } from '../shared/database/side-sessions';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { createMetrics } from '../shared/metrics';
import { DynamoDbEstimateBoard } from '../shared/migration/dynamodb-estimate-board';
import { rollbackDurations } from '../shared/migration/rollback-durations';
import type { RollbackEstimate } from '../shared/migration/rollback-estimate';
import { cloudWatchLag } from '../shared/replication/dms/cloudwatch-lag';
import { dmsReplicationFrom } from '../shared/replication/dms/dms-settings';
import { functionHandler, type InvocationContext } from '../shared/runtime/invocation';
import { systemClock as clock } from '../shared/runtime/system-clock';
import { readKnownSlots, readSettings, REQUIRED_ENVIRONMENT } from './environment';
import type { SlotsReport } from './find-orphans';
import { createHandler } from './handler';

const SERVICE = 'migration-watch';

const env = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = env;
const settings = readSettings(env);
const logger = createLogger({ service: SERVICE, environment, release });
const metrics = createMetrics({ environment });
// One attempt may take this long; the SDK makes three of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }));
const replication = dmsReplicationFrom(env, {
  client: new DatabaseMigrationServiceClient({ requestHandler }),
  sessions: sideSessions({
    secrets: new SecretReader(new SecretsManagerClient({ requestHandler })),
    credentialsSecretArns: { aurora: env.AURORA_MIGRATOR_SECRET_ARN, 'on-prem': env.ONPREM_MIGRATOR_SECRET_ARN },
    authoritiesSecretArn: env.DATABASE_AUTHORITIES_SECRET_ARN,
    applicationName: `${SERVICE}-${environment}`,
  }),
  clock,
  // Looked at once a minute, positions would bound the lag no better than by a minute.
  lagSeconds: cloudWatchLag({
    client: new CloudWatchClient({ requestHandler }),
    replicationInstanceId: env.REPLICATION_INSTANCE_ID,
    clock,
  }),
});

/** What the schedules call. */
export const handler = functionHandler<unknown, InvocationContext, RollbackEstimate | SlotsReport>(
  createHandler({
    authority: new RecordReader(dynamodb, env.MIGRATION_STATE_TABLE),
    replication,
    board: new DynamoDbEstimateBoard(dynamodb, env.MIGRATION_STATE_TABLE),
    pastFreezes: new FreezeHistory(dynamodb, env.MIGRATION_STATE_TABLE),
    durations: (measured) => rollbackDurations(replication.kind, { ...settings, measured }),
    rollbackWindowHours: settings.rollbackWindowHours,
    knownSlots: readKnownSlots(process.env['KNOWN_SLOTS']),
    metrics,
    logger,
    clock,
  }),
  { logger, metrics },
);
