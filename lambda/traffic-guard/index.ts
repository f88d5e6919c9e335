import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { RecordReader } from '../shared/authority/record-reader';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { createMetrics } from '../shared/metrics';
import { functionHandler, type InvocationContext } from '../shared/runtime/invocation';
import { systemClock } from '../shared/runtime/system-clock';
import { SsmClearanceParameter } from '../shared/traffic/ssm-clearance-parameter';
import { trafficFrom } from '../shared/traffic/traffic-settings';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler, type GuardReport } from './handler';
import { SnsPager } from './pager';

const settings = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = settings;
const logger = createLogger({ service: 'traffic-guard', environment, release });
const metrics = createMetrics({ environment });
// One attempt may take this long; the SDK makes three of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }));

/** What the schedule calls. */
export const handler = functionHandler<unknown, InvocationContext, GuardReport>(
  createHandler({
    traffic: trafficFrom(settings),
    authority: new RecordReader(dynamodb, settings.MIGRATION_STATE_TABLE),
    parameter: new SsmClearanceParameter(new SSMClient({ requestHandler }), settings.CLEARANCE_PARAMETER),
    pager: new SnsPager(() => new SNSClient({ requestHandler }), settings.CRITICAL_TOPIC_ARN, environment),
    metrics,
    logger,
    clock: systemClock,
  }),
  { logger, metrics },
);
