import { LambdaAlias } from '@cdktf/provider-aws/lib/lambda-alias';
import { Construct } from 'constructs';
import type { Grantee } from '../policy';
import { type AsynchronousInvocation, configureAsynchronousInvocation, grantDelivery } from './failure-destination';
import { requireWithinLimits } from './function-limits';
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
  /**
   * What becomes of events of asynchronous invocations of the alias; the function's own setting is not for aliases.
   * @default Lambda's own: two retries, 6 hours, then the event is lost. For aliases that are called synchronously.
   */
  readonly asynchronousInvocation?: AsynchronousInvocation;
}

/** A name for one version of a function, which callers invoke instead of the function. */
export class FunctionAlias extends Construct {
  readonly aliasName: string;
  readonly aliasArn: string;

  /** @throws Error when the range of provisioned concurrency is none, or a number is outside Lambda's limits */
  constructor(scope: Construct, id: string, props: FunctionAliasProps) {
    super(scope, id);
    const { function: target, aliasName, provisionedConcurrency: range, asynchronousInvocation: asynchronous } = props;
    const problem = range === undefined ? undefined : provisionedConcurrencyProblem(range);
    if (problem !== undefined) throw new Error(`provisionedConcurrency of alias ${aliasName} ${problem}`);
    requireWithinLimits({
      maximumRetryAttempts: asynchronous?.maximumRetryAttempts,
      maximumEventAgeSeconds: asynchronous?.maximumEventAgeSeconds,
    });
    const alias = new LambdaAlias(this, 'Alias', {
      name: aliasName,
      description: props.description,
      functionName: target.functionName,
      functionVersion: target.version,
      lifecycle: props.follows === 'promoted' ? { ignoreChanges: ['function_version'] } : undefined,
    });
    this.aliasName = alias.name;
    this.aliasArn = alias.arn;
    if (asynchronous !== undefined) {
      grantDelivery(target.role, asynchronous);
      configureAsynchronousInvocation(this, 'Asynchronous', target.functionName, asynchronous, this.aliasName);
    }
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
