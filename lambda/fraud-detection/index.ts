import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { S3AuditLog } from '../shared/audit/s3-audit-log';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { createMetrics } from '../shared/metrics';
import { functionHandler, type InvocationContext } from '../shared/runtime/invocation';
import { createStreamHandler, type StreamContext, type StreamResult } from '../shared/stream/handler';
import { SnsTopics } from '../shared/stream/sns-topics';
import { SqsFailedQueue } from '../shared/stream/sqs-failed-queue';
import { Decisions } from './decisions';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createRecordHandler } from './handler';
import { UserIndexHistory } from './history';
import { CachedRules, readParameter } from './rules-source';

const SERVICE = 'fraud-detection';

const settings = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release, TRANSACTIONS_TABLE: table } = settings;
const logger = createLogger({ service: SERVICE, environment, release });
const metrics = createMetrics({ environment });
const now = () => Date.now();

// One attempt may take this long; the SDK makes three of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }));
const topics = new SnsTopics(
  () => new SNSClient({ requestHandler }),
  { failedTransactions: settings.FAILED_TRANSACTIONS_TOPIC_ARN, systemErrors: settings.SYSTEM_ERRORS_TOPIC_ARN },
  { service: SERVICE, environment },
);
const rules = new CachedRules({
  read: readParameter(new SSMClient({ requestHandler }), settings.FRAUD_RULES_PARAMETER),
  report: (code) => topics.systemError({ code }),
  logger,
  now,
});

/** What Lambda calls. */
export const handler = functionHandler<unknown, StreamContext & InvocationContext, StreamResult>(
  createStreamHandler({
    handleRecord: createRecordHandler({
      rules,
      history: new UserIndexHistory(dynamodb, table),
      decisions: new Decisions(dynamodb, table),
      audit: new S3AuditLog(new S3Client({ requestHandler }), settings.AUDIT_BUCKET),
      metrics,
      now,
    }),
    failedQueue: new SqsFailedQueue(() => new SQSClient({ requestHandler }), settings.FAILED_QUEUE_URL),
    topics,
    logger,
    metrics,
  }),
  { logger, metrics },
);
