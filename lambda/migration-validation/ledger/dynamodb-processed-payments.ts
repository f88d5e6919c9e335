import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../shared/transactions/item';
import type { TransactionKey } from '../../shared/transactions/stored-transactions';
import type { PaymentItem, ProcessedPayments } from './processed-payments';

/**
 * How many keys one BatchGetItem takes.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
 */
const MAX_BATCH_KEYS = 100;

/** How often keys that were left unprocessed are asked for again, each time after twice the time. */
const MAX_ATTEMPTS = 8;

const PROJECTION = {
  ProjectionExpression:
    'transaction_id, #timestamp, #status, client_id, idempotency_key, user_id, merchant_id, amount, currency, booking_id, booked_at',
  ExpressionAttributeNames: { '#timestamp': 'timestamp', '#status': 'status' },
} as const;

export interface DynamoDbProcessedPaymentsOptions {
  /** How many items one page has at most. @default what fits into DynamoDB's 1 MB */
  readonly pageSize?: number;
  /** The first wait before unprocessed keys are asked for again, in milliseconds. @default 50 */
  readonly retryDelayMs?: number;
}

/** The payments in their DynamoDB table. */
export class DynamoDbProcessedPayments implements ProcessedPayments {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly options: DynamoDbProcessedPaymentsOptions = {},
  ) {}

  async *pages(): AsyncGenerator<readonly PaymentItem[]> {
    let after: QueryCommandInput['ExclusiveStartKey'];
    do {
      const { Items: items = [], LastEvaluatedKey: next } = await this.client.send(
        new QueryCommand({
          TableName: this.tableName,
          IndexName: 'status-index',
          KeyConditionExpression: '#status = :processed',
          ExpressionAttributeValues: { ':processed': 'PROCESSED' },
          ...PROJECTION,
          ...(this.options.pageSize === undefined ? {} : { Limit: this.options.pageSize }),
          ExclusiveStartKey: after,
        }),
      );
      yield items.map(paymentItem);
      after = next;
    } while (after !== undefined);
  }

  async find(keys: readonly TransactionKey[]): Promise<readonly PaymentItem[]> {
    // The same key twice in one request is an error.
    const distinct = [...new Map(keys.map((key) => [`${key.timestamp} ${key.transactionId}`, key])).values()];
    const found: PaymentItem[] = [];
    for (let start = 0; start < distinct.length; start += MAX_BATCH_KEYS) {
      found.push(...(await this.batch(distinct.slice(start, start + MAX_BATCH_KEYS))));
    }
    return found;
  }

  /** @throws Error when DynamoDB does not give all of them, however often it is asked */
  private async batch(keys: readonly TransactionKey[]): Promise<PaymentItem[]> {
    const found: PaymentItem[] = [];
    let wanted: Record<string, unknown>[] = keys.map(({ transactionId, timestamp }) => ({
      transaction_id: transactionId,
      timestamp,
    }));
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const { Responses: responses = {}, UnprocessedKeys: unprocessed = {} } = await this.client.send(
        new BatchGetCommand({
          RequestItems: { [this.tableName]: { Keys: wanted, ConsistentRead: true, ...PROJECTION } },
        }),
      );
      found.push(...(responses[this.tableName] ?? []).map(paymentItem));
      wanted = unprocessed[this.tableName]?.Keys ?? [];
      if (wanted.length === 0) return found;
      if (attempt < MAX_ATTEMPTS) await sleep((this.options.retryDelayMs ?? 50) * 2 ** (attempt - 1));
    }
    throw new Error(`DynamoDB must give every item that is asked for, got some left unprocessed ${MAX_ATTEMPTS} times`);
  }
}

const paymentItem = (item: Item): PaymentItem => ({
  // The table's key: every item has it.
  transactionId: String(item.transaction_id),
  timestamp: Number(item.timestamp),
  status: text(item.status),
  clientId: text(item.client_id),
  idempotencyKey: text(item.idempotency_key),
  userId: text(item.user_id),
  merchantId: text(item.merchant_id),
  amount: text(item.amount),
  currency: text(item.currency),
  bookingId: text(item.booking_id),
  bookedAt: typeof item.booked_at === 'number' ? item.booked_at : undefined,
});

/** What is neither a text nor a number is as good as missing. */
const text = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : undefined;
