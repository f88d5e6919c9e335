import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import {
  AwsTrafficWeight,
  TrafficClearance,
  WeightedRecords,
  type WeightedRecordsProps,
} from '../../../constructs/traffic';
import { ServiceRole } from '../../../constructs/policy';
import { NO_CLEARANCE } from '../../../lambda/shared/traffic/clearance-bounds';
import { clearanceJson } from '../../../lambda/shared/traffic/clearance-json';
import { attributesOf } from '../../support/attributes';
import { parsePolicy, synthesize, type Template } from '../../support/template';

const RECORD_NAME = 'api.payments.example.com';

const build = (props: Partial<WeightedRecordsProps> = {}): Template =>
  synthesize((stack) => {
    const clearance = new TrafficClearance(stack, 'Clearance');
    const records = new WeightedRecords(stack, 'Records', {
      zoneId: 'Z0123456789',
      zoneName: 'payments.example.com',
      recordName: RECORD_NAME,
      awsTarget: { dnsName: 'payment-alb.us-east-1.elb.amazonaws.com', zoneId: 'Z35SXDOTRQ7X7K' },
      awsWeight: new AwsTrafficWeight(stack, 'Weight', { zoneId: 'Z0123456789', recordName: RECORD_NAME }),
      onPremises: { addresses: ['203.0.113.10'] },
      clearance,
      ...props,
    });
    const role = new ServiceRole(stack, 'Role', {
      component: 'guard',
      service: 'lambda.amazonaws.com',
      description: 'x',
    });
    records.grantShift(role);
    clearance.grantRead(role);
    clearance.grantWrite(role);
    new TerraformOutput(stack, 'environment', { value: records.functionEnvironment });
    new TerraformOutput(stack, 'parameter', { value: clearance.parameterName });
  });

const PARAMETER = /^aws_ssm_parameter\.Clearance_Parameter_[0-9A-F]{8}$/;

describe('the clearance', () => {
  test('begins with nothing for AWS, and is left alone from then on', () => {
    expect(attributesOf(build().resource('aws_ssm_parameter'))).toEqual({
      name: '/payment/test/traffic-clearance',
      description:
        'Percent of traffic that AWS may get. Written by the state machines and the function traffic-guard only.',
      type: 'String',
      insecure_value:
        '{"minAwsWeight":0,"maxAwsWeight":0,"reason":"No traffic was cleared for AWS yet.","by":"terraform","at":"1970-01-01T00:00:00.000Z"}',
      lifecycle: { ignore_changes: ['insecure_value'] },
    });
  });

  test('begins as the functions take it where nobody set one', () => {
    expect(build().resource('aws_ssm_parameter').insecure_value).toBe(clearanceJson(NO_CLEARANCE));
  });

  test('holds the weight of both records, with what it says and what to run', () => {
    const template = build();
    const [address] = template.addresses.filter((one) => PARAMETER.test(one));
    const field = (name: string, otherwise: string) =>
      `try(jsondecode(${address}.insecure_value).${name}, ${otherwise})`;
    const says = `by the clearance in /payment/test/traffic-clearance, got \${var.aws_traffic_weight}. The clearance says: \${trimsuffix(${field('reason', '"the parameter holds no clearance; traffic-guard-test writes it anew within a minute"')}, ".")}.`;
    const precondition = [
      {
        condition: `\${var.aws_traffic_weight <= ${field('maxAwsWeight', '-1')}}`,
        error_message: `aws_traffic_weight must be at most \${${field('maxAwsWeight', '-1')}} (percent of traffic to AWS) ${says} To send more to AWS, start the state machine advance-test, which raises the maximum when its gates pass; else pass the present weight.`,
      },
      {
        condition: `\${var.aws_traffic_weight >= ${field('minAwsWeight', '101')}}`,
        error_message: `aws_traffic_weight must be at least \${${field('minAwsWeight', '101')}} (percent of traffic to AWS) ${says} The payments are in Aurora: to go back to on-premises, start the state machine rollback-test (rollback-trigger-test does), which moves data and weights; else pass the present weight.`,
      },
    ];
    expect(template.list('aws_route53_record').map(({ lifecycle }) => lifecycle)).toEqual([
      { precondition },
      { precondition },
    ]);
  });

  test('is optional: without one any weight may be set', () => {
    const records = build({ clearance: undefined }).list('aws_route53_record');
    expect(records.map(({ lifecycle }) => lifecycle)).toEqual([undefined, undefined]);
  });
});

describe('the permissions of who moves weights', () => {
  const statements = (template: Template) => parsePolicy(template.resource('aws_iam_role_policy').policy).Statement;

  test('are for these records of this zone only, and to change, not to create or delete', () => {
    expect(statements(build())).toEqual([
      {
        Sid: 'ReadWeights',
        Effect: 'Allow',
        Action: 'route53:ListResourceRecordSets',
        Resource: 'arn:aws:route53:::hostedzone/Z0123456789',
      },
      {
        Sid: 'ShiftWeights',
        Effect: 'Allow',
        Action: 'route53:ChangeResourceRecordSets',
        Resource: 'arn:aws:route53:::hostedzone/Z0123456789',
        Condition: {
          'ForAllValues:StringEquals': {
            'route53:ChangeResourceRecordSetsNormalizedRecordNames': [RECORD_NAME],
            'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
            'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
          },
        },
      },
      { Sid: 'FollowChanges', Effect: 'Allow', Action: 'route53:GetChange', Resource: 'arn:aws:route53:::change/*' },
      {
        Effect: 'Allow',
        Action: 'ssm:GetParameter',
        Resource: expect.stringMatching(/Clearance_Parameter_\w+\.arn\}$/),
      },
      {
        Effect: 'Allow',
        Action: 'ssm:PutParameter',
        Resource: expect.stringMatching(/Clearance_Parameter_\w+\.arn\}$/),
      },
    ]);
  });

  test.each([
    [{ addresses: ['203.0.113.10'] }, 'A'],
    [{ hostName: 'lb.corp.example.com' }, 'CNAME'],
  ])('and the environment name the type of the records: %j', (onPremises, type) => {
    const template = build({ onPremises });
    expect(JSON.stringify(statements(template)[1])).toContain(
      `"route53:ChangeResourceRecordSetsRecordTypes":["${type}"]`,
    );
    expect(template.block('output').environment).toEqual({
      value: { HOSTED_ZONE_ID: 'Z0123456789', RECORD_NAME, RECORD_TYPE: type },
    });
    expect(template.list('aws_route53_record').map((record) => record.type)).toEqual([type, type]);
  });
});
