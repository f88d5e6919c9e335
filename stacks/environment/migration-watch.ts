import type { Construct } from 'constructs';
import { type NodeFunction, Schedule } from '../../constructs/compute';
import type { Environment } from '../configuration';
import type { MigrationStepsParts } from './migration-steps';
import { addLiveAlias, addPaymentFunction } from './payment-function';
import { reachDynamodb, reachLedgers, reachServices } from './reach';

/** What it looks for, and how often, in minutes. */
const SCHEDULES = [
  { id: 'Measure', action: 'measure', everyMinutes: 1, description: 'Measures how long going back would take.' },
  { id: 'Slots', action: 'slots', everyMinutes: 60, description: 'Looks for replication slots that belong to nobody.' },
] as const;

const TIMEOUT_SECONDS = 50;
/** One for each schedule, set aside: whether the way back is open must be known in a storm, too. */
const RESERVED_CONCURRENCY = SCHEDULES.length;
/** Until staging measured it: what was written since the last comparison is compared within a minute. */
const VERIFY_SECONDS = 60;

type Cutover = NonNullable<Environment['cutover']>;

/** Creates the function that watches what a rollback would need. It changes nothing but its own item. */
export function addMigrationWatch(
  scope: Construct,
  environment: Environment,
  cutover: Cutover,
  parts: MigrationStepsParts,
): NodeFunction {
  const { stores, keys, network, database } = parts;
  const target = addPaymentFunction(scope, 'MigrationWatch', environment, parts, {
    component: 'migration-watch',
    description: 'Measures how long going back would take, and looks for slots that belong to nobody.',
    memorySizeMib: 512,
    timeoutSeconds: TIMEOUT_SECONDS,
    reservedConcurrency: RESERVED_CONCURRENCY,
  });
  target.addEnvironment(environmentOf(cutover, parts));
  grant(target, parts);
  reachServices(target, network, 'DMS, Secrets Manager and CloudWatch');
  reachDynamodb(target, network);
  reachLedgers(target, database, environment);
  const alias = addLiveAlias(scope, 'MigrationWatch', target, {
    failureDestinationType: 'sns',
    failureDestinationArn: stores.systemErrors.topicArn,
    failureDestinationKey: keys.topics,
    // The next run looks again.
    maximumRetryAttempts: 0,
    maximumEventAgeSeconds: 60,
  });
  SCHEDULES.forEach(({ id, action, everyMinutes, description }) => {
    new Schedule(scope, `MigrationWatch${id}`, {
      component: `migration-watch-${action}`,
      description,
      alias,
      everyMinutes,
      input: { action },
    });
  });
  return target;
}

function environmentOf(cutover: Cutover, { stores, migrators, secrets, replication, traffic }: MigrationStepsParts) {
  return {
    MIGRATION_STATE_TABLE: stores.migrationState.tableName,
    AURORA_MIGRATOR_SECRET_ARN: migrators.aurora.secretArn,
    ONPREM_MIGRATOR_SECRET_ARN: migrators.onPrem.secretArn,
    DATABASE_AUTHORITIES_SECRET_ARN: secrets.authorities.secretArn,
    ...replication.functionEnvironment,
    REPLICATION_INSTANCE_ID: replication.replicationInstanceId,
    RECORD_TTL_SECONDS: `${traffic.records.awsTtlSeconds}`,
    FREEZE_GRACE_SECONDS: `${cutover.freezeGraceSeconds}`,
    VERIFY_SECONDS: `${VERIFY_SECONDS}`,
    ROLLBACK_WINDOW_HOURS: `${cutover.rollbackWindowHours}`,
  };
}

function grant({ role }: NodeFunction, { stores, migrators, secrets, replication }: MigrationStepsParts): void {
  stores.migrationState.grantItems(role, 'get', 'put');
  // What the last freeze took.
  stores.migrationState.grantQuery(role);
  [migrators.aurora, migrators.onPrem, secrets.authorities].forEach((secret) => {
    secret.grantRead(role);
  });
  replication.grantWatch(role);
  // Metrics know no resources.
  role.addStatements({ sid: 'ReadMetrics', actions: ['cloudwatch:GetMetricData'], resources: ['*'] });
}
