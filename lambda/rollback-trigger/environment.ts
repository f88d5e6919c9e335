/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = ['ENVIRONMENT', 'RELEASE', 'ROLLBACK_STATE_MACHINE_ARN'] as const;
