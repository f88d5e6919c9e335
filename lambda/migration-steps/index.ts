import { randomUUID } from 'node:crypto';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DatabaseMigrationServiceClient } from '@aws-sdk/client-database-migration-service';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbMigrationAuthority } from '../shared/authority/dynamodb-migration-authority';
import { StepFunctionsExecutions } from '../shared/authority/executions';
import { PostgresLedgerProvider } from '../shared/database/ledger-provider';
import { SecretReader } from '../shared/database/secret-reader';
import { sideSessions } from '../shared/database/side-sessions';
import { readEnvironment } from '../shared/environment';
import { PostgresFence } from '../shared/fence/postgres-fence';
import { createLogger } from '../shared/logger';
import { DynamoDbProgressBoard } from '../shared/migration/dynamodb-progress-board';
import { DynamoDbStatements } from '../shared/migration/dynamodb-statements';
import { cloudWatchLag } from '../shared/replication/dms/cloudwatch-lag';
import { dmsReplicationFrom } from '../shared/replication/dms/dms-settings';
import { functionHandler, type InvocationContext } from '../shared/runtime/invocation';
import { systemClock as clock } from '../shared/runtime/system-clock';
import { SsmClearanceParameter } from '../shared/traffic/ssm-clearance-parameter';
import { TransactionStore } from '../shared/transactions/transaction-store';
import { CloudWatchAlarms } from './adapters/cloudwatch-alarms';
import { LambdaRelease } from './adapters/lambda-release';
import { PostgresApplyRoles } from './adapters/postgres-apply-roles';
import { PostgresSchemaChecks } from './adapters/postgres-schema-checks';
import { PostgresSequences } from './adapters/postgres-sequences';
import { S3HistoryArchive } from './adapters/s3-history-archive';
import { StepFunctionsComparisonRuns } from './adapters/sfn-comparison-runs';
import { SnsNotifier } from './adapters/sns-notifier';
import { SsmTrafficSteps } from './adapters/ssm-traffic-steps';
import { TransactionsProbe } from './adapters/transactions-probe';
import { readSettings, REQUIRED_ENVIRONMENT } from './environment';
import { createHandler, type HandlerContext } from './handler';
import type { StepAnswer } from './step';
import { createStepTable } from './step-table';

const SERVICE = 'migration-steps';

const env = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = env;
const settings = readSettings(env);
const logger = createLogger({ service: SERVICE, environment, release });

// One attempt may take this long; the SDK makes three of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }));
const sfn = new SFNClient({ requestHandler });
const ssm = new SSMClient({ requestHandler });
const cloudwatch = new CloudWatchClient({ requestHandler });
const databases = {
  secrets: new SecretReader(new SecretsManagerClient({ requestHandler })),
  credentialsSecretArns: { aurora: env.AURORA_MIGRATOR_SECRET_ARN, 'on-prem': env.ONPREM_MIGRATOR_SECRET_ARN },
  authoritiesSecretArn: env.DATABASE_AUTHORITIES_SECRET_ARN,
  applicationName: `${SERVICE}-${environment}`,
  statementTimeoutMs: 30_000,
  lockTimeoutMs: 10_000,
};
const sessions = sideSessions(databases);
// Ends what holds up the first.
const second = sideSessions(databases);
const replicationSessions = sideSessions(databases);

const table = env.MIGRATION_STATE_TABLE;
const authority = new DynamoDbMigrationAuthority({
  client: dynamodb,
  tableName: table,
  executions: new StepFunctionsExecutions(sfn),
  clock,
});
const progress = new DynamoDbProgressBoard(dynamodb, table, clock);

/** What the state machines of the migration call. */
export const handler = functionHandler<unknown, HandlerContext & InvocationContext, StepAnswer>(
  createHandler({
    steps: createStepTable({
      authority,
      progress,
      clock,
      settings,
      budget: { seconds: settings.freezeBudgetSeconds, graceMs: settings.freezeGraceSeconds * 1000 },
      statements: new DynamoDbStatements(dynamodb, table),
      fence: new PostgresFence({ sessions: (side) => sessions[side], second: (side) => second[side] }),
      replication: dmsReplicationFrom(env, {
        client: new DatabaseMigrationServiceClient({ requestHandler }),
        sessions: replicationSessions,
        clock,
        // A gate looks once: positions bound the lag only between two looks.
        lagSeconds: cloudWatchLag({ client: cloudwatch, replicationInstanceId: env.REPLICATION_INSTANCE_ID, clock }),
      }),
      clearance: new SsmClearanceParameter(ssm, env.CLEARANCE_PARAMETER),
      trafficSteps: new SsmTrafficSteps(ssm, env.TRAFFIC_STEPS_PARAMETER),
      alarms: new CloudWatchAlarms(cloudwatch, env.SAFE_TO_ADVANCE_ALARM, {
        alarmIds: env.TRAFFIC_ALARMS.split(','),
        clock,
      }),
      release: new LambdaRelease({
        lambda: new LambdaClient({ requestHandler }),
        cloudwatch,
        functionName: env.API_FUNCTION_NAME,
        healthAlarmNames: env.API_HEALTH_ALARMS.split(','),
      }),
      comparisons: new StepFunctionsComparisonRuns(sfn, env.COMPARISON_STATE_MACHINE_ARN),
      applyRoles: new PostgresApplyRoles(replicationSessions),
      notifier: new SnsNotifier(
        new SNSClient({ requestHandler }),
        { info: env.INFO_TOPIC_ARN, warning: env.WARNING_TOPIC_ARN, page: env.CRITICAL_TOPIC_ARN },
        environment,
      ),
      checks: new PostgresSchemaChecks(replicationSessions, env.REPLICATED_SCHEMAS.split(',')),
      sequences: new PostgresSequences({ sessions: replicationSessions }),
      probe: new TransactionsProbe(
        new TransactionStore({
          client: dynamodb,
          tableName: env.TRANSACTIONS_TABLE,
          now: () => clock.now(),
          newId: randomUUID,
        }),
        new PostgresLedgerProvider({ ...databases, readOnly: true }),
      ),
      archive: new S3HistoryArchive({
        dynamodb,
        stateTable: table,
        s3: new S3Client({ requestHandler }),
        bucket: env.AUDIT_BUCKET,
      }),
    }),
    progress,
    logger,
  }),
  { logger },
);
