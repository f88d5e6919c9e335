import { describe, expect, test } from '@jest/globals';
import { NodeFunction } from '../../../constructs/compute';
import {
  CutoverStateMachines,
  type CutoverStateMachinesProps,
} from '../../../constructs/cutover/cutover-state-machines';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';
import { makeKey } from '../compute/function-fixture';
import { MACHINE_NAMES, MACHINE_PROPS } from './machines';

const build = (limits: Partial<CutoverStateMachinesProps['limits']> = {}): Template =>
  synthesize((stack) => {
    const keys = { encryptionKey: makeKey(stack, 'lambda'), logEncryptionKey: makeKey(stack, 'logs') };
    // Each of them is there already; what they do does not matter here.
    const [steps, validation, schema, traffic] = (
      ['fraud-detection', 'migration-validation', 'ledger-migration', 'payment-validation'] as const
    ).map(
      (component) =>
        new NodeFunction(stack, component, {
          component,
          description: component,
          memorySizeMib: 512,
          timeoutSeconds: 120,
          logRetentionDays: 365,
          ...keys,
        }),
    );
    if (steps === undefined || validation === undefined || schema === undefined || traffic === undefined) return;
    new CutoverStateMachines(stack, 'Machines', {
      steps,
      validation,
      schema,
      traffic,
      limits: { ...MACHINE_PROPS.limits, ...limits },
      appendOnly: MACHINE_PROPS.appendOnly,
      logEncryptionKey: keys.logEncryptionKey,
      logRetentionDays: 365,
    });
  });

describe('the state machines of the migration', () => {
  const template = build();

  test('are named by the environment, logged with everything and traced', () => {
    expect(
      template
        .list('aws_sfn_state_machine')
        .map(({ name }) => name)
        .sort(),
    ).toEqual(MACHINE_NAMES.map((name) => `${name}-test`).sort());
    for (const machine of template.list('aws_sfn_state_machine')) {
      expect(machine).toMatchObject({
        type: 'STANDARD',
        logging_configuration: { level: 'ALL', include_execution_data: true },
        tracing_configuration: { enabled: true },
      });
    }
    expect(
      template.resource('aws_cloudwatch_log_group', { name: '/aws/vendedlogs/states/cutover-test' }),
    ).toBeDefined();
  });

  test('run one version of each function that they call, and may invoke no other', () => {
    const functions = {
      replicate: ['fraud-detection', 'ledger-migration', 'migration-validation'],
      advance: ['fraud-detection', 'migration-validation', 'payment-validation'],
      cutover: ['fraud-detection', 'migration-validation', 'payment-validation'],
      rollback: ['fraud-detection', 'migration-validation', 'payment-validation'],
      resume: ['fraud-detection'],
      finish: ['fraud-detection'],
    };
    for (const [name, called] of Object.entries(functions)) {
      const machine = template.resource('aws_sfn_state_machine', { name: `${name}-test` });
      const arns = [...String(machine['definition']).matchAll(/aws_lambda_function\.([a-z-]+)_Function_\w+\.version/g)];
      expect([...new Set(arns.map(([, id]) => id))].sort()).toEqual(called);
      const [, policy] = Object.entries(template.resources('aws_iam_role_policy')).find(([id]) =>
        id.toLowerCase().startsWith(`machines_${name}_`),
      ) ?? ['', { policy: '{}' }];
      const allowed = parsePolicy(policy['policy'])
        .Statement.filter(({ Action }: Json) => [Action].flat().includes('lambda:InvokeFunction'))
        .flatMap(({ Resource }) => [Resource].flat().map(String));
      const ids = allowed.map((arn) => /aws_lambda_function\.([a-z-]+)_Function_/.exec(arn)?.[1]);
      expect([...new Set(ids)].sort()).toEqual(called);
    }
  });

  test.each([
    [{ weightTimeoutMinutes: 0 }, 'limits.weightTimeoutMinutes must be an integer from 1 to 10080 (minutes), got 0'],
    [{ bakeMinutes: 10_081 }, 'limits.bakeMinutes must be an integer from 1 to 10080 (minutes), got 10081'],
    [
      { approvalTimeoutMinutes: 1.5 },
      'limits.approvalTimeoutMinutes must be an integer from 1 to 10080 (minutes), got 1.5',
    ],
    [{ freezeBudgetSeconds: 9 }, 'limits.freezeBudgetSeconds must be an integer from 10 to 1500 (seconds), got 9'],
    [
      { freezeBudgetSeconds: 1501 },
      'limits.freezeBudgetSeconds must be an integer from 10 to 1500 (seconds), got 1501',
    ],
    [{ freezeBudgetSeconds: NaN }, 'limits.freezeBudgetSeconds must be an integer from 10 to 1500 (seconds), got NaN'],
    [{ loadHours: 337 }, 'limits.loadHours must be an integer from 1 to 336 (hours), got 337'],
    [{ comparisonHours: 73 }, 'limits.comparisonHours must be an integer from 1 to 72 (hours), got 73'],
  ])('refuse %p', (limits, message) => {
    expect(() => build(limits)).toThrow(`${message}; choose a value in that range`);
  });
});
