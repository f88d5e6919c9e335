import type { Side } from '../authority/authority';
import { ExplainedError } from '../runtime/error-fields';
import type { Transaction } from '../transactions/transaction';

/** What the ledger books of a transaction. */
export type Payment = Pick<
  Transaction,
  | 'transactionId'
  | 'timestamp'
  | 'clientId'
  | 'idempotencyKey'
  | 'userId'
  | 'merchantId'
  | 'amount'
  | 'currency'
  | 'currencyExponent'
>;

/** How a payment stands in the ledger after it was booked. */
export interface Booking {
  /** `booked` now; `replayed`: this transaction was booked before; `duplicate`: another one of the same client and key was. */
  readonly outcome: 'booked' | 'replayed' | 'duplicate';
  /** The transaction whose booking counts. */
  readonly bookingId: string;
  /** The epoch at which that booking was made; 0 where the other side's own software made it. */
  readonly epoch: number;
  /** When, by the ledger's clock, in milliseconds since 1970. */
  readonly bookedAt: number;
}

/** A transaction as the ledger shows it to its client. */
export interface LedgerTransaction {
  readonly transactionId: string;
  /** When it was requested, in milliseconds since 1970. */
  readonly timestamp: number;
  readonly userId: string;
  readonly merchantId: string;
  readonly amount: number;
  readonly currency: string;
  readonly currencyExponent: number;
  /** When it was booked, in milliseconds since 1970. */
  readonly bookedAt: number;
}

/** The ledger of one database. */
export interface Ledger {
  readonly side: Side;
  /**
   * Books a payment once, in one transaction that holds only while the database is open at this epoch.
   * @throws LedgerUnavailable when it cannot be booked now: closed, another epoch, unreachable, overloaded
   * @throws PaymentRefused when it can never be booked as it is
   */
  book(payment: Payment, epoch: number): Promise<Booking>;
  /**
   * A client's transaction; undefined when the ledger has none of that id for that client.
   * @throws LedgerUnavailable when it cannot be read now
   */
  find(transactionId: string, clientId: string): Promise<LedgerTransaction | undefined>;
}

/**
 * The ledger cannot serve now, and will later: closed for writing, at another epoch, unreachable, overloaded, not set up yet.
 * Its message is for the log: nothing of the payment is in it.
 */
export class LedgerUnavailable extends ExplainedError {
  override readonly name = 'LedgerUnavailable';

  /** @param code what stands in the way: an SQLSTATE, an errno such as ECONNREFUSED, or a word of our own such as `frozen` */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * The ledger will never book this payment as it is: its data break a rule of the database. The message names the rule, never
 * the data.
 */
export class PaymentRefused extends ExplainedError {
  override readonly name = 'PaymentRefused';

  /** @param code the SQLSTATE */
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
