import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { fromItem, type Item, MalformedItem, toItem } from './item';
import type { Transaction } from './transaction';

/** How long a client's key is remembered. After that the ledger still holds client and key unique. */
export const IDEMPOTENCY_DAYS = 30;

/** A payment as it was accepted, before it has an identity. */
export type NewPayment = Omit<Transaction, 'transactionId' | 'timestamp' | 'status' | 'redrives'>;

/** What became of a payment that was to be accepted. */
export type Acceptance =
  /** `created`: this call stored the transaction; otherwise it was there already. */
  | { readonly outcome: 'accepted'; readonly transaction: Transaction; readonly created: boolean }
  /** The client used the key for another payment. */
  | { readonly outcome: 'conflict' };

/** The table cannot serve now: throttled, unreachable, not permitted. To try again is safe. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}

/** What the store needs from outside. */
export interface TransactionStoreDependencies {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** A new UUID. */
  readonly newId: () => string;
}

/** What an idempotency item says: which transaction a client's key stands for. */
interface Claim {
  readonly digest: string;
  readonly transactionId: string;
  readonly timestamp: number;
}

const NEW_ITEM = { ConditionExpression: 'attribute_not_exists(transaction_id)' } as const;
const DAY_SECONDS = 24 * 60 * 60;

/** The hash key of the idempotency item of a client's key. Its range key is 0. */
export const idempotencyId = (clientId: string, key: string): string =>
  `idempotency#${createHash('sha256')
    .update(JSON.stringify([clientId, key]))
    .digest('hex')}`;

/** The transactions in DynamoDB, as the payment API writes and reads them. */
export class TransactionStore {
  constructor(private readonly dependencies: TransactionStoreDependencies) {}

  /**
   * Stores a payment once for a client and key. The first write claims the key for a transaction id and time, the second makes
   * the transaction from them. Every call repeats the second, so that a call which died between the two is completed by the
   * next; both are conditional, so nothing is written twice, however many calls there are at once.
   * @param payment what to store
   * @param digest of what the client sent, equal for equal payments only
   * @throws StoreUnavailable when the table cannot serve now; calling again completes what was begun
   */
  async accept(payment: NewPayment, digest: string): Promise<Acceptance> {
    const claim = await this.claim(idempotencyId(payment.clientId, payment.idempotencyKey), digest);
    if (claim.digest !== digest) return { outcome: 'conflict' };
    const { transactionId, timestamp } = claim;
    const transaction: Transaction = { ...payment, transactionId, timestamp, status: 'RECEIVED', redrives: 0 };
    return { outcome: 'accepted', transaction, created: await this.create(toItem(transaction)) };
  }

  /**
   * A transaction, whoever's it is; undefined when there is none.
   * @throws StoreUnavailable when the table cannot serve now
   * @throws MalformedItem when the item is no transaction
   */
  async find(transactionId: string): Promise<Transaction | undefined> {
    const { client, tableName } = this.dependencies;
    const { Items: items } = await available(
      client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'transaction_id = :id',
          ExpressionAttributeValues: { ':id': transactionId },
          ConsistentRead: true,
          Limit: 1,
        }),
      ),
    );
    const item: Item | undefined = items?.[0];
    return item === undefined ? undefined : fromItem(item);
  }

  /** Claims a key, or finds who has. An item whose time is over counts as long as it is there: DynamoDB deletes late. */
  private async claim(id: string, digest: string): Promise<Claim> {
    const claim = { digest, transactionId: this.dependencies.newId(), timestamp: this.dependencies.now() };
    // Between a failed claim and the read the other claim can be deleted, as its time is over.
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      if (await this.create(claimItem(id, claim))) return claim;
      const stored = await this.storedClaim(id);
      if (stored !== undefined) return stored;
    }
    throw new StoreUnavailable('an idempotency item came and went three times');
  }

  private async storedClaim(id: string): Promise<Claim | undefined> {
    const { client, tableName } = this.dependencies;
    const { Item: item } = await available(
      client.send(
        new GetCommand({ TableName: tableName, Key: { transaction_id: id, timestamp: 0 }, ConsistentRead: true }),
      ),
    );
    return item === undefined ? undefined : claimOf(item);
  }

  /** Writes an item that is not there yet. @returns whether it was not */
  private async create(item: Record<string, unknown>): Promise<boolean> {
    const { client, tableName } = this.dependencies;
    try {
      await available(client.send(new PutCommand({ TableName: tableName, Item: item, ...NEW_ITEM })));
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

const claimItem = (id: string, { digest, transactionId, timestamp }: Claim) => ({
  transaction_id: id,
  timestamp: 0,
  body_hash: digest,
  payment_id: transactionId,
  payment_timestamp: timestamp,
  expires_at: Math.floor(timestamp / 1000) + IDEMPOTENCY_DAYS * DAY_SECONDS,
});

function claimOf({ body_hash: digest, payment_id: transactionId, payment_timestamp: timestamp }: Item): Claim {
  if (typeof digest === 'string' && typeof transactionId === 'string' && typeof timestamp === 'number') {
    return { digest, transactionId, timestamp };
  }
  throw new MalformedItem('an idempotency item must have body_hash, payment_id and payment_timestamp, got others');
}

/** What a request of the table made, with the failures that pass by themselves as StoreUnavailable. */
async function available<Result>(request: Promise<Result>): Promise<Result> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException || isOurMistake(error)) throw error;
    throw new StoreUnavailable('the table transactions must be reachable and permitted', { cause: error });
  }
}

/** DynamoDB refused the request itself, or the code before it threw: no repetition helps. */
const isOurMistake = (error: unknown): boolean =>
  !(error instanceof Error) ||
  error.name === 'ValidationException' ||
  error instanceof TypeError ||
  error instanceof RangeError;
