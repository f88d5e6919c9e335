import type { IConstruct } from 'constructs';
import { NAME_LIMITS, NAME_PART, NAME_PART_RULE, type NameKind } from './limits';

/** What every construct of one stack shares: where it is deployed, how its resources are named, how safely they are kept. */
export interface DeploymentProps {
  /** The project, as in the `Project` tag and in paths of SSM parameters, for instance `payment`. */
  readonly project: string;
  /**
   * The environment suffix that ends every name, for instance `prod`: lower-case letters, digits and single hyphens,
   * starting with a letter. `MAX_SUFFIX_LENGTH` characters at most, so that every name fits.
   */
  readonly suffix: string;
  /** The AWS account's id: 12 digits. */
  readonly accountId: string;
  /** The AWS region, for instance `us-east-1`. */
  readonly region: string;
  /**
   * Whether the stack must be destroyable to the last resource: no `prevent_destroy`, no deletion protection, no final
   * snapshot, buckets emptied on destroy. Never for data that matters.
   * @default false
   */
  readonly teardown?: boolean;
}

const CONTEXT_KEY = 'payment-migration:deployment';

/** What each field must look like, and in words. */
const FORMATS = [
  ['project', NAME_PART, NAME_PART_RULE],
  ['suffix', NAME_PART, NAME_PART_RULE],
  ['accountId', /^\d{12}$/, '12 digits'],
  ['region', /^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region such as us-east-1'],
] as const;

/**
 * The deployment that a construct belongs to. A stack sets it once (`Deployment.set`), constructs read it
 * (`Deployment.of(this)`), so that no construct has to hand the suffix, account and region on to its children.
 */
export class Deployment {
  /**
   * Attaches the deployment to a scope (a stack) that has no children yet, and to everything created below it.
   * @throws Error when the project, suffix, account id or region is malformed
   */
  static set(scope: IConstruct, props: DeploymentProps): Deployment {
    for (const [field, format, rule] of FORMATS) {
      if (!format.test(props[field])) throw new Error(`${field} must be ${rule}, got "${props[field]}"`);
    }
    const deployment = new Deployment(props);
    scope.node.setContext(CONTEXT_KEY, deployment);
    return deployment;
  }

  /**
   * The deployment of the stack that holds `scope`.
   * @throws Error when no stack above `scope` has set one.
   */
  static of(scope: IConstruct): Deployment {
    const found: unknown = scope.node.tryGetContext(CONTEXT_KEY);
    if (found instanceof Deployment) return found;
    throw new Error(
      `${scope.node.path} must be created below a stack with a deployment, got none; call Deployment.set(stack, …) first`,
    );
  }

  readonly project: string;
  readonly suffix: string;
  readonly accountId: string;
  readonly region: string;
  readonly teardown: boolean;

  private constructor(props: DeploymentProps) {
    this.project = props.project;
    this.suffix = props.suffix;
    this.accountId = props.accountId;
    this.region = props.region;
    this.teardown = props.teardown ?? false;
  }

  /**
   * The name `<component>-<suffix>`.
   * @param component what the resource is, for instance `payment-alb`
   * @param kind the kind of resource, which limits the length
   * @throws Error when the name is longer than AWS accepts
   */
  name(component: string, kind: NameKind = 'default'): string {
    return this.checked(`${component}-${this.suffix}`, kind);
  }

  /** The bucket name `<component>-<suffix>-<account id>`: bucket names are global, the account id keeps them ours. */
  bucketName(component: string): string {
    return this.checked(`${component}-${this.suffix}-${this.accountId}`, 'bucket');
  }

  /** The SSM parameter name `/<project>/<suffix>/<key>`. */
  parameterName(key: string): string {
    return `/${this.project}/${this.suffix}/${key}`;
  }

  /** An ARN in this account and region, for instance `arn('logs', 'log-group:/aws/lambda/x:*')`. */
  arn(service: string, resource: string): string {
    return `arn:aws:${service}:${this.region}:${this.accountId}:${resource}`;
  }

  /** The `lifecycle` of what must not be lost by accident: Terraform refuses to destroy it, unless teardown allows that. */
  get protection(): { readonly preventDestroy: true } | undefined {
    return this.teardown ? undefined : { preventDestroy: true };
  }

  /** The ARN of this account's root principal: the account itself in key and bucket policies. */
  get accountRootArn(): string {
    return `arn:aws:iam::${this.accountId}:root`;
  }

  private checked(name: string, kind: NameKind): string {
    const limit = NAME_LIMITS[kind];
    if (name.length <= limit) return name;
    throw new Error(
      `name of a ${kind} must have at most ${limit} characters, got "${name}" (${name.length}); use a shorter suffix`,
    );
  }
}
