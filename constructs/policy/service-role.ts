import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { type PolicyStatement, policyDocument } from './statement';

/** Whoever can be given permissions: `bucket.grantRead(grantee)` adds the statements to its policy. */
export interface Grantee {
  /** Adds statements to its policy. */
  addStatements(...statements: PolicyStatement[]): void;
}

export interface ServiceRoleProps {
  /** The role's name without the suffix, for instance `payment-validation`; at most 64 characters with it. */
  readonly component: string;
  /** The service that assumes the role, for instance `lambda.amazonaws.com`. */
  readonly service: string;
  /** What the role is for, in one sentence. */
  readonly description: string;
  /**
   * Conditions on who the service acts for, see `onlyForAccount`. Not every service sends them.
   * @default none
   */
  readonly trustConditions?: PolicyStatement['conditions'];
  /**
   * ARNs of AWS managed policies, where AWS requires one of its own.
   * @default none
   */
  readonly managedPolicyArns?: readonly string[];
}

/** An IAM role of one AWS service, with one inline policy that holds exactly what was granted. */
export class ServiceRole extends Construct implements Grantee {
  readonly roleArn: string;
  readonly roleName: string;
  private readonly role: IamRole;
  private readonly statements: PolicyStatement[] = [];
  private policy: IamRolePolicy | undefined;

  constructor(scope: Construct, id: string, props: ServiceRoleProps) {
    super(scope, id);
    const { service, trustConditions } = props;
    this.role = new IamRole(this, 'Role', {
      name: Deployment.of(this).name(props.component, 'role'),
      description: props.description,
      assumeRolePolicy: policyDocument([
        { actions: ['sts:AssumeRole'], resources: [], principals: { Service: [service] }, conditions: trustConditions },
      ]),
    });
    props.managedPolicyArns?.forEach((policyArn) => {
      new IamRolePolicyAttachment(this, `Managed-${policyArn.split('/').at(-1) ?? policyArn}`, {
        role: this.role.name,
        policyArn,
      });
    });
    this.roleArn = this.role.arn;
    this.roleName = this.role.name;
  }

  /**
   * Adds statements; one that is there already is not repeated.
   * @throws Error when a statement names no resource: IAM would refuse the policy only at deployment
   */
  addStatements(...statements: PolicyStatement[]): void {
    const invalid = statements.find(({ resources }) => resources.length === 0);
    if (invalid !== undefined) {
      throw new Error(
        `resources of a statement for ${this.node.path} must name at least one ARN, got none for ${invalid.actions.join(', ')}`,
      );
    }
    statements.forEach((statement) => {
      const text = policyDocument([statement]);
      // Two grants on one bucket or table both name its key.
      if (!this.statements.some((other) => policyDocument([other]) === text)) this.statements.push(statement);
    });
    this.policy ??= new IamRolePolicy(this, 'Policy', {
      name: 'granted',
      role: this.role.name,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.statements) }),
    });
  }

  /** The inline policy, for `dependsOn` of what must not start before its permissions exist. Undefined before a grant. */
  get inlinePolicy(): IamRolePolicy | undefined {
    return this.policy;
  }
}
