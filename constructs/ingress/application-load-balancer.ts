import { Lb } from '@cdktf/provider-aws/lib/lb';
import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { SecurityGroup } from '../network/security-group';
import { type Bucket, loadBalancerLogDelivery } from '../storage';
import { requireNone } from '../validation/problem';

export interface ApplicationLoadBalancerProps {
  readonly vpcId: string;
  /** One subnet in each of at least two availability zones: public ones for an internet-facing load balancer. */
  readonly subnetIds: readonly string[];
  /** Whether it has public addresses. AWS cannot change it without replacing the load balancer. */
  readonly scheme: 'internet-facing' | 'internal';
  /**
   * Networks that may connect on 443 and 80. A narrower list must hold the ranges of Route 53's health checkers, or the
   * weighted records take this side for dead.
   * @default everybody for internet-facing, nobody for internal (`securityGroup.allowFrom` admits a group)
   */
  readonly allowedCidrs?: readonly string[];
  /**
   * The bucket for access and connection logs, in this region and encrypted with SSE-S3: log delivery supports no customer
   * key. Its policy gets the statement that lets this account's load balancers write below `payment-alb/`.
   */
  readonly logBucket: Bucket;
  /**
   * Seconds after which an idle connection is closed: 1 to 4000. Longer than a function may take to answer.
   * @default 60
   */
  readonly idleTimeoutSeconds?: number;
  /**
   * How requests that do not follow RFC 7230 are treated. `defensive` lets through what is odd but harmless, as clients of
   * the old load balancer may send it; `strictest` refuses everything that is not compliant.
   * @default 'defensive'
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/application-load-balancers.html#desync-mitigation-mode
   */
  readonly desyncMitigationMode?: 'defensive' | 'strictest';
}

/** The load balancer's name without the suffix, its security group's component, and its prefix in the log bucket. */
const COMPONENT = 'payment-alb';

/**
 * The entry to the API: an application load balancer that logs every request and connection and sends plain HTTP to HTTPS.
 * Its HTTPS listener is an `HttpsListener`.
 * @throws Error when the idle timeout or the number of subnets is out of range
 */
export class ApplicationLoadBalancer extends Construct {
  readonly arn: string;
  /** The part of the ARN that CloudWatch's dimension `LoadBalancer` wants. */
  readonly arnSuffix: string;
  readonly dnsName: string;
  /** The hosted zone that `dnsName` lies in, for alias records. */
  readonly zoneId: string;
  readonly securityGroup: SecurityGroup;

  constructor(scope: Construct, id: string, props: ApplicationLoadBalancerProps) {
    super(scope, id);
    const isInternal = props.scheme === 'internal';
    const idleTimeoutSeconds = props.idleTimeoutSeconds ?? 60;
    requireValid(props, idleTimeoutSeconds);
    const deployment = Deployment.of(this);
    this.securityGroup = new SecurityGroup(this, 'SecurityGroup', {
      vpcId: props.vpcId,
      component: COMPONENT,
      description: 'Entry to the payment API',
    });
    this.admit(props.allowedCidrs ?? (isInternal ? [] : ['0.0.0.0/0']));
    const logs = logTo(props.logBucket, deployment);
    const loadBalancer = new Lb(this, 'LoadBalancer', {
      name: deployment.name(COMPONENT, 'load-balancer'),
      loadBalancerType: 'application',
      internal: isInternal,
      ipAddressType: 'ipv4',
      subnets: [...props.subnetIds],
      securityGroups: [this.securityGroup.securityGroupId],
      // Balancing across zones is always on for this type of load balancer and cannot be set.
      enableHttp2: true,
      idleTimeout: idleTimeoutSeconds,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: props.desyncMitigationMode ?? 'defensive',
      // Appends the address it sees: `preserve` would let a client write the whole header.
      xffHeaderProcessingMode: 'append',
      // When WAF does not answer, requests fail instead of passing unseen.
      enableWafFailOpen: false,
      enableDeletionProtection: !deployment.teardown,
      // Both in one place: the names of connection log files start with conn_log.
      accessLogs: logs,
      connectionLogs: logs,
      // AWS writes a test object when logging is switched on.
      dependsOn: [props.logBucket.policyDependency],
    });
    this.arn = loadBalancer.arn;
    this.arnSuffix = loadBalancer.arnSuffix;
    this.dnsName = loadBalancer.dnsName;
    this.zoneId = loadBalancer.zoneId;
    new LbListener(this, 'HttpListener', {
      loadBalancerArn: this.arn,
      port: 80,
      protocol: 'HTTP',
      defaultAction: [{ type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', statusCode: 'HTTP_301' } }],
      routingHttpResponseServerEnabled: false,
    });
  }

  private admit(cidrs: readonly string[]): void {
    for (const cidr of cidrs) {
      const peer = { name: cidr === '0.0.0.0/0' ? 'everybody' : cidr.replaceAll('.', '-').replace('/', '_'), cidr };
      this.securityGroup.allowFrom(peer, { from: 443 }, 'HTTPS requests to the payment API');
      this.securityGroup.allowFrom(peer, { from: 80 }, 'HTTP, only to be redirected to HTTPS');
    }
  }
}

/** Lets load balancers write to the bucket; returns what the load balancer is told about it. */
function logTo(bucket: Bucket, { accountId, region }: Deployment) {
  const { bucketArn, bucketName } = bucket;
  bucket.addToBucketPolicy(loadBalancerLogDelivery({ bucketArn, accountId, region, prefix: COMPONENT }));
  return { bucket: bucketName, prefix: COMPONENT, enabled: true };
}

function requireValid({ subnetIds }: ApplicationLoadBalancerProps, idleTimeoutSeconds: number): void {
  const isTimeout = Number.isInteger(idleTimeoutSeconds) && idleTimeoutSeconds >= 1 && idleTimeoutSeconds <= 4000;
  requireNone([
    ...(Token.isUnresolved(subnetIds) || subnetIds.length >= 2
      ? []
      : [
          {
            field: 'subnetIds',
            must: 'must hold subnets of at least 2 availability zones',
            got: subnetIds,
            fix: 'give one subnet a zone',
          },
        ]),
    ...(Token.isUnresolved(idleTimeoutSeconds) || isTimeout
      ? []
      : [
          {
            field: 'idleTimeoutSeconds',
            must: 'must be an integer from 1 to 4000 (seconds)',
            got: idleTimeoutSeconds,
            fix: 'choose a value in that range',
          },
        ]),
  ]);
}
