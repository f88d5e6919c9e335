import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { Deployment } from '../naming';
import { type Grantee, type PolicyStatement, policyDocument } from '../policy';

export interface EncryptionKeyProps {
  /** What the key encrypts, and its alias `alias/<purpose>-<suffix>`: `rds`, `dynamodb`, `logs`, … */
  readonly purpose: string;
  /** One sentence for whoever finds the key in the console. */
  readonly description: string;
  /**
   * Statements for the AWS services that use the key directly, under conditions. The account's own statement is always
   * there, so that IAM policies of the account can grant the rest.
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
  private readonly statements: PolicyStatement[];

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    this.statements = [
      {
        sid: 'AccountAdministersAndDelegates',
        actions: ['kms:*'],
        resources: ['*'],
        principals: { AWS: [deployment.accountRootArn] },
      },
      ...(props.serviceStatements ?? []),
    ];
    const key = new KmsKey(this, 'Key', {
      description: props.description,
      enableKeyRotation: true,
      deletionWindowInDays: props.deletionWindowDays ?? (deployment.teardown ? 7 : 30),
      policy: Lazy.stringValue({ produce: () => policyDocument(this.statements) }),
      tags: { Name: deployment.name(props.purpose) },
      lifecycle: { preventDestroy: !deployment.teardown },
    });
    this.aliasName = `alias/${deployment.name(props.purpose, 'alias')}`;
    new KmsAlias(this, 'Alias', { name: this.aliasName, targetKeyId: key.keyId });
    this.keyArn = key.arn;
    this.keyId = key.keyId;
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

  /** Adds a statement to the key's own policy, for an AWS service that uses it. */
  addToKeyPolicy(...statements: PolicyStatement[]): void {
    this.statements.push(...statements);
  }
}
