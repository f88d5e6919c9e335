import { TerraformVariable, Token } from 'cdktf';
import { Construct } from 'constructs';

interface WeightVariableProps {
  /** The variable's name, exactly as operators type it after `--var=`. */
  readonly variableName: 'aws_traffic_weight' | 'green_traffic_weight';
  readonly description: string;
  /** The unit in the error message, for instance `percent of traffic to AWS`. */
  readonly unit: string;
}

/**
 * A share of traffic that changes at run time: a Terraform variable, an integer from 0 to 100. It has no default and is
 * not nullable, so a run that forgets it stops with Terraform's own error instead of moving payments.
 */
export class WeightVariable extends Construct {
  /** The weight, for a numeric argument: emitted as `${var.<name>}`. Never calculate with it in TypeScript: it is a token. */
  readonly weight: number;
  /** The rest up to 100, for a numeric argument: emitted as `${100 - var.<name>}`. */
  readonly complement: number;
  readonly variableName: string;

  constructor(scope: Construct, id: string, props: WeightVariableProps) {
    super(scope, id);
    const { variableName, unit } = props;
    const reference = `var.${variableName}`;
    const variable = new TerraformVariable(this, 'Variable', {
      type: 'number',
      nullable: false,
      description: props.description,
      validation: [
        {
          condition: `\${${reference} >= 0 && ${reference} <= 100 && floor(${reference}) == ${reference}}`,
          errorMessage: `${variableName} must be an integer from 0 to 100 (${unit}), got \${${reference}}; its description says how to read the present weight`,
        },
      ],
    });
    variable.overrideLogicalId(variableName);
    this.variableName = variableName;
    // Raw expressions: cdktf's Op drops an operand of 0, and arithmetic on a token is silently wrong.
    this.weight = Token.asNumber(`\${${reference}}`);
    this.complement = Token.asNumber(`\${100 - ${reference}}`);
  }
}

export interface AwsTrafficWeightProps {
  /** The hosted zone's id, for the command in the description. */
  readonly zoneId: string;
  /** The weighted record's name, for the command in the description. */
  readonly recordName: string;
}

/** The variable `aws_traffic_weight`: percent of traffic to AWS; on-premises gets the rest. */
export class AwsTrafficWeight extends WeightVariable {
  constructor(scope: Construct, id: string, props: AwsTrafficWeightProps) {
    // Terraform allows no reference in a description, be it a token or written out.
    const isReference = Token.isUnresolved(props.zoneId) || props.zoneId.includes('${');
    const zone = isReference ? '<hosted zone id>' : props.zoneId;
    super(scope, id, {
      variableName: 'aws_traffic_weight',
      unit: 'percent of traffic to AWS',
      description: [
        'Percent of traffic that DNS sends to AWS, an integer from 0 to 100; on-premises gets the rest.',
        'No default: pass the present weight unless you mean to move traffic. Read it with:',
        `aws route53 list-resource-record-sets --hosted-zone-id ${zone} --query`,
        `"ResourceRecordSets[?Name=='${props.recordName}.' && SetIdentifier=='aws'].Weight" --output text.`,
        'At the first deployment pass 0. On destroy any value in range serves, as the records go away: pass 0.',
      ].join(' '),
    });
  }
}

/** The variable `green_traffic_weight`: percent of the API's requests on AWS that the green version answers. */
export class GreenTrafficWeight extends WeightVariable {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      variableName: 'green_traffic_weight',
      unit: 'percent of requests to the green version',
      description: [
        "Percent of the payment API's requests on AWS that the green (newest) version answers, an integer from 0 to 100; blue gets the rest.",
        'No default: pass the present weight unless you mean to move traffic. Read it with:',
        'aws elbv2 describe-listeners --load-balancer-arn "$(terraform output -raw alb_arn)" --query',
        // Single quotes: between double ones a shell would run what stands in the backticks.
        "'Listeners[?Port==`443`].DefaultActions[].ForwardConfig.TargetGroups[]' --output table",
        '(the target group payment-api-green-…).',
        'At the first deployment pass 0. On destroy any value in range serves: pass 0.',
      ].join(' '),
    });
  }
}
