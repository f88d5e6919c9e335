import type { Wafv2WebAclRule } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import type { RateLimitWindowSeconds } from './web-acl-settings';

/**
 * AWS's managed rule groups, in the order in which they see a request; together with the rate rule they take about 1,130
 * of the 1,500 capacity units that a web ACL has. The common rules refuse bodies above 8 KiB, which is also all of a body
 * that WAF sees in front of a load balancer, and requests without User-Agent.
 * @see https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
 */
const MANAGED_RULE_GROUPS = [
  'AWSManagedRulesAmazonIpReputationList',
  'AWSManagedRulesKnownBadInputsRuleSet',
  'AWSManagedRulesSQLiRuleSet',
  'AWSManagedRulesCommonRuleSet',
] as const;

export interface RateRuleProps {
  readonly limit: number;
  readonly evaluationWindowSec: RateLimitWindowSeconds;
  /** The IP set whose members are not counted, if there is one. */
  readonly exemptIpSetArn: string | undefined;
}

/** All rules of the web ACL: the rate rule first, because it is the cheapest and stops floods before the rest is paid for. */
export const webAclRules = (rate: RateRuleProps): Wafv2WebAclRule[] => [
  rateRule(rate),
  ...MANAGED_RULE_GROUPS.map((name, index) => managedRule(name, index + 1)),
];

/** What CloudWatch counts of a rule or of the whole web ACL, and samples for the console. */
export const visibility = (metricName: string) => ({
  metricName,
  cloudwatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
});

const rateRule = ({ limit, evaluationWindowSec, exemptIpSetArn }: RateRuleProps): Wafv2WebAclRule => ({
  name: 'RateLimit',
  priority: 0,
  // 429 tells a client of good will to slow down; 403 would look like a refusal for ever.
  action: { block: { customResponse: { responseCode: 429 } } },
  // The bindings leave statements untyped: these are Terraform's own keys.
  statement: {
    rate_based_statement: {
      limit,
      evaluation_window_sec: evaluationWindowSec,
      aggregate_key_type: 'IP',
      // Exempt from being counted, not from the other rules: nobody bypasses those.
      ...(exemptIpSetArn === undefined
        ? {}
        : {
            scope_down_statement: {
              not_statement: { statement: [{ ip_set_reference_statement: { arn: exemptIpSetArn } }] },
            },
          }),
    },
  },
  visibilityConfig: visibility('RateLimit'),
});

const managedRule = (name: string, priority: number): Wafv2WebAclRule => ({
  name,
  priority,
  // A group's own actions count; `override_action` is what a rule with a group takes in place of `action`.
  overrideAction: { none: {} },
  statement: { managed_rule_group_statement: { vendor_name: 'AWS', name } },
  visibilityConfig: visibility(name),
});
