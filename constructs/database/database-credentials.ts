import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version';
import { Fn, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import {
  encryptedSecret,
  type EncryptedSecretProps,
  type EncryptionKey,
  EphemeralRandomPassword,
  grantReadSecret,
} from '../encryption';
import type { Grantee } from '../policy';

export interface DatabaseCredentialsProps extends EncryptedSecretProps {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly databaseName: string;
}

/**
 * How one role signs in to a PostgreSQL: a secret with engine, host, port, dbname, username and password, the form that
 * RDS, DMS and rotation functions share.
 *
 * The first password is generated while Terraform runs and is in no plan and no state. Whoever creates the database role
 * gives it this password, or writes another one into the secret (`aws secretsmanager put-secret-value`): Terraform never
 * reads nor writes it again. A change of host or user name is such a write, too.
 */
export class DatabaseCredentials extends Construct {
  readonly secretArn: string;
  readonly secretName: string;
  /** The first value: it must exist before anybody can use the secret. */
  readonly firstVersion: ITerraformDependable;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, props: DatabaseCredentialsProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    const secret = encryptedSecret(this, 'Secret', props);
    this.secretArn = secret.arn;
    this.secretName = secret.name;
    this.firstVersion = this.createFirstVersion(secret.id, props);
  }

  /** Lets a role read the credentials. */
  grantRead(grantee: Grantee): void {
    grantReadSecret(grantee, this.secretArn, this.encryptionKey);
  }

  /**
   * Lets a role do the four steps of a rotation.
   * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotating-secrets-required-permissions-function.html
   */
  grantRotate(grantee: Grantee): void {
    grantee.addStatements({
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: [this.secretArn],
    });
    this.encryptionKey.grantEncryptDecrypt(grantee);
  }

  private createFirstVersion(secretId: string, props: DatabaseCredentialsProps): SecretsmanagerSecretVersion {
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
}
