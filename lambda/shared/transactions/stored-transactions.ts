import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { fromItem } from './item';
import type { Transaction } from './transaction';

/** What names a transaction in its table. */
export type TransactionKey = Pick<Transaction, 'transactionId' | 'timestamp'>;

/** A change of one item, on condition of its present status, which the expressions call `#status`. */
export type ConditionalChange = Required<
  Pick<UpdateCommandInput, 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'>
>;

/** One transaction at a time in the table `transactions`: read as it is now, changed on condition of how it is. */
export class StoredTransactions {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /**
   * The transaction as it is now, not as a stream or an index shows it.
   * @returns undefined when there is none
   * @throws MalformedItem
   */
  async read(key: TransactionKey): Promise<Transaction | undefined> {
    const { Item: item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: keyOf(key), ConsistentRead: true }),
    );
    return item === undefined ? undefined : fromItem(item);
  }

  /** @returns whether this call changed it: not when the condition does not hold, or the transaction is gone */
  async change(key: TransactionKey, change: ConditionalChange): Promise<boolean> {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: keyOf(key),
          ExpressionAttributeNames: { '#status': 'status' },
          ...change,
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

/** Attributes as parts of a change: `name = :name, …`, and the values by these names. */
export const assignments = (attributes: Readonly<Record<string, unknown>>) => ({
  expression: Object.keys(attributes)
    .map((name) => `${name} = :${name}`)
    .join(', '),
  values: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`:${name}`, value])),
});
