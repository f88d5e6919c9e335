export { COMPARISON_RETENTION_DAYS, ComparisonBucket, type ComparisonBucketProps } from './comparison-bucket';
export { comparisonDefinition, type ComparisonDefinitionProps } from './comparison-definition';
export {
  COMPARISON_LIMITS,
  ComparisonStateMachine,
  type ComparisonStateMachineProps,
} from './comparison-state-machine';
