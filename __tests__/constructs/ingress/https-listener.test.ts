import { describe, expect, test } from '@jest/globals';
import type { Route53Zone } from '@cdktf/provider-aws/lib/route53-zone';
import { TerraformOutput } from 'cdktf';
import {
  blueGreenForward,
  HttpsListener,
  type HttpsListenerProps,
  SSL_POLICIES,
} from '../../../constructs/ingress/https-listener';
import { GreenTrafficWeight, HostedZone } from '../../../constructs/traffic';
import { attributesOf } from '../../support/attributes';
import { type Json, synthesize } from '../../support/template';

const build = (props: Partial<HttpsListenerProps> = {}): Json =>
  synthesize((stack) => {
    const listener = new HttpsListener(stack, 'Https', {
      loadBalancerArn: 'arn:alb',
      certificateArn: 'arn:certificate',
      forwardTo: blueGreenForward('arn:blue', 'arn:green', new GreenTrafficWeight(stack, 'Weight')),
      ...props,
    });
    new TerraformOutput(stack, 'listener', { value: listener.listenerArn });
  }).resource('aws_lb_listener');

describe('the HTTPS listener', () => {
  test('divides requests between blue and green by the variable, and leaves 0 a 0', () => {
    const listener = attributesOf(build());
    expect(listener).toEqual({
      load_balancer_arn: 'arn:alb',
      port: 443,
      protocol: 'HTTPS',
      ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      certificate_arn: 'arn:certificate',
      default_action: [
        {
          type: 'forward',
          forward: {
            target_group: [
              { arn: 'arn:blue', weight: '${100 - var.green_traffic_weight}' },
              { arn: 'arn:green', weight: '${var.green_traffic_weight}' },
            ],
          },
        },
      ],
      routing_http_response_server_enabled: false,
    });
  });

  test('waits for what must be there before the first request', () => {
    const { depends_on: waitsFor } = synthesize((stack) => {
      const zone = new HostedZone(stack, 'Zone', { zoneName: 'payments.example.com' });
      new HttpsListener(stack, 'Https', {
        loadBalancerArn: 'arn:alb',
        certificateArn: 'arn:certificate',
        forwardTo: [{ targetGroupArn: 'arn:blue', weight: 100 }],
        dependsOn: [zone.node.findChild('Zone') as Route53Zone],
      });
    }).resource('aws_lb_listener');
    expect(waitsFor).toEqual([expect.stringMatching(/^aws_route53_zone\.Zone_/)]);
  });

  test('keeps a literal weight of 0', () => {
    expect(build({ forwardTo: [{ targetGroupArn: 'arn:idle', weight: 0 }] })).toMatchObject({
      default_action: [{ forward: { target_group: [{ arn: 'arn:idle', weight: 0 }] } }],
    });
  });

  test.each(SSL_POLICIES)('offers the TLS policy %s', (sslPolicy) => {
    expect(build({ sslPolicy })).toMatchObject({ ssl_policy: sslPolicy });
    // 1.3 with 1.2: Route 53's health checkers do not speak 1.3.
    expect(sslPolicy).toMatch(/^ELBSecurityPolicy-TLS13-1-2-(Res|FIPS)-/);
  });
});
