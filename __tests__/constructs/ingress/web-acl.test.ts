import { describe, expect, test } from '@jest/globals';
import { TerraformOutput } from 'cdktf';
import { EncryptionKey } from '../../../constructs/encryption';
import { WebAcl, type WebAclProps } from '../../../constructs/ingress';
import { attributesOf } from '../../support/attributes';
import { type Json, parsePolicy, synthesize, type Template } from '../../support/template';

const build = (props: Partial<WebAclProps> = {}): Template =>
  synthesize((stack) => {
    const acl = new WebAcl(stack, 'Firewall', {
      loadBalancerArn: 'arn:alb',
      encryptionKey: new EncryptionKey(stack, 'Key', { purpose: 'logs', description: 'Logs' }),
      logRetentionDays: 365,
      ...props,
    });
    const { webAclArn, webAclName, logGroupName, association } = acl;
    new TerraformOutput(stack, 'exposed', { value: [webAclArn, webAclName, logGroupName, association.id] });
  });

const ACL = 'aws_wafv2_web_acl';
const IP_SET = 'aws_wafv2_ip_set';
const aclOf = (template: Template): Json => template.resource(ACL);
const rulesOf = (template: Template): Json[] => aclOf(template).rule as Json[];
const visibility = (metric_name: string): Json => ({
  metric_name,
  cloudwatch_metrics_enabled: true,
  sampled_requests_enabled: true,
});
const arnOf = (type: string): unknown => expect.stringMatching(new RegExp(`^\\$\\{${type}\\.\\w+\\.arn\\}$`));

describe('the web ACL', () => {
  test('lets through what no rule blocks', () => {
    expect(aclOf(build())).toMatchObject({
      name: 'payment-waf-test',
      scope: 'REGIONAL',
      default_action: { allow: {} },
      visibility_config: visibility('payment-waf-test'),
    });
  });

  test("blocks by AWS's managed groups, none of them counting only or with a rule left out", () => {
    expect(rulesOf(build()).slice(1)).toEqual(
      [
        'AWSManagedRulesAmazonIpReputationList',
        'AWSManagedRulesKnownBadInputsRuleSet',
        'AWSManagedRulesSQLiRuleSet',
        'AWSManagedRulesCommonRuleSet',
      ].map((name, index) => ({
        name,
        priority: index + 1,
        override_action: { none: {} },
        statement: { managed_rule_group_statement: { vendor_name: 'AWS', name } },
        visibility_config: visibility(name),
      })),
    );
  });

  test('answers 429 to an address that sends more than 1,000 requests a minute, whoever it is', () => {
    const template = build();
    expect(rulesOf(template)[0]).toEqual({
      name: 'RateLimit',
      priority: 0,
      action: { block: { custom_response: { response_code: 429 } } },
      statement: {
        rate_based_statement: { limit: 1000, evaluation_window_sec: 60, aggregate_key_type: 'IP' },
      },
      visibility_config: visibility('RateLimit'),
    });
    expect(template.list(IP_SET)).toEqual([]);
  });

  test('counts in the window and to the limit that are asked for', () => {
    expect(rulesOf(build({ rateLimit: 10, rateLimitWindowSeconds: 600 }))[0]).toHaveProperty(
      'statement.rate_based_statement',
      { limit: 10, evaluation_window_sec: 600, aggregate_key_type: 'IP' },
    );
  });

  test('does not count exempt networks, which the other rules still see', () => {
    const template = build({ rateLimitExemptCidrs: ['203.0.113.0/24', '198.51.100.7/32'] });
    const set = attributesOf(template.resource(IP_SET));
    expect(set).toEqual({
      name: 'payment-rate-limit-exempt-test',
      description: 'Not counted by the rate rule',
      scope: 'REGIONAL',
      ip_address_version: 'IPV4',
      addresses: ['203.0.113.0/24', '198.51.100.7/32'],
    });
    expect(rulesOf(template)[0]).toHaveProperty('statement.rate_based_statement.scope_down_statement', {
      not_statement: { statement: [{ ip_set_reference_statement: { arn: arnOf(IP_SET) } }] },
    });
    expect(rulesOf(template).slice(1)).toEqual(rulesOf(build()).slice(1));
  });

  test('guards the load balancer', () => {
    expect(build().resource('aws_wafv2_web_acl_association')).toMatchObject({
      resource_arn: 'arn:alb',
      web_acl_arn: arnOf(ACL),
    });
  });

  test('masks credentials, sessions, query strings and bodies wherever it shows requests', () => {
    expect(aclOf(build()).data_protection_config).toEqual({
      data_protection: [
        { action: 'SUBSTITUTION', field: { field_type: 'SINGLE_HEADER', field_keys: ['authorization', 'cookie'] } },
        { action: 'SUBSTITUTION', field: { field_type: 'QUERY_STRING' } },
        { action: 'SUBSTITUTION', field: { field_type: 'BODY' } },
      ],
    });
  });

  test('says its ARN, the name that metrics know it by, where it logs and what binds it', () => {
    expect(build().block('output').exposed).toEqual({
      value: [
        arnOf(ACL),
        'payment-waf-test',
        'aws-waf-logs-payment-test',
        expect.stringMatching(/^\$\{aws_wafv2_web_acl_association\.\w+\.id\}$/),
      ],
    });
  });

  test('is refused with every setting that breaks a rule', () => {
    expect(() => build({ rateLimit: 9, rateLimitExemptCidrs: ['0.0.0.0/0'] })).toThrow(
      new Error(
        'rateLimit must be an integer from 10 to 2000000000 (requests per window and address), got 9; choose a value in that range\n' +
          'rateLimitExemptCidrs[0] must be an IPv4 network from /1 to /32 without host bits, got "0.0.0.0/0"; write it as 203.0.113.0/24; to exempt everybody is to have no rate rule',
      ),
    );
  });
});

describe('its log', () => {
  test('goes to an encrypted group under the name that WAF demands, without secrets', () => {
    const template = build();
    expect(template.resource('aws_cloudwatch_log_group')).toMatchObject({
      name: 'aws-waf-logs-payment-test',
      retention_in_days: 365,
      kms_key_id: arnOf('aws_kms_key'),
    });
    const logging = attributesOf(template.resource('aws_wafv2_web_acl_logging_configuration'));
    expect(logging).toEqual({
      resource_arn: arnOf(ACL),
      log_destination_configs: [arnOf('aws_cloudwatch_log_group')],
      redacted_fields: [
        { single_header: { name: 'authorization' } },
        { single_header: { name: 'cookie' } },
        { query_string: {} },
      ],
      depends_on: [expect.stringMatching(/^aws_cloudwatch_log_resource_policy\./)],
    });
  });

  test('may be written by log delivery for this account only', () => {
    const policy = build().resource('aws_cloudwatch_log_resource_policy');
    expect(policy.policy_name).toBe('aws-waf-logs-payment-test');
    expect(parsePolicy(policy.policy_document).Statement).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'delivery.logs.amazonaws.com' },
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:us-east-1:111111111111:log-group:aws-waf-logs-payment-test:*',
        Condition: {
          StringEquals: { 'aws:SourceAccount': '111111111111' },
          ArnLike: { 'aws:SourceArn': 'arn:aws:logs:us-east-1:111111111111:*' },
        },
      },
    ]);
  });
});
