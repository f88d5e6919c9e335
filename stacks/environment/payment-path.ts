import type { Construct } from 'constructs';
import { FailedQueue, FunctionAlias, type NodeFunction, StreamConsumer } from '../../constructs/compute';
import type { TransactionIndex } from '../../constructs/storage';
import type { Environment } from '../configuration';
import type { Foundations } from './foundations';
import { addPaymentFunction, type PaymentFunctionProps } from './payment-function';
import type { PaymentStores } from './payment-stores';
import { reachDynamodb, reachS3, reachServices } from './reach';

/** What screens and books payments after they were accepted. */
export interface PaymentPath {
  readonly fraudDetection: StreamFunction;
}

/** A function that the stream of transactions feeds. */
export interface StreamFunction {
  readonly function: NodeFunction;
  readonly failedQueue: FailedQueue;
}

/** The functions of the payment path. */
export const functionsOf = ({ fraudDetection }: PaymentPath): NodeFunction[] => [fraudDetection.function];

/** The queues of what they gave up, by function. */
export const queuesOf = ({ fraudDetection }: PaymentPath): [string, FailedQueue][] =>
  [fraudDetection].map(({ function: { component }, failedQueue }) => [component, failedQueue]);

/** What the functions work on. */
export interface PaymentPathParts extends Foundations {
  readonly stores: PaymentStores;
}

/** Creates the functions behind the stream of transactions. */
export function addPaymentPath(scope: Construct, environment: Environment, parts: PaymentPathParts): PaymentPath {
  return { fraudDetection: addFraudDetection(scope, environment, parts) };
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

function addLiveAlias(scope: Construct, id: string, target: NodeFunction): FunctionAlias {
  return new FunctionAlias(scope, `${id}Live`, {
    function: target,
    aliasName: 'live',
    description: 'The newest version, moved by every deployment',
  });
}
