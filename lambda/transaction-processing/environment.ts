/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = [
  'ENVIRONMENT',
  'RELEASE',
  'TRANSACTIONS_TABLE',
  'MIGRATION_STATE_TABLE',
  'AUDIT_BUCKET',
  'AURORA_SECRET_ARN',
  'DATABASE_AUTHORITIES_SECRET_ARN',
  'FAILED_QUEUE_URL',
  'FAILED_TRANSACTIONS_TOPIC_ARN',
  'SYSTEM_ERRORS_TOPIC_ARN',
] as const;

/** Those it can do without: an environment that has no on-premises ledger has no secret for it. */
export const OPTIONAL_ENVIRONMENT = ['ONPREM_SECRET_ARN'] as const;
