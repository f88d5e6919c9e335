import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { bookingAttributes } from '../shared/transactions/item';
import { assignments, StoredTransactions, type TransactionKey } from '../shared/transactions/stored-transactions';
import type { BookingFields, Transaction } from '../shared/transactions/transaction';

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
  private readonly transactions: StoredTransactions;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.transactions = new StoredTransactions(client, tableName);
  }

  read(key: TransactionKey): Promise<Transaction | undefined> {
    return this.transactions.read(key);
  }

  markProcessed(key: TransactionKey, booking: BookingFields): Promise<boolean> {
    const { expression, values } = assignments(bookingAttributes(booking));
    return this.transactions.change(key, {
      UpdateExpression: `SET #status = :processed, ${expression} REMOVE failure_code`,
      ConditionExpression: '#status IN (:approved, :failed)',
      ExpressionAttributeValues: {
        ':processed': 'PROCESSED',
        ':approved': 'APPROVED',
        ':failed': 'FAILED',
        ...values,
      },
    });
  }

  markFailed(key: TransactionKey, failureCode: string): Promise<boolean> {
    return this.transactions.change(key, {
      UpdateExpression: 'SET #status = :failed, failure_code = :code',
      ConditionExpression: '#status = :approved',
      ExpressionAttributeValues: { ':failed': 'FAILED', ':approved': 'APPROVED', ':code': failureCode },
    });
  }
}
