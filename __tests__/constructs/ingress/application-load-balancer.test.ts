import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import {
  ApplicationLoadBalancer,
  type ApplicationLoadBalancerProps,
} from '../../../constructs/ingress/application-load-balancer';
import type { DeploymentProps } from '../../../constructs/naming';
import { Bucket } from '../../../constructs/storage';
import { attributesOf } from '../../support/attributes';
import { parsePolicy, synthesize, type Template } from '../../support/template';

const build = (
  props: Partial<ApplicationLoadBalancerProps> = {},
  deployment: Partial<DeploymentProps> = {},
): Template =>
  synthesize((stack) => {
    const loadBalancer = new ApplicationLoadBalancer(stack, 'Entry', {
      vpcId: 'vpc-1',
      subnetIds: ['subnet-1', 'subnet-2', 'subnet-3'],
      scheme: 'internet-facing',
      logBucket: new Bucket(stack, 'Logs', { component: 'alb-logs', encryption: 'sse-s3' }),
      ...props,
    });
    const { arn, arnSuffix, dnsName, zoneId, securityGroup } = loadBalancer;
    new TerraformOutput(stack, 'exposed', { value: [arn, arnSuffix, dnsName, zoneId, securityGroup.securityGroupId] });
  }, deployment);

const INGRESS = 'aws_vpc_security_group_ingress_rule';
const rules = (template: Template): unknown[] =>
  template
    .list(INGRESS)
    .map(({ cidr_ipv4, from_port, to_port, ip_protocol }) => [cidr_ipv4, from_port, to_port, ip_protocol]);

describe('the load balancer', () => {
  test('is internet-facing, in all subnets, logged and protected', () => {
    const template = build();
    const bucket: unknown = expect.stringMatching(/^\$\{aws_s3_bucket\.Logs_\w+\.bucket\}$/);
    const logs = { bucket, prefix: 'payment-alb', enabled: true };
    const loadBalancer = attributesOf(template.resource('aws_lb'));
    expect(loadBalancer).toEqual({
      name: 'payment-alb-test',
      load_balancer_type: 'application',
      internal: false,
      ip_address_type: 'ipv4',
      subnets: ['subnet-1', 'subnet-2', 'subnet-3'],
      security_groups: [expect.stringMatching(/^\$\{aws_security_group\.Entry_SecurityGroup_\w+\.id\}$/)],
      enable_http2: true,
      idle_timeout: 60,
      drop_invalid_header_fields: true,
      desync_mitigation_mode: 'defensive',
      xff_header_processing_mode: 'append',
      enable_waf_fail_open: false,
      enable_deletion_protection: true,
      access_logs: logs,
      connection_logs: logs,
      depends_on: [expect.stringMatching(/^aws_s3_bucket_policy\./)],
    });
  });

  test('may be internal, strict and patient', () => {
    const template = build({ scheme: 'internal', desyncMitigationMode: 'strictest', idleTimeoutSeconds: 4000 });
    expect(template.resource('aws_lb')).toMatchObject({
      internal: true,
      desync_mitigation_mode: 'strictest',
      idle_timeout: 4000,
    });
  });

  test('can be destroyed on teardown', () => {
    expect(build({}, { teardown: true }).resource('aws_lb')).toMatchObject({ enable_deletion_protection: false });
  });

  test('sends HTTP to HTTPS for good', () => {
    const listener = attributesOf(build().resource('aws_lb_listener'));
    expect(listener).toEqual({
      load_balancer_arn: expect.stringMatching(/^\$\{aws_lb\.Entry_LoadBalancer_\w+\.arn\}$/),
      port: 80,
      protocol: 'HTTP',
      default_action: [{ type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', status_code: 'HTTP_301' } }],
      routing_http_response_server_enabled: false,
    });
  });

  test('may write its logs, and only load balancers of this account may', () => {
    const { Statement } = parsePolicy(build().resource('aws_s3_bucket_policy').policy);
    expect(Statement.find(({ Effect }) => Effect === 'Allow')).toMatchObject({
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      Action: 's3:PutObject',
      Resource: expect.stringMatching(/\/payment-alb\/AWSLogs\/111111111111\/\*$/),
      Condition: {
        ArnLike: { 'aws:SourceArn': 'arn:aws:elasticloadbalancing:us-east-1:111111111111:loadbalancer/*' },
      },
    });
  });

  test('says what others need of it', () => {
    const { value } = build().block('output').exposed as { value: unknown };
    expect(value).toEqual([
      ...['arn', 'arn_suffix', 'dns_name', 'zone_id'].map((attribute): unknown =>
        expect.stringMatching(new RegExp(`^\\$\\{aws_lb\\.\\w+\\.${attribute}\\}$`)),
      ),
      expect.stringMatching(/^\$\{aws_security_group\.\w+\.id\}$/),
    ]);
  });
});

describe('its security group', () => {
  test('admits everybody on 443 and 80 when it is internet-facing, and lets nothing out', () => {
    const template = build();
    expect(template.resource('aws_security_group')).toMatchObject({ name: 'payment-alb-sg-test', vpc_id: 'vpc-1' });
    expect(rules(template)).toEqual(
      expect.arrayContaining([
        ['0.0.0.0/0', 443, 443, 'tcp'],
        ['0.0.0.0/0', 80, 80, 'tcp'],
      ]),
    );
    expect(template.list(INGRESS)).toHaveLength(2);
    expect(template.list('aws_vpc_security_group_egress_rule')).toEqual([]);
  });

  test('admits nobody when it is internal', () => {
    expect(rules(build({ scheme: 'internal' }))).toEqual([]);
  });

  test('admits exactly the given networks', () => {
    const template = build({ scheme: 'internal', allowedCidrs: ['10.0.0.0/16', '192.168.0.0/16'] });
    expect(template.list(INGRESS)).toHaveLength(4);
    expect(rules(template)).toEqual(
      expect.arrayContaining([
        ['10.0.0.0/16', 443, 443, 'tcp'],
        ['10.0.0.0/16', 80, 80, 'tcp'],
        ['192.168.0.0/16', 443, 443, 'tcp'],
        ['192.168.0.0/16', 80, 80, 'tcp'],
      ]),
    );
    expect(rules(build({ allowedCidrs: [] }))).toEqual([]);
  });

  test('keeps networks apart that differ in their dots only', () => {
    expect(build({ allowedCidrs: ['1.11.0.0/16', '11.1.0.0/16'] }).list(INGRESS)).toHaveLength(4);
  });
});

describe('a load balancer', () => {
  test('closes idle connections after one second at the earliest', () => {
    expect(build({ idleTimeoutSeconds: 1 }).resource('aws_lb')).toMatchObject({ idle_timeout: 1 });
  });

  test.each([0, 4001, 1.5, Number.NaN])('is refused with an idle timeout of %p', (idleTimeoutSeconds) => {
    expect(() => build({ idleTimeoutSeconds })).toThrow(
      new Error(
        `idleTimeoutSeconds must be an integer from 1 to 4000 (seconds), got ${idleTimeoutSeconds}; choose a value in that range`,
      ),
    );
  });

  test('is refused with one subnet', () => {
    expect(() => build({ subnetIds: ['subnet-1'] })).toThrow(
      new Error(
        'subnetIds must hold subnets of at least 2 availability zones, got ["subnet-1"]; give one subnet a zone',
      ),
    );
  });

  test('has a name that fits with the longest suffix', () => {
    const name = 'payment-alb-abcdefghijkl';
    expect(build({}, { suffix: 'abcdefghijkl' }).resource('aws_lb')).toMatchObject({ name });
  });
});
