export { HostedZone, type HostedZoneProps } from './hosted-zone';
export {
  addressProblems,
  isInZone,
  MAX_RECORD_TTL_SECONDS,
  type OnPremisesEndpoint,
  weightedRecordProblems,
  type WeightedRecordSettings,
} from './rules';
export { TrafficClearance } from './traffic-clearance';
export { TrafficSteps, type TrafficStepsProps, trafficStepProblems } from './traffic-steps';
export { AwsTrafficWeight, type AwsTrafficWeightProps, GreenTrafficWeight, WeightVariable } from './weight-variable';
export {
  AWS_SET_IDENTIFIER,
  ON_PREMISES_SET_IDENTIFIER,
  WeightedRecords,
  type WeightedRecordsProps,
} from './weighted-records';
