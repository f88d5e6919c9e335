import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler } from './handler';

// Missing configuration ends the start, and with it the deployment: a version that cannot start gets no provisioned
// concurrency, so it never takes a request.
const { ENVIRONMENT: environment, RELEASE: release } = readEnvironment(REQUIRED_ENVIRONMENT, process.env);

/** What Lambda calls. */
export const handler = createHandler({
  environment,
  release,
  // Passed by getting here.
  checks: [{ name: 'configuration', passes: () => true }],
  logger: createLogger({ service: 'payment-validation', environment, release }),
});
