import { isLive, statusOf } from '../live-tasks';
import { protection, TAGS } from '../protection';
import { REPLICATING } from './phases';

/** Any update of a task but of its tags stops it, and the provider starts it again only if Terraform owns its starts. */
export const replicationTask = protection({
  id: 'replication-task',
  protects: 'Replication tasks: a change of settings, mappings or endpoints stops a running one.',
  phases: REPLICATING,
  types: ['aws_dms_replication_task', 'aws_dms_replication_config'],
  taken: 'the task’s place in the source’s log goes with it, and a new one must load everything again',
  changed: {
    reason:
      'an update stops a running task, and nobody starts it again: changes stop arriving, and the source keeps its WAL',
    harmless: TAGS,
  },
  also: (change) => (isLive(change) ? `its status is ${statusOf(change) ?? 'not known'}` : undefined),
});
