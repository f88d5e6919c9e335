import { DmsReplicationTask } from '@cdktf/provider-aws/lib/dms-replication-task';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { DeclaredTable } from './declared-table';
import { lintTableMappings, lintTaskSettings, refuseErrors } from './lint';
import type { ReplicationDirection } from './names';
import { tableMappingsJson, type TableMappings } from './table-mappings';
import { taskSettingsJson, type MigrationType, type TaskSettings } from './task-settings';

export interface DmsTaskProps {
  /** The task's name without the suffix, for instance `forward-cdc`. */
  readonly component: string;
  readonly migrationType: MigrationType;
  /** Which way it replicates. */
  readonly direction: ReplicationDirection;
  readonly replicationInstanceArn: string;
  readonly sourceEndpointArn: string;
  readonly targetEndpointArn: string;
  /** See `taskSettings`. */
  readonly settings: TaskSettings;
  /** See `tableMappings`. */
  readonly mappings: TableMappings;
  /**
   * The replicated tables that are known.
   * @default none
   */
  readonly tables?: readonly DeclaredTable[];
}

/**
 * A replication task, created stopped. The orchestrator starts it, from a position where the task needs one, and stops it;
 * Terraform does neither. But a change of settings or mappings stops a running task and leaves it stopped.
 */
export class DmsTask extends Construct {
  readonly replicationTaskArn: string;
  readonly replicationTaskId: string;

  /** @throws Error when the linter finds an unsafe setting or mapping */
  constructor(scope: Construct, id: string, props: DmsTaskProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    refuseErrors(`task ${props.component}`, [
      ...lintTaskSettings(props.settings, props),
      ...lintTableMappings(props.mappings, props),
    ]);
    const task = new DmsReplicationTask(this, 'Task', {
      replicationTaskId: deployment.name(props.component, 'dms-resource'),
      migrationType: props.migrationType,
      replicationInstanceArn: props.replicationInstanceArn,
      sourceEndpointArn: props.sourceEndpointArn,
      targetEndpointArn: props.targetEndpointArn,
      replicationTaskSettings: taskSettingsJson(props.settings),
      tableMappings: tableMappingsJson(props.mappings),
      startReplicationTask: false,
      lifecycle: {
        // A task holds the position of its slot: a new one would have to load everything again.
        ...deployment.protection,
        ignoreChanges: ['cdc_start_position', 'cdc_start_time', 'start_replication_task'],
      },
    });
    this.replicationTaskArn = task.replicationTaskArn;
    this.replicationTaskId = task.replicationTaskId;
  }
}
