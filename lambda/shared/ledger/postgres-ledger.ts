import type { Client } from 'pg';
import type { Side } from '../authority/authority';
import type { PostgresSession } from '../postgres/session';
import {
  type Booking,
  type Ledger,
  type LedgerTransaction,
  LedgerUnavailable,
  type Payment,
  PaymentRefused,
} from './ledger';
import { ledgerError, otherPayment, requireStorable } from './ledger-errors';
import {
  BOOK,
  type BookedRow,
  bookValues,
  type EarlierRow,
  FIND,
  FIND_EARLIER,
  findEarlierValues,
  MISSING_PARTS,
} from './statements';

/** The ledger in a PostgreSQL database with the schema `payments`. */
export class PostgresLedger implements Ledger {
  private readonly complete = new WeakSet<Client>();

  /**
   * @param side which side's database the session leads to
   * @param session as a role with the rights of payments_writer, or of payments_reader where only `find` is called
   */
  constructor(
    readonly side: Side,
    private readonly session: Pick<PostgresSession, 'run'>,
  ) {}

  /** Idempotent, and therefore safe to be run again by the session and to be called again by anyone. */
  async book(payment: Payment, epoch: number): Promise<Booking> {
    requireStorable(payment);
    try {
      return await this.session.run(async (client) => {
        await this.requireComplete(client);
        const { rows } = await client.query<BookedRow>({ ...BOOK, values: bookValues(payment, epoch) });
        const [booked] = rows;
        if (booked === undefined) return await this.earlier(client, payment);
        return { outcome: 'booked', bookingId: payment.transactionId, ...booked };
      });
    } catch (error) {
      throw ledgerError(this.side, error);
    }
  }

  async find(transactionId: string, clientId: string): Promise<LedgerTransaction | undefined> {
    const query = { ...FIND, values: [transactionId, clientId] };
    try {
      const { rows } = await this.session.run((client) => client.query<LedgerTransaction>(query));
      return rows[0];
    } catch (thrown) {
      const error = ledgerError(this.side, thrown);
      // What no column can hold, no row has.
      if (error instanceof PaymentRefused) return undefined;
      throw error;
    }
  }

  /** Asked once a connection: a database that is being set up is booked when it is finished, without a restart. */
  private async requireComplete(client: Client): Promise<void> {
    if (this.complete.has(client)) return;
    const { rows } = await client.query<{ part: string }>(MISSING_PARTS);
    if (rows.length > 0) {
      const missing = rows.map(({ part }) => part).join(', ');
      throw new LedgerUnavailable(
        'schema-incomplete',
        `the ledger ${this.side} must have its whole schema before anything is booked, got none of: ${missing}; apply the part post-data of the migrations`,
      );
    }
    this.complete.add(client);
  }

  private async earlier(client: Client, payment: Payment): Promise<Booking> {
    const { rows } = await client.query<EarlierRow>({ ...FIND_EARLIER, values: findEarlierValues(payment) });
    const [row] = rows;
    if (row === undefined) {
      throw new LedgerUnavailable(
        'booking-not-seen',
        `the ledger ${this.side} has a booking in the way of this payment and does not show it; it is tried again`,
      );
    }
    const { transactionId: bookingId, epoch, bookedAt, sameRequest, sameContent } = row;
    // Another client's key, or another amount, is a duplicate all the same: the first booking of a request stands.
    if (bookingId !== payment.transactionId) return { outcome: 'duplicate', bookingId, epoch, bookedAt };
    if (sameRequest && sameContent) return { outcome: 'replayed', bookingId, epoch, bookedAt };
    throw otherPayment(this.side);
  }
}
