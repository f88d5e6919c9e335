import type { Side } from '../../../lambda/shared/authority/authority';
import type { Ledger } from '../../../lambda/shared/ledger/ledger';
import { PostgresLedger } from '../../../lambda/shared/ledger/postgres-ledger';
import { PostgresSession } from '../../../lambda/shared/postgres/session';
import { createLedgerDatabase, type LedgerDatabase, withClient } from '../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

/** The servers of both sides: PostgreSQL 14 as on-premises, 16 as Aurora, over TLS. */
export interface TwoServers {
  readonly 'on-prem': LocalPostgres;
  readonly aurora: LocalPostgres;
  stop(): Promise<void>;
}

/** A row of the ledger, with what its entries say. */
export interface LedgerRow {
  readonly transactionId: string;
  readonly idempotencyKey: string;
  readonly amount: number;
  readonly currency: string;
  readonly epoch: number;
  readonly bookedAt: number;
  /** `<account>:<amount>`, by account. */
  readonly entries: readonly string[];
}

export async function startTwoServers(): Promise<TwoServers> {
  const [onPrem, aurora] = await Promise.all([
    startPostgres({ major: 14, tls: true }),
    startPostgres({ major: 16, tls: true }),
  ]);
  return {
    'on-prem': onPrem,
    aurora,
    stop: async () => {
      await Promise.all([onPrem.stop(), aurora.stop()]);
    },
  };
}

/** Both ledgers, empty; on-prem may be written, at epoch 1. */
export async function createTwoLedgers(servers: TwoServers, name: string) {
  const databases: Readonly<Record<Side, LedgerDatabase>> = {
    'on-prem': await createLedgerDatabase(servers['on-prem'], { name }),
    aurora: await createLedgerDatabase(servers.aurora, { name, side: 'aurora', writable: false }),
  };
  const sessions: PostgresSession[] = [];

  /** Ledgers over connections of their own, as each instance of a function has them. */
  const connectLedgers = (): Readonly<Record<Side, Ledger>> => {
    const ledgerOf = (side: Side): Ledger => {
      const { app } = databases[side];
      const session = new PostgresSession({
        settings: () =>
          Promise.resolve({
            host: 'localhost',
            port: servers[side].port,
            database: name,
            user: String(app.user),
            password: app.password,
            ca: servers[side].caPem ?? '',
            applicationName: 'transaction-processing',
          }),
      });
      sessions.push(session);
      return new PostgresLedger(side, session);
    };
    return { 'on-prem': ledgerOf('on-prem'), aurora: ledgerOf('aurora') };
  };

  /** Sets whether a side may be written, as the cutover does: waits for writers in flight. */
  const setRow = (side: Side, epoch: number, writable: boolean) =>
    withClient(databases[side].superuser, async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE payments.writer_epoch IN EXCLUSIVE MODE');
      await client.query('UPDATE payments.writer_epoch SET epoch = $1, writable = $2', [epoch, writable]);
      await client.query('COMMIT');
    });

  /** Brings the rows of one side to the other: in place of replication, as its apply does it. */
  const replicate = (from: Side, to: Side) =>
    withClient(databases[from].superuser, (source) =>
      withClient(databases[to].superuser, async (target) => {
        await target.query("SET session_replication_role = 'replica'");
        for (const table of ['accounts', 'transactions', 'entries']) {
          const { rows } = await source.query<{ row: unknown }>(
            `SELECT to_jsonb(t) AS row FROM payments.${table} AS t`,
          );
          await target.query(
            `INSERT INTO payments.${table} SELECT r.* FROM jsonb_populate_recordset(NULL::payments.${table}, $1::jsonb) AS r
             ON CONFLICT DO NOTHING`,
            [JSON.stringify(rows.map(({ row }) => row))],
          );
        }
      }),
    );

  /** What a side holds of one client, by transaction. */
  const rowsOf = (side: Side, clientId: string): Promise<readonly LedgerRow[]> =>
    withClient(databases[side].superuser, async (client) => {
      const { rows } = await client.query<LedgerRow>(
        `SELECT transaction_id AS "transactionId", idempotency_key AS "idempotencyKey", amount::float8 AS amount, currency,
           booked_epoch::float8 AS epoch, floor(extract(epoch FROM booked_at) * 1000)::float8 AS "bookedAt",
           ARRAY(SELECT e.account_id || ':' || e.amount FROM payments.entries AS e
                 WHERE e.transaction_id = t.transaction_id ORDER BY 1) AS entries
         FROM payments.transactions AS t WHERE client_id = $1 ORDER BY 1`,
        [clientId],
      );
      return rows;
    });

  /** The sum of all entries of a side, by currency. */
  const sumsOf = (side: Side): Promise<readonly unknown[]> =>
    withClient(databases[side].superuser, async (client) => {
      const { rows } = await client.query<{ sum: string }>(
        'SELECT sum(amount)::text AS sum FROM payments.entries GROUP BY currency',
      );
      return rows.map(({ sum }) => sum);
    });

  /** Where a side's ledger is, for who reads it as payments_read and trusts the authorities of a file. */
  const readerUrl = (side: Side, sslrootcert: string): string => {
    const { user, password } = databases[side].reader;
    const url = new URL(`postgresql://localhost:${servers[side].port}/${name}`);
    url.username = String(user);
    url.password = password;
    url.searchParams.set('sslmode', 'verify-full');
    url.searchParams.set('sslrootcert', sslrootcert);
    return url.href;
  };

  return {
    connectLedgers,
    readerUrl,
    setRow,
    replicate,
    rowsOf,
    sumsOf,
    /** Runs SQL as a superuser, for instance to remove a guard. */
    tamper: (side: Side, sql: string) => withClient(databases[side].superuser, (client) => client.query(sql)),
    close: async () => {
      await Promise.all(sessions.map((session) => session.close()));
    },
  };
}

export type TwoLedgers = Awaited<ReturnType<typeof createTwoLedgers>>;
