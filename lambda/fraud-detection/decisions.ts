import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand, type UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import { fraudAttributes, fromItem } from '../shared/transactions/item';
import type { FraudDecision, Transaction } from '../shared/transactions/transaction';

type Key = Pick<Transaction, 'transactionId' | 'timestamp'>;

/** Decisions in the table `transactions`, each made once. */
export class Decisions {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /**
   * Stores a decision with a payment that has none; it stays RECEIVED.
   * @returns whether it was stored: not when it is decided already, further on, or gone
   */
  store(payment: Key, decision: FraudDecision): Promise<boolean> {
    const attributes = Object.entries(fraudAttributes(decision));
    return this.update(payment, {
      UpdateExpression: `SET ${attributes.map(([name]) => `${name} = :${name}`).join(', ')}`,
      ConditionExpression: '#status = :received AND attribute_not_exists(fraud_decision)',
      ExpressionAttributeValues: {
        ':received': 'RECEIVED',
        ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
      },
    });
  }

  /**
   * Lets the payment go on: its status becomes what was decided.
   * @returns whether this call did it
   */
  settle(payment: Key, { decision }: FraudDecision): Promise<boolean> {
    return this.update(payment, {
      UpdateExpression: 'SET #status = :decision',
      ConditionExpression: '#status = :received AND fraud_decision = :decision',
      ExpressionAttributeValues: { ':received': 'RECEIVED', ':decision': decision },
    });
  }

  /**
   * The payment as it is now.
   * @returns undefined when it is gone
   * @throws MalformedItem
   */
  async read(payment: Key): Promise<Transaction | undefined> {
    const { Item: item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: keyOf(payment), ConsistentRead: true }),
    );
    return item === undefined ? undefined : fromItem(item);
  }

  private async update(
    payment: Key,
    expressions: Pick<UpdateCommandInput, 'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'>,
  ): Promise<boolean> {
    try {
      await this.client.send(
        new UpdateCommand({
          TableName: this.tableName,
          Key: keyOf(payment),
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

const keyOf = ({ transactionId, timestamp }: Key) => ({ transaction_id: transactionId, timestamp });
