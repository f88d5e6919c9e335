import { createHash } from 'node:crypto';
import { PutObjectCommand, type S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Archived, HistoryArchive } from '../ports/history-archive';

export interface S3HistoryArchiveOptions {
  readonly dynamodb: DynamoDBDocumentClient;
  readonly stateTable: string;
  readonly s3: S3Client;
  /** The audit bucket, whose objects nobody can change. */
  readonly bucket: string;
}

/** S3: a condition did not hold. Here: the key exists. */
const PRECONDITION_FAILED = 412;

/** Copies the items `history` of the table `migration-state`, a line of JSON each, into an object named by their digest. */
export class S3HistoryArchive implements HistoryArchive {
  constructor(private readonly options: S3HistoryArchiveOptions) {}

  async archive(): Promise<Archived> {
    const { s3, bucket } = this.options;
    const items = await this.items();
    const body = items.map((item) => `${JSON.stringify(item)}\n`).join('');
    const digest = createHash('sha256').update(body).digest('hex').slice(0, 16);
    const key = `migration/history-${digest}.jsonl`;
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: body,
          ContentType: 'application/x-ndjson',
          IfNoneMatch: '*',
        }),
      );
    } catch (error) {
      // It is there: the digest says that it is this very history.
      if (!(error instanceof S3ServiceException) || error.$metadata.httpStatusCode !== PRECONDITION_FAILED) throw error;
    }
    return { items: items.length, location: `s3://${bucket}/${key}` };
  }

  /** In the order of their keys, their attributes too: equal histories are equal texts. */
  private async items(): Promise<readonly unknown[]> {
    const { dynamodb: client, stateTable: TableName } = this.options;
    const found: unknown[] = [];
    const pages = paginateQuery(
      { client },
      {
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': 'history' },
        ConsistentRead: true,
      },
    );
    for await (const { Items = [] } of pages) found.push(...Items.map(sorted));
    return found;
  }
}

const sorted = (value: unknown): unknown =>
  typeof value !== 'object' || value === null || Array.isArray(value)
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([name, inner]) => [name, sorted(inner)]),
      );
