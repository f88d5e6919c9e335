import { ExplainedError } from '../shared/runtime/error-fields';
import { DMS_ENVIRONMENT } from '../shared/replication/dms/dms-environment';

/** The environment variables that are whole numbers, and the least that each may be. */
const LIMITS = {
  RECORD_TTL_SECONDS: 1,
  FREEZE_GRACE_SECONDS: 0,
  VERIFY_SECONDS: 0,
  ROLLBACK_WINDOW_HOURS: 0,
} as const;

/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = [
  'ENVIRONMENT',
  'RELEASE',
  'MIGRATION_STATE_TABLE',
  'AURORA_MIGRATOR_SECRET_ARN',
  'ONPREM_MIGRATOR_SECRET_ARN',
  'DATABASE_AUTHORITIES_SECRET_ARN',
  ...DMS_ENVIRONMENT,
  'REPLICATION_INSTANCE_ID',
  'RECORD_TTL_SECONDS',
  'FREEZE_GRACE_SECONDS',
  'VERIFY_SECONDS',
  'ROLLBACK_WINDOW_HOURS',
] as const;

/** Those that may be left out. */
export const OPTIONAL_ENVIRONMENT = [
  /** Slots of others on either server, who answer for them: names between commas. */
  'KNOWN_SLOTS',
] as const;

export interface WatchSettings {
  readonly ttlSeconds: number;
  readonly graceSeconds: number;
  readonly verifySeconds: number;
  readonly rollbackWindowHours: number;
}

type Limit = keyof typeof LIMITS;

/** @throws ExplainedError that names every variable that is no number in its range */
export function readSettings(values: Readonly<Record<Limit, string>>): WatchSettings {
  const names = Object.keys(LIMITS) as Limit[];
  const problems = names
    .filter((name) => !/^\d{1,9}$/.test(values[name]) || Number(values[name]) < LIMITS[name])
    .map((name) => `${name} must be a whole number from ${LIMITS[name]}, got ${values[name]}`);
  if (problems.length > 0) throw new ExplainedError(`environment variables must make sense: ${problems.join('; ')}`);
  return {
    ttlSeconds: Number(values.RECORD_TTL_SECONDS),
    graceSeconds: Number(values.FREEZE_GRACE_SECONDS),
    verifySeconds: Number(values.VERIFY_SECONDS),
    rollbackWindowHours: Number(values.ROLLBACK_WINDOW_HOURS),
  };
}

/** @default none */
export const readKnownSlots = (text: string | undefined): readonly string[] =>
  (text ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
