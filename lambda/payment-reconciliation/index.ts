import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { DynamoDbAuthority } from '../shared/authority/dynamodb-authority';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { createMetrics } from '../shared/metrics';
import { functionHandler, type InvocationContext } from '../shared/runtime/invocation';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler, type HandlerContext, type RunReport } from './handler';
import { OpenPayments } from './open-payments';

const settings = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = settings;
const logger = createLogger({ service: 'payment-reconciliation', environment, release });
const metrics = createMetrics({ environment });
// One attempt may take this long; the SDK makes three of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }));

/** What Lambda calls. */
export const handler = functionHandler<unknown, HandlerContext & InvocationContext, RunReport>(
  createHandler({
    payments: new OpenPayments(dynamodb, settings.TRANSACTIONS_TABLE),
    authority: new DynamoDbAuthority(dynamodb, settings.MIGRATION_STATE_TABLE),
    metrics,
    logger,
    now: () => Date.now(),
  }),
  { logger, metrics },
);
