import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { RandomProvider } from '@cdktf/provider-random/lib/provider';
import { Aspects, TerraformOutput, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { Deployment, type DeploymentProps } from '../constructs/naming';
import { NameTag } from './name-tag';
import { UniqueAddresses } from './unique-addresses';

/**
 * The oldest Terraform: write-only arguments and ephemeral resources, which keep secrets out of the state.
 * @see https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
 */
const REQUIRED_TERRAFORM_VERSION = '>= 1.11.0';

/** The providers' version ranges: from the version that the bindings were made from to the next major one. */
const PROVIDER_VERSIONS = { aws: '~> 6.25', random: '~> 3.7' } as const;

export interface DeploymentStackProps extends DeploymentProps {
  /** The tags of everything in the stack, but for `Name`. */
  readonly tags: Readonly<Record<'Project' | 'Environment' | 'CostCenter' | 'MigrationPhase', string>>;
}

/** What every stack has: a deployment, the providers, the tags, the checks. */
export class DeploymentStack extends TerraformStack {
  readonly deployment: Deployment;

  constructor(scope: Construct, id: string, props: DeploymentStackProps) {
    super(scope, id);
    this.deployment = Deployment.set(this, props);
    new AwsProvider(this, 'Aws', {
      region: props.region,
      // A wrong credential cannot apply this stack to another account.
      allowedAccountIds: [props.accountId],
      defaultTags: [{ tags: { ...props.tags, ManagedBy: 'cdktf' } }],
    });
    this.addOverride('terraform.required_version', REQUIRED_TERRAFORM_VERSION);
    this.addOverride('terraform.required_providers.aws.version', PROVIDER_VERSIONS.aws);
    this.node.addValidation(new UniqueAddresses(this));
    Aspects.of(this).add(new NameTag());
  }

  /** Adds an output under exactly this name. */
  protected output(name: string, value: unknown, description: string): void {
    new TerraformOutput(this, name, { value, description, staticId: true });
  }

  /** Adds the random provider, whose ephemeral passwords are the first values of secrets. */
  protected addRandomProvider(): void {
    new RandomProvider(this, 'Random');
    this.addOverride('terraform.required_providers.random.version', PROVIDER_VERSIONS.random);
  }
}
