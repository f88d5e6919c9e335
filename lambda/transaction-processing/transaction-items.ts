import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { bookingAttributes, fromItem } from '../shared/transactions/item';
import type { BookingFields, Transaction } from '../shared/transactions/transaction';

/** What names a transaction in its table. */
export type TransactionKey = Pick<Transaction, 'transactionId' | 'timestamp'>;

/** The transactions, as booking reads and changes them. */
export interface TransactionItems {
  /**
   * The transaction as it is now, not as a stream shows it.
   * @returns undefined when there is none
   * @throws MalformedItem
   */
  read(key: TransactionKey): Promise<Transaction | undefined>;
  /**
   * Says that a transaction is booked: PROCESSED is for good, so it follows also a failure that another attempt noted.
   * @returns whether this call said it
   */
  markProcessed(key: TransactionKey, booking: BookingFields): Promise<boolean>;
  /**
   * Says why a transaction could not be booked, unless it has gone on since.
   * @returns whether this call said it
   */
  markFailed(key: TransactionKey, failureCode: string): Promise<boolean>;
}

/** The transactions in their DynamoDB table. */
export class DynamoDbTransactionItems implements TransactionItems {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async read(key: TransactionKey): Promise<Transaction | undefined> {
    const { Item: item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: keyOf(key), ConsistentRead: true }),
    );
    return item === undefined ? undefined : fromItem(item);
  }

  markProcessed(key: TransactionKey, booking: BookingFields): Promise<boolean> {
    const attributes = Object.entries(bookingAttributes(booking));
    return this.update(key, {
      UpdateExpression: `SET #status = :processed, ${attributes.map(([name]) => `${name} = :${name}`).join(', ')} REMOVE failure_code`,
      ConditionExpression: '#status IN (:approved, :failed)',
      ExpressionAttributeValues: {
        ':processed': 'PROCESSED',
        ':approved': 'APPROVED',
        ':failed': 'FAILED',
        ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      },
    });
  }

  markFailed(key: TransactionKey, failureCode: string): Promise<boolean> {
    return this.update(key, {
      UpdateExpression: 'SET #status = :failed, failure_code = :code',
      ConditionExpression: '#status = :approved',
      ExpressionAttributeValues: { ':failed': 'FAILED', ':approved': 'APPROVED', ':code': failureCode },
    });
  }

  private async update(
    key: TransactionKey,
    expressions: Pick<UpdateCommandInput, 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'>,
  ): Promise<boolean> {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: keyOf(key),
          ExpressionAttributeNames: { '#status': 'status' },
          ...expressions,
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

const keyOf = ({ transactionId, timestamp }: TransactionKey) => ({ transaction_id: transactionId, timestamp });
