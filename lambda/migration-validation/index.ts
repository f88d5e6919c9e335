import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { SecretReader } from '../shared/database/secret-reader';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { functionHandler, type InvocationContext } from '../shared/runtime/invocation';
import { databasesOf } from './database/sides';
import { S3ResultStore } from './distributed/s3-result-store';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler, type HandlerContext, type ValidationResult } from './handler';
import { DynamoDbProcessedPayments } from './ledger/dynamodb-processed-payments';
import { validationParts } from './parts';

const SERVICE = 'migration-validation';

const settings = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = settings;
const logger = createLogger({ service: SERVICE, environment, release });

// One attempt may take this long; the SDK makes three of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 30_000, throwOnRequestTimeout: true };
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }));
const sides = {
  secrets: new SecretReader(new SecretsManagerClient({ requestHandler })),
  credentialsSecretArns: { aurora: settings.AURORA_READ_SECRET_ARN, 'on-prem': settings.ONPREM_READ_SECRET_ARN },
  authoritiesSecretArn: settings.DATABASE_AUTHORITIES_SECRET_ARN,
  applicationName: `${SERVICE}-${environment}`,
};

/** What the state machine, and who operates the migration, call. */
export const handler = functionHandler<unknown, HandlerContext & InvocationContext, ValidationResult>(
  createHandler({
    store: new S3ResultStore(new S3Client({ requestHandler }), settings.COMPARISON_BUCKET),
    databases: (direction, session) => databasesOf(sides, direction, session),
    parts: validationParts(new DynamoDbProcessedPayments(dynamodb, settings.TRANSACTIONS_TABLE)),
    defaults: { rowsPerChunk: Number(settings.ROWS_PER_CHUNK), settleSeconds: Number(settings.SETTLE_SECONDS) },
    statementTimeoutMs: Number(settings.STATEMENT_TIMEOUT_SECONDS) * 1000,
    logger,
  }),
  { logger },
);
