import { Annotations } from 'cdktf';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import type { Grantee } from '../policy';
import { requireNone } from '../validation/problem';
import { type AuditRetention, auditRetentionProblems } from './audit-retention';
import { Bucket } from './bucket';

export interface AuditBucketProps extends AuditRetention {
  readonly encryptionKey: EncryptionKey;
  /** Days that the log of requests to the bucket is kept: at least 1. */
  readonly accessLogRetentionDays: number;
}

/** Where audit records lie. */
const RECORDS = 'payments/';
/** Where the history of the migration lies. */
const HISTORY = 'migration/';

/**
 * The bucket `payment-audit-logs-<suffix>-<account id>`: every record locked from the moment it is written, moved to Glacier
 * when nobody asks for it any more, and each request for it logged. Nobody deletes records, only expiry does.
 * @throws Error with every problem of the props, one a line
 */
export class AuditBucket extends Construct {
  readonly bucketName: string;
  /** Receives the log of requests, of other buckets too. */
  readonly accessLogBucket: Bucket;
  private readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: AuditBucketProps) {
    super(scope, id);
    requireNone(auditRetentionProblems(props));
    const { teardown } = Deployment.of(this);
    // Server access logs go to buckets with S3's own keys only.
    this.accessLogBucket = new Bucket(this, 'AccessLogs', {
      component: 'payment-audit-access-logs',
      encryption: 'sse-s3',
      versioned: false,
      lifecycleRules: [{ id: 'expire-logs', expireAfterDays: props.accessLogRetentionDays }],
    });
    this.bucket = new Bucket(this, 'Records', {
      component: 'payment-audit-logs',
      encryption: { kmsKey: props.encryptionKey },
      objectLock: { mode: props.mode, retentionDays: props.retentionDays },
      accessLogBucket: this.accessLogBucket,
      lifecycleRules: [
        {
          id: 'archive-records',
          transitions: [{ storageClass: 'GLACIER', afterDays: props.glacierAfterDays }],
          // S3 does not delete a locked version, so a day is enough where the object itself has expired.
          ...(props.expireAfterDays === undefined
            ? {}
            : { expireAfterDays: props.expireAfterDays, noncurrentExpireAfterDays: 1 }),
        },
      ],
      // A record has about a kilobyte; without this none would ever move.
      transitionSmallObjects: true,
    });
    this.bucketName = this.bucket.bucketName;
    if (teardown) this.warnOfLocks(props);
    else this.refuseDeletion();
  }

  /** Lets a role write records; not read, list or delete them. */
  grantPut(grantee: Grantee): void {
    this.bucket.grantPut(grantee, RECORDS);
  }

  /** Lets a role write what the migration was; not read, list or delete it, and no records. */
  grantPutHistory(grantee: Grantee): void {
    this.bucket.grantPut(grantee, HISTORY);
  }

  /** Also for administrators: whoever wants to delete has to change the policy first, and CloudTrail shows that. */
  private refuseDeletion(): void {
    this.bucket.addToBucketPolicy({
      sid: 'DenyDeletion',
      effect: 'Deny',
      principals: { '*': ['*'] },
      actions: ['s3:BypassGovernanceRetention', 's3:DeleteObject', 's3:DeleteObjectVersion'],
      resources: [`${this.bucket.bucketArn}/*`],
    });
  }

  private warnOfLocks({ mode, retentionDays }: AuditBucketProps): void {
    if (mode !== 'compliance') return;
    const name = Deployment.of(this).bucketName('payment-audit-logs');
    Annotations.of(this).addWarning(
      `${name} outlives a teardown: in compliance mode nobody can delete a record before ${retentionDays} days have passed since it was written. ` +
        'Destroy the bucket when the lock of its last record has ended, and keep its key until then; or take audit.mode governance where records are not real',
    );
  }
}
