import type { PaymentItem } from './processed-payments';
import type { Reading, Row } from './reading';
import { type Needs, SCHEMA } from './tables';

/** A transaction of the ledger, as far as its item is held against it. */
export interface PaymentRow {
  readonly transactionId: string;
  /** When it was requested, in milliseconds since 1970. */
  readonly timestamp: number;
  readonly clientId: string | null;
  readonly idempotencyKey: string | null;
  readonly userId: string | null;
  readonly merchantId: string | null;
  readonly amount: string | null;
  readonly currency: string | null;
}

/** What is read of a transaction. */
export const PAYMENT_NEEDS: Needs = {
  transactions: [
    'transaction_id',
    'client_id',
    'idempotency_key',
    'origin',
    'user_id',
    'merchant_id',
    'amount',
    'currency',
    'requested_at',
  ],
};

// A time that is missing comes last.
const TIMESTAMP = `coalesce(floor(extract(epoch FROM requested_at) * 1000)::bigint, ${Number.MAX_SAFE_INTEGER})`;

const SELECT = `
  SELECT transaction_id::text, ${TIMESTAMP}::text, client_id::text, idempotency_key::text, user_id::text, merchant_id::text,
    trim_scale(amount::numeric)::text, currency::text
  FROM ${SCHEMA}.transactions`;

/** The transactions that were booked on AWS, in the order in which they were requested. */
export function paymentRows(reading: Reading, before: string | undefined): AsyncIterable<readonly PaymentRow[]> {
  const text = `${SELECT} WHERE origin::text = 'aws' ${before === undefined ? '' : 'AND booked_at < $1::timestamptz'}
    ORDER BY ${TIMESTAMP}`;
  return reading.pages(text, before === undefined ? [] : [before], paymentRow);
}

/** Those of these transactions that there are, by their ids. */
export async function findPaymentRows(reading: Reading, ids: readonly string[]): Promise<Map<string, PaymentRow>> {
  const rows = await reading.rows(`${SELECT} WHERE transaction_id = ANY ($1)`, [ids]);
  return new Map(rows.map(paymentRow).map((row) => [row.transactionId, row]));
}

const paymentRow = (row: Row): PaymentRow => {
  const [transactionId, timestamp, clientId, idempotencyKey, userId, merchantId, amount, currency] = row;
  return {
    transactionId: transactionId ?? '',
    timestamp: Number(timestamp),
    clientId: clientId ?? null,
    idempotencyKey: idempotencyKey ?? null,
    userId: userId ?? null,
    merchantId: merchantId ?? null,
    amount: amount ?? null,
    currency: currency ?? null,
  };
};

/** What an item and the transaction that it was booked as must both say, and what that is called. */
const SAME = {
  clientId: 'client',
  idempotencyKey: 'idempotency key',
  userId: 'user',
  merchantId: 'merchant',
  amount: 'amount',
  currency: 'currency',
} as const satisfies Partial<Record<keyof PaymentItem & keyof PaymentRow, string>>;

/** What a side's booking of a payment says otherwise than its item; undefined: nothing. */
export function disagreement(item: PaymentItem, row: PaymentRow | undefined): string | undefined {
  if (row === undefined) return 'no booking';
  const fields = (Object.keys(SAME) as (keyof typeof SAME)[]).filter(
    (field) => item[field] !== (row[field] ?? undefined),
  );
  const others: string[] = fields.map((field) => SAME[field]);
  // The booking of another transaction, of the same request, has a time of its own.
  if (row.transactionId === item.transactionId && row.timestamp !== item.timestamp) others.push('time of the request');
  return others.length === 0 ? undefined : `another ${others.join(', ')}`;
}
