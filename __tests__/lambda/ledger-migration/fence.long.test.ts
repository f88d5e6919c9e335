import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client, ClientConfig } from 'pg';
import { createLedgerDatabase, type LedgerDatabase, withClient } from '../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

const CLOSED =
  'the ledger aurora is closed to writes at epoch 7: only on-prem may be written, or neither while the right to write moves';

/** Every replicated table, with statements that write it, for a ledger that holds one payment. */
const WRITES: Readonly<Record<string, Readonly<Record<'INSERT' | 'UPDATE' | 'DELETE', string>>>> = {
  accounts: {
    INSERT: `INSERT INTO payments.accounts (account_id, kind, owner_id, currency) VALUES ('user/u9/EUR', 'user', 'u9', 'EUR')`,
    UPDATE: 'UPDATE payments.accounts SET created_at = created_at',
    DELETE: `DELETE FROM payments.accounts WHERE account_id = 'none'`,
  },
  transactions: {
    INSERT: `INSERT INTO payments.transactions VALUES ('t9', 'c', 'k9', 'aws', 'u1', 'm1', 5, 'EUR', 2, now(), now(), 7)`,
    UPDATE: 'UPDATE payments.transactions SET amount = amount',
    DELETE: `DELETE FROM payments.transactions WHERE transaction_id = 'none'`,
  },
  entries: {
    INSERT: `INSERT INTO payments.entries VALUES ('t1', 9, 'user/u1/EUR', 5, 'EUR', now())`,
    UPDATE: 'UPDATE payments.entries SET amount = amount',
    DELETE: `DELETE FROM payments.entries WHERE transaction_id = 'none'`,
  },
  drain_marker_forward: {
    INSERT: 'INSERT INTO payments.drain_marker_forward VALUES (9, 7)',
    UPDATE: 'UPDATE payments.drain_marker_forward SET epoch = epoch',
    DELETE: 'DELETE FROM payments.drain_marker_forward WHERE marker_id = 0',
  },
  drain_marker_reverse: {
    INSERT: 'INSERT INTO payments.drain_marker_reverse VALUES (9, 7)',
    UPDATE: 'UPDATE payments.drain_marker_reverse SET epoch = epoch',
    DELETE: 'DELETE FROM payments.drain_marker_reverse WHERE marker_id = 0',
  },
};
const TABLES = Object.keys(WRITES);

/** A payment as an application books it. */
const payment = (id: string, epoch: number): string[] => [
  `INSERT INTO payments.accounts (account_id, kind, owner_id, currency)
   VALUES ('user/u1/EUR', 'user', 'u1', 'EUR'), ('merchant/m1/EUR', 'merchant', 'm1', 'EUR') ON CONFLICT DO NOTHING`,
  `INSERT INTO payments.transactions
   VALUES ('${id}', 'c', 'key-${id}', 'aws', 'u1', 'm1', 5, 'EUR', 2, now(), now(), payments.require_epoch(${epoch}))`,
  `INSERT INTO payments.entries VALUES
   ('${id}', 1, 'user/u1/EUR', -5, 'EUR'), ('${id}', 2, 'merchant/m1/EUR', 5, 'EUR')`,
];

async function book(client: Client, id: string, epoch: number, begin = 'BEGIN'): Promise<void> {
  await client.query(begin);
  for (const statement of payment(id, epoch)) await client.query(statement);
}

const refusal = (code: string, message: unknown = expect.any(String)) => ({ code, message });

describe.each([14, 16] as const)('on PostgreSQL %d', (major) => {
  let server: LocalPostgres;
  let ledger: LedgerDatabase;
  let dms: ClientConfig;

  beforeAll(async () => {
    server = await startPostgres({ major });
    ledger = await createLedgerDatabase(server, { side: 'aurora', epoch: 7, writable: true });
    // A plain SQL client in DMS's place: no superuser, all rights on what is replicated, TRUNCATE as well.
    dms = { ...ledger.superuser, user: 'plain_client', password: 'plain' };
    await withClient(ledger.superuser, async (client) => {
      await book(client, 't1', 7);
      await client.query('COMMIT');
      await client.query(`CREATE ROLE plain_client LOGIN PASSWORD 'plain'`);
      await client.query('GRANT USAGE ON SCHEMA payments TO plain_client');
      for (const table of TABLES) {
        await client.query(`GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON payments.${table} TO plain_client`);
      }
    });
  }, 90_000);
  afterAll(() => server.stop());
  beforeEach(() => ledger.setWriterEpoch({ side: 'aurora', epoch: 7, writable: true }));

  /** Runs one statement and undoes it. */
  const attempt = (settings: ClientConfig, sql: string) =>
    withClient(settings, async (client) => {
      await client.query('BEGIN');
      await client.query(sql);
      await client.query('ROLLBACK');
    });

  test('every table of the schema but writer_epoch is fenced, and these tests know them all', async () => {
    const { rows } = await withClient(ledger.superuser, (client) =>
      client.query<{ relname: string; fence: string | null }>(`
        SELECT c.relname, pg_get_triggerdef(t.oid) AS fence
        FROM pg_class c LEFT JOIN pg_trigger t ON t.tgrelid = c.oid AND t.tgname = 'fence' AND t.tgenabled = 'O'
        WHERE c.relnamespace = 'payments'::regnamespace AND c.relkind IN ('r', 'p') ORDER BY 1`),
    );
    expect(rows).toEqual(
      [...TABLES, 'writer_epoch'].sort().map((relname) => ({
        relname,
        fence:
          relname === 'writer_epoch'
            ? null
            : `CREATE TRIGGER fence BEFORE INSERT OR DELETE OR UPDATE OR TRUNCATE ON payments.${relname} FOR EACH STATEMENT EXECUTE FUNCTION payments.fence()`,
      })),
    );
  });

  describe.each(TABLES)('a plain client that writes %s', (table) => {
    const statements = [...Object.values(WRITES[table] ?? {}), `TRUNCATE payments.${table} CASCADE`];
    const writes = Object.values(WRITES[table] ?? {});

    test('is held while this side is closed, by each kind of statement', async () => {
      await ledger.setWriterEpoch({ writable: false });
      expect(statements).toHaveLength(4);
      for (const sql of statements) {
        await expect(attempt(dms, sql)).rejects.toMatchObject(refusal('PW001', CLOSED));
      }
    });

    test('is let through while it is closed, when its role runs as replica', async () => {
      await ledger.setWriterEpoch({ writable: false });
      const exempt = `ALTER ROLE plain_client SET session_replication_role = 'replica'`;
      await withClient(ledger.superuser, (client) => client.query(exempt));
      try {
        expect(writes).toHaveLength(3);
        for (const sql of writes) await attempt(dms, sql);
        await expect(attempt(dms, 'UPDATE payments.writer_epoch SET writable = true')).rejects.toMatchObject(
          refusal('42501'),
        );
      } finally {
        await withClient(ledger.superuser, (client) => client.query('ALTER ROLE plain_client RESET ALL'));
      }
    });

    test('is let through while this side is open', async () => {
      const own = writes.filter((sql) => !/INSERT INTO payments\.(transactions|entries)/.test(sql));
      for (const sql of own) await expect(attempt(dms, sql)).resolves.toBeUndefined();
    });
  });

  test('without a row that says which side it is, the ledger is closed', async () => {
    await withClient(ledger.superuser, async (client) => {
      await client.query('BEGIN');
      await client.query('DELETE FROM payments.writer_epoch');
      await expect(client.query(WRITES['accounts']?.INSERT ?? '')).rejects.toMatchObject(
        refusal(
          'PW001',
          'this ledger is closed to writes: nothing says which side it is (payments.writer_epoch is empty)',
        ),
      );
    });
  });

  test('require_epoch gives the epoch that it was asked for while it is the present one', async () => {
    const { rows } = await withClient(ledger.app, (client) =>
      client.query<{ epoch: string }>('SELECT payments.require_epoch(7) AS epoch'),
    );
    expect(rows).toEqual([{ epoch: '7' }]);
  });

  test.each([
    ['an older epoch', '6'],
    ['a newer epoch', '8'],
    ['no epoch', 'NULL'],
  ])('require_epoch refuses %s', async (_title, epoch) => {
    await expect(attempt(ledger.app, `SELECT payments.require_epoch(${epoch})`)).rejects.toMatchObject(
      refusal('PW002', `the ledger aurora is open at epoch 7, the writer came with epoch ${epoch}`),
    );
  });

  test.each([6, 7, 8])('require_epoch with %d while this side is closed says that it is closed', async (epoch) => {
    await ledger.setWriterEpoch({ writable: false });
    await expect(attempt(ledger.app, `SELECT payments.require_epoch(${epoch})`)).rejects.toMatchObject(
      refusal('PW001', CLOSED),
    );
  });

  test.each([
    ['update the row of the fence', 'UPDATE payments.writer_epoch SET writable = true', '42501'],
    ['lock the row of the fence', 'SELECT FROM payments.writer_epoch FOR SHARE', '42501'],
    ['lock the table of the fence', 'LOCK TABLE payments.writer_epoch IN EXCLUSIVE MODE', '42501'],
    ['remove the row of the fence', 'DELETE FROM payments.writer_epoch', '42501'],
    ['add a row to the fence', `INSERT INTO payments.writer_epoch VALUES ('on-prem', 9, true)`, '42501'],
    ['disable the fence', 'ALTER TABLE payments.entries DISABLE TRIGGER fence', '42501'],
    ['remove the fence', 'DROP TRIGGER fence ON payments.entries', '42501'],
    ['run as replica', `SET session_replication_role = 'replica'`, '42501'],
    ['act as the owner', 'SET ROLE payments_owner', '42501'],
    [
      'replace a function',
      'CREATE OR REPLACE FUNCTION payments.fence() RETURNS trigger LANGUAGE sql AS $$ $$',
      '42501',
    ],
    ['make an object in the schema', 'CREATE TABLE payments.mine (id int)', '42501'],
    ['install fences', `SELECT payments.fence_tables('payments')`, '42501'],
    ['change a transaction', 'UPDATE payments.transactions SET amount = 1', '42501'],
    ['change an entry', 'UPDATE payments.entries SET amount = 1', '42501'],
    ['change an account', `UPDATE payments.accounts SET owner_id = 'x'`, '42501'],
    ['remove transactions', 'DELETE FROM payments.transactions', '42501'],
    ['remove entries', 'DELETE FROM payments.entries', '42501'],
    ['remove accounts', 'DELETE FROM payments.accounts', '42501'],
    ['empty entries', 'TRUNCATE payments.entries', '42501'],
    ['empty the ledger', 'TRUNCATE payments.transactions CASCADE', '42501'],
    ['write a marker', WRITES['drain_marker_forward']?.INSERT ?? '', '42501'],
  ])('the application cannot %s', async (_title, sql, code) => {
    await expect(attempt(ledger.app, sql)).rejects.toMatchObject(refusal(code));
  });

  test.each([
    ['book', payment('t2', 7)[1] ?? ''],
    ['ask for an epoch', 'SELECT payments.require_epoch(7)'],
    ['update the row of the fence', 'UPDATE payments.writer_epoch SET writable = true'],
  ])('the reader cannot %s', async (_title, sql) => {
    await expect(attempt(ledger.reader, sql)).rejects.toMatchObject(refusal('42501'));
  });

  test('the reader reads everything, the row of the fence as well', async () => {
    for (const table of [...TABLES, 'writer_epoch']) await attempt(ledger.reader, `SELECT * FROM payments.${table}`);
    expect(TABLES.length).toBeGreaterThan(0);
  });

  test('temporary objects of the session do not stand in for those of the fence', async () => {
    await ledger.setWriterEpoch({ writable: false });
    await withClient(ledger.app, async (client) => {
      await client.query('CREATE TEMP TABLE writer_epoch (side varchar, epoch bigint, writable boolean)');
      await client.query(`INSERT INTO writer_epoch VALUES ('aurora', 7, true)`);
      await client.query(
        `CREATE FUNCTION pg_temp.raise_closed(varchar, bigint) RETURNS void LANGUAGE sql AS 'SELECT NULL::void'`,
      );
      await client.query('SET search_path = pg_temp, payments, pg_catalog');
      await expect(client.query('SELECT require_epoch(7)')).rejects.toMatchObject(refusal('PW001', CLOSED));
      await expect(client.query(payment('t3', 7)[2] ?? '')).rejects.toMatchObject(refusal('PW001', CLOSED));
    });
  });

  test('functions that run as their owner look nothing up in a path that a caller sets', async () => {
    const { rows } = await withClient(ledger.superuser, (client) =>
      client.query<{ name: string; path: string[]; definer: boolean; open: boolean }>(`
        SELECT p.proname AS name, p.proconfig AS path, p.prosecdef AS definer,
               EXISTS (SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a WHERE a.grantee = 0) AS open
        FROM pg_proc p WHERE p.pronamespace = 'payments'::regnamespace ORDER BY 1`),
    );
    const path = ['search_path=pg_catalog, pg_temp'];
    expect(rows).toEqual(
      ['check_balance', 'fence', 'fence_tables', 'guard_writer_epoch', 'raise_closed', 'require_epoch'].map((name) => ({
        name,
        path,
        definer: !['fence_tables', 'raise_closed'].includes(name),
        open: false,
      })),
    );
  });

  describe('who closes', () => {
    const close = async (client: Client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE payments.writer_epoch IN EXCLUSIVE MODE');
      await client.query('UPDATE payments.writer_epoch SET epoch = 8, writable = false');
      await client.query('COMMIT');
    };

    test.each([
      ['that asked for the epoch', ['SELECT payments.require_epoch(7)']],
      ['that knows nothing of epochs', [`INSERT INTO payments.accounts VALUES ('user/old/EUR', 'user', 'old', 'EUR')`]],
    ])('waits for a writer in flight %s, and holds those that come later', async (_title, statements) => {
      await withClient(ledger.app, (writer) =>
        withClient(ledger.app, (late) =>
          withClient(ledger.superuser, async (freezer) => {
            await writer.query('BEGIN');
            for (const statement of statements) await writer.query(statement);
            let closed = false;
            const closing = close(freezer).then(() => {
              closed = true;
            });
            await sleep(100);
            const held = book(late, 'late', 7).then(
              () => 'written',
              (error: { code?: string }) => error.code,
            );
            await sleep(100);
            expect(closed).toBe(false);
            await writer.query('ROLLBACK');
            await closing;
            expect(await held).toBe('PW001');
          }),
        ),
      );
    });

    test.each(['REPEATABLE READ', 'SERIALIZABLE'])(
      'holds a writer whose %s snapshot is older than the closing',
      async (level) => {
        await withClient(ledger.app, (writer) =>
          withClient(ledger.superuser, async (freezer) => {
            await writer.query(`BEGIN ISOLATION LEVEL ${level}`);
            await writer.query('SELECT count(*) FROM payments.transactions');
            await close(freezer);
            await expect(writer.query(payment('old', 7)[0] ?? '')).rejects.toMatchObject(refusal('40001'));
          }),
        );
      },
    );
  });

  describe('the row of the fence', () => {
    const change = (sql: string) => attempt(ledger.superuser, sql);

    test.each([
      ['closes at a later epoch', { writable: true }, 'epoch = 8, writable = false'],
      ['closes at the same one', { writable: true }, 'writable = false'],
      ['opens at a later epoch', { writable: false }, 'epoch = 8, writable = true'],
      ['stays open for a repeated step', { writable: true }, 'epoch = 7, writable = true'],
      ['stays closed for a repeated step', { writable: false }, 'epoch = 7, writable = false'],
    ])('%s', async (_title, before, set) => {
      await ledger.setWriterEpoch(before);
      await expect(change(`UPDATE payments.writer_epoch SET ${set}`)).resolves.toBeUndefined();
    });

    test.each([
      ['opens not at the epoch that it was closed at', 'writable = true', 'aurora at epoch 7 (open)'],
      ['goes not back to an older epoch', 'epoch = 6', 'aurora at epoch 6 (closed)'],
      ['does not become the other side', `side = 'on-prem', epoch = 9`, 'on-prem at epoch 9 (closed)'],
    ])('%s', async (_title, set, got) => {
      await ledger.setWriterEpoch({ writable: false });
      await expect(change(`UPDATE payments.writer_epoch SET ${set}`)).rejects.toMatchObject(
        refusal('PW003', `the right to write moves forward only: the ledger aurora is at epoch 7 (closed), got ${got}`),
      );
    });

    test('is the only one', async () => {
      await expect(change(`INSERT INTO payments.writer_epoch VALUES ('on-prem', 9, true)`)).rejects.toMatchObject({
        code: '23505',
        constraint: 'writer_epoch_has_one_row',
      });
    });
  });

  test("a user's own tables are fenced by fence_tables, partitions and a removed or disabled fence as well", async () => {
    await withClient(ledger.superuser, async (client) => {
      await client.query('BEGIN');
      await client.query(`
        CREATE SCHEMA "Shop"; CREATE TABLE "Shop"."Cart Items" (id int PRIMARY KEY);
        CREATE TABLE "Shop".parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
        CREATE TABLE "Shop".part PARTITION OF "Shop".parted DEFAULT;
        CREATE VIEW "Shop".seen AS SELECT 1`);
      const fence = () => client.query(`SELECT array_agg(f ORDER BY f) AS names FROM payments.fence_tables('Shop') f`);
      expect((await fence()).rows).toEqual([{ names: '{"Cart Items",part,parted}' }]);
      await client.query(`ALTER TABLE "Shop".parted DISABLE TRIGGER fence; DROP TRIGGER fence ON "Shop".part`);
      await fence();
      await client.query('UPDATE payments.writer_epoch SET writable = false');
      for (const sql of [
        'INSERT INTO "Shop"."Cart Items" VALUES (1)',
        'INSERT INTO "Shop".parted VALUES (1)',
        'DELETE FROM "Shop".part',
        'TRUNCATE "Shop".parted',
      ]) {
        await client.query('SAVEPOINT before');
        await expect(client.query(sql)).rejects.toMatchObject(refusal('PW001', CLOSED));
        await client.query('ROLLBACK TO before');
      }
      await client.query('ROLLBACK');
    });
  });

  test('tables of another owner are fenced by that owner, once it has the rights that the documentation names', async () => {
    await withClient(ledger.superuser, async (client) => {
      await client.query('BEGIN');
      await client.query(`
        CREATE ROLE shop_owner; CREATE SCHEMA shop AUTHORIZATION shop_owner;
        GRANT USAGE ON SCHEMA payments TO shop_owner;
        GRANT EXECUTE ON FUNCTION payments.fence(), payments.fence_tables(name) TO shop_owner;
        SET LOCAL ROLE shop_owner; CREATE TABLE shop.carts (id int PRIMARY KEY)`);
      expect((await client.query(`SELECT payments.fence_tables('shop') AS name`)).rows).toEqual([{ name: 'carts' }]);
      await client.query('SET LOCAL ROLE NONE; UPDATE payments.writer_epoch SET writable = false');
      await client.query('SET LOCAL ROLE shop_owner');
      await expect(client.query('INSERT INTO shop.carts VALUES (1)')).rejects.toMatchObject(refusal('PW001', CLOSED));
      await client.query('ROLLBACK');
    });
  });
});
