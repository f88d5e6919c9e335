import {
  DataTerraformRemoteState,
  LocalBackend,
  NamedRemoteWorkspace,
  S3Backend,
  TerraformBackend,
  type TerraformRemoteState,
  type TerraformStack,
} from 'cdktf';
import type { Construct } from 'constructs';
import type { Account, Environment } from './configuration';

/** Where a stack on S3 keeps its state: the account's bucket, its key, its lock table. */
export interface S3StateProps {
  readonly account: Account;
  /** The object that holds the state. */
  readonly key: string;
}

/**
 * Keeps a stack's state in the account's bucket: encrypted with the account's key, locked by the DynamoDB table and by a
 * lock file beside the state, and readable only with credentials of that account.
 * @see https://developer.hashicorp.com/terraform/language/backend/s3
 */
export function addS3Backend(stack: TerraformStack, { account, key }: S3StateProps): void {
  const { id, region, state } = account;
  const backend = new S3Backend(stack, {
    bucket: state.bucket,
    key,
    region,
    encrypt: true,
    kmsKeyId: `arn:aws:kms:${region}:${id}:key/${state.kmsKeyId}`,
    dynamodbTable: state.lockTable,
    allowedAccountIds: [id],
  });
  // The table locks on every version of Terraform, the lock file from 1.10 on; cdktf 0.21 has no property for it.
  backend.addOverride('use_lockfile', true);
}

type CloudState = Extract<Environment['state'], { type: 'cloud' }>;

/**
 * The cloud block. cdktf's own runs `terraform version` at synthesis, which must need no Terraform.
 * @see https://developer.hashicorp.com/terraform/cli/cloud/settings
 */
class TerraformCloud extends TerraformBackend {
  constructor(
    stack: TerraformStack,
    private readonly state: CloudState,
  ) {
    super(stack, 'backend', 'cloud');
  }

  override toTerraform(): unknown {
    const { hostname, organization, workspace } = this.state;
    return { terraform: { cloud: { hostname, organization, workspaces: { name: workspace } } } };
  }

  /** The state as other stacks read it: the block has no data source of its own, but its workspaces answer as `remote`. */
  override getRemoteStateDataSource(scope: Construct, name: string): TerraformRemoteState {
    const { hostname, organization, workspace } = this.state;
    const workspaces = new NamedRemoteWorkspace(workspace);
    return new DataTerraformRemoteState(scope, name, { hostname, organization, workspaces });
  }

  /** The cdktf CLI takes runs on Terraform Cloud from here. */
  override toMetadata(): unknown {
    return { backend: 'cloud', cloud: this.state.hostname === 'app.terraform.io' ? 'tfc' : 'tfe' };
  }
}

/** Keeps an environment's state where its file says. */
export function addBackend(stack: TerraformStack, state: Environment['state'], s3: S3StateProps): void {
  switch (state.type) {
    case 's3':
      addS3Backend(stack, s3);
      return;
    case 'cloud':
      new TerraformCloud(stack, state);
      return;
    case 'local':
      // Relative, or two checkouts would differ; in the project's folder, because cdktf.out can be made anew at any time.
      new LocalBackend(stack, { path: `../../../terraform.${stack.node.id}.tfstate` });
      return;
  }
}
