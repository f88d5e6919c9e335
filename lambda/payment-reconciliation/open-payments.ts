import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../shared/transactions/item';
import { StoredTransactions } from '../shared/transactions/stored-transactions';
import { FINAL_STATUSES, TRANSACTION_STATUSES, type TransactionStatus } from '../shared/transactions/transaction';
import type { Attempts } from './backoff';

export type OpenStatus = Exclude<TransactionStatus, (typeof FINAL_STATUSES)[number]>;

/** The statuses that a payment does not stay in. */
export const OPEN_STATUSES: readonly OpenStatus[] = TRANSACTION_STATUSES.filter(
  (status): status is OpenStatus => !FINAL_STATUSES.some((final) => final === status),
);

/** A payment that is not finished, as far as the reconciliation looks at it. */
export interface OpenPayment extends Attempts {
  readonly transactionId: string;
  readonly status: OpenStatus;
}

/** Where a page ended. */
export type Cursor = NonNullable<QueryCommandInput['ExclusiveStartKey']>;

export interface Page {
  /** The oldest first. */
  readonly payments: readonly OpenPayment[];
  /** @default there are no more */
  readonly next?: Cursor;
}

/** How many payments one request reads by default. */
const PAGE_SIZE = 500;

/**
 * The payments that are not finished. They are found over the `status-index`, which follows the table by what is usually less
 * than a second: a payment may be listed that is further on already. Every write is on condition that it is as listed.
 */
export class OpenPayments {
  /** @param pageSize how many payments one request reads */
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly pageSize: number = PAGE_SIZE,
  ) {}

  /** When the oldest open payment was accepted; undefined when there is none. */
  async oldest(): Promise<number | undefined> {
    const pages = await Promise.all(OPEN_STATUSES.map((status) => this.query(status, Number.MAX_SAFE_INTEGER, 1)));
    const times = pages.flatMap(({ payments }) => payments.map(({ timestamp }) => timestamp));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /**
   * A page of the payments of a status.
   * @param until the latest time at which they were accepted, in milliseconds since 1970
   * @param after where the page before ended
   */
  page(status: OpenStatus, until: number, after?: Cursor): Promise<Page> {
    return this.query(status, until, this.pageSize, after);
  }

  /**
   * Writes the payment once more, so that the stream delivers it again. One that FAILED becomes APPROVED, which it was.
   * @returns whether it was written: not when it is no longer as it was listed
   */
  redrive(payment: OpenPayment, now: number): Promise<boolean> {
    const { status, redrives } = payment;
    const failed = status === 'FAILED';
    const counted =
      redrives === 0 ? '(redrives = :redrives OR attribute_not_exists(redrives))' : 'redrives = :redrives';
    return new StoredTransactions(this.client, this.tableName).change(payment, {
      UpdateExpression: `SET redrives = :next, redriven_at = :now${failed ? ', #status = :approved' : ''}`,
      // What was never approved must not become it here.
      ConditionExpression: `#status = :status AND ${counted}${failed ? ' AND fraud_decision = :approved' : ''}`,
      ExpressionAttributeValues: {
        ':status': status,
        ':redrives': redrives,
        ':next': redrives + 1,
        ':now': now,
        ...(failed ? { ':approved': 'APPROVED' } : {}),
      },
    });
  }

  private async query(status: OpenStatus, until: number, limit: number, after?: Cursor): Promise<Page> {
    const { Items: items = [], LastEvaluatedKey: next } = await this.client.send(
      new QueryCommand({
        TableName: this.tableName,
        IndexName: 'status-index',
        KeyConditionExpression: '#status = :status AND #timestamp <= :until',
        ExpressionAttributeNames: { '#status': 'status', '#timestamp': 'timestamp' },
        ExpressionAttributeValues: { ':status': status, ':until': until },
        ProjectionExpression: 'transaction_id, #timestamp, redrives, redriven_at',
        Limit: limit,
        ExclusiveStartKey: after,
      }),
    );
    const payments = items.map((item) => openPayment(status, item));
    return next === undefined ? { payments } : { payments, next };
  }
}

const openPayment = (status: OpenStatus, item: Item): OpenPayment => {
  const { transaction_id: transactionId, timestamp, redrives = 0, redriven_at: redrivenAt } = item;
  return {
    transactionId: String(transactionId),
    timestamp: Number(timestamp),
    status,
    redrives: Number(redrives),
    ...(redrivenAt === undefined ? {} : { redrivenAt: Number(redrivenAt) }),
  };
};
