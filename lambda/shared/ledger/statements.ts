import type { Payment } from './ledger';

/** A row of `BOOK`: there is one when the payment was booked by it, none when a booking was there already. */
export interface BookedRow {
  readonly epoch: number;
  readonly bookedAt: number;
}

/**
 * Books a payment in one statement, which is one transaction and one round trip. Every part takes its rows from the one before
 * it, so nothing is inserted unless require_epoch has let this epoch pass, and its lock on writer_epoch holds until the
 * commit. Where another booking of the same transaction or of the same client and key is being made, the insert waits
 * for its end and does nothing when that was a commit; accounts and entries then stay as they are too. Accounts are opened
 * in the order of their identifiers, so that two bookings never wait for each other.
 */
export const BOOK = {
  name: 'ledger-book',
  text: `
    WITH fence AS MATERIALIZED (
      SELECT payments.require_epoch($1::bigint) AS epoch
    ), booked AS (
      INSERT INTO payments.transactions (transaction_id, client_id, idempotency_key, origin, user_id, merchant_id, amount,
        currency, currency_exponent, requested_at, booked_at, booked_epoch)
      SELECT $2::text, $3::text, $4::text, 'aws', $5::text, $6::text, $7::bigint,
        $8::text, $9::smallint, to_timestamp($10::float8 / 1000), now(), fence.epoch
      FROM fence
      ON CONFLICT DO NOTHING
      RETURNING transaction_id, user_id, merchant_id, amount, currency, booked_at, booked_epoch
    ), lines AS MATERIALIZED (
      SELECT 1 AS line_number, 'user' AS kind, user_id AS owner_id, -amount AS amount, currency, transaction_id FROM booked
      UNION ALL
      SELECT 2, 'merchant', merchant_id, amount, currency, transaction_id FROM booked
    ), opened AS (
      INSERT INTO payments.accounts (account_id, kind, owner_id, currency)
      SELECT concat_ws('/', kind, owner_id, currency) AS account_id, kind, owner_id, currency FROM lines
      ORDER BY account_id
      ON CONFLICT DO NOTHING
    ), posted AS (
      INSERT INTO payments.entries (transaction_id, line_number, account_id, amount, currency)
      SELECT transaction_id, line_number, concat_ws('/', kind, owner_id, currency), amount, currency FROM lines
    )
    SELECT booked_epoch AS epoch, floor(extract(epoch FROM booked_at) * 1000)::bigint AS "bookedAt" FROM booked`,
} as const;

export const bookValues = (payment: Payment, epoch: number): unknown[] => [
  epoch,
  payment.transactionId,
  payment.clientId,
  payment.idempotencyKey,
  payment.userId,
  payment.merchantId,
  payment.amount,
  payment.currency,
  payment.currencyExponent,
  payment.timestamp,
];

/** A booking that was there before. */
export interface EarlierRow extends BookedRow {
  readonly transactionId: string;
  /** Whether it is of the same request: client and key. */
  readonly sameRequest: boolean;
  /** Whether it moves the same money between the same parties. */
  readonly sameContent: boolean;
}

/**
 * The booking that stood in the way: of the same transaction, else of the same client and key. A statement of its own, after
 * `BOOK`: that one looks at the database as it was when it began, and the booking it had to wait for is younger.
 */
export const FIND_EARLIER = {
  name: 'ledger-find-earlier',
  text: `
    SELECT transaction_id AS "transactionId", booked_epoch AS epoch,
      floor(extract(epoch FROM booked_at) * 1000)::bigint AS "bookedAt",
      client_id = $2::text AND idempotency_key = $3::text AS "sameRequest",
      user_id = $4::text AND merchant_id = $5::text AND amount = $6::bigint AND currency = $7::text AS "sameContent"
    FROM payments.transactions
    WHERE transaction_id = $1::text OR (client_id = $2::text AND idempotency_key = $3::text)
    ORDER BY transaction_id = $1::text DESC
    LIMIT 1`,
} as const;

export const findEarlierValues = (payment: Payment): unknown[] => [
  payment.transactionId,
  payment.clientId,
  payment.idempotencyKey,
  payment.userId,
  payment.merchantId,
  payment.amount,
  payment.currency,
];

/** A client's transaction, as `LedgerTransaction`. */
export const FIND = {
  name: 'ledger-find',
  text: `
    SELECT transaction_id AS "transactionId", floor(extract(epoch FROM requested_at) * 1000)::bigint AS timestamp,
      user_id AS "userId", merchant_id AS "merchantId", amount, currency, currency_exponent AS "currencyExponent",
      floor(extract(epoch FROM booked_at) * 1000)::bigint AS "bookedAt"
    FROM payments.transactions
    WHERE transaction_id = $1::text AND client_id = $2::text`,
} as const;

/**
 * What of the schema booking stands on is missing. Before the part post-data is applied, nothing would notice the second
 * booking of one request, and nothing would check that entries balance. Columns instead of the constraint's name: what
 * matters is what the index does.
 */
export const MISSING_PARTS = {
  name: 'ledger-missing-parts',
  text: `
    SELECT part FROM (VALUES
      ('the unique index on transactions (client_id, idempotency_key)', EXISTS (
        SELECT FROM pg_catalog.pg_index AS i
        JOIN pg_catalog.pg_class AS c ON c.oid = i.indrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'payments' AND c.relname = 'transactions'
          AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
          AND i.indnkeyatts = 2 AND ARRAY(
            SELECT a.attname::text FROM pg_catalog.pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attnum = ANY (i.indkey::int2[]) ORDER BY a.attname
          ) = ARRAY['client_id', 'idempotency_key']
      )),
      ('the balance check of entries', EXISTS (
        SELECT FROM pg_catalog.pg_trigger AS t
        JOIN pg_catalog.pg_class AS c ON c.oid = t.tgrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'payments' AND c.relname = 'entries' AND t.tgname = 'entries_balance' AND t.tgenabled IN ('O', 'A')
      ))
    ) AS required (part, present)
    WHERE NOT present`,
} as const;
