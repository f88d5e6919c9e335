import type { ResourceRecordSet } from '@aws-sdk/client-route-53';
import { Route53Traffic } from '../../../../lambda/shared/traffic/route53-traffic';
import { FakeRoute53 } from '../../../support/fake-route53';
import { ManualClock } from '../../../support/manual-clock';

export const RECORD_NAME = 'api.payments.example.com';

/** The record that leads to AWS, as Terraform creates it: an alias. */
export const awsRecord = (weight: number): ResourceRecordSet => ({
  Name: `${RECORD_NAME}.`,
  Type: 'A',
  SetIdentifier: 'aws',
  Weight: weight,
  AliasTarget: {
    HostedZoneId: 'Z35SXDOTRQ7X7K',
    DNSName: 'payment-alb.elb.amazonaws.com.',
    EvaluateTargetHealth: false,
  },
  HealthCheckId: '11111111-aaaa',
});

/** The record that leads to the on-premises network. */
export const onPremRecord = (weight: number): ResourceRecordSet => ({
  Name: `${RECORD_NAME}.`,
  Type: 'A',
  SetIdentifier: 'on-prem',
  Weight: weight,
  TTL: 60,
  ResourceRecords: [{ Value: '203.0.113.10' }, { Value: '203.0.113.11' }],
  HealthCheckId: '22222222-bbbb',
});

/** A zone with the weighted set in it, between records of other names and types. */
export function zone(aws = 10, onPrem = 100 - aws) {
  const route53 = new FakeRoute53();
  route53.put(
    { Name: 'aaa.example.com.', Type: 'A', TTL: 60, ResourceRecords: [{ Value: '203.0.113.1' }] },
    { Name: `${RECORD_NAME}.`, Type: 'TXT', TTL: 60, ResourceRecords: [{ Value: '"x"' }] },
    { ...onPremRecord(1), Name: `other.${RECORD_NAME}.` },
    { ...onPremRecord(1), Name: 'apis.payments.example.com.' },
    awsRecord(aws),
    onPremRecord(onPrem),
  );
  const clock = new ManualClock();
  const traffic = new Route53Traffic(route53.client, {
    zoneId: route53.zoneId,
    recordName: RECORD_NAME,
    recordType: 'A',
    clock,
  });
  const weightOf = (side: string) => route53.record(side, RECORD_NAME, 'A')?.Weight;
  return { route53, clock, traffic, weights: () => [weightOf('aws'), weightOf('on-prem')] };
}
