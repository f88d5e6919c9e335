import type { Side } from '../../shared/authority/authority';

/** A payment that is made to see that payments go through. */
export interface ProbePayment {
  readonly transactionId: string;
}

/** Makes a payment the way clients do, and looks for it where it must arrive. */
export interface Probe {
  /**
   * Accepts the probe payment of a key into the table of transactions, as the API does: the same key again is the same
   * payment.
   */
  accept(key: string): Promise<ProbePayment>;
  /** Why it will never be booked. @default nothing stands against it */
  rejection(payment: ProbePayment): Promise<string | undefined>;
  /** Whether a side's ledger shows it. A side that cannot answer now does not. */
  isSeen(side: Side, payment: ProbePayment): Promise<boolean>;
}
