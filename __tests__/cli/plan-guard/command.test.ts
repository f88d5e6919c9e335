import { describe, expect, test } from '@jest/globals';
import { runPlanGuard } from '../../../cli/plan-guard/command';
import { RULES } from '../../../cli/plan-guard/rules';
import { guard, planText, type PrintedChange, sample } from './support';

const TASK = 'aws_dms_replication_task.Replication_FullLoadAndCdc_Task_A353ECE8';
const ALLOW = `replication-task:${TASK}`;
const topic: PrintedChange = { type: 'aws_sns_topic', before: { name: 'a' }, after: { name: 'b' } };

const refusals = async (name: string): Promise<string[]> => {
  const { said } = await guard(sample(name), '--json');
  const { findings } = JSON.parse(said.join('\n')) as { findings: { rule: string; action: string }[] };
  return [...new Set(findings.map(({ rule, action }) => `${rule} ${action}`))];
};

describe('npm run plan-guard', () => {
  test('refuses a plan that stops a live task, and says why and how to allow it', async () => {
    const { exitCode, said, complained } = await guard(sample('stops-live-task'));
    expect([exitCode, complained]).toEqual([1, []]);
    expect(said).toEqual([
      'phase      traffic-shift (the tag MigrationPhase of the planned values)',
      'plan       1 change',
      '',
      `REFUSED    ${TASK}`,
      '  rule     replication-task',
      '  action   update',
      '  changes  table_mappings',
      '  reason   an update stops a running task, and nobody starts it again: changes stop arriving, and the source keeps its WAL (its status is running)',
      `  to allow it once: --allow '${ALLOW}'`,
      '',
      'refused: 1 finding; do not apply this plan',
    ]);
  });

  test.each([
    ['shifts-weights', []],
    ['shifts-weights-with-topic', ['weights-alone update']],
    ['releases-under-green', ['release-under-green update']],
    ['removes-replication', ['replication-task delete', 'replication-instance delete', 'replication-endpoint delete']],
    [
      'upgrades-and-replaces-key',
      [
        'database-removal delete, create',
        'database-change update',
        'encryption-key delete, create',
        'key-of-data delete, create',
        'key-of-data update',
      ],
    ],
  ])('judges a plan of Terraform’s own: %s', async (name, expected) => {
    expect(await refusals(name)).toEqual(expected);
  });

  test('allows one finding by its exact name, and says so', async () => {
    const { exitCode, said } = await guard(sample('stops-live-task'), '--allow', ALLOW);
    expect(exitCode).toBe(0);
    expect(said.slice(2)).toEqual(['', `allowed    ${ALLOW} (update)`, '', 'clear: nothing but what was allowed (1)']);
  });

  test.each([
    [ALLOW, '--allow must name a finding of this plan'],
    ['replication-task:x', '--allow must name a finding of this plan'],
    ['no-rule:x', '--allow must be <rule>:<address> with one of the rules replication-task,'],
    ['replication-task', '--allow must be <rule>:<address>'],
    ['replication-task:', '--allow must be <rule>:<address>'],
  ])('an --allow that matches nothing is an error: %s', async (allow, message) => {
    const { exitCode, complained } = await guard(sample('shifts-weights'), '--allow', allow);
    expect(exitCode).toBe(2);
    expect(complained[0]).toContain(message);
  });

  test('names no value of what is sensitive, and not even its parts', async () => {
    const change = {
      type: 'aws_dms_endpoint',
      before: { password: 'before-secret', settings: { token: 'x-secret' } },
      after: { password: 'after-secret', settings: { token: 'y-secret' } },
      before_sensitive: { password: true, settings: true },
    };
    for (const options of [[], ['--json']]) {
      const { said } = await guard(planText([change], { phase: 'replication' }), ...options);
      expect(said.join('\n')).toMatch(/password[^]*settings/);
      expect(said.join('\n')).not.toMatch(/secret'|-secret|token/);
    }
  });

  test.each([
    ['no JSON', '{', 'the file must be JSON'],
    ['no format', '{}', 'format_version must be 1.x, got none'],
    ['a format to come', planText([], { format_version: '2.0' }), 'format_version must be 1.x, got "2.0"'],
    ['a state', '{"format_version":"1.0","values":{}}', 'a state has no changes: pass a plan'],
    ['errors', planText([], { errored: true }), 'the plan must be without errors'],
    ['only a part', planText([], { complete: false }), 'the plan must be complete'],
    ['deferred changes', planText([], { deferred_changes: [{}] }), 'got 1 deferred to a later plan'],
    [
      'an action of the future',
      planText([{ ...topic, actions: ['melt'] }]),
      'the actions of aws_sns_topic.This must be',
    ],
    ['no phase', planText([topic]), 'the tag MigrationPhase must be one of preparation, replication'],
    ['the phase of an account', planText([topic], { phase: 'shared' }), 'got shared in the plan; say it with --phase'],
  ])('could not tell: %s', async (_, text, message) => {
    const { exitCode, complained, said } = await guard(text, '--json');
    expect([exitCode, complained.length]).toEqual([2, 1]);
    expect(complained[0]).toContain(message);
    expect(JSON.parse(said.join('\n'))).toMatchObject({ verdict: 'unknown' });
  });

  test('could not tell: a file that cannot be read, no file, a phase that is none, an option that is none', async () => {
    const complained: string[] = [];
    const dependencies = {
      read: () => Promise.reject(new Error('ENOENT')),
      say: () => undefined,
      complain: (line: string) => complained.push(line),
    };
    expect(await runPlanGuard(['x.json'], dependencies)).toBe(2);
    expect(complained).toEqual(['could not tell: x.json must be a file that can be read, got Error: ENOENT']);
    expect(await runPlanGuard([], dependencies)).toBe(2);
    expect((await guard(planText([]), '--phase', 'cutover')).exitCode).toBe(2);
    expect((await guard(planText([]), '--force')).exitCode).toBe(2);
  });

  test('a plan of outputs only is clear', async () => {
    const text = planText([], { phase: 'data-on-aws', output_changes: { release: { actions: ['update'] } } });
    expect((await guard(text)).exitCode).toBe(0);
  });

  test('help names every rule', async () => {
    const { exitCode, said } = await guard('', '--help');
    expect(exitCode).toBe(0);
    for (const { id, protects } of RULES)
      expect(said.join('\n')).toMatch(new RegExp(`${id} +${protects.slice(0, 20)}`));
  });
});

describe('the phase', () => {
  const tagged = (before: string, after: string): PrintedChange => ({
    type: 'aws_dms_endpoint',
    before: { port: 1, tags_all: { MigrationPhase: before } },
    after: { port: 2, tags_all: { MigrationPhase: after } },
  });
  const item = (authority: string): PrintedChange => ({
    type: 'aws_dynamodb_table_item',
    actions: ['no-op'],
    before: { item: JSON.stringify({ pk: { S: 'authority' }, authority: { S: authority } }) },
  });
  const phase = async (text: string, ...options: string[]) => (await guard(text, ...options)).said[0];

  test('is taken from the option before the tag', async () => {
    const text = planText([tagged('replication', 'replication')], { phase: 'replication' });
    expect(await phase(text, '--phase', 'finished')).toBe('phase      finished (--phase)');
    expect((await guard(text, '--phase', 'finished')).exitCode).toBe(0);
    expect((await guard(text)).exitCode).toBe(1);
  });

  test('that a plan leaves counts as much as the one it enters', async () => {
    const { exitCode, said } = await guard(planText([tagged('data-on-aws', 'finished')], { phase: 'finished' }));
    expect([exitCode, said[0]]).toEqual([
      1,
      'phase      data-on-aws and finished (the tag MigrationPhase, which the plan changes from data-on-aws to finished)',
    ]);
  });

  test('of what is there counts where nothing stays', async () => {
    const gone = { ...tagged('replication', ''), actions: ['delete'], after: null };
    expect(await phase(planText([gone]))).toBe('phase      replication (the tag MigrationPhase of what is there)');
  });

  test.each([
    ['preparation', 'frozen', 'preparation and traffic-shift'],
    ['replication', 'aurora', 'replication and data-on-aws'],
    ['data-on-aws', 'aurora', 'data-on-aws'],
    ['preparation', 'on-prem', 'preparation'],
  ])('%s is raised by authority %s: %s', async (tag, authority, expected) => {
    const line = await phase(planText([item(authority)], { phase: tag }));
    expect(line?.startsWith(`phase      ${expected} (`)).toBe(true);
  });

  test('is found in nested modules', async () => {
    const nested = {
      root_module: {
        child_modules: [{ child_modules: [{ resources: [{ values: { tags_all: { MigrationPhase: 'finished' } } }] }] }],
      },
    };
    expect(await phase(planText([], { planned_values: nested }))).toContain('phase      finished');
  });
});
