/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = [
  'ENVIRONMENT',
  'RELEASE',
  'TRANSACTIONS_TABLE',
  'FRAUD_RULES_PARAMETER',
  'AUDIT_BUCKET',
  'FAILED_QUEUE_URL',
  'FAILED_TRANSACTIONS_TOPIC_ARN',
  'SYSTEM_ERRORS_TOPIC_ARN',
] as const;
