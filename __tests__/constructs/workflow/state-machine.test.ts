import { describe, expect, test } from '@jest/globals';
import { ServiceRole } from '../../../constructs/policy';
import { StateMachine } from '../../../constructs/workflow';
import { parsePolicy, synthesize, type Json } from '../../support/template';
import { makeKey } from '../compute/function-fixture';

/** What a role may do after a grant. */
const granted = (use: (machine: StateMachine, role: ServiceRole) => void): Json[] => {
  const template = synthesize((stack) => {
    const machine = new StateMachine(stack, 'Machine', {
      component: 'cutover',
      description: 'Moves the right to write',
      definition: { StartAt: 'End', States: { End: { Type: 'Succeed' } } },
      logEncryptionKey: makeKey(stack, 'logs'),
      logRetentionDays: 365,
    });
    use(machine, new ServiceRole(stack, 'Role', { component: 'r', service: 's.amazonaws.com', description: 'd' }));
  });
  const [policy] = Object.entries(template.resources('aws_iam_role_policy')).filter(([id]) => id.startsWith('Role_'));
  return parsePolicy(policy?.[1]['policy']).Statement;
};

const MACHINE = expect.stringMatching(/^\$\{aws_sfn_state_machine\.Machine_StateMachine_\w+\.arn\}$/);
// Written out: a function that a machine calls can look at its executions.
const EXECUTIONS = 'arn:aws:states:us-east-1:111111111111:execution:cutover-test:*';

describe('a grant on a state machine', () => {
  test('to start covers the machine', () => {
    expect(granted((machine, role) => machine.grantStart(role))).toEqual([
      { Effect: 'Allow', Action: 'states:StartExecution', Resource: MACHINE },
    ]);
  });

  test('to find executions covers the machine, to see how one is its executions', () => {
    expect(granted((machine, role) => machine.grantList(role))).toEqual([
      { Effect: 'Allow', Action: 'states:ListExecutions', Resource: MACHINE },
    ]);
    expect(granted((machine, role) => machine.grantDescribe(role))).toEqual([
      { Effect: 'Allow', Action: 'states:DescribeExecution', Resource: EXECUTIONS },
    ]);
  });

  test('to follow executions is to find them and see what happened, not to start or stop one', () => {
    expect(granted((machine, role) => machine.grantFollow(role))).toEqual([
      { Effect: 'Allow', Action: 'states:ListExecutions', Resource: MACHINE },
      { Effect: 'Allow', Action: ['states:DescribeExecution', 'states:GetExecutionHistory'], Resource: EXECUTIONS },
    ]);
  });
});
