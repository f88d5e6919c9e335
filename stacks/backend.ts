import { CloudBackend, LocalBackend, NamedCloudWorkspace, S3Backend, type TerraformStack } from 'cdktf';
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

/** Keeps an environment's state where its file says. */
export function addBackend(stack: TerraformStack, state: Environment['state'], s3: S3StateProps): void {
  switch (state.type) {
    case 's3':
      addS3Backend(stack, s3);
      return;
    case 'cloud':
      new CloudBackend(stack, {
        hostname: state.hostname,
        organization: state.organization,
        workspaces: new NamedCloudWorkspace(state.workspace),
      });
      return;
    case 'local':
      // A relative path: the default holds the folder of the checkout, and two checkouts would differ.
      new LocalBackend(stack, { path: `terraform.${stack.node.id}.tfstate` });
      return;
  }
}
