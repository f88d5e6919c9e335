import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { Grantee } from '../policy';
import { type Problem, requireNone, when } from '../validation/problem';

/** The rules of the steps in which traffic moves to AWS: every one that they break. */
export const trafficStepProblems = (steps: readonly number[], field = 'steps'): Problem[] =>
  when(
    !(
      steps.length > 0 &&
      steps.every((step, index) => Number.isInteger(step) && step > (steps[index - 1] ?? 0)) &&
      steps.at(-1) === 100
    ),
    {
      field,
      must: 'must be integers from 1 to 100 (percent of traffic to AWS) that grow and end with 100',
      got: steps,
      fix: 'write them as [10, 50, 100]',
    },
  );

export interface TrafficStepsProps {
  /** The weights of AWS that the machine `advance` goes to, one after the other, in percent: growing, the last one 100. */
  readonly steps: readonly number[];
}

/**
 * The parameter `/<project>/<suffix>/traffic-steps`, JSON: where operators and tools read which steps there are.
 * @throws Error when they do not grow up to 100
 */
export class TrafficSteps extends Construct {
  readonly parameterName: string;
  private readonly parameterArn: string;

  constructor(scope: Construct, id: string, { steps }: TrafficStepsProps) {
    super(scope, id);
    requireNone(trafficStepProblems(steps));
    const parameter = new SsmParameter(this, 'Parameter', {
      name: Deployment.of(this).parameterName('traffic-steps'),
      description: 'Percent of traffic to AWS, step by step, as the state machine advance takes them.',
      type: 'String',
      insecureValue: JSON.stringify(steps),
    });
    this.parameterName = parameter.name;
    this.parameterArn = parameter.arn;
  }

  /** Lets a role read the parameter. */
  grantRead(grantee: Grantee): void {
    grantee.addStatements({ actions: ['ssm:GetParameter'], resources: [this.parameterArn] });
  }
}
