import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { adopt } from '../adoption/adopt';
import { Deployment } from '../naming';
import { type Grantee, type PolicyStatement, policyDocument } from '../policy';
import { closedToServices, openToAccount } from './key-policy';

export interface EncryptionKeyProps {
  /** What the key encrypts, and its alias `alias/<purpose>-<suffix>`: `rds`, `dynamodb`, `logs`, … */
  readonly purpose: string;
  /** One sentence for whoever finds the key in the console. */
  readonly description: string;
  /**
   * The whole alias, where it exists already (the state's key), for instance `alias/payment-terraform-state`.
   * @default `alias/<purpose>-<suffix>`
   */
  readonly aliasName?: string;
  /**
   * The services through which the account may use the key, as in their endpoints: `rds`, `s3`, … With them the policy is
   * closed: IAM policies can allow no other use, see `closedToServices`.
   * @default AWS's own default policy: any use that an IAM policy of the account allows
   */
  readonly usedThrough?: readonly string[];
  /**
   * Statements for AWS services that use the key under their own name (as service principals), under conditions.
   * @default none
   */
  readonly serviceStatements?: readonly PolicyStatement[];
  /**
   * Days until a key scheduled for deletion is gone: 7 to 30.
   * @default 30, or 7 with teardown
   * @see https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html
   */
  readonly deletionWindowDays?: number;
}

/** A customer managed KMS key for one purpose: rotated every year, with an alias and a closed policy. */
export class EncryptionKey extends Construct {
  readonly keyArn: string;
  readonly keyId: string;
  readonly aliasName: string;
  private readonly key: KmsKey;
  private readonly alias: KmsAlias;
  private readonly statements: PolicyStatement[];

  /** @throws Error when the deletion window is not a whole number of 7 to 30 days, or `usedThrough` is empty */
  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    const deletionWindowInDays = props.deletionWindowDays ?? (deployment.teardown ? 7 : 30);
    requireDeletionWindow(deletionWindowInDays);
    requireServices(props.usedThrough);
    this.statements = [
      ...(props.usedThrough === undefined
        ? openToAccount(deployment)
        : closedToServices(deployment, props.usedThrough)),
      ...(props.serviceStatements ?? []),
    ];
    this.key = new KmsKey(this, 'Key', {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.statements) }),
      tags: { Name: deployment.name(props.purpose) },
      lifecycle: deployment.protection,
    });
    this.aliasName = props.aliasName ?? `alias/${deployment.name(props.purpose, 'alias')}`;
    this.alias = new KmsAlias(this, 'Alias', { name: this.aliasName, targetKeyId: this.key.keyId });
    this.keyArn = this.key.arn;
    this.keyId = this.key.keyId;
  }

  /** Adopts the key with this id and the alias, which exist already, by import blocks, instead of creating them. */
  importExisting(keyId: string): void {
    adopt(this.key, keyId);
    adopt(this.alias, this.aliasName);
  }

  /** Lets a role encrypt and decrypt with the key. */
  grantEncryptDecrypt(grantee: Grantee): void {
    grantee.addStatements({
      actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:DescribeKey'],
      resources: [this.keyArn],
    });
  }

  /** Lets a role decrypt with the key: for readers. */
  grantDecrypt(grantee: Grantee): void {
    grantee.addStatements({ actions: ['kms:Decrypt', 'kms:DescribeKey'], resources: [this.keyArn] });
  }

  /** Lets a role encrypt with the key and not decrypt: for those who only write. */
  grantEncrypt(grantee: Grantee): void {
    grantee.addStatements({ actions: ['kms:GenerateDataKey'], resources: [this.keyArn] });
  }

  /** Adds a statement to the key's own policy, for an AWS service that uses it. */
  addToKeyPolicy(...statements: PolicyStatement[]): void {
    this.statements.push(...statements);
  }
}

function requireDeletionWindow(days: number): void {
  if (Number.isInteger(days) && days >= 7 && days <= 30) return;
  throw new Error(`deletionWindowDays must be a whole number of days from 7 to 30, got ${days}`);
}

function requireServices(services: readonly string[] | undefined): void {
  // An empty list of values in a condition never matches: nobody could use the key, and KMS says so only at the first use.
  if (services === undefined || services.length > 0) return;
  throw new Error('usedThrough must name at least one service, got none; leave it out for a key without limits');
}
