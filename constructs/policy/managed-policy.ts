import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { Grantee } from './service-role';
import { type PolicyStatement, policyDocument } from './statement';

export interface ManagedPolicyProps {
  /** The policy's name without the suffix, for instance `migration-approvers`. */
  readonly component: string;
  /** Whom it is for and what they may do, in one sentence of at most 1,000 characters. IAM never changes it. */
  readonly description: string;
}

/** A policy for people: who administers their roles, or their permission sets, attaches it. It holds exactly what was granted. */
export class ManagedPolicy extends Construct implements Grantee {
  readonly policyArn: string;
  readonly policyName: string;
  private readonly statements: PolicyStatement[] = [];

  constructor(scope: Construct, id: string, { component, description }: ManagedPolicyProps) {
    super(scope, id);
    this.policyName = Deployment.of(this).name(component, 'policy');
    this.policyArn = new IamPolicy(this, 'Policy', {
      name: this.policyName,
      description,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.statements) }),
    }).arn;
  }

  /** Adds statements; one that is there already is not repeated. */
  addStatements(...statements: PolicyStatement[]): void {
    statements.forEach((statement) => {
      const text = policyDocument([statement]);
      if (!this.statements.some((other) => policyDocument([other]) === text)) this.statements.push(statement);
    });
  }
}
