import type { TransactionKey } from '../../shared/transactions/stored-transactions';

/** A payment's item, as far as the ledger is held against it. What the item does not have is undefined. */
export interface PaymentItem extends TransactionKey {
  readonly status: string | undefined;
  readonly clientId: string | undefined;
  readonly idempotencyKey: string | undefined;
  readonly userId: string | undefined;
  readonly merchantId: string | undefined;
  /** In minor units, a whole number as text. */
  readonly amount: string | undefined;
  readonly currency: string | undefined;
  /** The transaction whose booking counts. */
  readonly bookingId: string | undefined;
  /** When it was booked, in milliseconds since 1970. */
  readonly bookedAt: number | undefined;
}

/** The payments that the table `transactions` says are booked. */
export interface ProcessedPayments {
  /**
   * All that are PROCESSED, those that were accepted first first, some at a time. They are listed as an index shows them, which
   * follows the table by what is usually less than a second: of the latest, some may be missing.
   */
  pages(): AsyncIterable<readonly PaymentItem[]>;
  /**
   * These payments as they are now, whatever their status. There is none for a key that the table does not have. Payments do
   * not expire; what expires in that table is who may not use an idempotency key again.
   */
  find(keys: readonly TransactionKey[]): Promise<readonly PaymentItem[]>;
}
