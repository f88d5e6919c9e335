import { isUsed, liveArns } from '../live-tasks';
import { protection, TAGS } from '../protection';
import { REPLICATING } from './phases';

export const replicationEndpoint = protection({
  id: 'replication-endpoint',
  protects: 'The endpoints that replication tasks read from and write to, and their certificates.',
  phases: REPLICATING,
  types: ['aws_dms_endpoint', 'aws_dms_s3_endpoint', 'aws_dms_certificate'],
  taken: 'the tasks that use it cannot connect any more, and must be deleted with it',
  changed: {
    reason: 'running tasks keep the old settings until they stop, or stop at once and may stay so',
    harmless: TAGS,
  },
  also: (change, plan) => (isUsed(change.before, liveArns(plan)) ? 'a task at work uses it' : undefined),
});
