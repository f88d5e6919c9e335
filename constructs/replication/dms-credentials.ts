import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version';
import { Fn, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type EncryptionKey, EphemeralRandomPassword } from '../encryption';
import { Deployment } from '../naming';
import { onlyForAccount, ServiceRole } from '../policy';

export interface DmsCredentialsProps {
  /** The name of secret and role without the suffix, for instance `dms-source-credentials`. */
  readonly component: string;
  /** Which database they are for, in one sentence. */
  readonly description: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly databaseName: string;
  /** The key for secrets. */
  readonly encryptionKey: EncryptionKey;
}

/**
 * The credentials of one DMS endpoint: a secret with all that DMS wants in it (an RDS-managed secret has no host and port)
 * and the role that reads it.
 *
 * The first password is generated while Terraform runs and is in no plan and no state. Whoever creates the database role
 * gives it this password, or writes another one into the secret (`aws secretsmanager put-secret-value`): Terraform never
 * reads nor writes it again. A change of host or user name is such a write, too. Secrets of DMS are not rotated during the
 * migration: a rotation would break its connections.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/security_iam_secretsmanager.html
 */
export class DmsCredentials extends Construct {
  readonly secretArn: string;
  readonly secretName: string;
  readonly accessRoleArn: string;
  /** What must exist before an endpoint can use the secret. */
  readonly dependencies: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: DmsCredentialsProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    const secret = new SecretsmanagerSecret(this, 'Secret', {
      name: deployment.name(props.component),
      description: props.description,
      kmsKeyId: props.encryptionKey.keyArn,
      recoveryWindowInDays: deployment.teardown ? 0 : 30,
      lifecycle: deployment.protection,
    });
    this.secretArn = secret.arn;
    this.secretName = secret.name;
    const version = this.firstVersion(secret.id, props);
    const role = this.accessRole(props);
    this.accessRoleArn = role.roleArn;
    this.dependencies = [version, ...(role.inlinePolicy === undefined ? [] : [role.inlinePolicy])];
  }

  private firstVersion(secretId: string, props: DmsCredentialsProps): SecretsmanagerSecretVersion {
    const password = new EphemeralRandomPassword(this, 'Password');
    return new SecretsmanagerSecretVersion(this, 'FirstVersion', {
      secretId,
      secretStringWo: Fn.jsonencode({
        engine: 'postgres',
        host: props.host,
        port: props.port,
        username: props.username,
        password: password.result,
        dbname: props.databaseName,
      }),
      secretStringWoVersion: 1,
      // Secrets Manager deletes versions without a label. Were this one gone, Terraform would create it anew, with another
      // password, over the one in use. So it keeps a label of its own when AWSCURRENT moves on, which is nobody's drift.
      versionStages: ['AWSCURRENT', 'FIRST'],
      lifecycle: { ignoreChanges: ['version_stages'] },
    });
  }

  private accessRole({ component, encryptionKey }: DmsCredentialsProps): ServiceRole {
    const deployment = Deployment.of(this);
    const role = new ServiceRole(this, 'AccessRole', {
      component,
      // Secrets are read by the service of the region, not by dms.amazonaws.com.
      service: `dms.${deployment.region}.amazonaws.com`,
      description: `Lets DMS read the secret ${deployment.name(component)}`,
      trustConditions: onlyForAccount(deployment.accountId, deployment.arn('dms', '*')),
    });
    role.addStatements({
      actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      resources: [this.secretArn],
    });
    encryptionKey.grantDecrypt(role);
    return role;
  }
}
