import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import { LambdaTargetGroup } from '../../../constructs/ingress/lambda-target-group';
import { attributesOf } from '../../support/attributes';
import { synthesize, type Template } from '../../support/template';

const ALIAS = 'arn:aws:lambda:us-east-1:111111111111:function:payment-validation-test:';

const build = (suffix = 'test'): Template =>
  synthesize(
    (stack) => {
      const [blue] = ['blue', 'green'].map(
        (aliasName) =>
          new LambdaTargetGroup(stack, `Api-${aliasName}`, {
            component: `payment-api-${aliasName}`,
            functionName: 'payment-validation-test',
            aliasName,
            aliasArn: `${ALIAS}${aliasName}`,
          }),
      );
      new TerraformOutput(stack, 'blue', { value: [blue?.arn, blue?.arnSuffix] });
    },
    { suffix },
  );

describe.each(['blue', 'green'])('the target group of the alias %s', (alias) => {
  const template = build();
  const arn = new RegExp(`^\\$\\{aws_lb_target_group\\.Api-${alias}_TargetGroup_\\w+\\.arn\\}$`);

  test('checks the health of the function every 30 seconds and passes repeated headers', () => {
    const group = attributesOf(template.resource('aws_lb_target_group', { name: `payment-api-${alias}-test` }));
    expect(group).toEqual({
      name: `payment-api-${alias}-test`,
      target_type: 'lambda',
      lambda_multi_value_headers_enabled: true,
      health_check: {
        enabled: true,
        path: '/health',
        matcher: '200',
        interval: 30,
        timeout: 10,
        healthy_threshold: 2,
        unhealthy_threshold: 2,
      },
    });
  });

  test('may invoke this alias, and nothing else may invoke it through a load balancer', () => {
    const permission = attributesOf(template.resource('aws_lambda_permission', { qualifier: alias }));
    expect(permission).toEqual({
      statement_id: 'LoadBalancerInvokes',
      action: 'lambda:InvokeFunction',
      function_name: 'payment-validation-test',
      qualifier: alias,
      principal: 'elasticloadbalancing.amazonaws.com',
      source_arn: expect.stringMatching(arn),
    });
  });

  test('registers the alias once it may be invoked', () => {
    const attachment = template.resource('aws_lb_target_group_attachment', { target_id: `${ALIAS}${alias}` });
    expect(attachment).toMatchObject({
      target_group_arn: expect.stringMatching(arn),
      depends_on: [expect.stringMatching(new RegExp(`^aws_lambda_permission\\.Api-${alias}_Permission_`))],
    });
  });
});

describe('a target group', () => {
  test('says its ARN and what metrics know it by', () => {
    expect(build().block('output').blue).toMatchObject({
      value: [
        expect.stringMatching(/^\$\{aws_lb_target_group\.Api-blue_TargetGroup_\w+\.arn\}$/),
        expect.stringMatching(/^\$\{aws_lb_target_group\.Api-blue_TargetGroup_\w+\.arn_suffix\}$/),
      ],
    });
  });

  test('has a name that fits with the longest suffix', () => {
    expect(
      build('abcdefghijkl')
        .list('aws_lb_target_group')
        .map(({ name }) => name),
    ).toEqual(['payment-api-blue-abcdefghijkl', 'payment-api-green-abcdefghijkl']);
  });

  test('is refused when the name gets too long', () => {
    const tooLong = () =>
      synthesize((stack) => {
        new LambdaTargetGroup(stack, 'Group', {
          component: 'payment-api-evening-releases-1',
          functionName: 'f',
          aliasName: 'a',
          aliasArn: 'arn',
        });
      });
    expect(tooLong).toThrow(/^name of a target-group must have at most 32 characters, got "payment-api-evening-/);
  });
});
