/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = [
  'ENVIRONMENT',
  'RELEASE',
  'MASTER_SECRET_ARN',
  'DATABASE_AUTHORITIES_SECRET_ARN',
] as const;
