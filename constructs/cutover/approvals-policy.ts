import { Construct } from 'constructs';
import { type Grantee, ManagedPolicy } from '../policy';
import type { MigrationStateTable } from '../storage';
import type { TrafficClearance, WeightedRecords } from '../traffic';
import type { StateMachine } from '../workflow';

export interface ApprovalsPolicyProps {
  /** The table with what people say about executions. */
  readonly migrationState: MigrationStateTable;
  /** The state machines of the migration. */
  readonly machines: readonly StateMachine[];
  /** What AWS may get of the traffic, and what it gets: an approver sees both. */
  readonly clearance: TrafficClearance;
  readonly records: WeightedRecords;
}

/**
 * The policy `migration-approvals-<suffix>` for those who approve or refuse an execution: they see what it is about, and say
 * so in their own name (see `MigrationStateTable.grantStatements`, which tells what that takes of their roles). They start nothing.
 */
export class ApprovalsPolicy extends Construct {
  readonly policyArn: string;

  constructor(scope: Construct, id: string, props: ApprovalsPolicyProps) {
    super(scope, id);
    const policy = new ManagedPolicy(this, 'Policy', {
      component: 'migration-approvals',
      description: 'Lets people approve or refuse executions of the migration in their own name.',
    });
    grantStatements(policy, props);
    this.policyArn = policy.policyArn;
  }
}

/** Lets people look at the migration, and say something about it in their own name. */
export function grantStatements(
  grantee: Grantee,
  { migrationState, machines, clearance, records }: ApprovalsPolicyProps,
): void {
  migrationState.grantItems(grantee, 'get');
  migrationState.grantQuery(grantee);
  migrationState.grantScan(grantee);
  migrationState.grantStatements(grantee);
  machines.forEach((machine) => {
    machine.grantFollow(grantee);
  });
  clearance.grantRead(grantee);
  records.grantRead(grantee);
}
