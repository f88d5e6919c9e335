import type { AuditLog } from '../shared/audit/audit-log';
import type { Side } from '../shared/authority/authority';
import { type Booking, type Ledger, LedgerUnavailable, PaymentRefused } from '../shared/ledger/ledger';
import type { Logger } from '../shared/logger';
import type { Metrics } from '../shared/metrics';
import { errorFields } from '../shared/runtime/error-fields';
import { idsOf, tell } from '../shared/stream/handler';
import type { FailedQueue, Topics } from '../shared/stream/ports';
import type { StreamRecord } from '../shared/stream/record';
import { type Item, MalformedItem } from '../shared/transactions/item';
import type { TransactionKey } from '../shared/transactions/stored-transactions';
import type { Transaction } from '../shared/transactions/transaction';
import type { BatchAuthority } from './batch-authority';
import { bookingRecord } from './booking-record';
import type { TransactionItems } from './transaction-items';

/** What booking needs from outside. */
export interface BookingDependencies {
  readonly transactions: TransactionItems;
  /** The ledger of a side. */
  readonly ledgerFor: (side: Side) => Ledger;
  readonly audit: AuditLog;
  readonly failedQueue: FailedQueue;
  readonly topics: Topics;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** What the fence answers to a writer that comes to the wrong side, or with an old epoch. */
const FENCED: readonly string[] = ['PW001', 'PW002'];

/**
 * Books the payment that a record of the stream tells of, in this order: the ledger, the audit record, the item. The item
 * stays APPROVED until all is done, so whatever a crash leaves undone, the stream's retry repeats, and after the stream has
 * forgotten it the reconciliation does. Each step is harmless when it is repeated: the ledger knows transaction and request,
 * the audit record is the same, the item changes on condition.
 *
 * A record only says which item to look at. What is booked is the item as it is now: an old or a made-up record cannot book a
 * payment that was rejected, nor another amount.
 * @throws what `classify` sorts
 */
export async function processPayment(
  dependencies: BookingDependencies,
  authority: BatchAuthority,
  image: Item,
  record: StreamRecord,
): Promise<void> {
  const { transactions, logger } = dependencies;
  if (image.status !== 'APPROVED') return;
  const transaction = await transactions.read(keyIn(image));
  if (transaction === undefined) throw new PaymentRefused('no-item', 'a record tells of an item that is not there');
  if (transaction.status !== 'APPROVED') {
    logger.info('not to be booked', { ...idsOf(record), status: transaction.status });
    return;
  }
  try {
    await settle(dependencies, transaction, await book(dependencies, authority, transaction));
  } catch (error) {
    if (!(error instanceof PaymentRefused)) throw error;
    await fail(dependencies, transaction, record, error);
  }
}

/** Books in the ledger that has authority; when that moved since it was read, in the one that has it now. */
async function book(
  { ledgerFor }: BookingDependencies,
  authority: BatchAuthority,
  transaction: Transaction,
): Promise<Booking> {
  if (transaction.fraud?.decision !== 'APPROVED') {
    throw new PaymentRefused('not-screened', 'a payment is APPROVED without a decision that says so');
  }
  const { side, epoch } = await authority.writable();
  try {
    return await ledgerFor(side).book(transaction, epoch);
  } catch (error) {
    if (!(error instanceof LedgerUnavailable && FENCED.includes(error.code))) throw error;
    const now = await authority.refresh();
    // The item says what the fence refused: the row follows the item, so it is on its way.
    if (now.epoch === epoch) throw error;
    return ledgerFor(now.side).book(transaction, now.epoch);
  }
}

async function settle(
  { transactions, audit, logger, metrics }: BookingDependencies,
  transaction: Transaction,
  booking: Booking,
): Promise<void> {
  await audit.write(bookingRecord(transaction, booking));
  const { bookingId, epoch: bookedEpoch, bookedAt, outcome } = booking;
  const isFirst = await transactions.markProcessed(transaction, { bookingId, bookedEpoch, bookedAt });
  logger.info('booked', {
    transaction_id: transaction.transactionId,
    booking_id: bookingId,
    outcome,
    epoch: bookedEpoch,
  });
  // Counted by the one call that says it is done: the one that booked may have crashed, and others may follow.
  if (!isFirst) return;
  if (outcome === 'duplicate') {
    metrics.add('PaymentsDuplicate', 1);
    return;
  }
  metrics.add('PaymentsBooked', 1);
  metrics.add('AmountBooked', transaction.amount, { currency: transaction.currency });
  // Two clocks.
  metrics.add('EndToEndLatency', Math.max(0, bookedAt - transaction.timestamp));
}

/**
 * Puts a payment that can never be booked as it is into the queue, once for each reason: the reconciliation tries it again
 * now and then, and what fails as before is no news. The queue comes first, for a crash after it only means a second message.
 */
async function fail(
  { transactions, failedQueue, topics, logger, metrics }: BookingDependencies,
  transaction: Transaction,
  record: StreamRecord,
  error: PaymentRefused,
): Promise<void> {
  const { code } = error;
  const isNews = transaction.failureCode !== code;
  logger.error('a payment was refused', { ...idsOf(record), known: !isNews, ...errorFields(error) });
  if (isNews) await failedQueue.put(record, code);
  await transactions.markFailed(transaction, code);
  if (!isNews) return;
  metrics.add('PaymentsFailed', 1);
  const { transactionId } = transaction;
  await tell(logger, () => topics.failedTransaction({ code, transactionId, sequenceNumber: record.sequenceNumber }));
}

/** @throws MalformedItem */
function keyIn({ transaction_id: transactionId, timestamp }: Item): TransactionKey {
  if (typeof transactionId === 'string' && typeof timestamp === 'number') return { transactionId, timestamp };
  throw new MalformedItem('an item of transactions must have its key, got one without transaction_id or timestamp');
}
