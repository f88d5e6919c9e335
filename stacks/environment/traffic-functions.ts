import type { Construct } from 'constructs';
import { type FunctionAlias, type NodeFunction, Schedule } from '../../constructs/compute';
import type { AlertTopics } from '../../constructs/monitoring';
import type { StateMachine } from '../../constructs/workflow';
import type { Environment } from '../configuration';
import type { Foundations } from './foundations';
import { addControlFunction, addLiveAlias } from './payment-function';
import type { PaymentStores } from './payment-stores';
import type { Traffic } from './traffic';

/** What the functions of traffic work on. */
export interface TrafficFunctionParts extends Foundations {
  readonly stores: PaymentStores;
  readonly topics: AlertTopics;
  readonly traffic: Traffic;
}

/** Waiting for Route 53 takes most of it: a change reaches all of its servers within a minute, as a rule. */
const TIMEOUT_SECONDS = 240;
const GUARD_EVERY_MINUTES = 1;
/** Set aside, so that payments do not keep them from running: two callers at once, for the second may be the rollback. */
const RESERVED_CONCURRENCY = 2;

/** Creates the function that moves the weights for the machines. */
export function addTrafficShift(scope: Construct, environment: Environment, parts: TrafficFunctionParts): NodeFunction {
  const target = addControlFunction(scope, 'TrafficShift', environment, parts, {
    component: 'traffic-shift',
    description: 'Reads and moves the weights of the records, within their clearance.',
    memorySizeMib: 512,
    timeoutSeconds: TIMEOUT_SECONDS,
    reservedConcurrency: RESERVED_CONCURRENCY,
  });
  holdWeights(target, parts);
  return target;
}

/** Creates the function that puts weights back that stand outside of their clearance, and lets it run each minute. */
export function addTrafficGuard(scope: Construct, environment: Environment, parts: TrafficFunctionParts): NodeFunction {
  const { traffic, topics, stores, keys } = parts;
  const target = addControlFunction(scope, 'TrafficGuard', environment, parts, {
    component: 'traffic-guard',
    description: 'Holds the weights of the records inside of their clearance.',
    memorySizeMib: 512,
    timeoutSeconds: TIMEOUT_SECONDS,
    // Two at once would move the same weights.
    reservedConcurrency: 1,
  });
  holdWeights(target, parts);
  target.addEnvironment({
    CLEARANCE_PARAMETER: traffic.clearance.parameterName,
    CRITICAL_TOPIC_ARN: topics.topicArns.critical,
  });
  traffic.clearance.grantRead(target.role);
  traffic.clearance.grantWrite(target.role);
  topics.grantPublish(target.role, 'critical');
  const alias = addLiveAlias(scope, 'TrafficGuard', target, {
    failureDestinationType: 'sns',
    failureDestinationArn: stores.systemErrors.topicArn,
    failureDestinationKey: keys.topics,
    // The next run does what this one did not.
    maximumRetryAttempts: 0,
    maximumEventAgeSeconds: GUARD_EVERY_MINUTES * 60,
  });
  new Schedule(scope, 'TrafficGuardSchedule', {
    component: 'traffic-guard',
    description: 'Looks whether the weights stand inside of their clearance.',
    alias,
    everyMinutes: GUARD_EVERY_MINUTES,
  });
  return target;
}

function holdWeights(target: NodeFunction, { stores, traffic }: TrafficFunctionParts): void {
  target.addEnvironment({
    MIGRATION_STATE_TABLE: stores.migrationState.tableName,
    ...traffic.records.functionEnvironment,
  });
  stores.migrationState.grantItems(target.role, 'get');
  traffic.records.grantShift(target.role);
}

/** What starts the rollback: an operator, or an alarm by its alias. */
export interface RollbackTrigger {
  readonly function: NodeFunction;
  readonly alias: FunctionAlias;
}

/** Creates the function that starts the rollback at once. */
export function addRollbackTrigger(
  scope: Construct,
  environment: Environment,
  parts: Pick<TrafficFunctionParts, 'keys' | 'topics'>,
  rollback: StateMachine,
): RollbackTrigger {
  const { keys, topics } = parts;
  const target = addControlFunction(scope, 'RollbackTrigger', environment, parts, {
    component: 'rollback-trigger',
    description: 'Starts the rollback at once, for an operator or an alarm.',
    memorySizeMib: 512,
    timeoutSeconds: 60,
    reservedConcurrency: RESERVED_CONCURRENCY,
  });
  target.addEnvironment({ ROLLBACK_STATE_MACHINE_ARN: rollback.stateMachineArn });
  rollback.grantStart(target.role);
  rollback.grantList(target.role);
  const alias = addLiveAlias(scope, 'RollbackTrigger', target, {
    // A rollback that an alarm asked for and that could not be started is for people, at once.
    failureDestinationType: 'sns',
    failureDestinationArn: topics.topicArns.critical,
    failureDestinationKey: keys.topics,
    maximumEventAgeSeconds: 300,
  });
  return { function: target, alias };
}
