import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import { AwsTrafficWeight, WeightedRecords, type WeightedRecordsProps } from '../../../constructs/traffic';
import { attributesOf } from '../../support/attributes';
import { type Json, synthesize, type Template } from '../../support/template';

const build = (props: Partial<WeightedRecordsProps> = {}): Template =>
  synthesize((stack) => {
    const records = new WeightedRecords(stack, 'Records', {
      zoneId: 'Z0123456789',
      zoneName: 'payments.example.com',
      recordName: 'api.payments.example.com',
      awsTarget: { dnsName: 'payment-alb.us-east-1.elb.amazonaws.com', zoneId: 'Z35SXDOTRQ7X7K' },
      awsWeight: new AwsTrafficWeight(stack, 'Weight', {
        zoneId: 'Z0123456789',
        recordName: 'api.payments.example.com',
      }),
      onPremises: { addresses: ['203.0.113.10'] },
      ...props,
    });
    new TerraformOutput(stack, 'exposed', {
      value: [
        records.recordName,
        records.awsHealthCheckId,
        records.onPremisesHealthCheckId,
        records.awsRecord.fqdn,
        records.onPremisesRecord.fqdn,
      ],
    });
    new TerraformOutput(stack, 'ttl', { value: records.awsTtlSeconds });
  });

const awsTtlOf = (props: Partial<WeightedRecordsProps>): unknown =>
  (build(props).block('output')['ttl'] as Json)['value'];

const RECORD = 'aws_route53_record';
const CHECK = 'aws_route53_health_check';
const side = (template: Template, set_identifier: string): Json => template.resource(RECORD, { set_identifier });

test('the answer that leads to AWS is kept for the TTL of its name, or of the load balancer behind the alias', () => {
  expect(awsTtlOf({ ttlSeconds: 30 })).toBe(60);
  expect(awsTtlOf({ ttlSeconds: 30, onPremises: { hostName: 'lb.corp.example.com' } })).toBe(30);
});

describe('weighted records', () => {
  test('are two of one name and type: an alias to AWS and the on-premises addresses', () => {
    const template = build();
    expect(template.list(RECORD)).toHaveLength(2);
    expect(attributesOf(side(template, 'aws'))).toEqual({
      zone_id: 'Z0123456789',
      name: 'api.payments.example.com',
      type: 'A',
      set_identifier: 'aws',
      alias: {
        name: 'payment-alb.us-east-1.elb.amazonaws.com',
        zone_id: 'Z35SXDOTRQ7X7K',
        evaluate_target_health: false,
      },
      weighted_routing_policy: { weight: '${var.aws_traffic_weight}' },
      health_check_id: expect.stringMatching(/^\$\{aws_route53_health_check\.Records_AwsHealthCheck_\w+\.id\}$/),
    });
    expect(attributesOf(side(template, 'on-prem'))).toEqual({
      zone_id: 'Z0123456789',
      name: 'api.payments.example.com',
      type: 'A',
      set_identifier: 'on-prem',
      records: ['203.0.113.10'],
      ttl: 60,
      weighted_routing_policy: { weight: '${100 - var.aws_traffic_weight}' },
      health_check_id: expect.stringMatching(
        /^\$\{aws_route53_health_check\.Records_OnPremisesHealthCheck-203-0-113-10_\w+\.id\}$/,
      ),
    });
  });

  test('take a shorter TTL and another path for the health checks', () => {
    const template = build({ ttlSeconds: 1, healthCheckPath: '/ready' });
    expect(side(template, 'on-prem')).toMatchObject({ ttl: 1 });
    expect(template.list(CHECK).map((check) => check.resource_path)).toEqual(['/ready', '/ready']);
  });

  test('are CNAME records on both sides where on-premises is a host name', () => {
    const template = build({ onPremises: { hostName: 'lb.corp.example.com' }, ttlSeconds: 30 });
    expect(attributesOf(side(template, 'aws'))).toEqual({
      zone_id: 'Z0123456789',
      name: 'api.payments.example.com',
      type: 'CNAME',
      ttl: 30,
      records: ['payment-alb.us-east-1.elb.amazonaws.com'],
      set_identifier: 'aws',
      weighted_routing_policy: { weight: '${var.aws_traffic_weight}' },
      health_check_id: expect.any(String),
    });
    expect(side(template, 'on-prem')).toMatchObject({
      type: 'CNAME',
      ttl: 30,
      records: ['lb.corp.example.com'],
      weighted_routing_policy: { weight: '${100 - var.aws_traffic_weight}' },
    });
  });

  test('may stand at the apex with addresses', () => {
    const template = build({ recordName: 'payments.example.com' });
    expect(template.list(RECORD).map((record) => record.type)).toEqual(['A', 'A']);
  });

  test('are refused at the apex with a host name, together with every other problem', () => {
    expect(() =>
      build({ recordName: 'payments.example.com', onPremises: { hostName: 'lb.corp.example.com' }, ttlSeconds: 61 }),
    ).toThrow(
      new Error(
        'ttlSeconds must be an integer from 1 to 60 (seconds), got 61; lower it: clients follow a change of weights only when it has passed\n' +
          'onPremises.hostName must not be used for payments.example.com, the apex of its zone: both sides would be CNAME records, which DNS forbids there, got "lb.corp.example.com"; give onPremises.addresses, or a record name below the zone',
      ),
    );
  });

  test('say where they lead and what checks them', () => {
    expect(build().block('output').exposed).toMatchObject({
      value: [
        'api.payments.example.com',
        side(build(), 'aws').health_check_id,
        side(build(), 'on-prem').health_check_id,
        expect.stringMatching(/^\$\{aws_route53_record\.Records_Aws_\w+\.fqdn\}$/),
        expect.stringMatching(/^\$\{aws_route53_record\.Records_OnPremises_\w+\.fqdn\}$/),
      ],
    });
  });
});

describe('the health checks', () => {
  const HTTPS = {
    type: 'HTTPS',
    port: 443,
    resource_path: '/health',
    enable_sni: true,
    request_interval: 10,
    failure_threshold: 3,
  };

  test('ask the load balancer by its own name over HTTPS, and do not force it to be replaced create-first', () => {
    const fqdn = 'payment-alb.us-east-1.elb.amazonaws.com';
    expect(attributesOf(build().resource(CHECK, { fqdn }))).toEqual({
      ...HTTPS,
      fqdn,
      tags: { Name: 'payment-api-aws-health-test' },
    });
  });

  test('ask one on-premises address with the name that clients use', () => {
    expect(attributesOf(build().resource(CHECK, { fqdn: 'api.payments.example.com' }))).toEqual({
      ...HTTPS,
      fqdn: 'api.payments.example.com',
      ip_address: '203.0.113.10',
      tags: { Name: 'payment-api-on-prem-health-203.0.113.10-test' },
      lifecycle: { create_before_destroy: true },
    });
  });

  test('ask an on-premises host name', () => {
    const template = build({ onPremises: { hostName: 'lb.corp.example.com' } });
    expect(attributesOf(template.resource(CHECK, { fqdn: 'lb.corp.example.com' }))).toEqual({
      ...HTTPS,
      fqdn: 'lb.corp.example.com',
      tags: { Name: 'payment-api-on-prem-health-test' },
      lifecycle: { create_before_destroy: true },
    });
  });

  test('of several addresses are calculated: one healthy address is enough', () => {
    const addresses = ['203.0.113.1', '20.30.11.31'];
    const template = build({ onPremises: { addresses } });
    expect(side(template, 'on-prem')).toMatchObject({ records: addresses });
    expect(template.list(CHECK)).toHaveLength(4);
    addresses.forEach((ip_address) => {
      expect(template.resource(CHECK, { ip_address })).toMatchObject({ ...HTTPS, fqdn: 'api.payments.example.com' });
    });
    const calculated = template.resource(CHECK, { type: 'CALCULATED' });
    expect(attributesOf(calculated)).toEqual({
      type: 'CALCULATED',
      child_healthchecks: [expect.stringContaining('203-0-113-1_'), expect.stringContaining('20-30-11-31_')],
      child_health_threshold: 1,
      tags: { Name: 'payment-api-on-prem-health-test' },
      lifecycle: { create_before_destroy: true },
    });
    expect(side(template, 'on-prem').health_check_id).toMatch(/Records_OnPremisesHealthCheck_\w+\.id\}$/);
  });
});
