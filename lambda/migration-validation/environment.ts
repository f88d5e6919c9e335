/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = [
  'ENVIRONMENT',
  'RELEASE',
  'COMPARISON_BUCKET',
  'TRANSACTIONS_TABLE',
  'AURORA_READ_SECRET_ARN',
  'ONPREM_READ_SECRET_ARN',
  'DATABASE_AUTHORITIES_SECRET_ARN',
  'ROWS_PER_CHUNK',
  'STATEMENT_TIMEOUT_SECONDS',
  'SETTLE_SECONDS',
] as const;
