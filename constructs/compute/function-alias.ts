import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias';
import { Construct } from 'constructs';
import type { Grantee } from '../policy';
import type { NodeFunction } from './node-function';
import {
  AutoscaledConcurrency,
  type ProvisionedConcurrency,
  provisionedConcurrencyProblem,
} from './provisioned-concurrency';

export interface FunctionAliasProps {
  readonly function: NodeFunction;
  /** The alias, for instance `live`. */
  readonly aliasName: string;
  /** What the alias is for, in one sentence. */
  readonly description: string;
  /**
   * Who decides which version the alias names: `newest`, every deployment moves it to the version that it publishes;
   * `promoted`, it starts with the newest one and Terraform leaves it alone from then on.
   * @default 'newest'
   */
  readonly follows?: 'newest' | 'promoted';
  /**
   * Execution environments that are initialized before requests come.
   * @default none
   */
  readonly provisionedConcurrency?: ProvisionedConcurrency;
}

/** A name for one version of a function, which callers invoke instead of the function. */
export class FunctionAlias extends Construct {
  readonly aliasName: string;
  readonly aliasArn: string;

  /** @throws Error when the range of provisioned concurrency is none */
  constructor(scope: Construct, id: string, props: FunctionAliasProps) {
    super(scope, id);
    const { function: target, aliasName, provisionedConcurrency: range } = props;
    const problem = range === undefined ? undefined : provisionedConcurrencyProblem(range);
    if (problem !== undefined) throw new Error(`provisionedConcurrency of alias ${aliasName} ${problem}`);
    const alias = new LambdaAlias(this, 'Alias', {
      name: aliasName,
      description: props.description,
      functionName: target.functionName,
      functionVersion: target.version,
      lifecycle: props.follows === 'promoted' ? { ignoreChanges: ['function_version'] } : undefined,
    });
    this.aliasName = alias.name;
    this.aliasArn = alias.arn;
    if (range !== undefined) {
      new AutoscaledConcurrency(this, 'Concurrency', {
        component: `${target.component}-${aliasName}`,
        functionName: target.functionName,
        aliasName: this.aliasName,
        ...range,
      });
    }
  }

  /** Lets a role invoke the function through this alias only. */
  grantInvoke(grantee: Grantee): void {
    grantee.addStatements({ actions: ['lambda:InvokeFunction'], resources: [this.aliasArn] });
  }
}
