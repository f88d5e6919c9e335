import type { Construct } from 'constructs';
import type { NodeFunction } from '../../constructs/compute';
import type { DatabaseCredentials } from '../../constructs/database';
import { ALARM_ROWS, type AlarmId, type AlarmRow, type AlertTopics, GATES } from '../../constructs/monitoring';
import { Deployment } from '../../constructs/naming';
import type { DmsReplication } from '../../constructs/replication';
import type { TrafficSteps } from '../../constructs/traffic';
import type { Environment } from '../configuration';
import type { PaymentApi } from './payment-api';
import { addPaymentFunction } from './payment-function';
import { reachDynamodb, reachLedgers, reachS3, reachServices } from './reach';
import type { Traffic } from './traffic';
import type { Verification, VerificationParts } from './verification';

/** What the steps of the migration work on. */
export interface MigrationStepsParts extends VerificationParts {
  readonly api: PaymentApi;
  readonly topics: AlertTopics;
  readonly traffic: Traffic;
  readonly trafficSteps: TrafficSteps;
  readonly replication: DmsReplication;
  readonly verification: Verification;
  readonly migrators: { readonly aurora: DatabaseCredentials; readonly onPrem: DatabaseCredentials };
}

/** What the load balancer says of the version of the API that is promoted. */
const API_HEALTH_ALARMS = ['alb-unhealthy-target', 'alb-function-errors'] as const satisfies readonly AlarmId[];
/** What is silent while nothing comes in: with traffic on AWS the gates want to see its data. */
const TRAFFIC_ALARMS = ALARM_ROWS.filter(({ silentWhile }: AlarmRow) => silentWhile === 'no-traffic').map(
  ({ id }) => id,
);
const PROMOTED = 'blue' satisfies keyof PaymentApi['targetGroups'];

/**
 * A step polls for a minute at most and then answers; what it does in databases has limits of its own. The machines wait a little
 * longer than this.
 */
const TIMEOUT_SECONDS = 120;
/** What a rollback overtakes may run on for its time. Set aside: a storm of payments must not keep it from starting. */
const RESERVED_CONCURRENCY = 5;

type Cutover = NonNullable<Environment['cutover']>;

/** Creates the function that does the steps of the state machines, on both databases and in DMS. */
export function addMigrationSteps(
  scope: Construct,
  environment: Environment,
  cutover: Cutover,
  parts: MigrationStepsParts,
): NodeFunction {
  const target = addPaymentFunction(scope, 'MigrationSteps', environment, parts, {
    component: 'migration-steps',
    description: 'Does the steps of the migration, for the holder of its lease only.',
    memorySizeMib: 512,
    timeoutSeconds: TIMEOUT_SECONDS,
    reservedConcurrency: RESERVED_CONCURRENCY,
  });
  target.addEnvironment({ ...resourcesOf(scope, parts), ...settingsOf(environment, cutover) });
  grant(target, parts);
  reachServices(target, parts.network, 'DMS, Lambda, Secrets Manager, SSM, SNS, Step Functions and CloudWatch');
  reachDynamodb(target, parts.network);
  reachS3(target, parts.network, 'the history of the migration in S3');
  reachLedgers(target, parts.database, environment);
  return target;
}

function resourcesOf(scope: Construct, parts: MigrationStepsParts) {
  const { stores, replication, migrators, traffic, topics } = parts;
  const deployment = Deployment.of(scope);
  return {
    MIGRATION_STATE_TABLE: stores.migrationState.tableName,
    TRANSACTIONS_TABLE: stores.transactions.tableName,
    AUDIT_BUCKET: stores.auditBucket.bucketName,
    CLEARANCE_PARAMETER: traffic.clearance.parameterName,
    TRAFFIC_STEPS_PARAMETER: parts.trafficSteps.parameterName,
    // By name: alarms watch this function, so they come after it.
    SAFE_TO_ADVANCE_ALARM: deployment.name(GATES.advance.component),
    TRAFFIC_ALARMS: TRAFFIC_ALARMS.join(','),
    API_FUNCTION_NAME: parts.api.function.functionName,
    API_HEALTH_ALARMS: API_HEALTH_ALARMS.map((id) => deployment.name(`${id}-${PROMOTED}`)).join(','),
    COMPARISON_STATE_MACHINE_ARN: parts.verification.machine.stateMachineArn,
    INFO_TOPIC_ARN: topics.topicArns.info,
    WARNING_TOPIC_ARN: topics.topicArns.warning,
    CRITICAL_TOPIC_ARN: topics.topicArns.critical,
    AURORA_MIGRATOR_SECRET_ARN: migrators.aurora.secretArn,
    ONPREM_MIGRATOR_SECRET_ARN: migrators.onPrem.secretArn,
    DATABASE_AUTHORITIES_SECRET_ARN: parts.secrets.authorities.secretArn,
    ...replication.functionEnvironment,
    REPLICATION_INSTANCE_ID: replication.replicationInstanceId,
  };
}

const settingsOf = ({ replication }: Environment, cutover: Cutover) => ({
  REPLICATED_SCHEMAS: (replication?.schemas ?? []).join(','),
  REQUIRE_SECOND_PERSON: `${cutover.requireSecondPerson}`,
  FREEZE_BUDGET_SECONDS: `${cutover.freezeBudgetSeconds}`,
  FREEZE_GRACE_SECONDS: `${cutover.freezeGraceSeconds}`,
  MAX_LAG_SECONDS: `${cutover.maxLagSeconds}`,
  WEIGHT_TIMEOUT_MINUTES: `${cutover.weightTimeoutMinutes}`,
  BAKE_MINUTES: `${cutover.bakeMinutes}`,
  APPROVAL_TIMEOUT_MINUTES: `${cutover.approvalTimeoutMinutes}`,
  ROLLBACK_WINDOW_HOURS: `${cutover.rollbackWindowHours}`,
  LOAD_HOURS: `${cutover.loadHours}`,
  COMPARISON_HOURS: `${cutover.comparisonHours}`,
});

function grant({ role }: NodeFunction, parts: MigrationStepsParts): void {
  const { stores, secrets, migrators, traffic, verification } = parts;
  // Authority, lease and progress; what people said; what was, for the archive.
  stores.migrationState.grantItems(role, 'get', 'put', 'update');
  stores.migrationState.grantScan(role);
  stores.migrationState.grantQuery(role);
  // A probe payment goes the way of every other.
  stores.transactions.grantItems(role, 'get', 'put');
  stores.transactions.grantQueryById(role);
  stores.auditBucket.grantPutHistory(role);
  [migrators.aurora, migrators.onPrem, secrets.authorities].forEach((secret) => {
    secret.grantRead(role);
  });
  traffic.clearance.grantRead(role);
  traffic.clearance.grantWrite(role);
  parts.trafficSteps.grantRead(role);
  parts.replication.grantRun(role);
  parts.api.function.grantReadAliases(role);
  parts.topics.grantPublish(role, 'info', 'warning', 'critical');
  verification.machine.grantStart(role);
  verification.machine.grantList(role);
  verification.machine.grantDescribe(role);
  // About composite alarms CloudWatch answers only those who may ask about every alarm, and metrics know no resources.
  role.addStatements(
    { sid: 'ReadAlarms', actions: ['cloudwatch:DescribeAlarms'], resources: ['*'] },
    { sid: 'ReadMetrics', actions: ['cloudwatch:GetMetricData'], resources: ['*'] },
  );
}
