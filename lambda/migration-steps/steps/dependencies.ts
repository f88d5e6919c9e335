import type { MigrationAuthority } from '../../shared/authority/migration-authority';
import type { Fence } from '../../shared/fence/fence';
import type { ProgressBoard } from '../../shared/migration/progress';
import type { Replication } from '../../shared/replication/replication';
import type { Clock } from '../../shared/runtime/clock';
import type { ClearanceParameter } from '../../shared/traffic/clearance';
import type { HistoryArchive } from '../ports/history-archive';
import type { Probe } from '../ports/probe';
import type { SchemaChecks } from '../ports/schema-checks';
import type { Sequences } from '../ports/sequences';
import type { FreezeBudget } from './freeze-budget';

/** What the steps of the data's path are made of; each takes what it needs. */
export interface DataPathDependencies {
  readonly authority: MigrationAuthority;
  readonly fence: Fence;
  readonly replication: Replication;
  readonly clock: Clock;
  readonly progress: ProgressBoard;
  readonly sequences: Sequences;
  readonly checks: SchemaChecks;
  readonly probe: Probe;
  readonly budget: FreezeBudget;
  readonly archive: HistoryArchive;
  readonly clearance: ClearanceParameter;
}
