import type { DmsSettings } from './dms-environment';
import { DmsReplication, type DmsReplicationOptions } from './dms-replication';

/** DMS's tasks as a function's environment names them. */
export const dmsReplicationFrom = (
  settings: DmsSettings,
  options: Omit<DmsReplicationOptions, 'tasks' | 'slots'>,
): DmsReplication =>
  new DmsReplication({
    ...options,
    tasks: { load: settings.LOAD_TASK_ARN, forward: settings.FORWARD_TASK_ARN, reverse: settings.REVERSE_TASK_ARN },
    slots: { forward: settings.FORWARD_SLOT, reverse: settings.REVERSE_SLOT },
  });
