/**
 * The business metrics, with their units, as CloudWatch knows them: namespace `Payments`, dimension Environment, and
 * Currency for amounts.
 */
export const BUSINESS_METRICS = {
  /** Payments accepted for the first time; replays count for nothing. */
  PaymentsReceived: 'Count',
  PaymentsApproved: 'Count',
  PaymentsRejected: 'Count',
  /** Payments booked in the ledger, without replays and duplicates. */
  PaymentsBooked: 'Count',
  /** Payments that another booking of the same client and key stands for. */
  PaymentsDuplicate: 'Count',
  /** Payments that went to the queue of failed transactions. */
  PaymentsFailed: 'Count',
  /** Payments that were driven again because the stream had not finished them. */
  PaymentsRedriven: 'Count',
  /** The amount booked, in minor units of the currency. */
  AmountBooked: 'None',
  /** From acceptance to booking. */
  EndToEndLatency: 'Milliseconds',
  /** The age of the oldest payment that is neither PROCESSED nor REJECTED; 0 when there is none. */
  OldestOpenPaymentAge: 'Seconds',
} as const;

export type BusinessMetric = keyof typeof BUSINESS_METRICS;

/** Counts what happened. Written out when the invocation ends. */
export interface Metrics {
  /** @param dimensions `currency` for AmountBooked only */
  add(name: BusinessMetric, value: number, dimensions?: { readonly currency: string }): void;
  /** Writes what was added since the last time. */
  publish(): void;
}
