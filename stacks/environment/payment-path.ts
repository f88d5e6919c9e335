import type { Construct } from 'constructs';
import { FailedQueue, FUNCTION_LIMITS, type NodeFunction, Schedule, StreamConsumer } from '../../constructs/compute';
import type { AuroraCluster } from '../../constructs/database';
import type { TransactionIndex } from '../../constructs/storage';
import type { Environment } from '../configuration';
import type { LedgerSecrets } from './database-credentials';
import type { Foundations } from './foundations';
import { addLiveAlias, addPaymentFunction, type PaymentFunctionProps } from './payment-function';
import type { PaymentStores } from './payment-stores';
import { reachDynamodb, reachLedgers, reachS3, reachServices } from './reach';

/** What screens and books payments after they were accepted. */
export interface PaymentPath {
  readonly fraudDetection: StreamFunction;
  readonly transactionProcessing: StreamFunction;
  readonly reconciliation: NodeFunction;
}

/** A function that the stream of transactions feeds. */
export interface StreamFunction {
  readonly function: NodeFunction;
  readonly failedQueue: FailedQueue;
}

/** The functions of the payment path. */
export const functionsOf = (path: PaymentPath): NodeFunction[] => [
  path.fraudDetection.function,
  path.transactionProcessing.function,
  path.reconciliation,
];

/** The queues of what they gave up, by function. */
export const queuesOf = ({ fraudDetection, transactionProcessing }: PaymentPath): [string, FailedQueue][] =>
  [fraudDetection, transactionProcessing].map(({ function: { component }, failedQueue }) => [component, failedQueue]);

/** What the functions work on. */
export interface PaymentPathParts extends Foundations {
  readonly database: AuroraCluster;
  readonly secrets: LedgerSecrets;
  readonly stores: PaymentStores;
}

/** Creates the functions behind the stream of transactions, and the sweep for what it forgot. */
export function addPaymentPath(scope: Construct, environment: Environment, parts: PaymentPathParts): PaymentPath {
  return {
    fraudDetection: addFraudDetection(scope, environment, parts),
    transactionProcessing: addTransactionProcessing(scope, environment, parts),
    reconciliation: addReconciliation(scope, environment, parts),
  };
}

function addFraudDetection(scope: Construct, environment: Environment, parts: PaymentPathParts): StreamFunction {
  const { stores, network } = parts;
  const { rules: _rules, ...size } = environment.fraudDetection;
  return addStreamFunction(scope, 'FraudDetection', environment, parts, {
    component: 'fraud-detection',
    description: 'Screens payments that were accepted.',
    ...size,
    status: 'RECEIVED',
    use: (target) => {
      target.addEnvironment({ FRAUD_RULES_PARAMETER: stores.fraudRules.parameterName });
      stores.fraudRules.grantRead(target.role);
      stores.transactions.grantQuery(target.role, 'user-index' satisfies TransactionIndex);
      reachServices(target, network, 'SSM, SQS and SNS');
    },
  });
}

function addTransactionProcessing(scope: Construct, environment: Environment, parts: PaymentPathParts): StreamFunction {
  const { stores, secrets, network, database } = parts;
  return addStreamFunction(scope, 'TransactionProcessing', environment, parts, {
    component: 'transaction-processing',
    description: 'Books payments that were approved in the ledger that authority names.',
    ...environment.transactionProcessing,
    status: 'APPROVED',
    use: (target) => {
      target.addEnvironment({
        MIGRATION_STATE_TABLE: stores.migrationState.tableName,
        AURORA_SECRET_ARN: secrets.aurora.secretArn,
        DATABASE_AUTHORITIES_SECRET_ARN: secrets.authorities.secretArn,
        ...(secrets.onPrem === undefined ? {} : { ONPREM_SECRET_ARN: secrets.onPrem.secretArn }),
      });
      stores.migrationState.grantItems(target.role, 'get');
      [secrets.aurora, secrets.onPrem, secrets.authorities].forEach((secret) => secret?.grantRead(target.role));
      reachServices(target, network, 'Secrets Manager, SQS and SNS');
      reachLedgers(target, database, environment);
    },
  });
}

interface StreamFunctionProps extends PaymentFunctionProps {
  /** The status of the transactions that it gets. */
  readonly status: string;
  /** Gives the function what it alone uses. */
  readonly use: (target: NodeFunction) => void;
}

/** Both functions behind the stream read and update transactions, write audit records and send away what fails. */
function addStreamFunction(
  scope: Construct,
  id: string,
  environment: Environment,
  parts: PaymentPathParts,
  { status, use, ...props }: StreamFunctionProps,
): StreamFunction {
  const { stores, network, keys } = parts;
  const { transactions, auditBucket, failedTransactions, systemErrors } = stores;
  const target = addPaymentFunction(scope, id, environment, parts, props);
  const failedQueue = new FailedQueue(scope, `${id}Failed`, {
    component: props.component,
    encryptionKey: keys.topics,
  });
  target.addEnvironment({
    TRANSACTIONS_TABLE: transactions.tableName,
    AUDIT_BUCKET: auditBucket.bucketName,
    FAILED_QUEUE_URL: failedQueue.queueUrl,
    FAILED_TRANSACTIONS_TOPIC_ARN: failedTransactions.topicArn,
    SYSTEM_ERRORS_TOPIC_ARN: systemErrors.topicArn,
  });
  transactions.grantItems(target.role, 'get', 'update');
  auditBucket.grantPut(target.role);
  failedTransactions.grantPublish(target.role);
  systemErrors.grantPublish(target.role);
  reachDynamodb(target, network);
  reachS3(target, network);
  use(target);
  new StreamConsumer(scope, `${id}Stream`, {
    function: target,
    alias: addLiveAlias(scope, id, target),
    table: transactions,
    status,
    failedQueue,
  });
  return { function: target, failedQueue };
}

function addReconciliation(scope: Construct, environment: Environment, parts: PaymentPathParts): NodeFunction {
  const { stores, network, keys } = parts;
  const { transactions, migrationState, systemErrors } = stores;
  const { everyMinutes, ...size } = environment.reconciliation;
  const target = addPaymentFunction(scope, 'PaymentReconciliation', environment, parts, {
    component: 'payment-reconciliation',
    description: 'Drives payments again that wait.',
    ...size,
    // Two sweeps at once would drive the same payments.
    reservedConcurrency: 1,
  });
  target.addEnvironment({
    TRANSACTIONS_TABLE: transactions.tableName,
    MIGRATION_STATE_TABLE: migrationState.tableName,
  });
  transactions.grantQuery(target.role, 'status-index');
  transactions.grantItems(target.role, 'update');
  migrationState.grantItems(target.role, 'get');
  reachDynamodb(target, network);
  const alias = addLiveAlias(scope, 'PaymentReconciliation', target, {
    failureDestinationType: 'sns',
    failureDestinationArn: systemErrors.topicArn,
    failureDestinationKey: keys.topics,
    // The next sweep does what this one did not.
    maximumRetryAttempts: 0,
    maximumEventAgeSeconds: Math.min(everyMinutes * 60, FUNCTION_LIMITS.maximumEventAgeSeconds.most),
  });
  new Schedule(scope, 'PaymentReconciliationSchedule', {
    component: 'payment-reconciliation',
    description: 'Looks for payments that wait and drives them again.',
    alias,
    everyMinutes,
  });
  return target;
}
