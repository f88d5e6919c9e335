import { CloudwatchLogResourcePolicy } from '@cdktf/provider-aws/lib/cloudwatch-log-resource-policy';
import { Wafv2IpSet } from '@cdktf/provider-aws/lib/wafv2-ip-set';
import { Wafv2WebAcl } from '@cdktf/provider-aws/lib/wafv2-web-acl';
import { Wafv2WebAclAssociation } from '@cdktf/provider-aws/lib/wafv2-web-acl-association';
import { Wafv2WebAclLoggingConfiguration } from '@cdktf/provider-aws/lib/wafv2-web-acl-logging-configuration';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { EncryptedLogGroup, type LogRetentionDays } from '../monitoring/encrypted-log-group';
import { Deployment } from '../naming';
import { onlyForAccount, policyDocument } from '../policy';
import { requireNone } from '../validation/problem';
import { visibility, webAclRules } from './web-acl-rules';
import { type RateLimitWindowSeconds, webAclProblems } from './web-acl-settings';

export interface WebAclProps {
  /** The load balancer to guard. */
  readonly loadBalancerArn: string;
  /** The key for logs. Its policy must let CloudWatch Logs of this region use it. */
  readonly encryptionKey: EncryptionKey;
  /** Days until a log event expires. */
  readonly logRetentionDays: LogRetentionDays;
  /**
   * Requests that one address may send in a window before it is answered with 429: 10 to 2,000,000,000.
   * @default 1000
   */
  readonly rateLimit?: number;
  /**
   * The window in which requests are counted: 60, 120, 300 or 600 seconds.
   * @default 60
   */
  readonly rateLimitWindowSeconds?: RateLimitWindowSeconds;
  /**
   * IPv4 networks that the rate rule does not count: the on-premises proxy and merchants, behind whose addresses many
   * clients stand. Every other rule holds for them too.
   * @default none
   */
  readonly rateLimitExemptCidrs?: readonly string[];
}

/** Headers that carry credentials or sessions. */
const SECRET_HEADERS = ['authorization', 'cookie'];

/**
 * The firewall in front of the load balancer: AWS's managed rules and a rate rule by address, all of which block. What the
 * rules let through is allowed. Credentials, sessions and query strings never reach the logs; card data in a body that a
 * rule matched is masked in samples and match details as well.
 * @throws Error that lists every setting which breaks a rule
 */
export class WebAcl extends Construct {
  readonly webAclArn: string;
  /** The web ACL's name, which is also CloudWatch's dimension `WebACL`. */
  readonly webAclName: string;
  readonly logGroupName: string;
  /** The HTTPS listener should depend on it, so that no request ever passes unseen. */
  readonly association: Wafv2WebAclAssociation;

  constructor(scope: Construct, id: string, props: WebAclProps) {
    super(scope, id);
    const { rateLimit = 1000, rateLimitWindowSeconds = 60, rateLimitExemptCidrs = [] } = props;
    requireNone(webAclProblems({ rateLimit, rateLimitWindowSeconds, rateLimitExemptCidrs }));
    this.webAclName = Deployment.of(this).name('payment-waf', 'waf-acl');
    const exemptIpSetArn = rateLimitExemptCidrs.length === 0 ? undefined : this.ipSet(rateLimitExemptCidrs);
    const acl = new Wafv2WebAcl(this, 'Acl', {
      name: this.webAclName,
      description: 'Guards the payment API',
      scope: 'REGIONAL',
      defaultAction: { allow: {} },
      rule: webAclRules({ limit: rateLimit, evaluationWindowSec: rateLimitWindowSeconds, exemptIpSetArn }),
      // Redaction in the logging configuration reaches neither samples nor the matched parts of a request.
      dataProtectionConfig: {
        dataProtection: [
          { action: 'SUBSTITUTION', field: { fieldType: 'SINGLE_HEADER', fieldKeys: SECRET_HEADERS } },
          { action: 'SUBSTITUTION', field: { fieldType: 'QUERY_STRING' } },
          { action: 'SUBSTITUTION', field: { fieldType: 'BODY' } },
        ],
      },
      visibilityConfig: visibility(this.webAclName),
    });
    this.webAclArn = acl.arn;
    this.association = new Wafv2WebAclAssociation(this, 'Association', {
      resourceArn: props.loadBalancerArn,
      webAclArn: acl.arn,
    });
    this.logGroupName = this.log(props);
  }

  private ipSet(addresses: readonly string[]): string {
    return new Wafv2IpSet(this, 'ExemptFromRateLimit', {
      name: Deployment.of(this).name('payment-rate-limit-exempt', 'waf-acl'),
      description: 'Not counted by the rate rule',
      scope: 'REGIONAL',
      ipAddressVersion: 'IPV4',
      addresses: [...addresses],
    }).arn;
  }

  private log({ encryptionKey, logRetentionDays }: WebAclProps): string {
    const deployment = Deployment.of(this);
    // WAF delivers only to groups whose name starts with this.
    const logGroupName = `aws-waf-logs-${deployment.name('payment')}`;
    const group = new EncryptedLogGroup(this, 'Logs', { logGroupName, encryptionKey, retentionDays: logRetentionDays });
    // Without a policy of our own AWS would write one for the whole account, which no destroy removes.
    const delivery = new CloudwatchLogResourcePolicy(this, 'LogDelivery', {
      policyName: logGroupName,
      policyDocument: policyDocument([
        {
          actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          resources: [deployment.arn('logs', `log-group:${logGroupName}:*`)],
          principals: { Service: ['delivery.logs.amazonaws.com'] },
          conditions: onlyForAccount(deployment.accountId, deployment.arn('logs', '*')),
        },
      ]),
    });
    new Wafv2WebAclLoggingConfiguration(this, 'Logging', {
      resourceArn: this.webAclArn,
      logDestinationConfigs: [group.logGroupArn],
      redactedFields: [...SECRET_HEADERS.map((name) => ({ singleHeader: { name } })), { queryString: {} }],
      dependsOn: [delivery],
    });
    return logGroupName;
  }
}
