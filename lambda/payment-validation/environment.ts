/** The environment variables that the function requires. A test holds them equal to those that its construct sets. */
export const REQUIRED_ENVIRONMENT = [
  'ENVIRONMENT',
  'RELEASE',
  'TRANSACTIONS_TABLE',
  'MIGRATION_STATE_TABLE',
  'JWT_ISSUER',
  'JWT_AUDIENCE',
  'JWKS_URI',
  'AURORA_READ_SECRET_ARN',
  'DATABASE_AUTHORITIES_SECRET_ARN',
] as const;

/**
 * The environment variables that the function can do without: the on-premises ledger's secret (without it that ledger cannot
 * be read), and the claim that names the client (`client_id`).
 */
export const OPTIONAL_ENVIRONMENT = ['ONPREM_READ_SECRET_ARN', 'CLIENT_ID_CLAIM'] as const;
