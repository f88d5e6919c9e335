import { Construct } from 'constructs';
import type { NodeFunction } from '../compute';
import { ManagedPolicy } from '../policy';
import type { TrafficSteps } from '../traffic';
import { type ApprovalsPolicyProps, grantStatements } from './approvals-policy';

export interface OperationsPolicyProps extends ApprovalsPolicyProps {
  /** The function `rollback-trigger`. */
  readonly rollbackTrigger: NodeFunction;
  readonly steps: TrafficSteps;
}

/**
 * The policy `migration-operations-<suffix>` for those who run the migration: they start every machine, start the rollback at once,
 * and do what approvers do; that nobody approves what they asked for themselves, the machines see to. They change no item of
 * authority, no clearance and no task: only machines do.
 */
export class OperationsPolicy extends Construct {
  readonly policyArn: string;

  constructor(scope: Construct, id: string, props: OperationsPolicyProps) {
    super(scope, id);
    const policy = new ManagedPolicy(this, 'Policy', {
      component: 'migration-operations',
      description: 'Lets people start the state machines of the migration, the rollback too, and see how far they are.',
    });
    grantStatements(policy, props);
    props.machines.forEach((machine) => {
      machine.grantStart(policy);
    });
    props.rollbackTrigger.grantInvoke(policy);
    props.steps.grantRead(policy);
    this.policyArn = policy.policyArn;
  }
}
