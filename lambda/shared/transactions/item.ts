import {
  type BookingFields,
  type FraudDecision,
  type Transaction,
  TRANSACTION_STATUSES,
  type TransactionStatus,
} from './transaction';

/** An item of the table `transactions`, as the document client reads and writes it. */
export type Item = Readonly<Record<string, unknown>>;

/** An item of the table `transactions` that makes no transaction: nothing of ours writes such a one. */
export class MalformedItem extends Error {
  override readonly name = 'MalformedItem';
}

/** The attributes of a transaction. */
export function toItem(transaction: Transaction): Record<string, unknown> {
  const { fraud, booking } = transaction;
  return {
    transaction_id: transaction.transactionId,
    timestamp: transaction.timestamp,
    client_id: transaction.clientId,
    idempotency_key: transaction.idempotencyKey,
    user_id: transaction.userId,
    merchant_id: transaction.merchantId,
    card_token: transaction.cardToken,
    amount: transaction.amount,
    currency: transaction.currency,
    currency_exponent: transaction.currencyExponent,
    country: transaction.country,
    status: transaction.status,
    redrives: transaction.redrives,
    ...(transaction.redrivenAt === undefined ? {} : { redriven_at: transaction.redrivenAt }),
    ...(transaction.failureCode === undefined ? {} : { failure_code: transaction.failureCode }),
    ...(fraud === undefined ? {} : fraudAttributes(fraud)),
    ...(booking === undefined ? {} : bookingAttributes(booking)),
  };
}

/** The attributes that fraud detection adds. */
export const fraudAttributes = (fraud: FraudDecision) => ({
  fraud_decision: fraud.decision,
  fraud_score: fraud.score,
  fraud_reasons: [...fraud.reasons],
  fraud_rules_version: fraud.rulesVersion,
  fraud_decided_at: fraud.decidedAt,
});

/** The attributes that the booking adds. */
export const bookingAttributes = (booking: BookingFields) => ({
  booking_id: booking.bookingId,
  booked_epoch: booking.bookedEpoch,
  booked_at: booking.bookedAt,
});

/**
 * The transaction in an item.
 * @throws MalformedItem that names the attributes that are missing or of another type; never their values
 */
export function fromItem(item: Item): Transaction {
  const wrong: string[] = [];
  const text = (name: string): string => {
    const value = item[name];
    if (typeof value === 'string' && value !== '') return value;
    wrong.push(name);
    return '';
  };
  const whole = (name: string, fallback?: number): number => {
    const value = item[name] ?? fallback;
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    wrong.push(name);
    return 0;
  };
  const status = text('status');
  if (status !== '' && !isStatus(status)) wrong.push('status');
  const transaction: Transaction = {
    transactionId: text('transaction_id'),
    timestamp: whole('timestamp'),
    clientId: text('client_id'),
    idempotencyKey: text('idempotency_key'),
    userId: text('user_id'),
    merchantId: text('merchant_id'),
    cardToken: text('card_token'),
    amount: whole('amount'),
    currency: text('currency'),
    currencyExponent: whole('currency_exponent'),
    country: text('country'),
    status: status as TransactionStatus,
    redrives: whole('redrives', 0),
    ...(item.redriven_at === undefined ? {} : { redrivenAt: whole('redriven_at') }),
    ...(item.failure_code === undefined ? {} : { failureCode: text('failure_code') }),
    ...(item.fraud_decision === undefined
      ? {}
      : {
          fraud: {
            decision: text('fraud_decision') === 'APPROVED' ? 'APPROVED' : 'REJECTED',
            score: whole('fraud_score'),
            reasons: Array.isArray(item.fraud_reasons) ? item.fraud_reasons.map(String) : [],
            rulesVersion: text('fraud_rules_version'),
            decidedAt: whole('fraud_decided_at'),
          },
        }),
    ...(item.booking_id === undefined
      ? {}
      : {
          booking: {
            bookingId: text('booking_id'),
            bookedEpoch: whole('booked_epoch'),
            bookedAt: whole('booked_at'),
          },
        }),
  };
  if (wrong.length === 0) return transaction;
  throw new MalformedItem(
    `an item of transactions must have the attributes of a payment, got missing or other ones: ${wrong.join(', ')}`,
  );
}

const isStatus = (value: string): boolean => TRANSACTION_STATUSES.some((status) => status === value);
