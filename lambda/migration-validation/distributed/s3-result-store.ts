import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import type { ResultStore } from './result-store';

/** S3: a condition did not hold. Here: the key exists. */
const PRECONDITION_FAILED = 412;
/** S3: another request for this key is under way. */
const CONFLICT = 409;

/**
 * Keeps results as JSON objects of a bucket.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export class S3ResultStore implements ResultStore {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  async read(key: string): Promise<unknown> {
    try {
      const { Body: body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      if (body === undefined) throw new Error(`the object ${key} must have a body, got none`);
      return JSON.parse(await body.transformToString()) as unknown;
    } catch (error) {
      if (error instanceof NoSuchKey) return undefined;
      throw error;
    }
  }

  async create(key: string, value: unknown): Promise<boolean> {
    try {
      await this.put(key, value, { IfNoneMatch: '*' });
      return true;
    } catch (error) {
      const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
      // The other request may fail still, but then its writer comes again.
      if (status === PRECONDITION_FAILED || status === CONFLICT) return false;
      throw error;
    }
  }

  async write(key: string, value: unknown): Promise<void> {
    await this.put(key, value, {});
  }

  locationOf(key: string): string {
    return `s3://${this.bucket}/${key}`;
  }

  private async put(key: string, value: unknown, condition: { readonly IfNoneMatch?: string }): Promise<void> {
    await this.client.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: JSON.stringify(value),
        ContentType: 'application/json',
        ...condition,
      }),
    );
  }
}
