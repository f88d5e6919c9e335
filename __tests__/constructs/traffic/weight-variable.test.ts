import { describe, expect, test } from '@jest/globals';
import type { TerraformStack } from 'cdktf';
import { HostedZone } from '../../../constructs/traffic/hosted-zone';
import { AwsTrafficWeight, GreenTrafficWeight } from '../../../constructs/traffic/weight-variable';
import { synthesize } from '../../support/template';

const template = synthesize((stack) => {
  new AwsTrafficWeight(stack, 'AwsWeight', { zoneId: 'Z0123456789', recordName: 'api.payments.example.com' });
  new GreenTrafficWeight(stack, 'GreenWeight');
});

describe.each([
  ['aws_traffic_weight', 'percent of traffic to AWS'],
  ['green_traffic_weight', 'percent of requests to the green version'],
])('the variable %s', (name, unit) => {
  const variable = template.block('variable')[name];

  test('is a number without default that cannot be null', () => {
    expect(variable).toMatchObject({ type: 'number', nullable: false });
    expect(variable).not.toHaveProperty('default');
    expect(variable).not.toHaveProperty('sensitive');
  });

  test('is an integer from 0 to 100, checked by Terraform', () => {
    expect(variable).toMatchObject({
      validation: [
        {
          condition: `\${var.${name} >= 0 && var.${name} <= 100 && floor(var.${name}) == var.${name}}`,
          error_message: `${name} must be an integer from 0 to 100 (${unit}), got \${var.${name}}; its description says how to read the present weight`,
        },
      ],
    });
  });
});

describe('the descriptions', () => {
  const descriptionOf = (name: string): unknown =>
    (template.block('variable')[name] as { description: string }).description;

  test('say how to read the weight of the record, and what to pass first and last', () => {
    expect(descriptionOf('aws_traffic_weight')).toBe(
      'Percent of traffic that DNS sends to AWS, an integer from 0 to 100; on-premises gets the rest. ' +
        'No default: pass the present weight unless you mean to move traffic. Read it with: ' +
        'aws route53 list-resource-record-sets --hosted-zone-id Z0123456789 --query ' +
        `"ResourceRecordSets[?Name=='api.payments.example.com.' && SetIdentifier=='aws'].Weight" --output text. ` +
        'At the first deployment pass 0. On destroy any value in range serves, as the records go away: pass 0.',
    );
  });

  test('say how to read the weight of the green version', () => {
    expect(descriptionOf('green_traffic_weight')).toBe(
      "Percent of the payment API's requests on AWS that the green (newest) version answers, an integer from 0 to 100; blue gets the rest. " +
        'No default: pass the present weight unless you mean to move traffic. Read it with: ' +
        'aws elbv2 describe-listeners --load-balancer-arn "$(terraform output -raw alb_arn)" --query ' +
        "'Listeners[?Port==`443`].DefaultActions[].ForwardConfig.TargetGroups[]' --output table " +
        '(the target group payment-api-green-…). ' +
        'At the first deployment pass 0. On destroy any value in range serves: pass 0.',
    );
  });

  test.each([
    ['a token', (scope: TerraformStack) => new HostedZone(scope, 'Zone', { zoneName: 'example.com' }).zoneId],
    ['a reference written out', () => '${data.terraform_remote_state.account.outputs.zone_id}'],
  ])('hold no reference where the zone is %s', (_, zoneIdIn) => {
    const { json } = synthesize((stack) => {
      new AwsTrafficWeight(stack, 'Weight', { zoneId: zoneIdIn(stack), recordName: 'api.example.com' });
    });
    expect(json).toHaveProperty(
      'variable.aws_traffic_weight.description',
      expect.stringContaining('--hosted-zone-id <hosted zone id> --query'),
    );
  });
});
