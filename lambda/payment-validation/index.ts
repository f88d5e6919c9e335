import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbAuthority } from '../shared/authority/dynamodb-authority';
import { readEnvironment } from '../shared/environment';
import { LedgerUnavailable } from '../shared/ledger/ledger';
import { createLogger } from '../shared/logger';
import { createMetrics } from '../shared/metrics';
import { functionHandler } from '../shared/runtime/invocation';
import { TransactionStore } from '../shared/transactions/transaction-store';
import { dependencyChecks } from './dependency-checks';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler } from './handler';
import { createTokenVerifier } from './token-verifier';

// Missing configuration ends the start, and with it the deployment: a version that cannot start gets no provisioned
// concurrency, so it never takes a request. Nothing is fetched here: that would make every start wait for somebody else.
const variables = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = variables;

const logger = createLogger({ service: 'payment-validation', environment, release });
const metrics = createMetrics({ environment });
// A client waits: two attempts of 2 s at most each, then it is told to come again.
const client = DynamoDBDocumentClient.from(
  new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  }),
);
const authority = new DynamoDbAuthority(client, variables.MIGRATION_STATE_TABLE);
const store = new TransactionStore({
  client,
  tableName: variables.TRANSACTIONS_TABLE,
  now: () => Date.now(),
  newId: randomUUID,
});

/** What Lambda calls. */
export const handler = functionHandler(
  createHandler({
    environment,
    release,
    verifyToken: createTokenVerifier({
      issuer: variables.JWT_ISSUER,
      audience: variables.JWT_AUDIENCE,
      jwksUri: variables.JWKS_URI,
      clientIdClaim: process.env.CLIENT_ID_CLAIM ?? 'client_id',
      logger,
    }),
    store,
    authority,
    ledgers: {
      forSide: () => {
        throw new LedgerUnavailable('not-connected', 'the ledger must be connected to be read');
      },
    },
    checks: dependencyChecks(store, authority),
    metrics,
    logger,
  }),
  { logger, metrics },
);
