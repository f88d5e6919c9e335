import type { Client } from 'pg';
import { openSession } from '../../../../lambda/migration-validation/database/session';
import type { Pair } from '../../../../lambda/migration-validation/rows/chunk';
import { createLedgerDatabase, type LedgerDatabase } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

/** A booked payment, as the ledger's tables hold it. */
export interface Booked {
  readonly id: string;
  readonly user: string;
  readonly merchant: string;
  readonly amount: bigint;
  readonly currency: string;
  /** In milliseconds since 1970. */
  readonly bookedAt: number;
  readonly requestedAt: number;
  /** @default on-prem */
  readonly origin?: 'aws' | 'on-prem';
  /** The lines, by their numbers. @default the user's and the merchant's */
  readonly entries?: readonly Entry[];
}

export interface Entry {
  readonly account: string;
  readonly amount: bigint;
  readonly currency: string;
}

/** The two lines of a payment. */
export const linesOf = ({ user, merchant, amount, currency }: Booked): readonly Entry[] => [
  { account: `user/${user}/${currency}`, amount: -amount, currency },
  { account: `merchant/${merchant}/${currency}`, amount, currency },
];

export const entriesOf = (payment: Booked): readonly Entry[] => payment.entries ?? linesOf(payment);

/** Two ledgers on servers of the versions of on-premises and Aurora, and what reads them as the comparison does. */
export interface TwoLedgers {
  readonly servers: { readonly source: LocalPostgres; readonly target: LocalPostgres };
  readonly source: LedgerDatabase;
  readonly target: LedgerDatabase;
  /** As a role that may only read. */
  readonly pair: Pair;
  /** As superusers who write like replication: past fence, foreign keys and balance. */
  readonly owners: { readonly source: Client; readonly target: Client };
  stop(): Promise<void>;
}

export async function startTwoLedgers(): Promise<TwoLedgers> {
  const [onPremises, aurora] = await Promise.all([startPostgres({ major: 14 }), startPostgres({ major: 16 })]);
  const [source, target] = await Promise.all([
    createLedgerDatabase(onPremises),
    createLedgerDatabase(aurora, { side: 'aurora' }),
  ]);
  const pair = { source: await openSession(source.reader), target: await openSession(target.reader) };
  const owners = { source: await owner(source), target: await owner(target) };
  return {
    servers: { source: onPremises, target: aurora },
    source,
    target,
    pair,
    owners,
    stop: async () => {
      await Promise.all([pair.source, pair.target, owners.source, owners.target].map((client) => client.end()));
      await Promise.all([onPremises.stop(), aurora.stop()]);
    },
  };
}

async function owner({ superuser }: LedgerDatabase): Promise<Client> {
  const client = await openSession(superuser);
  await client.query('SET default_transaction_read_only = off');
  await client.query('SET session_replication_role = replica');
  return client;
}

/** Makes a ledger hold these payments and nothing else. */
export async function fill(client: Client, payments: readonly Booked[]): Promise<void> {
  // Not TRUNCATE, which makes new files: slower than a few rows.
  await client.query('DELETE FROM payments.entries; DELETE FROM payments.transactions; DELETE FROM payments.accounts');
  await add(client, payments);
}

/** Books payments as replication brings them: as they are. */
export async function add(client: Client, payments: readonly Booked[]): Promise<void> {
  const entries = payments.flatMap((payment) =>
    entriesOf(payment).map((entry, index) => ({
      transaction_id: payment.id,
      line_number: index + 1,
      account_id: entry.account,
      amount: String(entry.amount),
      currency: entry.currency,
      created_at: new Date(payment.bookedAt),
    })),
  );
  const transactions = payments.map((payment) => ({
    transaction_id: payment.id,
    client_id: 'shop',
    idempotency_key: `key-${payment.id}`,
    origin: payment.origin ?? 'on-prem',
    user_id: payment.user,
    merchant_id: payment.merchant,
    amount: String(payment.amount),
    currency: payment.currency,
    currency_exponent: 2,
    requested_at: new Date(payment.requestedAt),
    booked_at: new Date(payment.bookedAt),
  }));
  const insert = (table: string, rows: readonly object[]) => {
    const columns = Object.keys(rows[0] ?? {}).join(', ');
    if (columns === '') return Promise.resolve();
    return client.query(
      `INSERT INTO payments.${table} (${columns})
       SELECT ${columns} FROM jsonb_populate_recordset(NULL::payments.${table}, $1) ON CONFLICT DO NOTHING`,
      [JSON.stringify(rows)],
    );
  };
  await client.query('BEGIN');
  await insert(
    'accounts',
    entries.map(({ account_id }) => {
      const [kind, owner_id, currency] = account_id.split('/');
      return { account_id, kind, owner_id, currency, created_at: new Date(0) };
    }),
  );
  await insert('transactions', transactions);
  await insert('entries', entries);
  await client.query('COMMIT');
}
