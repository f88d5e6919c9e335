import type { AuditRecord } from '../shared/audit/audit-log';
import type { Booking } from '../shared/ledger/ledger';
import type { Transaction } from '../shared/transactions/transaction';

/**
 * The audit record of a booking. It is made of what the ledger stores alone, so that whoever books again after a crash, at
 * any time and on either side, makes the same one. The epoch says which side it was.
 */
export const bookingRecord = (
  { transactionId, timestamp, clientId }: Transaction,
  { outcome, bookingId, epoch, bookedAt }: Booking,
): AuditRecord => ({
  schemaVersion: 1,
  decision: 'booking',
  transactionId,
  timestamp,
  clientId,
  outcome: outcome === 'duplicate' ? 'duplicate' : 'booked',
  decidedAt: bookedAt,
  details: { bookingId, epoch },
});
