import { AppautoscalingPolicy } from '@cdktf/provider-aws/lib/appautoscaling-policy';
import { AppautoscalingTarget } from '@cdktf/provider-aws/lib/appautoscaling-target';
import { LambdaProvisionedConcurrencyConfig } from '@cdktf/provider-aws/lib/lambda-provisioned-concurrency-config';
import { Construct } from 'constructs';
import { Deployment } from '../naming';

/** How many execution environments of an alias are initialized before requests come. */
export interface ProvisionedConcurrency {
  /** Always initialized: at least 1. */
  readonly min: number;
  /** Initialized at most: at least `min`. */
  readonly max: number;
}

/**
 * What is wrong with a range, as `<field> must …` without the field: nothing when it is right.
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_PutProvisionedConcurrencyConfig.html
 */
export function provisionedConcurrencyProblem({ min, max }: ProvisionedConcurrency): string | undefined {
  if (Number.isInteger(min) && Number.isInteger(max) && min >= 1 && max >= min) return undefined;
  return `must have whole numbers with 1 <= min <= max (execution environments), got min ${min} and max ${max}; correct them, or leave the range out for none`;
}

/**
 * What is wrong with the reserved concurrency of a function whose aliases have provisioned concurrency: all of them together
 * take from what is reserved. Nothing when it is right, or when nothing is reserved.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
export function reservedConcurrencyProblem(
  reservedConcurrency: number | undefined,
  ranges: readonly ProvisionedConcurrency[],
): string | undefined {
  const sum = ranges.reduce((total, { max }) => total + max, 0);
  if (reservedConcurrency === undefined || reservedConcurrency >= sum) return undefined;
  return `reservedConcurrency must be at least ${sum}, the sum of the provisioned maxima (concurrent executions), got ${reservedConcurrency}; raise it or lower the maxima`;
}

export interface AutoscaledConcurrencyProps extends ProvisionedConcurrency {
  /** What the scaling policy is named after, without the suffix: function and alias. */
  readonly component: string;
  readonly functionName: string;
  readonly aliasName: string;
}

/** Application Auto Scaling adds environments above this share of them in use, and removes some well below. */
const TARGET_UTILIZATION = 0.7;

/** Provisioned concurrency of an alias, between two limits. It costs money also while the alias gets no requests. */
export class AutoscaledConcurrency extends Construct {
  constructor(scope: Construct, id: string, props: AutoscaledConcurrencyProps) {
    super(scope, id);
    const { component, functionName, aliasName, min, max } = props;
    const initial = new LambdaProvisionedConcurrencyConfig(this, 'Config', {
      functionName,
      qualifier: aliasName,
      provisionedConcurrentExecutions: min,
      // From then on the number is auto scaling's; an apply must not put it back in the middle of a peak.
      lifecycle: { ignoreChanges: ['provisioned_concurrent_executions'] },
    });
    const target = new AppautoscalingTarget(this, 'Target', {
      serviceNamespace: 'lambda',
      scalableDimension: 'lambda:function:ProvisionedConcurrency',
      resourceId: `function:${functionName}:${aliasName}`,
      minCapacity: min,
      maxCapacity: max,
      dependsOn: [initial],
    });
    new AppautoscalingPolicy(this, 'Policy', {
      name: Deployment.of(this).name(`${component}-utilization`),
      policyType: 'TargetTrackingScaling',
      serviceNamespace: target.serviceNamespace,
      scalableDimension: target.scalableDimension,
      resourceId: target.resourceId,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: TARGET_UTILIZATION,
        predefinedMetricSpecification: { predefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
      },
    });
  }
}
