import { describe, expect, test } from '@jest/globals';
import { ServiceRole } from '../../../constructs/policy';
import { TrafficSteps } from '../../../constructs/traffic';
import { attributesOf } from '../../support/attributes';
import { parsePolicy, synthesize } from '../../support/template';

const build = (steps: readonly number[]) => synthesize((stack) => new TrafficSteps(stack, 'Steps', { steps }));

describe('the steps in which traffic moves', () => {
  test('stand in a parameter as JSON', () => {
    expect(attributesOf(build([10, 50, 100]).resource('aws_ssm_parameter'))).toEqual({
      name: '/payment/test/traffic-steps',
      description: 'Percent of traffic to AWS, step by step, as the state machine advance takes them.',
      type: 'String',
      insecure_value: '[10,50,100]',
    });
  });

  test('are read by whom that was granted', () => {
    const template = synthesize((stack) => {
      const steps = new TrafficSteps(stack, 'Steps', { steps: [100] });
      steps.grantRead(new ServiceRole(stack, 'Role', { component: 'r', service: 's.amazonaws.com', description: 'd' }));
    });
    expect(parsePolicy(template.resource('aws_iam_role_policy').policy).Statement).toEqual([
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: expect.stringMatching(/^\$\{aws_ssm_parameter\.Steps_Parameter_\w+\.arn\}$/),
      },
    ]);
  });

  test.each([[[100]], [[1, 100]], [[1, 2, 99, 100]]])('may be %j', (steps) => {
    expect(build(steps).resource('aws_ssm_parameter').insecure_value).toBe(JSON.stringify(steps));
  });

  test.each([[[]], [[0, 100]], [[10, 99]], [[10, 101]], [[10, 10, 100]], [[50, 10, 100]], [[0.5, 100]]])(
    'must grow up to 100: %j',
    (steps) => {
      expect(() => build(steps)).toThrow(
        `steps must be integers from 1 to 100 (percent of traffic to AWS) that grow and end with 100, got [${steps.join(',')}]; write them as [10, 50, 100]`,
      );
    },
  );
});
