/** Where a transaction stands. Only PROCESSED and REJECTED are final; FAILED waits for its next attempt. */
export const TRANSACTION_STATUSES = ['RECEIVED', 'APPROVED', 'REJECTED', 'PROCESSED', 'FAILED'] as const;

export type TransactionStatus = (typeof TRANSACTION_STATUSES)[number];

/** The statuses that a payment stays in for good. */
export const FINAL_STATUSES = ['PROCESSED', 'REJECTED'] as const satisfies readonly TransactionStatus[];

/** What fraud detection decided about a transaction. */
export interface FraudDecision {
  readonly decision: 'APPROVED' | 'REJECTED';
  /** The sum of the weights of the rules that matched: 0 and up. */
  readonly score: number;
  /** The rules that matched, by their identifiers. */
  readonly reasons: readonly string[];
  /** The version of the rules that decided. */
  readonly rulesVersion: string;
  /** When it was decided, in milliseconds since 1970. */
  readonly decidedAt: number;
}

/** How a transaction was booked. */
export interface BookingFields {
  /** The transaction whose booking counts: its own id, or that of the first booking of the same client and key. */
  readonly bookingId: string;
  /** The epoch at which it was booked. */
  readonly bookedEpoch: number;
  /** When it was booked, by the ledger's clock, in milliseconds since 1970. */
  readonly bookedAt: number;
}

/** A payment as the table `transactions` holds it. */
export interface Transaction {
  /** A UUID: the hash key. */
  readonly transactionId: string;
  /** When the payment was accepted, in milliseconds since 1970: the range key. */
  readonly timestamp: number;
  /** The OAuth client that posted it. */
  readonly clientId: string;
  /** The client's Idempotency-Key. */
  readonly idempotencyKey: string;
  /** Who pays. */
  readonly userId: string;
  /** Who is paid. */
  readonly merchantId: string;
  /** The card's token; never a card number. */
  readonly cardToken: string;
  /** In minor units of the currency, a whole number from 1. */
  readonly amount: number;
  /** ISO 4217, three letters. */
  readonly currency: string;
  /** How many decimal digits the currency's minor unit has, by ISO 4217. */
  readonly currencyExponent: number;
  /** ISO 3166-1 alpha-2: where the card was presented. */
  readonly country: string;
  readonly status: TransactionStatus;
  /** @default not decided yet */
  readonly fraud?: FraudDecision;
  /** @default not booked yet */
  readonly booking?: BookingFields;
  /** How often the transaction was driven again by the reconciliation. */
  readonly redrives: number;
  /** When it was last driven again, in milliseconds since 1970. @default never */
  readonly redrivenAt?: number;
  /** Why the last attempt to book it failed, as a code. @default none failed */
  readonly failureCode?: string;
}
