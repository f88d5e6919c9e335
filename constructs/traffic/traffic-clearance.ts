import { SsmParameter } from '@cdktf/provider-aws/lib/ssm-parameter';
import type { TerraformResourceLifecycle } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { Grantee } from '../policy';
import type { WeightVariable } from './weight-variable';

/** The first clearance: no traffic to AWS. What the functions take for it where nobody set one; a test holds them equal. */
const FIRST = {
  minAwsWeight: 0,
  maxAwsWeight: 0,
  reason: 'No traffic was cleared for AWS yet.',
  by: 'terraform',
  at: '1970-01-01T00:00:00.000Z',
} as const;

type Precondition = NonNullable<TerraformResourceLifecycle['precondition']>[number];

/**
 * The parameter `/<project>/<suffix>/traffic-clearance`: from which to which weight AWS may get traffic. Terraform creates it
 * with 0 and 0 and never writes it again: the state machines do, and each plan reads what they wrote. With
 * `terraform plan -refresh=false` a plan would go by an older value.
 */
export class TrafficClearance extends Construct {
  readonly parameterName: string;
  readonly parameterArn: string;
  private readonly value: string;
  private readonly deployment: Deployment;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deployment = Deployment.of(this);
    const parameter = new SsmParameter(this, 'Parameter', {
      name: this.deployment.parameterName('traffic-clearance'),
      description:
        'Percent of traffic that AWS may get. Written by the state machines and the function traffic-guard only.',
      type: 'String',
      // Not `value`, which the provider hides: the message of the precondition must say what it is.
      insecureValue: JSON.stringify(FIRST),
      lifecycle: { ignoreChanges: ['insecure_value'] },
    });
    this.parameterName = parameter.name;
    this.parameterArn = parameter.arn;
    // Raw, because cdktf's functions drop an operand of 0. What is no clearance lets nothing through.
    const decoded = `jsondecode(${parameter.fqn}.insecure_value)`;
    this.value = decoded;
  }

  /**
   * What a plan must fulfil that sets the weight of AWS.
   * @returns preconditions for the lifecycle of the records
   */
  preconditions({ variableName }: WeightVariable): Precondition[] {
    const field = (name: string, otherwise: string) => `try(${this.value}.${name}, ${otherwise})`;
    const weight = `var.${variableName}`;
    const { suffix } = this.deployment;
    const [least, most] = [field('minAwsWeight', '101'), field('maxAwsWeight', '-1')];
    // A reason is a sentence of its own, mostly with its full stop.
    const reason = `\${trimsuffix(try(${this.value}.reason, "the parameter holds no clearance; traffic-guard-${suffix} writes it anew within a minute"), ".")}`;
    const where = `the clearance in ${this.deployment.parameterName('traffic-clearance')}`;
    return [
      {
        condition: `\${${weight} <= ${most}}`,
        errorMessage: `${variableName} must be at most \${${most}} (percent of traffic to AWS) by ${where}, got \${${weight}}. The clearance says: ${reason}. To send more to AWS, start the state machine advance-${suffix}, which raises the maximum when its gates pass; else pass the present weight.`,
      },
      {
        condition: `\${${weight} >= ${least}}`,
        errorMessage: `${variableName} must be at least \${${least}} (percent of traffic to AWS) by ${where}, got \${${weight}}. The clearance says: ${reason}. The payments are in Aurora: to go back to on-premises, start the state machine rollback-${suffix} (rollback-trigger-${suffix} does), which moves data and weights; else pass the present weight.`,
      },
    ];
  }

  /** Lets a role read the parameter. */
  grantRead(grantee: Grantee): void {
    grantee.addStatements({ actions: ['ssm:GetParameter'], resources: [this.parameterArn] });
  }

  /** Lets a role write the parameter. */
  grantWrite(grantee: Grantee): void {
    grantee.addStatements({ actions: ['ssm:PutParameter'], resources: [this.parameterArn] });
  }
}
