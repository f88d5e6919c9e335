import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { LbTargetGroup } from '@cdktf/provider-aws/lib/lb-target-group';
import { LbTargetGroupAttachment } from '@cdktf/provider-aws/lib/lb-target-group-attachment';
import { Construct } from 'constructs';
import { Deployment } from '../naming';

export interface LambdaTargetGroupProps {
  /** The target group's name without the suffix, for instance `payment-api-blue`; at most 32 characters with it. */
  readonly component: string;
  /** The function's name or ARN, without alias. */
  readonly functionName: string;
  /** The alias that answers, for instance `blue`. */
  readonly aliasName: string;
  readonly aliasArn: string;
}

// Health checks of functions are off unless asked for, and each one is an invocation.
const HEALTH_CHECK = {
  enabled: true,
  path: '/health',
  matcher: '200',
  interval: 30,
  // The default of 30 would not be below the interval, which AWS requires.
  timeout: 10,
  healthyThreshold: 2,
  unhealthyThreshold: 2,
} as const;

/**
 * A target group for one alias of a function: health checked, and the only load-balancer path that may invoke the alias.
 * Headers and query parameters travel as lists, so that repeated ones are not lost.
 * @throws Error when the name is longer than AWS accepts
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
export class LambdaTargetGroup extends Construct {
  readonly arn: string;
  /** The part of the ARN that CloudWatch's dimension `TargetGroup` wants. */
  readonly arnSuffix: string;
  /** The function as a registered target: a release must not get requests before it exists. */
  readonly attachment: LbTargetGroupAttachment;

  constructor(scope: Construct, id: string, props: LambdaTargetGroupProps) {
    super(scope, id);
    const group = new LbTargetGroup(this, 'TargetGroup', {
      name: Deployment.of(this).name(props.component, 'target-group'),
      targetType: 'lambda',
      lambdaMultiValueHeadersEnabled: true,
      healthCheck: HEALTH_CHECK,
    });
    const permission = new LambdaPermission(this, 'Permission', {
      statementId: 'LoadBalancerInvokes',
      action: 'lambda:InvokeFunction',
      functionName: props.functionName,
      qualifier: props.aliasName,
      principal: 'elasticloadbalancing.amazonaws.com',
      sourceArn: group.arn,
    });
    this.attachment = new LbTargetGroupAttachment(this, 'Attachment', {
      targetGroupArn: group.arn,
      targetId: props.aliasArn,
      // AWS checks at registration that the load balancer may invoke the function.
      dependsOn: [permission],
    });
    this.arn = group.arn;
    this.arnSuffix = group.arnSuffix;
  }
}
