import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { fraudAttributes } from '../shared/transactions/item';
import { assignments, StoredTransactions, type TransactionKey } from '../shared/transactions/stored-transactions';
import type { FraudDecision, Transaction } from '../shared/transactions/transaction';

/** Decisions in the table `transactions`, each made once. */
export class Decisions {
  private readonly transactions: StoredTransactions;

  constructor(client: DynamoDBDocumentClient, tableName: string) {
    this.transactions = new StoredTransactions(client, tableName);
  }

  /**
   * Stores a decision with a payment that has none; it stays RECEIVED.
   * @returns whether it was stored: not when it is decided already, further on, or gone
   */
  store(payment: TransactionKey, decision: FraudDecision): Promise<boolean> {
    const { expression, values } = assignments(fraudAttributes(decision));
    return this.transactions.change(payment, {
      UpdateExpression: `SET ${expression}`,
      ConditionExpression: '#status = :received AND attribute_not_exists(fraud_decision)',
      ExpressionAttributeValues: { ':received': 'RECEIVED', ...values },
    });
  }

  /**
   * Lets the payment go on: its status becomes what was decided.
   * @returns whether this call did it
   */
  settle(payment: TransactionKey, { decision }: FraudDecision): Promise<boolean> {
    return this.transactions.change(payment, {
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
  read(payment: TransactionKey): Promise<Transaction | undefined> {
    return this.transactions.read(payment);
  }
}
