import { createHash } from 'node:crypto';
import { PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { AuditLog, AuditRecord } from './audit-log';
import { canonicalJson, checkedRecord } from './audit-record';

/** How often a record is sent when another request for the same key is under way. */
const ATTEMPTS_ON_CONFLICT = 3;
/** S3: a condition did not hold. Here: the key exists. */
const PRECONDITION_FAILED = 412;
/** S3: another request for this key is under way. */
const CONFLICT = 409;

/**
 * Keeps decisions as objects of a bucket, one a decision. The key holds a digest of the record and is written only where it
 * does not exist: the same record again changes nothing, another one about the same payment stands beside it.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export class S3AuditLog implements AuditLog {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  /**
   * @throws Error when the record has a field that its schema does not allow
   * @throws S3ServiceException when S3 did not take it: the caller tries again later, which is safe
   */
  async write(record: AuditRecord): Promise<void> {
    const body = canonicalJson(checkedRecord(record));
    const command = new PutObjectCommand({
      Bucket: this.bucket,
      Key: auditKey(record, body),
      Body: body,
      ContentType: 'application/json',
      IfNoneMatch: '*',
    });
    for (let attempt = 1; ; attempt += 1) {
      const status = await this.put(command, attempt < ATTEMPTS_ON_CONFLICT);
      if (status !== CONFLICT) return;
    }
  }

  /** @returns CONFLICT only where `toleratesConflict`; otherwise that is an error like others */
  private async put(command: PutObjectCommand, toleratesConflict: boolean): Promise<number> {
    try {
      await this.client.send(command);
      return 200;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      // It is there: the digest in the key says that it is this very record.
      if (status === PRECONDITION_FAILED) return PRECONDITION_FAILED;
      if (status === CONFLICT && toleratesConflict) return CONFLICT;
      throw error;
    }
  }
}

/**
 * Where a record lies: `payments/<yyyy>/<mm>/<dd>/<transaction>/<decision>-<digest>.json`, by the day (UTC) on which the
 * payment was accepted.
 */
export function auditKey(record: AuditRecord, body: string = canonicalJson(record)): string {
  const [year, month, day] = new Date(record.timestamp).toISOString().slice(0, 10).split('-');
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
  return `payments/${year}/${month}/${day}/${record.transactionId}/${record.decision}-${digest}.json`;
}
