import { describe, expect, test } from '@jest/globals';
import { FunctionAlias } from '../../../constructs/compute';
import { RollbackOnAlarm } from '../../../constructs/cutover/rollback-on-alarm';
import { synthesize, type Template } from '../../support/template';
import { makeFunction } from '../compute/function-fixture';

const build = (enabled: boolean): Template =>
  synthesize((stack) => {
    const target = makeFunction(stack);
    new RollbackOnAlarm(stack, 'RollbackOnAlarm', {
      alarm: { alarmArn: 'arn:aws:cloudwatch:us-east-1:111111111111:alarm:roll-back-test' },
      function: target,
      alias: new FunctionAlias(stack, 'Live', { function: target, aliasName: 'live', description: 'd' }),
      enabled,
    });
  });

const template = build(true);

describe('the rollback on an alarm', () => {
  test('passes on the changes of that alarm to ALARM, and no others', () => {
    const rule = template.resource('aws_cloudwatch_event_rule');
    expect(rule['name']).toBe('roll-back-alarm-test');
    expect(JSON.parse(String(rule['event_pattern']))).toEqual({
      source: ['aws.cloudwatch'],
      'detail-type': ['CloudWatch Alarm State Change'],
      resources: ['arn:aws:cloudwatch:us-east-1:111111111111:alarm:roll-back-test'],
      detail: { state: { value: ['ALARM'] } },
    });
  });

  test('invokes the alias while that still makes sense, once it may', () => {
    expect(template.resource('aws_cloudwatch_event_target')).toMatchObject({
      rule: expect.stringMatching(/^\$\{aws_cloudwatch_event_rule\.RollbackOnAlarm_Rule_\w+\.name\}$/),
      arn: expect.stringMatching(/^\$\{aws_lambda_alias\.Live_\w+\.arn\}$/),
      retry_policy: { maximum_event_age_in_seconds: 300, maximum_retry_attempts: 10 },
      depends_on: [expect.stringMatching(/^aws_lambda_permission\.RollbackOnAlarm_Permission_/)],
    });
    expect(template.resource('aws_lambda_permission')).toMatchObject({
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      qualifier: expect.stringMatching(/^\$\{aws_lambda_alias\.Live_\w+\.name\}$/),
      source_arn: expect.stringMatching(/^\$\{aws_cloudwatch_event_rule\.RollbackOnAlarm_Rule_\w+\.arn\}$/),
    });
  });

  test('is armed where the environment says so, and there but disabled elsewhere', () => {
    expect(template.resource('aws_cloudwatch_event_rule')['state']).toBe('ENABLED');
    expect(build(false).resource('aws_cloudwatch_event_rule')['state']).toBe('DISABLED');
  });
});
