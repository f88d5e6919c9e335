import { isUsed, liveArns } from '../live-tasks';
import { protection, TAGS } from '../protection';
import { REPLICATING } from './phases';

export const replicationInstance = protection({
  id: 'replication-instance',
  protects: 'The instance that replication tasks run on, and its subnets.',
  phases: REPLICATING,
  types: ['aws_dms_replication_instance', 'aws_dms_replication_subnet_group'],
  taken: 'every task on it ends',
  changed: {
    reason: 'an instance that is modified restarts or fails over, and its tasks stop meanwhile',
    harmless: [...TAGS, 'preferred_maintenance_window'],
  },
  also: (change, plan) => (isUsed(change.before, liveArns(plan)) ? 'a task at work runs on it' : undefined),
});
