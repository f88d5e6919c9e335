import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../shared/transactions/item';
import { TRANSACTION_STATUSES, type Transaction } from '../shared/transactions/transaction';
import { historyNeededSince, type PastPayment, type PaymentHistory } from './evaluate';
import type { FraudRules } from './rules';

/** How many payments one request reads. */
const PAGE_SIZE = 250;
/** The most payments that are read of a user. Rules that are not decided by then match: see `evaluate`. */
export const MAX_PAYMENTS_READ = 2_000;

/** Reads what a user paid before. */
export interface History {
  /** The payments before this one, as far back as the rules need them. */
  before(transaction: Transaction, rules: FraudRules): Promise<PaymentHistory>;
}

/**
 * Reads the `user-index`, newest first, until every rule is decided. The index follows the table by what is usually less
 * than a second: of payments that one user makes within that time the later may not see the earlier. It never sees what
 * is not there, so a rule may match too late, never wrongly; rules on the payment itself do not depend on it.
 */
export class UserIndexHistory implements History {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async before(transaction: Transaction, rules: FraudRules): Promise<PaymentHistory> {
    const since = historyNeededSince(transaction, [], rules);
    // Nothing to read: what would be missing is asked by no rule.
    if (since === undefined) return { payments: [], completeSince: -Infinity };
    const payments: PastPayment[] = [];
    let next: QueryCommandInput['ExclusiveStartKey'];
    do {
      const page = await this.client.send(
        new QueryCommand({
          TableName: this.tableName,
          IndexName: 'user-index',
          KeyConditionExpression: 'user_id = :user AND #timestamp BETWEEN :since AND :until',
          ExpressionAttributeNames: { '#timestamp': 'timestamp', '#status': 'status' },
          ExpressionAttributeValues: { ':user': transaction.userId, ':since': since, ':until': transaction.timestamp },
          ProjectionExpression: 'transaction_id, #timestamp, amount, currency, #status',
          ScanIndexForward: false,
          Limit: PAGE_SIZE,
          ExclusiveStartKey: next,
        }),
      );
      payments.push(...(page.Items ?? []).map(pastPayment));
      next = page.LastEvaluatedKey;
      // More of the same millisecond may be on the next page.
      const completeSince = next === undefined ? -Infinity : (payments.at(-1)?.timestamp ?? transaction.timestamp) + 1;
      const needed = historyNeededSince(transaction, payments, rules);
      if (needed === undefined || needed >= completeSince || payments.length >= MAX_PAYMENTS_READ) {
        return { payments, completeSince };
      }
    } while (next !== undefined);
    return { payments, completeSince: -Infinity };
  }
}

/** An item of the index. What one of another payment has that it should not is no reason to hold this one up: it counts with 0. */
function pastPayment(item: Item): PastPayment {
  const { transaction_id: id, timestamp, amount, currency, status } = item;
  return {
    transactionId: String(id),
    timestamp: Number(timestamp),
    amount: Number.isSafeInteger(amount) ? Number(amount) : 0,
    currency: String(currency),
    status: TRANSACTION_STATUSES.find((known) => known === status) ?? 'FAILED',
  };
}
