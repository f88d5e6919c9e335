import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Phase, Rule } from '../../../../cli/plan-guard/rule';
import { RULES } from '../../../../cli/plan-guard/rules';
import { MIGRATION_PHASES } from '../../../../environments/environment';
import { violationsOf } from '../support';

const ruleOf = (id: string): Rule => {
  const rule = RULES.find((each) => each.id === id);
  if (rule === undefined) throw new Error(`no rule ${id}`);
  return rule;
};

const EVERY = MIGRATION_PHASES;
const REPLICATING: readonly Phase[] = ['replication', 'traffic-shift', 'data-on-aws'];
const ON_AURORA: readonly Phase[] = [...REPLICATING, 'finished'];

const STOPPED = { status: 'stopped' };
const AUTHORITY = { item: '{"pk":{"S":"authority"},"authority":{"S":"on-prem"},"epoch":{"N":"1"}}' };
const CLEARANCE = { name: '/payment/prod/traffic-clearance' };

/** The types that each rule keeps from being taken away, what one of them holds, and when. */
const KEPT: readonly (readonly [rule: string, type: string, before: object, phases: readonly Phase[]])[] = [
  ['replication-task', 'aws_dms_replication_task', STOPPED, REPLICATING],
  ['replication-task', 'aws_dms_replication_config', STOPPED, REPLICATING],
  ['replication-instance', 'aws_dms_replication_instance', {}, REPLICATING],
  ['replication-instance', 'aws_dms_replication_subnet_group', {}, REPLICATING],
  ['replication-endpoint', 'aws_dms_endpoint', {}, REPLICATING],
  ['replication-endpoint', 'aws_dms_certificate', {}, REPLICATING],
  ['database-removal', 'aws_rds_cluster', {}, EVERY],
  ['database-removal', 'aws_rds_cluster_instance', {}, EVERY],
  ['database-removal', 'aws_rds_cluster_parameter_group', {}, EVERY],
  ['database-removal', 'aws_db_parameter_group', {}, EVERY],
  ['database-removal', 'aws_db_subnet_group', {}, EVERY],
  ['encryption-key', 'aws_kms_key', {}, EVERY],
  ['encryption-key', 'aws_kms_external_key', {}, EVERY],
  ['encryption-key', 'aws_kms_replica_key', {}, EVERY],
  ['migration-state', 'aws_dynamodb_table', {}, EVERY],
  ['migration-state', 'aws_dynamodb_table_item', AUTHORITY, EVERY],
  ['clearance', 'aws_ssm_parameter', CLEARANCE, EVERY],
  ['secret', 'aws_secretsmanager_secret', {}, EVERY],
  ['secret', 'aws_secretsmanager_secret_version', {}, EVERY],
  ['state-machine', 'aws_sfn_state_machine', {}, ['traffic-shift', 'data-on-aws']],
];

const TAKING = [
  { actions: ['delete'], after: null },
  { actions: ['delete', 'create'] },
  { actions: ['create', 'delete'] },
  { actions: ['forget'], after: null },
  { actions: ['create', 'forget'] },
];

describe('what no plan may take away', () => {
  test.each(KEPT)('%s keeps %s, in its phases only', (id, type, before, phases) => {
    for (const phase of MIGRATION_PHASES) {
      for (const change of TAKING) {
        const found = violationsOf(ruleOf(id), [{ type, before, ...change }], { phase });
        expect([phase, found.map(({ address, action }) => [address, action])]).toEqual([
          phase,
          phases.includes(phase) ? [[`${type}.This`, change.actions.join(', ')]] : [],
        ]);
      }
    }
  });

  test.each(KEPT)('%s says so when %s is gone already, made anew or not', (id, type, values, phases) => {
    const [phase] = phases;
    const gone = { type, before: values, after: null, actions: ['delete'] };
    const again = { type, before: null, after: values, actions: ['create'] };
    const found = violationsOf(ruleOf(id), [again], { phase, drift: [gone] });
    expect(found.map(({ action }) => action)).toEqual(['gone']);
  });

  test.each(KEPT)('%s lets %s be created, imported, moved and left as it is', (id, type, values) => {
    for (const change of [
      { before: null, after: values, actions: ['create'] },
      { before: values, after: values, actions: ['no-op'], importing: { id: 'x' } },
      { before: values, after: values, actions: ['no-op'], previous_address: `${type}.Before` },
    ]) {
      expect(violationsOf(ruleOf(id), [{ type, ...change }])).toEqual([]);
    }
  });

  test('any of them is found wherever it stands, beside whatever else', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/);
    const index = fc.oneof(
      fc.constant(''),
      fc.nat(99).map((n) => `[${n}]`),
      name.map((key) => `["${key}"]`),
    );
    const module = fc.tuple(name, index).map(([called, at]) => `module.${called}${at}.`);
    const address = fc.tuple(fc.array(module, { maxLength: 3 }), name, index);
    const bystander = fc.record({
      type: fc.constantFrom('aws_sns_topic', 'aws_sqs_queue', 'aws_kms_alias'),
      actions: fc.constantFrom(['no-op'], ['update'], ['delete'], ['create']),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...KEPT),
        fc.constantFrom(...TAKING),
        address,
        fc.option(fc.stringMatching(/^[0-9a-f]{8}$/), { nil: undefined }),
        fc.array(bystander, { maxLength: 4 }),
        fc.nat(4),
        ([id, type, before, phases], change, [modules, called, at], deposed, others, place) => {
          const [phase] = phases;
          const where = `${modules.join('')}${type}.${called}${at}`;
          const changes = [
            ...others.slice(0, place),
            { type, address: where, before, ...change, deposed },
            ...others.slice(place),
          ];
          const found = RULES.flatMap((rule) =>
            violationsOf(rule, changes, { phase }).map((each) => [rule.id, each.address]),
          );
          expect(found).toContainEqual([id, deposed === undefined ? where : `${where} (deposed ${deposed})`]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('other items and other parameters are nobody’s business', () => {
    const taken = { actions: ['delete'], after: null };
    expect([
      violationsOf(ruleOf('migration-state'), [
        { type: 'aws_dynamodb_table_item', before: { item: '{"pk":{"S":"x"}}' }, ...taken },
      ]),
      violationsOf(ruleOf('clearance'), [
        { type: 'aws_ssm_parameter', before: { name: '/payment/prod/table-name' }, ...taken },
      ]),
    ]).toEqual([[], []]);
  });
});

/** Changes in place: the rule, the type, what it holds, an attribute that must stay, one that may change, and when. */
const CHANGED: readonly (readonly [string, string, object, string, string, readonly Phase[]])[] = [
  ['replication-task', 'aws_dms_replication_task', STOPPED, 'table_mappings', 'tags_all', REPLICATING],
  ['replication-task', 'aws_dms_replication_task', STOPPED, 'replication_task_settings', 'tags', REPLICATING],
  ['replication-task', 'aws_dms_replication_task', STOPPED, 'start_replication_task', 'tags', REPLICATING],
  [
    'replication-instance',
    'aws_dms_replication_instance',
    {},
    'replication_instance_class',
    'preferred_maintenance_window',
    REPLICATING,
  ],
  ['replication-endpoint', 'aws_dms_endpoint', {}, 'extra_connection_attributes', 'tags', REPLICATING],
  ['database-change', 'aws_rds_cluster', {}, 'engine_version', 'preferred_backup_window', ON_AURORA],
  ['database-change', 'aws_rds_cluster', {}, 'cluster_identifier', 'backup_retention_period', ON_AURORA],
  ['database-change', 'aws_rds_cluster', {}, 'port', 'tags_all', ON_AURORA],
  ['database-change', 'aws_rds_cluster', {}, 'db_cluster_parameter_group_name', 'tags', ON_AURORA],
  ['database-change', 'aws_rds_cluster', {}, 'deletion_protection', 'copy_tags_to_snapshot', ON_AURORA],
  ['database-change', 'aws_rds_cluster_instance', {}, 'instance_class', 'promotion_tier', ON_AURORA],
  ['migration-state', 'aws_dynamodb_table_item', AUTHORITY, 'hash_key', '', EVERY],
  ['clearance', 'aws_ssm_parameter', CLEARANCE, 'insecure_value', 'version', EVERY],
  ['state-machine', 'aws_sfn_state_machine', {}, 'definition', 'tags', ['traffic-shift', 'data-on-aws']],
];

describe('what no plan may change in place', () => {
  test.each(CHANGED)('%s: %s %j may not change %s but %s, in its phases', (id, type, values, kept, free, phases) => {
    for (const phase of MIGRATION_PHASES) {
      const change = (name: string) =>
        violationsOf(ruleOf(id), [{ type, before: { ...values, [name]: 'a' }, after: { ...values, [name]: 'b' } }], {
          phase,
        });
      expect([phase, change(kept).map(({ changes }) => changes)]).toEqual([
        phase,
        phases.includes(phase) ? [[kept]] : [],
      ]);
      expect(free === '' ? [] : change(free)).toEqual([]);
    }
  });

  test.each(CHANGED)(
    '%s: %s %j: %s not known before the apply counts as changed',
    (id, type, values, kept, _, phases) => {
      const change = { type, before: { ...values, [kept]: 'a' }, after: values, after_unknown: { [kept]: true } };
      expect(violationsOf(ruleOf(id), [change], { phase: phases[0] }).map(({ changes }) => changes)).toEqual([[kept]]);
    },
  );

  test('a task at work is kept in every phase, with its instance and endpoints, and its status is said', () => {
    const task = {
      type: 'aws_dms_replication_task',
      before: {
        status: 'running',
        replication_instance_arn: 'i',
        source_endpoint_arn: 's',
        target_endpoint_arn: 't',
        table_mappings: 'a',
      },
      after: {
        status: 'running',
        replication_instance_arn: 'i',
        source_endpoint_arn: 's',
        target_endpoint_arn: 't',
        table_mappings: 'b',
      },
    };
    const endpoint = (arn: string) => ({
      type: 'aws_dms_endpoint',
      before: { endpoint_arn: arn, port: 1 },
      after: { endpoint_arn: arn, port: 2 },
    });
    const instance = {
      type: 'aws_dms_replication_instance',
      before: { replication_instance_arn: 'i' },
      after: null,
      actions: ['delete'],
    };
    const changes = [task, endpoint('s'), endpoint('other'), instance];
    for (const phase of ['preparation', 'finished'] as const) {
      const reasons = ['replication-task', 'replication-endpoint', 'replication-instance'].map((id) =>
        violationsOf(ruleOf(id), changes, { phase }).map(({ reason }) => /\(([^()]*)\)$/.exec(reason)?.[1]),
      );
      expect(reasons).toEqual([['its status is running'], ['a task at work uses it'], ['a task at work runs on it']]);
    }
  });

  test.each(['ready', 'stopped', 'failed'])(
    'a task that is %s may be changed before and after replication',
    (status) => {
      const change = {
        type: 'aws_dms_replication_task',
        before: { status, table_mappings: 'a' },
        after: { status, table_mappings: 'b' },
      };
      expect(violationsOf(ruleOf('replication-task'), [change], { phase: 'preparation' })).toEqual([]);
    },
  );

  test('while authority is frozen the machines and their functions stay, whatever the phase; else functions are free', () => {
    const item = (authority: string) => ({
      type: 'aws_dynamodb_table_item',
      actions: ['no-op'],
      before: { item: JSON.stringify({ pk: { S: 'authority' }, authority: { S: authority } }) },
    });
    const functionOf = (name: string) => ({
      type: 'aws_lambda_function',
      address: `aws_lambda_function.${name}`,
      before: { function_name: name, source_code_hash: 'a' },
      after: { function_name: name, source_code_hash: 'b' },
    });
    const machine = { type: 'aws_sfn_state_machine', before: { definition: 'a' }, after: { definition: 'b' } };
    const changes = [functionOf('migration-steps-prod'), functionOf('fraud-detection-prod'), machine];
    const found = (authority: string) =>
      violationsOf(ruleOf('state-machine'), [item(authority), ...changes], { phase: 'finished' }).map(
        ({ address }) => address,
      );
    expect(found('aurora')).toEqual([]);
    expect(found('frozen')).toEqual(['aws_sfn_state_machine.This', 'aws_lambda_function.migration-steps-prod']);
  });
});
