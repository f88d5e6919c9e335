import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import type { Construct } from 'constructs';
import { Deployment } from '../naming';
import type { Grantee } from '../policy';
import type { EncryptionKey } from './encryption-key';

export interface EncryptedSecretProps {
  /** The secret's name without the suffix, for instance `payment-db-credentials`. */
  readonly component: string;
  /** What it is and whose, in one sentence. */
  readonly description: string;
  /** The key for secrets. */
  readonly encryptionKey: EncryptionKey;
}

/**
 * A secret without a value. Once deleted it can be restored for 30 days, or not at all with teardown, where the name must be
 * free for the next deployment at once.
 */
export function encryptedSecret(scope: Construct, id: string, props: EncryptedSecretProps): SecretsmanagerSecret {
  const deployment = Deployment.of(scope);
  return new SecretsmanagerSecret(scope, id, {
    name: deployment.name(props.component),
    description: props.description,
    kmsKeyId: props.encryptionKey.keyArn,
    recoveryWindowInDays: deployment.teardown ? 0 : 30,
    lifecycle: deployment.protection,
  });
}

/** Lets a role read the value of exactly this secret. */
export function grantReadSecret(grantee: Grantee, secretArn: string, encryptionKey: EncryptionKey): void {
  grantee.addStatements({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] });
  encryptionKey.grantDecrypt(grantee);
}
