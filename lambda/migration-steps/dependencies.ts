import type { MigrationAuthority } from '../shared/authority/migration-authority';
import type { Fence } from '../shared/fence/fence';
import type { Statements } from '../shared/migration/approvals';
import type { ProgressBoard } from '../shared/migration/progress';
import type { Replication } from '../shared/replication/replication';
import type { Clock } from '../shared/runtime/clock';
import type { ClearanceParameter } from '../shared/traffic/clearance';
import type { Alarms } from './ports/alarms';
import type { ApplyRoles } from './ports/apply-roles';
import type { ComparisonRuns } from './ports/comparison-runs';
import type { Notifier } from './ports/notifier';
import type { Release } from './ports/release';
import type { SchemaChecks } from './ports/schema-checks';
import type { TrafficSteps } from './ports/traffic-steps';
import type { MigrationSettings } from './settings';

/** What the steps that judge, wait and tell are made of; each takes what it needs. */
export interface ControlDependencies {
  readonly authority: MigrationAuthority;
  readonly fence: Fence;
  readonly replication: Replication;
  readonly statements: Statements;
  readonly progress: ProgressBoard;
  readonly clock: Clock;
  readonly clearance: ClearanceParameter;
  readonly alarms: Alarms;
  readonly release: Release;
  readonly comparisons: ComparisonRuns;
  readonly trafficSteps: TrafficSteps;
  readonly checks: SchemaChecks;
  readonly applyRoles: ApplyRoles;
  readonly notifier: Notifier;
  readonly settings: MigrationSettings;
}
