/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = ['ENVIRONMENT', 'RELEASE', 'TRANSACTIONS_TABLE', 'MIGRATION_STATE_TABLE'] as const;
