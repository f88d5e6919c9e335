import type { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import type { Grantee } from '../policy';
import { Table } from './table';

export interface TransactionsTableProps {
  readonly encryptionKey: EncryptionKey;
}

const TIMESTAMP = { name: 'timestamp', type: 'N' } as const;

/** The other orders of transactions. Idempotency items have neither user nor status, so they stand in none of them. */
const INDEXES = [
  { name: 'user-index', hashKey: { name: 'user_id', type: 'S' }, rangeKey: TIMESTAMP },
  { name: 'status-index', hashKey: { name: 'status', type: 'S' }, rangeKey: TIMESTAMP },
] as const;

/** The name of an index of the transactions. */
export type TransactionIndex = (typeof INDEXES)[number]['name'];

/**
 * The table `transactions-<suffix>`: every payment that was accepted, by its id and the time of its acceptance, and beside
 * them the idempotency items, which expire. A stream of DynamoDB feeds two consumers at most: screening and booking.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
 */
export class TransactionsTable extends Table {
  readonly streamArn: string;

  constructor(scope: Construct, id: string, { encryptionKey }: TransactionsTableProps) {
    super(scope, id, {
      component: 'transactions',
      encryptionKey,
      hashKey: { name: 'transaction_id', type: 'S' },
      rangeKey: TIMESTAMP,
      indexes: INDEXES,
      stream: true,
      expiryAttribute: 'expires_at',
    });
    this.streamArn = this.table.streamArn;
  }

  /** Lets a role query one index. */
  grantQuery(grantee: Grantee, index: TransactionIndex): void {
    this.grantIndexQuery(grantee, index);
  }

  /** Lets a role query the table itself: for a payment of which only the id is known. */
  grantQueryById(grantee: Grantee): void {
    this.grantKeyQuery(grantee);
  }

  /** Lets a role read the stream. */
  grantReadStream(grantee: Grantee): void {
    this.grantStream(grantee);
  }
}
