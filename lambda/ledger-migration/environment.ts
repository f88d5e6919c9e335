/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = [
  'ENVIRONMENT',
  'RELEASE',
  'LEDGER_SIDE',
  'INITIAL_AUTHORITY',
  'MASTER_SECRET_ARN',
  'DATABASE_HOST',
  'DATABASE_PORT',
  'DATABASE_NAME',
  'AURORA_SECRET_ARN',
  'AURORA_READ_SECRET_ARN',
  'DATABASE_AUTHORITIES_SECRET_ARN',
] as const;

/**
 * Those that it can do without. Without DMS_TARGET_SECRET_ARN nothing is replicated to this database, without
 * DMS_CAPTURE_SECRET_ARN nothing from it, without AURORA_MIGRATOR_SECRET_ARN there is no cutover, and without
 * REPLICATED_SCHEMAS, names between commas, nothing but the ledger is replicated.
 */
export const OPTIONAL_ENVIRONMENT = [
  'DMS_TARGET_SECRET_ARN',
  'DMS_CAPTURE_SECRET_ARN',
  'AURORA_MIGRATOR_SECRET_ARN',
  'REPLICATED_SCHEMAS',
] as const;
