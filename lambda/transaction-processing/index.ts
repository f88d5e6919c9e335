import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { S3AuditLog } from '../shared/audit/s3-audit-log';
import { DynamoDbAuthority } from '../shared/authority/dynamodb-authority';
import { PostgresLedgerProvider } from '../shared/database/ledger-provider';
import { SecretReader } from '../shared/database/secret-reader';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { createMetrics } from '../shared/metrics';
import { functionHandler, type InvocationContext } from '../shared/runtime/invocation';
import type { StreamContext, StreamResult } from '../shared/stream/handler';
import { SnsTopics } from '../shared/stream/sns-topics';
import { SqsFailedQueue } from '../shared/stream/sqs-failed-queue';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler } from './handler';
import { DynamoDbTransactionItems } from './transaction-items';

const SERVICE = 'transaction-processing';

// Missing configuration ends the start. Nothing is fetched here: that would make every start wait for somebody else.
const settings = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release, TRANSACTIONS_TABLE: table } = settings;
const logger = createLogger({ service: SERVICE, environment, release });
const metrics = createMetrics({ environment });

// One attempt may take this long; the SDK makes three of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }));
const ledgers = new PostgresLedgerProvider({
  applicationName: `${SERVICE}-${environment}`,
  secrets: new SecretReader(new SecretsManagerClient({ requestHandler })),
  credentialsSecretArns: { aurora: settings.AURORA_SECRET_ARN, 'on-prem': process.env.ONPREM_SECRET_ARN },
  authoritiesSecretArn: settings.DATABASE_AUTHORITIES_SECRET_ARN,
});

/** What Lambda calls. */
export const handler = functionHandler<unknown, StreamContext & InvocationContext, StreamResult>(
  createHandler({
    authority: new DynamoDbAuthority(dynamodb, settings.MIGRATION_STATE_TABLE),
    transactions: new DynamoDbTransactionItems(dynamodb, table),
    ledgerFor: (side) => ledgers.forSide(side),
    audit: new S3AuditLog(new S3Client({ requestHandler }), settings.AUDIT_BUCKET),
    failedQueue: new SqsFailedQueue(() => new SQSClient({ requestHandler }), settings.FAILED_QUEUE_URL),
    topics: new SnsTopics(
      () => new SNSClient({ requestHandler }),
      { failedTransactions: settings.FAILED_TRANSACTIONS_TOPIC_ARN, systemErrors: settings.SYSTEM_ERRORS_TOPIC_ARN },
      { service: SERVICE, environment },
    ),
    logger,
    metrics,
  }),
  { logger, metrics },
);
