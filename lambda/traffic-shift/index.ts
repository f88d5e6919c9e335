import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { RecordReader } from '../shared/authority/record-reader';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { functionHandler, type InvocationContext } from '../shared/runtime/invocation';
import { trafficFrom } from '../shared/traffic/traffic-settings';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler, type TrafficAnswer } from './handler';

const settings = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = settings;
const logger = createLogger({ service: 'traffic-shift', environment, release });
// One attempt may take this long; the SDK makes three of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };
const dynamodb = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler }));

/** What the state machines call. */
export const handler = functionHandler<unknown, InvocationContext, TrafficAnswer>(
  createHandler({
    traffic: trafficFrom(settings),
    authority: new RecordReader(dynamodb, settings.MIGRATION_STATE_TABLE),
    logger,
  }),
  { logger },
);
