import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createLedgerDatabase, type LedgerDatabase } from '../../__tests__/support/ledger-database';
import { startPostgres } from '../../__tests__/support/postgres';
import type { Payment } from '../../lambda/shared/ledger/ledger';
import { PostgresLedger } from '../../lambda/shared/ledger/postgres-ledger';
import { PostgresSession } from '../../lambda/shared/postgres/session';
import { measurePairs, type Paired, type PairedOptions } from './paired';

export interface BookingMeasurement {
  /** What the server says it is. */
  readonly version: string;
  readonly booking: Paired;
}

const USERS = 1000;

/**
 * Booking a payment (fence, idempotency, accounts, entries, balance check) against the same INSERTs as prepared statements in
 * one transaction by hand, on the same server over the same kind of connection (TLS), into the same tables. The server does not wait for the
 * disk, so that what both wait for alike hides nothing.
 */
export async function measureBooking(options: PairedOptions): Promise<BookingMeasurement> {
  const server = await startPostgres({ major: 16, tls: true });
  try {
    const database = await createLedgerDatabase(server, { side: 'aurora', epoch: 1, writable: true });
    const session = new PostgresSession({ settings: () => Promise.resolve(settingsOf(database)) });
    const ledger = new PostgresLedger('aurora', session);
    const bare = new Client(database.app);
    await bare.connect();
    try {
      const booking = await measurePairs(
        (pair) => ledger.book(payment(pair, 'ours'), 1),
        (pair) => insertBare(bare, payment(pair, 'bare')),
        options,
      );
      return { version: server.version, booking };
    } finally {
      await bare.end();
      await session.close();
    }
  } finally {
    await server.stop();
  }
}

function settingsOf({ app }: LedgerDatabase) {
  const { host = 'localhost', port = 5432, database = '', user = '', password, ssl } = app;
  const ca = typeof ssl === 'object' ? String(ssl.ca) : '';
  return { host, port, database, user, password, ca, applicationName: 'bench' };
}

const payment = (pair: number, prefix: string): Payment => ({
  transactionId: randomUUID(),
  timestamp: Date.now(),
  clientId: 'shop',
  idempotencyKey: `${prefix}-${pair}`,
  // Both find their accounts open as often.
  userId: `${prefix}-${pair % USERS}`,
  merchantId: `${prefix}-${pair % 10}`,
  amount: 1999,
  currency: 'EUR',
  currencyExponent: 2,
});

/** Each statement with what it needs and nothing else: no fence, no look for an earlier booking. */
async function insertBare(client: Client, booked: Payment): Promise<void> {
  const accounts = [`user/${booked.userId}/EUR`, `merchant/${booked.merchantId}/EUR`];
  await client.query('BEGIN');
  await client.query({
    name: 'bare-accounts',
    text: `INSERT INTO payments.accounts (account_id, kind, owner_id, currency)
           VALUES ($1, 'user', $2, 'EUR'), ($3, 'merchant', $4, 'EUR') ON CONFLICT DO NOTHING`,
    values: [accounts[0], booked.userId, accounts[1], booked.merchantId],
  });
  await client.query({
    name: 'bare-transaction',
    text: `INSERT INTO payments.transactions (transaction_id, client_id, idempotency_key, origin, user_id, merchant_id,
             amount, currency, currency_exponent, requested_at, booked_epoch)
           VALUES ($1, $2, $3, 'aws', $4, $5, $6, 'EUR', 2, to_timestamp($7::float8 / 1000), 1)`,
    values: [
      booked.transactionId,
      booked.clientId,
      booked.idempotencyKey,
      booked.userId,
      booked.merchantId,
      booked.amount,
      booked.timestamp,
    ],
  });
  await client.query({
    name: 'bare-entries',
    text: `INSERT INTO payments.entries (transaction_id, line_number, account_id, amount, currency)
           VALUES ($1, 1, $2, -$4::bigint, 'EUR'), ($1, 2, $3, $4::bigint, 'EUR')`,
    values: [booked.transactionId, ...accounts, booked.amount],
  });
  await client.query('COMMIT');
}
