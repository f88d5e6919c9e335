import {
  CUTOVER_DEFINITIONS,
  type CutoverDefinitionProps,
  type CutoverMachine,
} from '../../../constructs/cutover/definitions';
import type { StateMachineDefinition } from '../../../constructs/workflow';

const called = (name: string, timeoutSeconds: number) => ({
  functionArn: `arn:aws:lambda:us-east-1:111111111111:function:${name}-test:7`,
  timeoutSeconds,
});

/** The machines as the tests take them. */
export const MACHINE_PROPS: CutoverDefinitionProps = {
  functions: {
    steps: called('migration-steps', 120),
    validation: called('migration-validation', 900),
    schema: called('ledger-migration', 900),
    traffic: called('traffic-shift', 120),
  },
  limits: { weightTimeoutMinutes: 60, bakeMinutes: 30, approvalTimeoutMinutes: 60, freezeBudgetSeconds: 900 },
  appendOnly: [{ schema: 'payments', name: 'ledger_entries' }],
  replicated: { schemas: ['payments'], excludedTables: [] },
};

export const MACHINE_NAMES = Object.keys(CUTOVER_DEFINITIONS) as CutoverMachine[];

export const definitionOf = (machine: CutoverMachine, props = MACHINE_PROPS): StateMachineDefinition =>
  CUTOVER_DEFINITIONS[machine](props);
