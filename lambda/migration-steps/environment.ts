import { DMS_ENVIRONMENT } from '../shared/replication/dms/dms-environment';
import { ExplainedError } from '../shared/runtime/error-fields';
import type { MigrationSettings } from './settings';

/** The environment variables that say how long and how far, and the least that each may be. */
const LIMITS = {
  FREEZE_BUDGET_SECONDS: 1,
  FREEZE_GRACE_SECONDS: 0,
  MAX_LAG_SECONDS: 0,
  WEIGHT_TIMEOUT_MINUTES: 1,
  BAKE_MINUTES: 1,
  APPROVAL_TIMEOUT_MINUTES: 1,
  ROLLBACK_WINDOW_HOURS: 0,
  LOAD_HOURS: 1,
  COMPARISON_HOURS: 1,
} as const;

/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = [
  'ENVIRONMENT',
  'RELEASE',
  'MIGRATION_STATE_TABLE',
  'TRANSACTIONS_TABLE',
  'AUDIT_BUCKET',
  'CLEARANCE_PARAMETER',
  'TRAFFIC_STEPS_PARAMETER',
  'SAFE_TO_ADVANCE_ALARM',
  /** Ids between commas. */
  'TRAFFIC_ALARMS',
  'API_FUNCTION_NAME',
  /** Names between commas. */
  'API_HEALTH_ALARMS',
  'COMPARISON_STATE_MACHINE_ARN',
  'INFO_TOPIC_ARN',
  'WARNING_TOPIC_ARN',
  'CRITICAL_TOPIC_ARN',
  'AURORA_MIGRATOR_SECRET_ARN',
  'ONPREM_MIGRATOR_SECRET_ARN',
  'DATABASE_AUTHORITIES_SECRET_ARN',
  ...DMS_ENVIRONMENT,
  'REPLICATION_INSTANCE_ID',
  /** Names between commas. */
  'REPLICATED_SCHEMAS',
  'REQUIRE_SECOND_PERSON',
  'FREEZE_BUDGET_SECONDS',
  'FREEZE_GRACE_SECONDS',
  'MAX_LAG_SECONDS',
  'WEIGHT_TIMEOUT_MINUTES',
  'BAKE_MINUTES',
  'APPROVAL_TIMEOUT_MINUTES',
  'ROLLBACK_WINDOW_HOURS',
  'LOAD_HOURS',
  'COMPARISON_HOURS',
] as const;

type Limit = keyof typeof LIMITS;
type Values = Readonly<Record<Limit | 'REQUIRE_SECOND_PERSON', string>>;

/** @throws ExplainedError that names every variable that is no number in its range: none has a value that could be guessed */
export function readSettings(values: Values): MigrationSettings {
  const limits = Object.keys(LIMITS) as Limit[];
  const problems = [
    ...limits.flatMap((name) =>
      isWhole(values[name], LIMITS[name])
        ? []
        : [`${name} must be a whole number from ${LIMITS[name]}, got ${values[name]}`],
    ),
    ...(['true', 'false'].includes(values.REQUIRE_SECOND_PERSON)
      ? []
      : [`REQUIRE_SECOND_PERSON must be true or false, got ${values.REQUIRE_SECOND_PERSON}`]),
  ];
  if (problems.length > 0) throw new ExplainedError(`environment variables must make sense: ${problems.join('; ')}`);
  return {
    freezeBudgetSeconds: Number(values.FREEZE_BUDGET_SECONDS),
    freezeGraceSeconds: Number(values.FREEZE_GRACE_SECONDS),
    maxLagSeconds: Number(values.MAX_LAG_SECONDS),
    weightTimeoutMinutes: Number(values.WEIGHT_TIMEOUT_MINUTES),
    bakeMinutes: Number(values.BAKE_MINUTES),
    approvalTimeoutMinutes: Number(values.APPROVAL_TIMEOUT_MINUTES),
    rollbackWindowHours: Number(values.ROLLBACK_WINDOW_HOURS),
    requireSecondPerson: values.REQUIRE_SECOND_PERSON === 'true',
    loadHours: Number(values.LOAD_HOURS),
    comparisonHours: Number(values.COMPARISON_HOURS),
  };
}

const isWhole = (text: string, least: number): boolean => /^\d{1,9}$/.test(text) && Number(text) >= least;
