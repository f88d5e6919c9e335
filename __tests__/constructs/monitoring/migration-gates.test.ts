import { describe, expect, test } from '@jest/globals';
import {
  AlarmCatalogue,
  CompositeAlarm,
  MAX_CHILD_ALARMS,
  MigrationGates,
  monitoredLoadBalancer,
  monitoredMigration,
  monitoredReplication,
} from '../../../constructs/monitoring';
import { synthesize, type Template } from '../../support/template';

const COMPOSITE = 'aws_cloudwatch_composite_alarm';
const topicArns = { critical: 'arn:critical', warning: 'arn:warning', info: 'arn:info' };
const taskArn = 'arn:aws:dms:us-east-1:111111111111:task:ABC';

const build = (runbookUrl?: string): Template =>
  synthesize((stack) => {
    const alarms = new AlarmCatalogue(stack, 'Alarms', {
      topicArns,
      production: true,
      resources: {
        ...monitoredLoadBalancer({ arnSuffix: 'app/alb/1', targetGroupArnSuffixes: { blue: 'targetgroup/blue/1' } }),
        ...monitoredMigration('test'),
        ...monitoredReplication({
          instanceIdentifier: 'replication',
          tasks: { forward: { taskArn, running: true }, reverse: { taskArn, running: false } },
        }),
      },
    });
    new MigrationGates(stack, 'Gates', { alarms, topicArns, runbookUrl });
  });

const template = build();

/** The alarms that a composite alarm is over, without the hashes of their addresses. */
const childrenOf = (name: string): string[] => {
  const rule = String(template.resource(COMPOSITE, { alarm_name: name })['alarm_rule']);
  return rule.split(' OR ').map((term) => {
    const [, id = term] =
      /^ALARM\("\$\{aws_cloudwatch_metric_alarm\.Alarms_(\S+)_[0-9A-F]{8}\.alarm_name\}"\)$/.exec(term) ?? [];
    return id;
  });
};

describe('the alarm safe-to-advance', () => {
  test('is over what must be well to go on, but for tasks that should not run', () => {
    expect(childrenOf('safe-to-advance-test')).toEqual([
      'alb-error-rate',
      'alb-elb-5xx',
      'alb-target-5xx',
      'alb-latency-p99',
      'alb-rejected-connections',
      'alb-unhealthy-target-blue',
      'alb-function-errors-blue',
      'dms-storage',
      'dms-latency-source-forward',
      'dms-latency-target-forward',
      'dms-validation-failed-forward',
      'dms-validation-suspended-forward',
      'rollback-time',
      'recovery-point',
      'traffic-outside-clearance',
    ]);
  });

  test('is good to know: each alarm below it tells whom it concerns', () => {
    expect(template.resource(COMPOSITE, { alarm_name: 'safe-to-advance-test' })).toMatchObject({
      alarm_actions: ['arn:info'],
      ok_actions: ['arn:info'],
      alarm_description:
        'Something speaks against going on with the migration. One of the alarms below is in ALARM; nothing advances until ' +
        'it is over, and a step that bakes goes back. Runbook: docs/runbook.md#safe-to-advance',
    });
  });
});

describe('the alarm roll-back', () => {
  test('is over what says that callers are not served, and pages', () => {
    expect(childrenOf('roll-back-test')).toEqual([
      'alb-error-rate',
      'alb-latency-p99',
      'alb-rejected-connections',
      'alb-function-errors-blue',
    ]);
    expect(template.resource(COMPOSITE, { alarm_name: 'roll-back-test' })).toMatchObject({
      alarm_actions: ['arn:critical'],
      ok_actions: ['arn:critical'],
    });
  });

  test('leads to the runbook where the team reads it', () => {
    expect(
      build('https://wiki.example.com/runbook')
        .list(COMPOSITE)
        .map((alarm) => alarm['alarm_description']),
    ).toEqual([
      expect.stringMatching(/ Runbook: https:\/\/wiki\.example\.com\/runbook#roll-back$/),
      expect.stringMatching(/ Runbook: https:\/\/wiki\.example\.com\/runbook#safe-to-advance$/),
    ]);
  });
});

describe('a composite alarm', () => {
  const of = (count: number): Template =>
    synthesize((stack) => {
      new CompositeAlarm(stack, 'Composite', {
        component: 'both',
        description: 'd',
        alarmNames: Array.from({ length: count }, (_, index) => `a${index}`),
        topicArn: 'arn:info',
      });
    });

  test('goes off as soon as one below it does', () => {
    expect(of(2).resource(COMPOSITE)).toMatchObject({
      alarm_name: 'both-test',
      alarm_rule: 'ALARM("a0") OR ALARM("a1")',
    });
    expect(of(1).resource(COMPOSITE)).toMatchObject({ alarm_rule: 'ALARM("a0")' });
    expect(() => of(MAX_CHILD_ALARMS)).not.toThrow();
  });

  test.each([0, 101])('is over 1 to 100 alarms, not %d', (count) => {
    expect(() => of(count)).toThrow(
      `alarmNames must hold 1 to 100 alarms, got ${count}; let fewer rows of the catalogue take part`,
    );
  });
});
