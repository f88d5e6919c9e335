export {
  COMPARISON_RETENTION_DAYS,
  COMPARISONS_PREFIX,
  ComparisonBucket,
  type ComparisonBucketProps,
} from './comparison-bucket';
export { comparisonDefinition, type ComparisonDefinitionProps } from './comparison-definition';
export { COMPARISON_LIMITS } from './comparison-limits';
export { ComparisonStateMachine, type ComparisonStateMachineProps } from './comparison-state-machine';
