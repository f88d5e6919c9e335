export { Bucket, type BucketEncryption, type BucketProps } from './bucket';
export {
  ABORT_INCOMPLETE_UPLOAD_DAYS,
  type LifecycleRule,
  type LifecycleTransition,
  type TransitionStorageClass,
} from './lifecycle-rule';
export {
  loadBalancerLogDelivery,
  serverAccessLogDelivery,
  type LoadBalancerLogDeliveryProps,
  type LogDeliveryProps,
  type ServerAccessLogDeliveryProps,
} from './log-delivery';
