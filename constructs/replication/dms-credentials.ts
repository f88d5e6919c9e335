import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { DatabaseCredentials, type DatabaseCredentialsProps } from '../database/database-credentials';
import { Deployment } from '../naming';
import { onlyForAccount, ServiceRole } from '../policy';

/** `component` names the secret and the role that reads it, for instance `dms-source-credentials`. */
export type DmsCredentialsProps = DatabaseCredentialsProps;

/**
 * The credentials of one DMS endpoint: a secret with all that DMS wants in it (an RDS-managed secret has no host and port)
 * and the role that reads it. Secrets of DMS are not rotated during the migration: a rotation would break its connections.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/security_iam_secretsmanager.html
 */
export class DmsCredentials extends DatabaseCredentials {
  readonly accessRoleArn: string;
  /** What must exist before an endpoint can use the secret. */
  readonly dependencies: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: DmsCredentialsProps) {
    super(scope, id, props);
    const role = this.createAccessRole(props);
    this.accessRoleArn = role.roleArn;
    this.dependencies = [this.firstVersion, ...(role.inlinePolicy === undefined ? [] : [role.inlinePolicy])];
  }

  private createAccessRole({ component, encryptionKey }: DmsCredentialsProps): ServiceRole {
    const deployment = Deployment.of(this);
    const role = new ServiceRole(this, 'AccessRole', {
      component,
      // Secrets are read by the service of the region, not by dms.amazonaws.com.
      service: `dms.${deployment.region}.amazonaws.com`,
      description: `Lets DMS read the secret ${deployment.name(component)}`,
      trustConditions: onlyForAccount(deployment.accountId, deployment.arn('dms', '*')),
    });
    // DMS describes a secret before it reads it, as no function of ours does.
    role.addStatements({
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      resources: [this.secretArn],
    });
    encryptionKey.grantDecrypt(role);
    return role;
  }
}
