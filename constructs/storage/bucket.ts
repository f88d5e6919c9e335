import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import { S3BucketLifecycleConfiguration } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { type ITerraformDependable, Lazy } from 'cdktf';
import { Construct } from 'constructs';
import { adopt } from '../adoption/adopt';
import type { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import { type Grantee, type PolicyStatement, policyDocument } from '../policy';
import { requireNone } from '../validation/problem';
import { type LifecycleRule, lifecycleRules } from './lifecycle-rule';
import { serverAccessLogDelivery } from './log-delivery';
import { type ObjectLock, objectLockProblems } from './object-lock';
import { tlsOnly } from './tls-only';

/** A customer key, or SSE-S3: the latter only where AWS delivers logs, because its log senders accept nothing else. */
export type BucketEncryption = { readonly kmsKey: EncryptionKey } | 'sse-s3';

export interface BucketProps {
  /** What the bucket holds: its name is `<component>-<suffix>-<account id>` unless `bucketName` says otherwise. */
  readonly component: string;
  /**
   * The whole name, where it exists already (the state bucket): 3 to 63 lower-case letters, digits and hyphens.
   * @default `<component>-<suffix>-<account id>`
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
   */
  readonly bucketName?: string;
  /** How objects are encrypted. There is no default: choosing SSE-S3 must be visible. */
  readonly encryption: BucketEncryption;
  /**
   * Whether overwritten and deleted objects stay as noncurrent versions. Off only where AWS delivers logs.
   * @default true
   */
  readonly versioned?: boolean;
  /**
   * When objects expire or move to cheaper storage. Incomplete uploads are aborted after 7 days in any case.
   * @default nothing expires
   */
  readonly lifecycleRules?: readonly LifecycleRule[];
  /**
   * Locks every new version for a time. S3 has it for versioned buckets only.
   * @default nothing is locked
   */
  readonly objectLock?: ObjectLock;
  /**
   * Whether objects below 128 KiB move to Glacier and Deep Archive too, which costs 40 KiB of metadata each there.
   * @default false: S3 leaves them where they are
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
   */
  readonly transitionSmallObjects?: boolean;
  /**
   * The bucket that receives the server access logs, below `<component>/`. It must be encrypted with SSE-S3.
   * @default requests are not logged
   */
  readonly accessLogBucket?: Bucket;
}

const BUCKET_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

/**
 * The one S3 bucket of this project: encrypted explicitly, private, owned by its account (no ACLs), reached over TLS 1.2
 * or newer only, and kept on destroy unless the deployment is one to tear down.
 */
export class Bucket extends Construct {
  /** The bucket's name, as a reference to the resource. */
  readonly bucketName: string;
  readonly bucketArn: string;
  /** The bucket's policy, for `dependsOn` of what AWS checks against it when it is created, such as log delivery. */
  readonly policyDependency: ITerraformDependable;
  private readonly bucket: S3Bucket;
  private readonly encryption: BucketEncryption;
  private readonly name: string;
  private readonly statements: PolicyStatement[];

  constructor(scope: Construct, id: string, props: BucketProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    this.name = requireBucketName(props.bucketName ?? deployment.bucketName(props.component));
    this.encryption = props.encryption;
    const versioned = props.versioned ?? true;
    const rule = lifecycleRules(props.lifecycleRules ?? [], versioned);
    const { objectLock } = props;
    if (objectLock !== undefined) {
      requireNone(objectLockProblems(objectLock, versioned, props.lifecycleRules ?? []));
    }
    this.bucket = new S3Bucket(this, 'Bucket', {
      bucket: this.name,
      forceDestroy: deployment.teardown,
      ...(objectLock === undefined ? {} : { objectLockEnabled: true }),
      tags: { Name: this.name },
      lifecycle: deployment.protection,
    });
    this.bucketName = this.bucket.bucket;
    this.bucketArn = this.bucket.arn;
    this.statements = tlsOnly(this.bucketArn);
    this.policyDependency = new S3BucketPolicy(this, 'Policy', {
      bucket: this.bucketName,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.statements) }),
    });
    this.protect();
    const versions = versioned ? this.keepVersions() : undefined;
    if (objectLock !== undefined) this.lockVersions(objectLock);
    new S3BucketLifecycleConfiguration(this, 'Lifecycle', {
      bucket: this.bucketName,
      rule,
      ...(props.transitionSmallObjects === true
        ? { transitionDefaultMinimumObjectSize: 'varies_by_storage_class' }
        : {}),
      // S3 wants versioning settled before rules speak of noncurrent versions.
      dependsOn: versions === undefined ? undefined : [versions],
    });
    if (props.accessLogBucket !== undefined) this.logAccess(props.accessLogBucket, props.component);
  }

  /** Adds statements to the bucket's policy, for services and other accounts; roles of this account take a grant. */
  addToBucketPolicy(...statements: PolicyStatement[]): void {
    this.statements.push(...statements);
  }

  /**
   * Lets a role list and read objects.
   * @param prefix the keys it may read, for instance `exports/`; all of them by default
   */
  grantRead(grantee: Grantee, prefix = ''): void {
    grantee.addStatements(
      { actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [`${this.bucketArn}/${prefix}*`] },
      {
        actions: ['s3:ListBucket'],
        resources: [this.bucketArn],
        ...(prefix === '' ? {} : { conditions: { StringLike: { 's3:prefix': `${prefix}*` } } }),
      },
    );
    if (this.encryption !== 'sse-s3') this.encryption.kmsKey.grantDecrypt(grantee);
  }

  /**
   * Lets a role read the current versions of objects whose keys it knows; nothing else.
   * @param prefix the keys it may read, for instance `exports/`; all of them by default
   */
  grantGet(grantee: Grantee, prefix = ''): void {
    grantee.addStatements({ actions: ['s3:GetObject'], resources: [`${this.bucketArn}/${prefix}*`] });
    if (this.encryption !== 'sse-s3') this.encryption.kmsKey.grantDecrypt(grantee);
  }

  /**
   * Lets a role list keys. Who may, learns from a read that an object is not there; who may not, is told that it may not.
   * @param prefix the keys it may list, for instance `exports/`
   */
  grantList(grantee: Grantee, prefix: string): void {
    grantee.addStatements({
      actions: ['s3:ListBucket'],
      resources: [this.bucketArn],
      conditions: { StringLike: { 's3:prefix': `${prefix}*` } },
    });
  }

  /**
   * Lets a role write objects; not read, list or delete them.
   * @param prefix the keys it may write, for instance `exports/`; all of them by default
   */
  grantWrite(grantee: Grantee, prefix = ''): void {
    grantee.addStatements({
      actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
      resources: [`${this.bucketArn}/${prefix}*`],
    });
    // A multipart upload decrypts what it encrypted: the parts of one object share its data key.
    if (this.encryption !== 'sse-s3') this.encryption.kmsKey.grantEncryptDecrypt(grantee);
  }

  /**
   * Lets a role write objects in one piece each; nothing else. S3 checks a condition on the object's absence with this
   * permission alone.
   * @param prefix the keys it may write, for instance `payments/`; all of them by default
   */
  grantPut(grantee: Grantee, prefix = ''): void {
    grantee.addStatements({ actions: ['s3:PutObject'], resources: [`${this.bucketArn}/${prefix}*`] });
    if (this.encryption !== 'sse-s3') this.encryption.kmsKey.grantEncrypt(grantee);
  }

  /** Lets a role list, read and write objects; not delete them. */
  grantReadWrite(grantee: Grantee, prefix = ''): void {
    this.grantRead(grantee, prefix);
    this.grantWrite(grantee, prefix);
  }

  /** Adopts a bucket of this name that exists already, by an import block, instead of creating one. */
  importExisting(): void {
    adopt(this.bucket, this.name);
  }

  private keepVersions(): ITerraformDependable {
    return new S3BucketVersioningA(this, 'Versioning', {
      bucket: this.bucketName,
      versioningConfiguration: { status: 'Enabled' },
    });
  }

  private lockVersions({ mode, retentionDays: days }: ObjectLock): void {
    new S3BucketObjectLockConfigurationA(this, 'ObjectLock', {
      bucket: this.bucketName,
      rule: { defaultRetention: { mode: mode.toUpperCase(), days } },
    });
  }

  private protect(): void {
    const bucket = this.bucketName;
    new S3BucketPublicAccessBlock(this, 'PublicAccessBlock', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 'Ownership', { bucket, rule: { objectOwnership: 'BucketOwnerEnforced' } });
    new S3BucketServerSideEncryptionConfigurationA(this, 'Encryption', {
      bucket,
      rule: [
        this.encryption === 'sse-s3'
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
          : {
              applyServerSideEncryptionByDefault: {
                sseAlgorithm: 'aws:kms',
                kmsMasterKeyId: this.encryption.kmsKey.keyArn,
              },
              // One call to KMS for many objects instead of one for each.
              bucketKeyEnabled: true,
            },
      ],
    });
  }

  private logAccess(target: Bucket, prefix: string): void {
    if (target.encryption !== 'sse-s3') {
      throw new Error(
        `accessLogBucket of ${this.name} must be encrypted with SSE-S3, got a customer key on ${target.name}; ` +
          'S3 delivers server access logs to nothing else',
      );
    }
    target.addToBucketPolicy(
      serverAccessLogDelivery({
        bucketArn: target.bucketArn,
        prefix,
        accountId: Deployment.of(this).accountId,
        sourceBucketArn: this.bucketArn,
      }),
    );
    new S3BucketLoggingA(this, 'AccessLogging', {
      bucket: this.bucketName,
      targetBucket: target.bucketName,
      targetPrefix: `${prefix}/`,
      dependsOn: [target.policyDependency],
    });
  }
}

function requireBucketName(name: string): string {
  if (BUCKET_NAME.test(name)) return name;
  throw new Error(
    `bucketName must have 3 to 63 lower-case letters, digits and hyphens, with a letter or digit at both ends, got "${name}"`,
  );
}
