import { SecretsmanagerSecretVersion } from '@cdktf/provider-aws/lib/secretsmanager-secret-version';
import { Construct } from 'constructs';
import { encryptedSecret, type EncryptionKey, grantReadSecret } from '../encryption';
import type { Grantee } from '../policy';

export interface DatabaseAuthoritiesProps {
  /** The authorities of Aurora's server certificates, in PEM form: `rdsCaBundle(region)`. */
  readonly auroraCaPem: string;
  /**
   * The authority of the on-premises database, in PEM form.
   * @default there is no on-premises database
   */
  readonly onPremisesCaPem?: string;
  /** The key for secrets. */
  readonly encryptionKey: EncryptionKey;
}

/**
 * The certificate authorities that functions accept a database's certificate from, by side: JSON
 * `{"aurora": "<PEM>", "on-prem": "<PEM>"}`. Public, so Terraform writes them as they are; kept as a secret all the same,
 * because whoever connects reads its credentials with the same client, and because the bundle of a region is larger than an
 * environment variable may be.
 */
export class DatabaseAuthorities extends Construct {
  readonly secretArn: string;
  /** The value: it must exist before anybody connects. */
  readonly version: SecretsmanagerSecretVersion;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, props: DatabaseAuthoritiesProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey;
    const secret = encryptedSecret(this, 'Secret', {
      component: 'payment-database-authorities',
      description: 'The certificate authorities of the ledger databases, by side. Public.',
      encryptionKey: props.encryptionKey,
    });
    this.secretArn = secret.arn;
    this.version = new SecretsmanagerSecretVersion(this, 'Version', {
      secretId: secret.id,
      secretString: JSON.stringify({ aurora: props.auroraCaPem, 'on-prem': props.onPremisesCaPem }),
    });
  }

  /** Lets a role read the authorities. */
  grantRead(grantee: Grantee): void {
    grantReadSecret(grantee, this.secretArn, this.encryptionKey);
  }
}
