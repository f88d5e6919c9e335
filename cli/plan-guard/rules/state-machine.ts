import { authorityOf } from '../authority';
import { protection, TAGS } from '../protection';
import type { ResourceChange } from '../plan';
import { type Rule, type RuleInput } from '../rule';
import { SWITCHING } from './phases';

/** The functions that act for the machines; a freeze must end with the code that it began with. */
const STEP_FUNCTIONS = [
  'migration-steps',
  'traffic-shift',
  'traffic-guard',
  'rollback-trigger',
  'migration-watch',
  'ledger-migration',
  'migration-validation',
];

const frozen = (_: ResourceChange, plan: RuleInput): string | undefined =>
  authorityOf(plan) === 'frozen' ? 'authority is frozen' : undefined;

const machines = protection({
  id: 'state-machine',
  protects:
    'The state machines while a cutover or rollback may run, and while the databases are frozen also the functions that act for them.',
  phases: SWITCHING,
  types: ['aws_sfn_state_machine'],
  taken: 'what runs is cut off in the middle, and there is no way back while it is missing',
  changed: {
    reason: 'a rollback would run by another definition than the one that was rehearsed',
    harmless: TAGS,
  },
  also: frozen,
});

const functions = protection({
  id: 'state-machine',
  protects: machines.protects,
  phases: [],
  types: ['aws_lambda_function'],
  concerns: ({ before }) => {
    const name = before?.function_name;
    return typeof name === 'string' && STEP_FUNCTIONS.some((each) => name === each || name.startsWith(`${each}-`));
  },
  taken: 'the execution that froze the databases cannot end without it',
  changed: { reason: 'the execution that froze the databases would go on with other code', harmless: TAGS },
  also: frozen,
});

export const stateMachine: Rule = {
  ...machines,
  judge: (input) => [...machines.judge(input), ...functions.judge(input)],
};
