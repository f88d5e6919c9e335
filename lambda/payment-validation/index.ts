import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbAuthority } from '../shared/authority/dynamodb-authority';
import { PostgresLedgerProvider } from '../shared/database/ledger-provider';
import { SecretReader } from '../shared/database/secret-reader';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { createMetrics } from '../shared/metrics';
import { functionHandler } from '../shared/runtime/invocation';
import { TransactionStore } from '../shared/transactions/transaction-store';
import { dependencyChecks } from './dependency-checks';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler } from './handler';
import { createTokenVerifier } from './token-verifier';
import { rememberVerified } from './verified-tokens';

// Missing configuration ends the start, and with it the deployment: a version that cannot start gets no provisioned
// concurrency, so it never takes a request. Nothing is fetched here: that would make every start wait for somebody else.
const variables = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = variables;
// Set but empty is not set.
const { CLIENT_ID_CLAIM: claim = '' } = process.env;
const clientIdClaim = claim === '' ? 'client_id' : claim;

const logger = createLogger({ service: 'payment-validation', environment, release });
const metrics = createMetrics({ environment });
// A client waits: two attempts of 2 s at most each, then it is told to come again.
const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
};
const client = DynamoDBDocumentClient.from(new DynamoDBClient(patience));
const authority = new DynamoDbAuthority(client, variables.MIGRATION_STATE_TABLE);
const store = new TransactionStore({
  client,
  tableName: variables.TRANSACTIONS_TABLE,
  now: () => Date.now(),
  newId: randomUUID,
});
const ledgers = new PostgresLedgerProvider({
  secrets: new SecretReader(new SecretsManagerClient(patience)),
  credentialsSecretArns: {
    aurora: variables.AURORA_READ_SECRET_ARN,
    'on-prem': process.env.ONPREM_READ_SECRET_ARN,
  },
  authoritiesSecretArn: variables.DATABASE_AUTHORITIES_SECRET_ARN,
  applicationName: 'payment-validation',
  readOnly: true,
  statementTimeoutMs: 2_000,
  lockTimeoutMs: 1_000,
  connectTimeoutMs: 2_000,
});

/** What Lambda calls. */
export const handler = functionHandler(
  createHandler({
    environment,
    release,
    verifyToken: rememberVerified(
      createTokenVerifier({
        issuer: variables.JWT_ISSUER,
        audience: variables.JWT_AUDIENCE,
        jwksUri: variables.JWKS_URI,
        clientIdClaim,
        logger,
      }),
      { now: () => Date.now() },
    ),
    store,
    authority,
    ledgers,
    checks: dependencyChecks(store, authority),
    metrics,
    logger,
  }),
  { logger, metrics },
);
