export { AuditBucket, type AuditBucketProps } from './audit-bucket';
export { Bucket, type BucketEncryption, type BucketProps } from './bucket';
export {
  ABORT_INCOMPLETE_UPLOAD_DAYS,
  type LifecycleRule,
  type LifecycleTransition,
  type TransitionStorageClass,
} from './lifecycle-rule';
export { MigrationStateTable, type MigrationStateTableProps } from './migration-state-table';
export { type ObjectLock, type ObjectLockMode } from './object-lock';
export type { ItemAction } from './table';
export { type TransactionIndex, TransactionsTable, type TransactionsTableProps } from './transactions-table';
export {
  loadBalancerLogDelivery,
  serverAccessLogDelivery,
  type LoadBalancerLogDeliveryProps,
  type LogDeliveryProps,
  type ServerAccessLogDeliveryProps,
} from './log-delivery';
