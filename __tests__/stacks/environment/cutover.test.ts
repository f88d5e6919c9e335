import { describe, expect, test } from '@jest/globals';
import { dev } from '../../../environments/dev';
import { prod } from '../../../environments/prod';
import * as migrationSteps from '../../../lambda/migration-steps/environment';
import * as migrationWatch from '../../../lambda/migration-watch/environment';
import * as rollbackTrigger from '../../../lambda/rollback-trigger/environment';
import * as trafficGuard from '../../../lambda/traffic-guard/environment';
import * as trafficShift from '../../../lambda/traffic-shift/environment';
import { edited } from '../../support/environments';
import { stackOf } from '../../support/stacks';
import { problemsOf } from '../../support/state-machine-rules';
import { type Json, parsePolicy, type Template } from '../../support/template';

const stack = stackOf(prod);
const without = stackOf(edited(dev, { cutover: undefined }));

const MACHINES = ['advance', 'cutover', 'finish', 'replicate', 'resume', 'rollback'] as const;
const HANDLERS = {
  'migration-steps': migrationSteps,
  'migration-watch': migrationWatch,
  'rollback-trigger': rollbackTrigger,
  'traffic-guard': trafficGuard,
  'traffic-shift': trafficShift,
} as const;

const functionOf = (template: Template, component: string): Json =>
  template.resource('aws_lambda_function', { function_name: `${component}-prod` });
const variablesOf = (template: Template, component: string): Record<string, string> =>
  (functionOf(template, component)['environment'] as { variables: Record<string, string> }).variables;
const definitionOf = (template: Template, machine: string): string =>
  String(template.resource('aws_sfn_state_machine', { name: `${machine}-prod` })['definition']);
/** The address of the resource that a reference leads to. */
const addressOf = (reference: unknown): string =>
  /^\$\{(\w+\.\w+?)(_[0-9A-F]{8})?\./.exec(String(reference))?.[1] ?? '';

describe('the cutover', () => {
  test('is there with its machines and functions where the environment has one, and nowhere else', () => {
    const outputs = Object.keys(stack.block('output'));
    expect(outputs).toEqual(expect.arrayContaining(MACHINES.map((machine) => `${machine}_state_machine_arn`)));
    expect(without.list('aws_sfn_state_machine').map(({ name }) => name)).toEqual(['comparison-dev']);
    const left = JSON.stringify(without.json);
    for (const component of Object.keys(HANDLERS)) {
      expect(functionOf(stack, component)).toBeDefined();
      expect(left).not.toContain(`"${component}-dev"`);
    }
    expect(without.list('aws_iam_policy')).toEqual([]);
    expect(without.list('aws_cloudwatch_event_rule')).toEqual([]);
  });

  test.each(Object.entries(HANDLERS))('%s has every variable that it requires, and no other', (component, handler) => {
    const { REQUIRED_ENVIRONMENT: required } = handler;
    expect(Object.keys(variablesOf(stack, component)).sort()).toEqual([...required].sort());
  });

  test('gives the steps settings that they accept: what the environment decided', () => {
    const environment = {
      ...prod,
      cutover: {
        freezeBudgetSeconds: 61,
        freezeGraceSeconds: 2,
        maxLagSeconds: 3,
        weightTimeoutMinutes: 4,
        bakeMinutes: 6,
        approvalTimeoutMinutes: 7,
        rollbackWindowHours: 8,
        loadHours: 9,
        comparisonHours: 10,
      },
    };
    const settings = (template: Template) =>
      migrationSteps.readSettings(
        variablesOf(template, 'migration-steps') as Parameters<typeof migrationSteps.readSettings>[0],
      );
    expect(settings(stackOf(environment))).toEqual({ ...environment.cutover, requireSecondPerson: true });
    expect(settings(stack)).toMatchObject({ freezeBudgetSeconds: 900, rollbackWindowHours: 72 });
    expect(definitionOf(stackOf(environment), 'cutover')).not.toEqual(definitionOf(stack, 'cutover'));
  });

  test('lets the gates ask for the fence in every replicated schema', () => {
    const schemas = ['payments', 'shop'];
    const more = stackOf(edited(prod, { replication: { ...prod.replication, schemas } }));
    expect(variablesOf(more, 'migration-steps')['REPLICATED_SCHEMAS']).toBe('payments,shop');
    expect(variablesOf(stack, 'migration-steps')['REPLICATED_SCHEMAS']).toBe(prod.replication.schemas.join(','));
  });

  test('gives the watch numbers that it accepts, and the TTL of the answer that leads to AWS', () => {
    const watch = (template: Template) =>
      migrationWatch.readSettings(
        variablesOf(template, 'migration-watch') as Parameters<typeof migrationWatch.readSettings>[0],
      );
    expect(watch(stack)).toEqual({ ttlSeconds: 60, graceSeconds: 5, verifySeconds: 60, rollbackWindowHours: 72 });
    const onPremises = { kind: 'host-name', hostName: 'lb.corp.example.com' };
    expect(watch(stackOf(edited(prod, { 'traffic/onPremises': onPremises, 'traffic/ttlSeconds': 20 })))).toMatchObject({
      ttlSeconds: 20,
    });
  });

  test('names alarms that there are', () => {
    const names = [...stack.list('aws_cloudwatch_metric_alarm'), ...stack.list('aws_cloudwatch_composite_alarm')].map(
      ({ alarm_name: name }) => name,
    );
    const { SAFE_TO_ADVANCE_ALARM: gate = '', API_HEALTH_ALARMS: health = '' } = variablesOf(stack, 'migration-steps');
    expect(health.split(',')).toEqual(['alb-unhealthy-target-blue-prod', 'alb-function-errors-blue-prod']);
    expect([gate, ...health.split(',')].filter((name) => !names.includes(name))).toEqual([]);
    expect(gate).toBe('safe-to-advance-prod');
  });

  test('gives the steps the tasks by what they are for', () => {
    const variables = variablesOf(stack, 'migration-steps');
    expect(['LOAD_TASK_ARN', 'FORWARD_TASK_ARN', 'REVERSE_TASK_ARN'].map((name) => addressOf(variables[name]))).toEqual(
      [
        'aws_dms_replication_task.Replication_FullLoadAndCdc_Task',
        'aws_dms_replication_task.Replication_ForwardCdc_Task',
        'aws_dms_replication_task.Replication_ReverseCdc_Task',
      ],
    );
  });
});

describe('the machines', () => {
  test.each(MACHINES)('%s goes by the rules, on one version of each function', (machine) => {
    const definition = definitionOf(stack, machine);
    expect(problemsOf(JSON.parse(definition) as Json)).toEqual([]);
    const called = [...definition.matchAll(/"FunctionName":"([^"]+)"/g)].map(([, name = '']) => name);
    expect(called.length).toBeGreaterThan(0);
    for (const name of called) {
      expect(name).toMatch(/^\$\{aws_lambda_function\.(\w+)\.arn\}:\$\{aws_lambda_function\.\1\.version\}$/);
    }
  });

  test('call each function by what it is for', () => {
    const called = [...definitionOf(stack, 'cutover').matchAll(/"FunctionName":"([^"]+)"/g)].map(([, name]) =>
      addressOf(name),
    );
    expect([...new Set(called)].sort()).toEqual([
      'aws_lambda_function.MigrationSteps_Function',
      'aws_lambda_function.MigrationValidation_Function',
      'aws_lambda_function.TrafficShift_Function',
    ]);
    expect(definitionOf(stack, 'replicate')).toContain('aws_lambda_function.LedgerMigration_Function_');
  });

  test('are watched: a cutover or rollback that did not end well pages, for it may leave a freeze; the others warn', () => {
    const alarms = stack
      .list('aws_cloudwatch_metric_alarm')
      .filter(({ alarm_name: name }) => /^migration-(machine|attempt)-failed-/.test(String(name)));
    const topicOf = Object.fromEntries(
      alarms.map(({ alarm_name: name, alarm_actions: actions }) => [
        String(name),
        /AlertTopics_([A-Za-z]+)_/.exec(JSON.stringify(actions))?.[1],
      ]),
    );
    expect(topicOf).toEqual({
      'migration-machine-failed-cutover-prod': 'Critical',
      'migration-machine-failed-rollback-prod': 'Critical',
      'migration-attempt-failed-advance-prod': 'Warning',
      'migration-attempt-failed-finish-prod': 'Warning',
      'migration-attempt-failed-replicate-prod': 'Warning',
      'migration-attempt-failed-resume-prod': 'Warning',
    });
    expect(alarms).toHaveLength(MACHINES.length);
  });
});

describe('the functions of the migration', () => {
  const inVpc = (component: string): boolean => 'vpc_config' in functionOf(stack, component);

  test('run in the VPC where they reach databases, and outside where Route 53 or a way back must be reached', () => {
    expect(Object.keys(HANDLERS).filter(inVpc)).toEqual(['migration-steps', 'migration-watch']);
  });

  test.each([
    ['MigrationSteps', ['Dynamodb', 'S3', 'SecurityGroup']],
    ['MigrationWatch', ['Dynamodb', 'SecurityGroup']],
  ])('%s reaches both databases and the services that it calls, nothing else', (id, endpoints) => {
    const reached = stack
      .list('aws_vpc_security_group_egress_rule')
      .filter(({ security_group_id: group }) => String(group).includes(`aws_security_group.${id}_SecurityGroup_`))
      .map((rule) => {
        const to = rule['referenced_security_group_id'] ?? rule['prefix_list_id'] ?? rule['cidr_ipv4'];
        return String(to).replace(/^\$\{\w+\.(\w+?)_[0-9A-F]{8}.*$/, '$1');
      });
    expect(reached.sort()).toEqual(
      ['192.168.10.20/32', 'Database_SecurityGroup', ...endpoints.map((name) => `Network_Endpoints_${name}`)].sort(),
    );
  });

  test('have concurrency set aside, so that a storm of payments does not keep a rollback from running', () => {
    const sizes = Object.keys(HANDLERS).map((component) => {
      const { timeout, reserved_concurrent_executions: reserved } = functionOf(stack, component);
      return [component, timeout, reserved];
    });
    expect(sizes).toEqual([
      ['migration-steps', 120, 5],
      ['migration-watch', 50, 2],
      ['rollback-trigger', 60, 2],
      ['traffic-guard', 240, 1],
      ['traffic-shift', 240, 2],
    ]);
  });

  test('run by the clock: the guard and the measure each minute, the search for slots each hour', () => {
    const schedules = stack
      .list('aws_scheduler_schedule')
      .filter(({ name }) => name !== 'payment-reconciliation-prod')
      .map(({ name, schedule_expression: rate, target }) => {
        const { arn, input } = target as Json;
        return [name, rate, addressOf(arn), input];
      });
    expect(schedules).toEqual([
      [
        'migration-watch-measure-prod',
        'rate(1 minute)',
        'aws_lambda_alias.MigrationWatchLive_Alias',
        '{"action":"measure"}',
      ],
      [
        'migration-watch-slots-prod',
        'rate(60 minutes)',
        'aws_lambda_alias.MigrationWatchLive_Alias',
        '{"action":"slots"}',
      ],
      ['traffic-guard-prod', 'rate(1 minute)', 'aws_lambda_alias.TrafficGuardLive_Alias', undefined],
    ]);
  });

  test('do not repeat what the next run does anyway, but the start of a rollback', () => {
    const retries = Object.fromEntries(
      stack
        .list('aws_lambda_function_event_invoke_config')
        .map(
          ({
            qualifier,
            maximum_retry_attempts: attempts,
            maximum_event_age_in_seconds: age,
            destination_config: to,
          }) => [
            addressOf(qualifier).replace(/^aws_lambda_alias\.(\w+)Live_Alias$/, '$1'),
            [attempts, age, addressOf((to as { on_failure: Json }).on_failure['destination'])],
          ],
        ),
    );
    expect(retries).toMatchObject({
      TrafficGuard: [0, 60, 'aws_sns_topic.SystemErrors_Topic'],
      MigrationWatch: [0, 60, 'aws_sns_topic.SystemErrors_Topic'],
      RollbackTrigger: [2, 300, 'aws_sns_topic.AlertTopics_Critical'],
    });
  });
});

describe('the rollback on an alarm', () => {
  const ruleOf = (template: Template): Json => template.resource('aws_cloudwatch_event_rule');

  test('is there in every environment, and does something only where that is armed', () => {
    expect(ruleOf(stack)['state']).toBe('DISABLED');
    expect(ruleOf(stackOf(edited(prod, { 'cutover/armAutomaticRollback': true })))['state']).toBe('ENABLED');
  });

  test('goes from the roll-back alarm to the function that starts the rollback', () => {
    expect(String(ruleOf(stack)['event_pattern'])).toMatch(/aws_cloudwatch_composite_alarm\.Gates_RollBack_/);
    expect(addressOf(stack.resource('aws_cloudwatch_event_target')['arn'])).toBe(
      'aws_lambda_alias.RollbackTriggerLive_Alias',
    );
    expect(addressOf(variablesOf(stack, 'rollback-trigger')['ROLLBACK_STATE_MACHINE_ARN'])).toBe(
      'aws_sfn_state_machine.Cutover_Rollback_StateMachine',
    );
  });
});

test('the steps of traffic are those of the environment', () => {
  const template = stackOf(edited(prod, { 'cutover/trafficSteps': [5, 100] }));
  expect(template.resource('aws_ssm_parameter', { name: '/payment/prod/traffic-steps' })).toMatchObject({
    insecure_value: '[5,100]',
  });
  expect(addressOf(variablesOf(template, 'migration-steps')['TRAFFIC_STEPS_PARAMETER'])).toBe(
    'aws_ssm_parameter.TrafficSteps_Parameter',
  );
});

test('people approve and operate with policies of their own, and a comparison inside a freeze adds up the ledger', () => {
  const policies = stack.list('aws_iam_policy');
  expect(policies.map(({ name }) => name).sort()).toEqual(['migration-approvals-prod', 'migration-operations-prod']);
  for (const { policy } of policies) {
    const follows = parsePolicy(policy).Statement.filter(({ Action }) => Action === 'states:ListExecutions');
    expect(follows).toHaveLength(MACHINES.length);
  }
  expect(definitionOf(stack, 'cutover')).toContain('{"schema":"payments","name":"entries"}');
});
