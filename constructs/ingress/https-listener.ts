import { LbListener } from '@cdktf/provider-aws/lib/lb-listener';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { WeightVariable } from '../traffic';

/**
 * The TLS policies on offer: all refuse TLS 1.0 and 1.1 and every cipher without forward secrecy and authenticated
 * encryption. Policies for TLS 1.3 alone are not among them: Route 53's health checkers speak at most 1.2.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
 */
export const SSL_POLICIES = [
  'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09',
  'ELBSecurityPolicy-TLS13-1-2-Res-2021-06',
] as const;

export type SslPolicy = (typeof SSL_POLICIES)[number];

/** A target group and its share of the requests. */
export interface WeightedTargetGroup {
  readonly targetGroupArn: string;
  /** 0 to 999, relative to the other target groups; usually a token of a `WeightVariable`. */
  readonly weight: number;
}

export interface HttpsListenerProps {
  readonly loadBalancerArn: string;
  /** A certificate that is issued (`Certificate.certificateArn` waits for that). */
  readonly certificateArn: string;
  /** Where requests go that no rule matches. Terraform owns these weights. */
  readonly forwardTo: readonly WeightedTargetGroup[];
  /**
   * TLS 1.3 and 1.2. The default adds hybrid post-quantum key exchange for clients that offer it.
   * @default 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09'
   */
  readonly sslPolicy?: SslPolicy;
  /**
   * What must be there before the first request: the firewall's association and the functions' attachments.
   * @default nothing beyond what the arguments refer to
   */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The HTTPS listener on port 443: terminates TLS and divides requests between target groups by weight. */
export class HttpsListener extends Construct {
  /** For rules with paths and priorities of their own. */
  readonly listenerArn: string;

  constructor(scope: Construct, id: string, props: HttpsListenerProps) {
    super(scope, id);
    this.listenerArn = new LbListener(this, 'Listener', {
      loadBalancerArn: props.loadBalancerArn,
      port: 443,
      protocol: 'HTTPS',
      sslPolicy: props.sslPolicy ?? SSL_POLICIES[0],
      certificateArn: props.certificateArn,
      defaultAction: [
        {
          type: 'forward',
          forward: {
            targetGroup: props.forwardTo.map(({ targetGroupArn, weight }) => ({ arn: targetGroupArn, weight })),
          },
        },
      ],
      // The header would tell everybody what answers.
      routingHttpResponseServerEnabled: false,
      dependsOn: props.dependsOn === undefined ? undefined : [...props.dependsOn],
    }).arn;
  }
}

/**
 * Blue and green by `green_traffic_weight`: green gets the weight, blue the rest.
 * @param greenWeight the variable `green_traffic_weight`
 */
export function blueGreenForward(
  blueTargetGroupArn: string,
  greenTargetGroupArn: string,
  greenWeight: WeightVariable,
): WeightedTargetGroup[] {
  return [
    { targetGroupArn: blueTargetGroupArn, weight: greenWeight.complement },
    { targetGroupArn: greenTargetGroupArn, weight: greenWeight.weight },
  ];
}
