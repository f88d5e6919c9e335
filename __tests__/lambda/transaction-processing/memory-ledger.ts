import type { Side } from '../../../lambda/shared/authority/authority';
import { type Booking, type Ledger, LedgerUnavailable, type Payment } from '../../../lambda/shared/ledger/ledger';

/** A ledger in memory with the rules of the real one, for tests of what surrounds it. Ledgers of two sides share rows. */
export class MemoryLedger implements Ledger {
  row: { epoch: number; writable: boolean };
  /** What `book` throws instead, by transaction. */
  readonly refusals = new Map<string, Error>();

  constructor(
    readonly side: Side,
    readonly rows: Map<string, Payment & { readonly epoch: number; readonly bookedAt: number }>,
    row: { epoch: number; writable: boolean },
  ) {
    this.row = row;
  }

  async book(payment: Payment, epoch: number): Promise<Booking> {
    await Promise.resolve();
    if (!this.row.writable) throw new LedgerUnavailable('PW001', `${this.side} is closed`);
    if (this.row.epoch !== epoch) throw new LedgerUnavailable('PW002', `${this.side} is at another epoch`);
    const refusal = this.refusals.get(payment.transactionId);
    if (refusal !== undefined) throw refusal;
    const first = [...this.rows.values()].find(
      ({ transactionId, clientId, idempotencyKey }) =>
        transactionId === payment.transactionId ||
        (clientId === payment.clientId && idempotencyKey === payment.idempotencyKey),
    );
    if (first === undefined) {
      const bookedAt = payment.timestamp + 250;
      this.rows.set(payment.transactionId, { ...payment, epoch, bookedAt });
      return { outcome: 'booked', bookingId: payment.transactionId, epoch, bookedAt };
    }
    const outcome = first.transactionId === payment.transactionId ? 'replayed' : 'duplicate';
    return { outcome, bookingId: first.transactionId, epoch: first.epoch, bookedAt: first.bookedAt };
  }

  find(): Promise<undefined> {
    return Promise.resolve(undefined);
  }
}
