/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = [
  'ENVIRONMENT',
  'RELEASE',
  'MIGRATION_STATE_TABLE',
  'HOSTED_ZONE_ID',
  'RECORD_NAME',
  'RECORD_TYPE',
  'CLEARANCE_PARAMETER',
  'CRITICAL_TOPIC_ARN',
] as const;
