import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { functionHandler } from '../shared/runtime/invocation';
import { parseAuthorities } from './credentials';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler } from './handler';
import { postgresSessions } from './role-session';
import { SecretsManagerVersions } from './secret-versions';

const {
  ENVIRONMENT: environment,
  RELEASE: release,
  MASTER_SECRET_ARN: masterSecretId,
  DATABASE_AUTHORITIES_SECRET_ARN: authoritiesSecretId,
} = readEnvironment(REQUIRED_ENVIRONMENT, process.env);

const logger = createLogger({ service: 'db-secret-rotation', environment, release });
const secrets = new SecretsManagerVersions(new SecretsManagerClient({}));

/** What Secrets Manager calls. */
export const handler = functionHandler(
  createHandler({
    secrets,
    // Read each time: a rotation is rare, and authorities change.
    sessions: postgresSessions(async () => parseAuthorities(await secrets.readCurrent(authoritiesSecretId))),
    masterSecretId,
    logger,
  }),
  { logger },
);
