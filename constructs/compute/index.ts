export { BlueGreenAliases, type BlueGreenAliasesProps } from './blue-green-aliases';
export { type Color, COLORS } from './colors';
export { FailedQueue, type FailedQueueProps } from './failed-queue';
export type { AsynchronousInvocation } from './failure-destination';
export { FunctionAlias, type FunctionAliasProps } from './function-alias';
export type { FunctionEnvironment } from './function-environment';
export { FUNCTION_LIMITS } from './function-limits';
export { NodeFunction, type NodeFunctionProps } from './node-function';
export { NotificationTopic, type NotificationTopicProps } from './notification-topic';
export { projectRoot } from './project-root';
export {
  type ProvisionedConcurrency,
  provisionedConcurrencyProblem,
  reservedConcurrencyProblem,
} from './provisioned-concurrency';
export { Schedule, type ScheduleProps } from './schedule';
export { StreamConsumer, type StreamConsumerProps } from './stream-consumer';
