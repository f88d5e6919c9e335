import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SIDES } from '../shared/authority/authority';
import { SecretReader } from '../shared/database/secret-reader';
import { readEnvironment } from '../shared/environment';
import { createLogger } from '../shared/logger';
import { functionHandler, type InvocationContext } from '../shared/runtime/invocation';
import { databaseAccess } from './database';
import { REQUIRED_ENVIRONMENT } from './environment';
import { createHandler, type MigrationResult } from './handler';
import { databaseSecrets } from './secrets';

const settings = readEnvironment(REQUIRED_ENVIRONMENT, process.env);
const { ENVIRONMENT: environment, RELEASE: release } = settings;
const logger = createLogger({ service: 'ledger-migration', environment, release });
// Read anew each time: the function runs once a deployment, and the master's password changes in between.
const secrets = databaseSecrets(new SecretReader(new SecretsManagerClient({}), { timeToLiveMs: 0 }));

const side = readSide('LEDGER_SIDE');
const migratorSecretArn = process.env['AURORA_MIGRATOR_SECRET_ARN'] ?? '';
const captureSecretArn = process.env['DMS_CAPTURE_SECRET_ARN'] ?? '';
const replicationSecretArn = process.env['DMS_TARGET_SECRET_ARN'] ?? '';
const replicatedSchemas = process.env['REPLICATED_SCHEMAS'] ?? '';

/** What a deployment and the cutover call. */
export const handler = functionHandler<unknown, InvocationContext, MigrationResult>(
  createHandler({
    side,
    initialAuthority: readSide('INITIAL_AUTHORITY'),
    ...databaseAccess({
      host: settings.DATABASE_HOST,
      port: Number(settings.DATABASE_PORT),
      database: settings.DATABASE_NAME,
      authorities: () => secrets.authorities(settings.DATABASE_AUTHORITIES_SECRET_ARN, side),
      masterCredentials: () => secrets.login(settings.MASTER_SECRET_ARN),
    }),
    writerCredentials: () => secrets.login(settings.AURORA_SECRET_ARN),
    readerCredentials: () => secrets.login(settings.AURORA_READ_SECRET_ARN),
    replicationCredentials: replicationSecretArn === '' ? undefined : () => secrets.login(replicationSecretArn),
    captureCredentials: captureSecretArn === '' ? undefined : () => secrets.login(captureSecretArn),
    migratorCredentials: migratorSecretArn === '' ? undefined : () => secrets.login(migratorSecretArn),
    replicatedSchemas: replicatedSchemas.split(',').filter((name) => name !== ''),
    logger,
  }),
  { logger },
);

function readSide(name: 'LEDGER_SIDE' | 'INITIAL_AUTHORITY') {
  const found = SIDES.find((known) => known === settings[name]);
  if (found === undefined) throw new Error(`${name} must be ${SIDES.join(' or ')}, got ${settings[name]}`);
  return found;
}
