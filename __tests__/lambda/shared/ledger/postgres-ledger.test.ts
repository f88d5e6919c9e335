import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Client } from 'pg';
import { type Booking, LedgerUnavailable, type Payment, PaymentRefused } from '../../../../lambda/shared/ledger/ledger';
import { PostgresLedger } from '../../../../lambda/shared/ledger/postgres-ledger';
import { connect } from '../../../../lambda/shared/postgres/connect';
import { PostgresSession } from '../../../../lambda/shared/postgres/session';
import type { ConnectionSettings } from '../../../../lambda/shared/postgres/settings';
import { createLedgerDatabase, type LedgerDatabase, withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';
import { openLine } from '../postgres/line';
import { payment, settingsFor } from './fixtures';

jest.setTimeout(30_000);

const EPOCH = 7;

describe.each([14, 16] as const)('a ledger in PostgreSQL %i', (major) => {
  let server: LocalPostgres;
  let database: LedgerDatabase;
  let admin: Client;
  /** Holds locks in open transactions, in which `admin` would see old statistics only. */
  let locker: Client;
  let sessions: PostgresSession[] = [];

  const ledgerOver = (settings: ConnectionSettings) => {
    const session = new PostgresSession({ settings: () => Promise.resolve(settings) });
    sessions.push(session);
    return new PostgresLedger('aurora', session);
  };
  const open = (over: Partial<ConnectionSettings> = {}) => ledgerOver(settingsFor(server, database.app, over));
  const openReader = () => ledgerOver(settingsFor(server, database.reader, { readOnly: true }));

  beforeAll(async () => {
    server = await startPostgres({ major, tls: true });
    database = await createLedgerDatabase(server, { side: 'aurora', epoch: EPOCH });
    const tester = settingsFor(
      server,
      { ...database.superuser, password: server.superuser.password },
      { applicationName: 'the tester' },
    );
    admin = await connect(tester);
    locker = await connect(tester);
  });
  beforeEach(() => database.setWriterEpoch({ epoch: EPOCH, writable: true }));
  afterEach(async () => {
    await Promise.all(sessions.map((session) => session.close()));
    sessions = [];
  });
  afterAll(async () => {
    await admin.end();
    await locker.end();
    await server.stop();
  });

  const rows = async (text: string, values: unknown[] = []): Promise<unknown[]> =>
    (await admin.query<Record<string, unknown>>(text, values)).rows;
  const stored = async ({ transactionId, clientId, idempotencyKey }: Payment): Promise<unknown> => {
    const [found] = await rows(
      `SELECT count(DISTINCT t.transaction_id) AS transactions, count(e.*) AS entries, coalesce(sum(e.amount), 0)::int8 AS sum
       FROM payments.transactions AS t LEFT JOIN payments.entries AS e USING (transaction_id)
       WHERE transaction_id = $1 OR (client_id = $2 AND idempotency_key = $3)`,
      [transactionId, clientId, idempotencyKey],
    );
    return found;
  };
  const ONCE = { transactions: 1, entries: 2, sum: 0 };
  const NEVER = { transactions: 0, entries: 0, sum: 0 };
  /** Waits until a backend of a test waits for a lock. */
  const somebodyWaits = async (): Promise<number> => {
    for (let attempt = 0; attempt < 400; attempt += 1) {
      const [waiting] = await rows(
        `SELECT pid FROM pg_stat_activity
         WHERE application_name = 'a test' AND wait_event_type = 'Lock'`,
      );
      if (waiting !== undefined) return (waiting as { pid: number }).pid;
      await sleep(5);
    }
    throw new Error('nobody waits for a lock');
  };

  describe('books', () => {
    test('a payment as two entries of two accounts', async () => {
      const paid = payment({ userId: 'u-1', merchantId: 'm-1', timestamp: 1_700_000_000_123 });
      const before = Date.now();
      const booking = await open().book(paid, EPOCH);
      expect(booking).toEqual({
        outcome: 'booked',
        bookingId: paid.transactionId,
        epoch: EPOCH,
        bookedAt: expect.any(Number),
      });
      expect(Math.abs(booking.bookedAt - before)).toBeLessThan(5_000);
      expect(await rows('SELECT * FROM payments.transactions WHERE transaction_id = $1', [paid.transactionId])).toEqual(
        [
          {
            transaction_id: paid.transactionId,
            client_id: paid.clientId,
            idempotency_key: paid.idempotencyKey,
            origin: 'aws',
            user_id: 'u-1',
            merchant_id: 'm-1',
            amount: 1250,
            currency: 'EUR',
            currency_exponent: 2,
            requested_at: new Date(1_700_000_000_123),
            booked_at: new Date(booking.bookedAt),
            booked_epoch: EPOCH,
          },
        ],
      );
      expect(
        await rows(
          `SELECT e.line_number, e.amount, e.currency, a.kind, a.owner_id, a.currency AS account_currency, account_id
           FROM payments.entries AS e JOIN payments.accounts AS a USING (account_id)
           WHERE transaction_id = $1 ORDER BY line_number`,
          [paid.transactionId],
        ),
      ).toEqual([
        {
          line_number: 1,
          amount: -1250,
          currency: 'EUR',
          kind: 'user',
          owner_id: 'u-1',
          account_currency: 'EUR',
          account_id: 'user/u-1/EUR',
        },
        {
          line_number: 2,
          amount: 1250,
          currency: 'EUR',
          kind: 'merchant',
          owner_id: 'm-1',
          account_currency: 'EUR',
          account_id: 'merchant/m-1/EUR',
        },
      ]);
    });

    test('a payment between accounts that are there already', async () => {
      const ledger = open();
      await ledger.book(payment(), EPOCH);
      await expect(ledger.book(payment(), EPOCH)).resolves.toMatchObject({ outcome: 'booked' });
    });

    test('a payment again as the booking that it has', async () => {
      const paid = payment();
      const first = await open().book(paid, EPOCH);
      expect(await open().book(paid, EPOCH)).toEqual({ ...first, outcome: 'replayed' });
      expect(await stored(paid)).toEqual(ONCE);
    });

    test('a payment again at a later epoch as the booking of the earlier one', async () => {
      const paid = payment();
      await open().book(paid, EPOCH);
      await database.setWriterEpoch({ epoch: EPOCH + 2 });
      await expect(open().book(paid, EPOCH + 2)).resolves.toMatchObject({ outcome: 'replayed', epoch: EPOCH });
    });

    test('nothing for a request that the other side booked under another id', async () => {
      const paid = payment({ userId: 'nobody-else', amount: 99 });
      const first = randomUUID();
      await admin.query("SET session_replication_role = 'replica'");
      await admin.query(
        `INSERT INTO payments.transactions (transaction_id, client_id, idempotency_key, origin, user_id, merchant_id, amount,
           currency, currency_exponent, requested_at, booked_at)
         VALUES ($1, $2, $3, 'on-prem', 'u', 'm', 5, 'EUR', 2, now(), '2024-01-02T03:04:05.678901Z')`,
        [first, paid.clientId, paid.idempotencyKey],
      );
      await admin.query("SET session_replication_role = 'origin'");
      expect(await open().book(paid, EPOCH)).toEqual({
        outcome: 'duplicate',
        bookingId: first,
        epoch: 0,
        bookedAt: Date.UTC(2024, 0, 2, 3, 4, 5, 678),
      });
      expect(await stored(paid)).toEqual({ ...NEVER, transactions: 1 });
      expect(await rows("SELECT FROM payments.accounts WHERE owner_id = 'nobody-else'")).toEqual([]);
    });

    test('the same key of another client as another payment', async () => {
      const paid = payment();
      await open().book(paid, EPOCH);
      const other = payment({ clientId: 'client-2', idempotencyKey: paid.idempotencyKey });
      await expect(open().book(other, EPOCH)).resolves.toMatchObject({ outcome: 'booked' });
    });

    test.each([
      ['amount', { amount: 1251 }],
      ['currency', { currency: 'USD' }],
      ['user', { userId: 'user-2' }],
      ['merchant', { merchantId: 'merchant-2' }],
      ['client', { clientId: 'client-2' }],
      ['key', { idempotencyKey: 'another' }],
    ])('no payment under the id of one with another %s', async (_what, other) => {
      const paid = payment();
      await open().book(paid, EPOCH);
      await expect(open().book({ ...paid, ...other }, EPOCH)).rejects.toEqual(
        new PaymentRefused(
          '23505',
          'the ledger aurora holds another payment under this transaction id; compare the two, one of them was made up',
        ),
      );
      expect(await stored(paid)).toEqual(ONCE);
    });

    test.each([0, 1, 999, 1_700_000_000_001, 1_732_197_715_999, 4_102_444_799_999])(
      'a payment requested at %i ms as requested then',
      async (timestamp) => {
        const paid = payment({ timestamp });
        await open().book(paid, EPOCH);
        await expect(open().find(paid.transactionId, paid.clientId)).resolves.toMatchObject({ timestamp });
      },
    );

    test.each([
      `'; DROP TABLE payments.transactions; --`,
      `$1 %s \\ " ' { } \n \t`,
      'a/b/EUR',
      'Zoë 🜁 ١٢٣ \u202e',
      'x'.repeat(64),
    ])('the text %j as it is', async (text) => {
      const paid = payment({ userId: text, merchantId: text, clientId: text, idempotencyKey: `${text}-${major}` });
      await open().book(paid, EPOCH);
      await expect(openReader().find(paid.transactionId, text)).resolves.toMatchObject({
        userId: text,
        merchantId: text,
      });
      await expect(open().book(paid, EPOCH)).resolves.toMatchObject({ outcome: 'replayed' });
    });

    test('the largest amount that a number holds', async () => {
      const paid = payment({ amount: Number.MAX_SAFE_INTEGER });
      await open().book(paid, EPOCH);
      await expect(open().find(paid.transactionId, paid.clientId)).resolves.toMatchObject({
        amount: Number.MAX_SAFE_INTEGER,
      });
    });
  });

  describe('holds the fence', () => {
    test.each([
      ['closed', { writable: false }, EPOCH, 'PW001'],
      ['open at a later epoch', { epoch: EPOCH + 1 }, EPOCH, 'PW002'],
      ['open at an earlier epoch', {}, EPOCH + 1, 'PW002'],
    ])('of a database that is %s, also for what is booked already', async (_how, row, epoch, code) => {
      const earlier = payment();
      await open().book(earlier, EPOCH);
      await database.setWriterEpoch(row);
      const paid = payment({ userId: `fenced-${code}-${epoch}` });
      const ledger = open();
      for (const each of [paid, earlier, payment({ ...earlier, transactionId: randomUUID() })]) {
        const error = await ledger.book(each, epoch).catch((caught: unknown) => caught);
        expect(error).toBeInstanceOf(LedgerUnavailable);
        expect(error).toMatchObject({
          code,
          message: expect.stringMatching(
            new RegExp(`^the ledger aurora cannot serve now \\(${code}\\): the ledger aurora is `),
          ),
        });
      }
      expect(await stored(paid)).toEqual(NEVER);
      expect(await rows('SELECT FROM payments.accounts WHERE owner_id = $1', [paid.userId])).toEqual([]);
    });

    test('when the database closes while a booking waits', async () => {
      const paid = payment();
      await locker.query('BEGIN; LOCK TABLE payments.writer_epoch IN EXCLUSIVE MODE');
      const booking = open()
        .book(paid, EPOCH)
        .catch((caught: unknown) => caught);
      await somebodyWaits();
      await locker.query('UPDATE payments.writer_epoch SET writable = false; COMMIT');
      expect(await booking).toMatchObject({ name: 'LedgerUnavailable', code: 'PW001' });
      expect(await stored(paid)).toEqual(NEVER);
    });

    test('and lets the database close only after a booking that had passed', async () => {
      const paid = payment();
      const other = await connect(settingsFor(server, database.app));
      await other.query('BEGIN');
      await insertTransaction(other, { ...paid, transactionId: randomUUID() });
      // Waits inside its statement, past the fence, for the other booking of this request.
      const booking = open().book(paid, EPOCH);
      await somebodyWaits();
      const closing = locker.query('BEGIN; LOCK TABLE payments.writer_epoch IN EXCLUSIVE MODE; COMMIT');
      const early = await Promise.race([closing.then(() => 'closed'), sleep(100, 'waits')]);
      await other.query('ROLLBACK');
      await other.end();
      await closing;
      expect(early).toBe('waits');
      await expect(booking).resolves.toMatchObject({ outcome: 'booked' });
    });

    test('for not longer than a statement may take', async () => {
      const paid = payment();
      await locker.query('BEGIN; LOCK TABLE payments.writer_epoch IN EXCLUSIVE MODE');
      const error = await open({ statementTimeoutMs: 100 })
        .book(paid, EPOCH)
        .catch((caught: unknown) => caught);
      await locker.query('ROLLBACK');
      expect(error).toMatchObject({ name: 'LedgerUnavailable', code: '57014' });
      expect(await stored(paid)).toEqual(NEVER);
    });
  });

  describe('books once', () => {
    const outcomes = (bookings: readonly Booking[]) => ({
      booked: bookings.filter(({ outcome }) => outcome === 'booked').length,
      replayed: bookings.filter(({ outcome }) => outcome === 'replayed').length,
      duplicate: bookings.filter(({ outcome }) => outcome === 'duplicate').length,
      ids: new Set(bookings.map(({ bookingId }) => bookingId)).size,
      times: new Set(bookings.map(({ bookedAt }) => bookedAt)).size,
    });
    const fromTen = async (payments: readonly Payment[]) => {
      const ledgers = Array.from({ length: 10 }, () => open());
      return Promise.all(payments.map((each, index) => (ledgers[index % 10] as PostgresLedger).book(each, EPOCH)));
    };

    test('a payment that comes fifty times over ten connections', async () => {
      const paid = payment();
      const bookings = await fromTen(Array.from({ length: 50 }, () => paid));
      expect(outcomes(bookings)).toEqual({ booked: 1, replayed: 49, duplicate: 0, ids: 1, times: 1 });
      expect(await stored(paid)).toEqual(ONCE);
    });

    test('a request that comes under fifty ids over ten connections', async () => {
      const paid = payment();
      const bookings = await fromTen(Array.from({ length: 50 }, () => ({ ...paid, transactionId: randomUUID() })));
      expect(outcomes(bookings)).toEqual({ booked: 1, replayed: 0, duplicate: 49, ids: 1, times: 1 });
      expect(await stored(paid)).toEqual(ONCE);
    });

    test('each of two hundred payments between the same new accounts, and none waits for ever', async () => {
      const owners = Array.from({ length: 5 }, () => randomUUID());
      const payments = Array.from({ length: 200 }, (_each, index) =>
        payment({ userId: owners[index % 5], merchantId: owners[(index * 3 + 1) % 5] }),
      );
      expect(outcomes(await fromTen(payments))).toMatchObject({ booked: 200, ids: 200 });
    });

    test.each([
      ['COMMIT', 'duplicate'],
      ['ROLLBACK', 'booked'],
    ])('a request that is being booked under another id, when that ends with %s', async (end, outcome) => {
      const paid = payment();
      const other = await connect(settingsFor(server, database.app));
      await other.query('BEGIN');
      const first = randomUUID();
      await insertTransaction(other, { ...paid, transactionId: first });
      await insertEntries(other, first);
      const booking = open().book(paid, EPOCH);
      await somebodyWaits();
      await other.query(end);
      await other.end();
      await expect(booking).resolves.toMatchObject({
        outcome,
        bookingId: outcome === 'booked' ? paid.transactionId : first,
      });
      expect(await stored(paid)).toEqual(ONCE);
    });

    test('a payment whose connection is ended while it is booked', async () => {
      const paid = payment();
      const ledger = open();
      await ledger.book(payment(), EPOCH);
      await locker.query('BEGIN; LOCK TABLE payments.writer_epoch IN EXCLUSIVE MODE');
      const booking = ledger.book(paid, EPOCH);
      await admin.query('SELECT pg_terminate_backend($1)', [await somebodyWaits()]);
      await locker.query('ROLLBACK');
      await expect(booking).resolves.toMatchObject({ outcome: 'booked' });
      expect(await stored(paid)).toEqual(ONCE);
    });

    test('a payment whose connection was ended before', async () => {
      const ledger = open();
      await ledger.book(payment(), EPOCH);
      await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'a test'");
      await expect(ledger.book(payment(), EPOCH)).resolves.toMatchObject({ outcome: 'booked' });
    });

    test('a payment whose answer is lost after the commit', async () => {
      const paid = payment();
      const line = await openLine(server.port);
      const ledger = open({ port: line.port, statementTimeoutMs: 1_000 });
      await ledger.book(payment(), EPOCH);
      await locker.query('BEGIN; LOCK TABLE payments.writer_epoch IN EXCLUSIVE MODE');
      const booking = ledger.book(paid, EPOCH);
      await somebodyWaits();
      line.silence();
      await locker.query('ROLLBACK');
      await expect(booking).resolves.toMatchObject({ outcome: 'replayed', bookingId: paid.transactionId });
      expect(await stored(paid)).toEqual(ONCE);
      await line.close();
    });
  });

  test('uses functions and operators of PostgreSQL alone, whatever another role left where all may create', async () => {
    const planted = `
      CREATE FUNCTION public.concat_ws(text, text, varchar, varchar) RETURNS text LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
      CREATE FUNCTION public.same(varchar, text) RETURNS boolean LANGUAGE plpgsql
        AS $$ BEGIN RAISE EXCEPTION 'runs as %', current_user; END $$;
      CREATE OPERATOR public.= (LEFTARG = varchar, RIGHTARG = text, FUNCTION = public.same)`;
    // From version 15 on not every role may, unless the database was made by an older version.
    await rows('GRANT CREATE ON SCHEMA public TO PUBLIC');
    await withClient(database.reader, (client) => client.query(planted));
    try {
      const paid = payment();
      await expect(open().book(paid, EPOCH)).resolves.toMatchObject({ outcome: 'booked' });
      await expect(open().book(paid, EPOCH)).resolves.toMatchObject({ outcome: 'replayed' });
      await expect(openReader().find(paid.transactionId, paid.clientId)).resolves.toMatchObject({
        amount: paid.amount,
      });
    } finally {
      await rows('DROP OPERATOR public.= (varchar, text)');
      await rows('DROP FUNCTION public.same, public.concat_ws');
    }
  });

  describe('refuses', () => {
    test.each<[string, Partial<Payment>, string]>([
      ['an amount of nothing', { amount: 0 }, '23514'],
      ['a negative amount', { amount: -1 }, '23514'],
      ['a currency in small letters', { currency: 'eur' }, '23514'],
      ['a currency that is too long', { currency: 'EURO' }, '22001'],
      ['a currency exponent that none has', { currencyExponent: 5 }, '23514'],
      ['an id that is too long', { transactionId: 'x'.repeat(37) }, '22001'],
      ['a user that is too long', { userId: 'secret'.repeat(20) }, '22001'],
      ['a time that no calendar has', { timestamp: -Number.MAX_SAFE_INTEGER }, '22008'],
    ])('%s, and writes nothing', async (_what, wrong, code) => {
      const paid = payment({ ...wrong });
      const error = await open()
        .book(paid, EPOCH)
        .catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(PaymentRefused);
      expect(error).toMatchObject({
        code,
        message: expect.stringContaining(`the ledger aurora refuses this payment: SQLSTATE ${code}`),
      });
      expect(String((error as Error).stack)).not.toContain('secret');
      expect(await stored(paid)).toEqual(NEVER);
    });

    test('naming the rule that is broken', async () => {
      await expect(open().book(payment({ amount: -1 }), EPOCH)).rejects.toThrow(
        new PaymentRefused(
          '23514',
          'the ledger aurora refuses this payment: SQLSTATE 23514 (transactions, transactions_amount_is_positive)',
        ),
      );
    });

    test.each<[Partial<Payment>, string, string]>([
      [{ amount: 1.5 }, '22003', 'amount'],
      [{ amount: 2 ** 53 }, '22003', 'amount'],
      [
        { amount: Number.NaN, timestamp: 0.5, currencyExponent: Infinity },
        '22003',
        'timestamp, amount, currencyExponent',
      ],
      [{ userId: 'a\0b' }, '22021', 'userId'],
      [{ idempotencyKey: 'a\ud800b', currency: '\udc00' }, '22021', 'idempotencyKey, currency'],
    ])('%j without asking the database', async (wrong, code, fields) => {
      const ledger = new PostgresLedger('aurora', { run: () => Promise.reject(new Error('asked')) });
      const error = await ledger.book(payment(wrong), EPOCH).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(PaymentRefused);
      expect(error).toMatchObject({ code, message: expect.stringMatching(`, got other ones: ${fields}$`) });
    });
  });

  describe('finds', () => {
    test("a client's transaction with a role that only reads", async () => {
      const paid = payment({ currency: 'JPY', currencyExponent: 0, amount: 3 });
      const { bookedAt } = await open().book(paid, EPOCH);
      expect(await openReader().find(paid.transactionId, paid.clientId)).toEqual({
        transactionId: paid.transactionId,
        timestamp: paid.timestamp,
        userId: paid.userId,
        merchantId: paid.merchantId,
        amount: 3,
        currency: 'JPY',
        currencyExponent: 0,
        bookedAt,
      });
    });

    test('a transaction also while the database is closed', async () => {
      const paid = payment();
      await open().book(paid, EPOCH);
      await database.setWriterEpoch({ writable: false });
      await expect(openReader().find(paid.transactionId, paid.clientId)).resolves.toBeDefined();
    });

    test("nothing of another client's", async () => {
      const paid = payment();
      await open().book(paid, EPOCH);
      await expect(openReader().find(paid.transactionId, 'client-2')).resolves.toBeUndefined();
    });

    test.each(['', 'none', "' OR true --", 'a\0b', 'x'.repeat(10_000)])('nothing under the id %j', async (id) => {
      await expect(openReader().find(id, 'client-1')).resolves.toBeUndefined();
    });

    test('no amount that a number cannot hold', async () => {
      const paid = payment();
      await open().book(paid, EPOCH);
      await admin.query('UPDATE payments.transactions SET amount = 9007199254740993 WHERE transaction_id = $1', [
        paid.transactionId,
      ]);
      await expect(openReader().find(paid.transactionId, paid.clientId)).rejects.toBeInstanceOf(RangeError);
    });
  });

  describe('is unavailable', () => {
    test('where nobody listens', async () => {
      const ledger = open({ port: 1 });
      await expect(ledger.book(payment(), EPOCH)).rejects.toMatchObject({
        name: 'LedgerUnavailable',
        code: 'ECONNREFUSED',
      });
      await expect(ledger.find('x', 'y')).rejects.toMatchObject({ name: 'LedgerUnavailable', code: 'ECONNREFUSED' });
    });

    test('when its password is refused', async () => {
      await expect(open({ password: 'wrong' }).book(payment(), EPOCH)).rejects.toMatchObject({
        name: 'LedgerUnavailable',
        code: '28P01',
      });
    });

    test('to a role that has no right to book, which waits for a grant like for the schema', async () => {
      await expect(ledgerOver(settingsFor(server, database.reader)).book(payment(), EPOCH)).rejects.toMatchObject({
        name: 'LedgerUnavailable',
        code: '42501',
      });
    });

    test('until its schema is complete, and then without another start', async () => {
      const half = await createLedgerDatabase(server, {
        name: 'half',
        parts: ['pre-data'],
        side: 'aurora',
        epoch: EPOCH,
      });
      const ledger = ledgerOver(settingsFor(server, half.app));
      const paid = payment();
      await expect(ledger.book(paid, EPOCH)).rejects.toEqual(
        new LedgerUnavailable(
          'schema-incomplete',
          'the ledger aurora must have its whole schema before anything is booked, got none of: the unique index on transactions (client_id, idempotency_key), the balance check of entries; apply the part post-data of the migrations',
        ),
      );
      const owner = await connect(settingsFor(server, { ...half.superuser, password: server.superuser.password }));
      await owner.query('ALTER TABLE payments.transactions ADD UNIQUE (idempotency_key, client_id)');
      await expect(ledger.book(paid, EPOCH)).rejects.toMatchObject({
        code: 'schema-incomplete',
        message: expect.stringContaining('got none of: the balance check of entries;'),
      });
      await owner.query(
        `CREATE FUNCTION balanced() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
         CREATE TRIGGER entries_balance AFTER INSERT ON payments.entries EXECUTE FUNCTION balanced()`,
      );
      await owner.end();
      await expect(ledger.book(paid, EPOCH)).resolves.toMatchObject({ outcome: 'booked' });
    });

    test('where there is no schema at all', async () => {
      const login = { ...database.app, database: 'postgres' };
      const ledger = ledgerOver(settingsFor(server, login));
      await expect(ledger.book(payment(), EPOCH)).rejects.toMatchObject({ code: 'schema-incomplete' });
      await expect(ledger.find('x', 'y')).rejects.toMatchObject({
        name: 'LedgerUnavailable',
        code: 'schema-incomplete',
      });
    });
  });

  async function insertTransaction(client: Client, paid: Payment): Promise<void> {
    await client.query(
      `INSERT INTO payments.transactions (transaction_id, client_id, idempotency_key, origin, user_id, merchant_id, amount,
         currency, currency_exponent, requested_at)
       VALUES ($1, $2, $3, 'on-prem', 'u', 'm', 5, 'EUR', 2, now())`,
      [paid.transactionId, paid.clientId, paid.idempotencyKey],
    );
  }

  async function insertEntries(client: Client, transactionId: string): Promise<void> {
    await client.query(
      `INSERT INTO payments.accounts (account_id, kind, owner_id, currency)
       VALUES ('user/u/EUR', 'user', 'u', 'EUR'), ('merchant/m/EUR', 'merchant', 'm', 'EUR') ON CONFLICT DO NOTHING`,
    );
    await client.query(
      `INSERT INTO payments.entries (transaction_id, line_number, account_id, amount, currency)
       VALUES ($1, 1, 'user/u/EUR', -5, 'EUR'), ($1, 2, 'merchant/m/EUR', 5, 'EUR')`,
      [transactionId],
    );
  }
});
