import type { Construct } from 'constructs';
import type { NodeFunction } from '../../constructs/compute';
import {
  ApprovalsPolicy,
  type CutoverMachine,
  CutoverStateMachines,
  OperationsPolicy,
  RollbackOnAlarm,
} from '../../constructs/cutover';
import { LEDGER_TABLES } from '../../constructs/database';
import type { MigrationGates } from '../../constructs/monitoring';
import { TrafficSteps } from '../../constructs/traffic';
import type { StateMachine } from '../../constructs/workflow';
import type { Environment } from '../configuration';
import type { LedgerDatabase } from './ledger-migration';
import { addMigrationSteps, type MigrationStepsParts } from './migration-steps';
import { addMigrationWatch } from './migration-watch';
import type { Traffic } from './traffic';
import { addRollbackTrigger, addTrafficGuard, addTrafficShift, type RollbackTrigger } from './traffic-functions';
import type { Verification } from './verification';

/** What moves traffic and the right to write, and back. */
export interface Cutover {
  readonly steps: NodeFunction;
  readonly trafficShift: NodeFunction;
  readonly trafficGuard: NodeFunction;
  readonly watch: NodeFunction;
  readonly rollbackTrigger: RollbackTrigger;
  readonly machines: Readonly<Record<CutoverMachine, StateMachine>>;
  /** For those who approve, and for those who run the migration. */
  readonly policyArns: { readonly approvals: string; readonly operations: string };
}

/** What it works on. */
export type CutoverParts = Omit<
  MigrationStepsParts,
  'traffic' | 'trafficSteps' | 'replication' | 'verification' | 'migrators'
> & {
  readonly ledger: LedgerDatabase;
  readonly traffic: Traffic | undefined;
  readonly replication: MigrationStepsParts['replication'] | undefined;
  readonly verification: Verification | undefined;
};

/** Its functions. */
export const cutoverFunctionsOf = (cutover: Cutover | undefined): NodeFunction[] =>
  cutover === undefined
    ? []
    : [cutover.steps, cutover.trafficShift, cutover.trafficGuard, cutover.rollbackTrigger.function, cutover.watch];

/** Creates the state machines of the migration and their functions, where the environment has a cutover. */
export function addCutover(scope: Construct, environment: Environment, given: CutoverParts): Cutover | undefined {
  const { cutover } = environment;
  const { traffic, replication, verification, secrets } = given;
  const { auroraMigrator: aurora, onPremMigrator: onPrem } = secrets;
  if (cutover === undefined || traffic === undefined || replication === undefined || verification === undefined) {
    return undefined;
  }
  if (aurora === undefined || onPrem === undefined) return undefined;
  const trafficSteps = new TrafficSteps(scope, 'TrafficSteps', { steps: cutover.trafficSteps });
  const parts = { ...given, traffic, replication, verification, trafficSteps, migrators: { aurora, onPrem } };
  const steps = addMigrationSteps(scope, environment, cutover, parts);
  const trafficShift = addTrafficShift(scope, environment, parts);
  const { machines } = new CutoverStateMachines(scope, 'Cutover', {
    steps,
    traffic: trafficShift,
    validation: verification.function,
    schema: given.ledger.migration.function,
    limits: cutover,
    appendOnly: LEDGER_TABLES,
    ...(environment.replication === undefined
      ? {}
      : {
          replicated: {
            schemas: environment.replication.schemas,
            excludedTables: environment.replication.excludedTables,
          },
        }),
    logEncryptionKey: given.keys.logs,
    logRetentionDays: environment.logRetentionDays,
  });
  const all = Object.values(machines);
  // Whether who holds the lease still runs.
  all.forEach((machine) => {
    machine.grantDescribe(steps.role);
  });
  const rollbackTrigger = addRollbackTrigger(scope, environment, parts, machines.rollback);
  const { migrationState } = given.stores;
  const people = { migrationState, machines: all, ...traffic };
  const approvals = new ApprovalsPolicy(scope, 'ApprovalsPolicy', people);
  const operations = new OperationsPolicy(scope, 'OperationsPolicy', {
    ...people,
    rollbackTrigger: rollbackTrigger.function,
    steps: trafficSteps,
  });
  return {
    steps,
    trafficShift,
    trafficGuard: addTrafficGuard(scope, environment, parts),
    watch: addMigrationWatch(scope, environment, cutover, parts),
    rollbackTrigger,
    machines,
    policyArns: { approvals: approvals.policyArn, operations: operations.policyArn },
  };
}

/** What starts the rollback where nobody does. */
export interface AutomaticRollback {
  readonly cutover: Cutover | undefined;
  readonly gates: MigrationGates | undefined;
}

/** Lets the roll-back alarm start the rollback, where the environment arms that; elsewhere the rule is there, and disabled. */
export function armRollback(scope: Construct, environment: Environment, { cutover, gates }: AutomaticRollback): void {
  if (environment.cutover === undefined || cutover === undefined || gates === undefined) return;
  new RollbackOnAlarm(scope, 'RollbackOnAlarm', {
    alarm: gates.rollBack,
    ...cutover.rollbackTrigger,
    enabled: environment.cutover.armAutomaticRollback,
  });
}
