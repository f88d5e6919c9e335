import type { Construct } from 'constructs';
import { FUNCTION_LIMITS, type NodeFunction } from '../../constructs/compute';
import type { AuroraCluster } from '../../constructs/database';
import type { DmsReplication } from '../../constructs/replication';
import type { TransactionIndex } from '../../constructs/storage';
import { COMPARISONS_PREFIX, ComparisonBucket, ComparisonStateMachine } from '../../constructs/verification';
import type { StateMachine } from '../../constructs/workflow';
import type { Environment } from '../configuration';
import type { LedgerSecrets } from './database-credentials';
import type { Foundations } from './foundations';
import { addPaymentFunction } from './payment-function';
import type { PaymentStores } from './payment-stores';
import { reachDynamodb, reachLedgers, reachS3, reachServices } from './reach';

/** What compares the databases of both sides. */
export interface Verification {
  readonly function: NodeFunction;
  readonly machine: StateMachine;
  readonly bucketName: string;
}

/** What it works on. */
export interface VerificationParts extends Foundations {
  readonly database: AuroraCluster;
  readonly secrets: LedgerSecrets;
  readonly stores: PaymentStores;
  readonly replication: DmsReplication | undefined;
}

/** Its functions. */
export const verificationFunctionsOf = (verification: Verification | undefined): NodeFunction[] =>
  verification === undefined ? [] : [verification.function];

/** Creates the comparison of the databases; undefined where none is replicated to the other. */
export function addVerification(
  scope: Construct,
  environment: Environment,
  parts: VerificationParts,
): Verification | undefined {
  const { secrets, stores, keys, replication } = parts;
  const { onPremRead } = secrets;
  if (replication === undefined || onPremRead === undefined) return undefined;
  const { bucket } = new ComparisonBucket(scope, 'Comparisons', {
    accessLogBucket: stores.auditBucket.accessLogBucket,
  });
  const { memorySizeMib, maxConcurrency, chunksPerBatch, ...settings } = environment.verification;
  const target = addPaymentFunction(scope, 'MigrationValidation', environment, parts, {
    component: 'migration-validation',
    description: 'Compares the databases of both sides.',
    memorySizeMib,
    timeoutSeconds: FUNCTION_LIMITS.timeoutSeconds.most,
  });
  target.addEnvironment({
    COMPARISON_BUCKET: bucket.bucketName,
    TRANSACTIONS_TABLE: stores.transactions.tableName,
    AURORA_READ_SECRET_ARN: secrets.auroraRead.secretArn,
    ONPREM_READ_SECRET_ARN: onPremRead.secretArn,
    DATABASE_AUTHORITIES_SECRET_ARN: secrets.authorities.secretArn,
    ROWS_PER_CHUNK: `${settings.rowsPerChunk}`,
    STATEMENT_TIMEOUT_SECONDS: `${settings.statementTimeoutSeconds}`,
    SETTLE_SECONDS: `${settings.settleSeconds}`,
  });
  [secrets.auroraRead, onPremRead, secrets.authorities].forEach((secret) => {
    secret.grantRead(target.role);
  });
  bucket.grantGet(target.role, COMPARISONS_PREFIX);
  // Without it S3 does not tell an object that is not there from one that may not be read.
  bucket.grantList(target.role, COMPARISONS_PREFIX);
  bucket.grantPut(target.role, COMPARISONS_PREFIX);
  stores.transactions.grantQuery(target.role, 'status-index' satisfies TransactionIndex);
  stores.transactions.grantItems(target.role, 'batch-get');
  reach(target, environment, parts);
  const { machine } = new ComparisonStateMachine(scope, 'Comparison', {
    function: target,
    bucket,
    maxConcurrency,
    chunksPerBatch,
    logEncryptionKey: keys.logs,
    logRetentionDays: environment.logRetentionDays,
  });
  return { function: target, machine, bucketName: bucket.bucketName };
}

function reach(target: NodeFunction, environment: Environment, { network, database }: VerificationParts): void {
  reachServices(target, network, 'Secrets Manager');
  reachS3(target, network, 'plans, results and reports in S3');
  reachDynamodb(target, network);
  reachLedgers(target, database, environment);
}
