import { SFNClient } from '@aws-sdk/client-sfn';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { functionHandler } from '../shared/runtime/invocation';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler, type HandlerContext, type TriggerAnswer } from './handler';
import { StepFunctionsRollbacks } from './rollbacks';

const settings = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = settings;
const logger = createLogger({ service: 'rollback-trigger', environment, release });
// One attempt may take this long; the SDK makes five of them.
const requestHandler = { connectionTimeout: 2_000, requestTimeout: 5_000, throwOnRequestTimeout: true };

/** What Lambda calls: for an operator, or with the event of an alarm. */
export const handler = functionHandler<unknown, HandlerContext, TriggerAnswer>(
  createHandler({
    rollbacks: new StepFunctionsRollbacks(
      new SFNClient({ requestHandler, maxAttempts: 5 }),
      settings.ROLLBACK_STATE_MACHINE_ARN,
    ),
    logger,
  }),
  { logger },
);
