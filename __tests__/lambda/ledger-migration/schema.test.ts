import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ClientConfig } from 'pg';
import { LEDGER_ROLES } from '../../../constructs/database';
import { APPLY_ROLE, DMS_CONTROL_SCHEMA, WRITER_EPOCH_TABLE } from '../../../constructs/replication';
import { ledger as declared } from '../../../environments/on-premises';
import { READER, REPLICATION, WRITER } from '../../../lambda/ledger-migration/logins';
import { MIGRATIONS, type Part, PARTS } from '../../../lambda/ledger-migration/migrations';
import { migrate } from '../../../lambda/ledger-migration/migrate';
import dmsApply from '../../../lambda/ledger-migration/roles/dms_apply.sql';
import { exclusively } from '../../../lambda/ledger-migration/session';
import { createLedgerDatabase, type LedgerDatabase, withClient } from '../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

/** Everything that the schema is, as the server describes it, without object identifiers. */
const CATALOG = `
  SELECT 'column' AS kind, c.table_name || '.' || c.column_name AS name,
         concat_ws(' ', c.ordinal_position, c.data_type, c.character_maximum_length, c.is_nullable, c.column_default, c.collation_name) AS text
    FROM information_schema.columns c WHERE c.table_schema = 'payments'
  UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname, pg_get_constraintdef(oid) || convalidated
    FROM pg_constraint WHERE connamespace = 'payments'::regnamespace
  UNION ALL SELECT 'index', tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'payments'
  UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(t.oid) || tgenabled::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = 'payments'::regnamespace AND NOT tgisinternal
  UNION ALL SELECT 'function', proname, pg_get_functiondef(oid) || proowner::regrole || proacl::text
    FROM pg_proc WHERE pronamespace = 'payments'::regnamespace
  UNION ALL SELECT 'relation', relname, concat_ws(' ', relkind, relpersistence, relowner::regrole, relacl::text)
    FROM pg_class WHERE relnamespace = 'payments'::regnamespace
  UNION ALL SELECT 'schema', nspname, nspowner::regrole || nspacl::text FROM pg_namespace WHERE nspname = 'payments'
  UNION ALL SELECT 'role', rolname, concat_ws(' ', rolsuper, rolcanlogin, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls)
    FROM pg_roles WHERE rolname LIKE 'payments%'
  UNION ALL SELECT 'member', roleid::regrole::text, member::regrole::text
    FROM pg_auth_members WHERE roleid::regrole::text LIKE 'payments%' AND member::regrole::text LIKE 'payments%'
  ORDER BY 1, 2, 3`;

const rows = <Row extends object>(settings: ClientConfig, sql: string): Promise<Row[]> =>
  withClient(settings, async (client) => (await client.query<Row>(sql)).rows);

const apply = (settings: ClientConfig, parts: readonly Part[]) =>
  withClient(settings, (client) => exclusively(client, () => migrate(client, MIGRATIONS, parts)));

describe('the schema on both sides', () => {
  let servers: readonly LocalPostgres[];
  let onPrem: LedgerDatabase;
  let aurora: LedgerDatabase;

  beforeAll(async () => {
    servers = await Promise.all([startPostgres({ major: 14 }), startPostgres({ major: 16 })]);
    const [first, second] = servers as [LocalPostgres, LocalPostgres];
    onPrem = await createLedgerDatabase(first, { side: 'on-prem' });
    aurora = await createLedgerDatabase(second, { side: 'aurora', writable: false, parts: ['pre-data'] });
  }, 90_000);
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  test('is the same when a side had only the first part at first', async () => {
    const [complete, first] = await Promise.all([rows(onPrem.superuser, CATALOG), rows(aurora.superuser, CATALOG)]);
    expect(first.length).toBeGreaterThan(50);
    expect(first.length).toBeLessThan(complete.length);
    await apply(aurora.superuser, PARTS);
    expect(await rows(aurora.superuser, CATALOG)).toEqual(complete);
  });

  test('is the same when what takes long on large tables was built beforehand, as the documentation says', async () => {
    const documented = readFileSync(join(__dirname, '../../../docs/ledger-schema.md'), 'utf8');
    const [, sql = ''] = /```sql\n(CREATE UNIQUE INDEX CONCURRENTLY[^`]*)```/.exec(documented) ?? [];
    const statements = sql.split(';\n').filter((statement) => statement.trim() !== '');
    expect(statements).toHaveLength(8);
    for (const [index, server] of servers.entries()) {
      const large = await createLedgerDatabase(server, { name: 'large', parts: ['pre-data'] });
      await withClient(large.superuser, async (client) => {
        await client.query('SET ROLE payments_owner');
        for (const statement of statements) await client.query(statement);
      });
      await apply(large.superuser, PARTS);
      const complete = await rows(index === 0 ? onPrem.superuser : aurora.superuser, CATALOG);
      expect(await rows(large.superuser, CATALOG)).toEqual(complete);
    }
  });

  test('does not take over an index whose building failed', async () => {
    const [server] = servers as [LocalPostgres];
    const broken = await createLedgerDatabase(server, { name: 'broken', parts: ['pre-data'] });
    const index = `CREATE UNIQUE INDEX CONCURRENTLY transactions_client_id_idempotency_key_key
      ON payments.transactions (client_id, idempotency_key)`;
    const book = (id: number) => `
      INSERT INTO payments.transactions (transaction_id, client_id, idempotency_key, origin, user_id, merchant_id, amount,
        currency, currency_exponent, requested_at) VALUES ('${id}', 'c', 'k', 'on-prem', 'u', 'm', 1, 'EUR', 2, now())`;
    await withClient(broken.superuser, async (client) => {
      await client.query('SET ROLE payments_owner');
      for (const id of [1, 2]) await client.query(book(id));
      await expect(client.query(index)).rejects.toMatchObject({ code: '23505' });
    });
    await expect(apply(broken.superuser, PARTS)).rejects.toMatchObject({
      message: 'index "transactions_client_id_idempotency_key_key" is not valid',
    });
  });

  test('belongs to a role that cannot log in, with nothing for everybody', async () => {
    for (const ledger of [onPrem, aurora]) {
      expect(
        await rows(ledger.superuser, `SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'payments'`),
      ).toEqual([{ tableowner: 'payments_owner' }]);
      const open = await rows(
        ledger.superuser,
        `SELECT c.relname FROM pg_class c, aclexplode(c.relacl) a WHERE c.relnamespace = 'payments'::regnamespace AND a.grantee = 0`,
      );
      expect(open).toEqual([]);
      expect(
        await rows(
          ledger.superuser,
          `SELECT rolname FROM pg_roles WHERE rolname LIKE 'payments%' AND rolcanlogin ORDER BY 1`,
        ),
      ).toEqual([{ rolname: 'payments_app' }, { rolname: 'payments_read' }]);
    }
  });

  test('has nothing that DMS skips: primary keys everywhere, bounded types, no LOB, no sequence, no identity', async () => {
    for (const ledger of [onPrem, aurora]) {
      const withoutKey = `
        SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'payments'::regnamespace AND c.relkind IN ('r', 'p')
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'p')`;
      expect(await rows(ledger.superuser, withoutKey)).toEqual([]);
      const types = `
        SELECT DISTINCT CASE data_type WHEN 'character varying' THEN CASE WHEN character_maximum_length <= 255
          THEN 'bounded text' ELSE 'unbounded text' END ELSE data_type END AS type
        FROM information_schema.columns WHERE table_schema = 'payments' ORDER BY 1`;
      expect((await rows<{ type: string }>(ledger.superuser, types)).map(({ type }) => type)).toEqual([
        'bigint',
        'boolean',
        'bounded text',
        'smallint',
        'timestamp with time zone',
      ]);
      const counted = `
        SELECT (SELECT count(*)::int FROM pg_class WHERE relnamespace = 'payments'::regnamespace AND relkind IN ('S', 'm', 'f')) AS others,
               (SELECT count(*)::int FROM information_schema.columns
                WHERE table_schema = 'payments' AND (is_identity = 'YES' OR is_generated = 'ALWAYS')) AS generated,
               (SELECT count(*)::int FROM pg_class WHERE relnamespace = 'payments'::regnamespace AND relpersistence <> 'p') AS unlogged`;
      expect(await rows(ledger.superuser, counted)).toEqual([{ others: 0, generated: 0, unlogged: 0 }]);
    }
  });

  test('is what the environments declare to the replication: every table is replicated, left out, or local', async () => {
    const keys = await rows<{ name: string; primaryKey: string[] }>(
      onPrem.superuser,
      `SELECT c.relname AS name, ARRAY(
         SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u (number, place)
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = u.number ORDER BY u.place) AS "primaryKey"
       FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
       WHERE k.contype = 'p' AND k.connamespace = 'payments'::regnamespace`,
    );
    const local: readonly string[] = [WRITER_EPOCH_TABLE];
    const byName = (one: { name: string }, other: { name: string }) => (one.name < other.name ? -1 : 1);
    expect(keys.filter(({ name }) => local.includes(name)).map(({ name }) => name)).toHaveLength(local.length);
    expect(keys.filter(({ name }) => !local.includes(name)).sort(byName)).toEqual(
      declared.tables.map(({ name, primaryKey }) => ({ name, primaryKey: [...primaryKey] })).sort(byName),
    );
  });

  test('has the names that the infrastructure knows', () => {
    expect([WRITER.usernames[0], READER.usernames[0]]).toEqual([LEDGER_ROLES.writer, LEDGER_ROLES.reader]);
    expect(REPLICATION.usernames).toEqual([APPLY_ROLE]);
    expect(dmsApply).toContain(`CREATE SCHEMA IF NOT EXISTS ${DMS_CONTROL_SCHEMA} `);
  });

  describe.each(['on-prem', 'aurora'] as const)('as the application books it on %s', (side) => {
    const settings = (): ClientConfig => (side === 'on-prem' ? onPrem : aurora).app;
    beforeAll(() => aurora.setWriterEpoch({ writable: true }));

    const ACCOUNTS = `
      INSERT INTO payments.accounts (account_id, kind, owner_id, currency)
      SELECT k || '/x/' || c, k, 'x', c FROM unnest('{user,merchant}'::varchar[]) k, unnest('{EUR,USD}'::varchar[]) c
      ON CONFLICT DO NOTHING`;
    const transaction = (id: string, key = id) =>
      `INSERT INTO payments.transactions VALUES ('${id}', 'c', '${key}', 'aws', 'x', 'x', 5, 'EUR', 2, now())`;
    const line = (id: string, number: number, account: string, amount: number, currency = 'EUR') =>
      `INSERT INTO payments.entries VALUES ('${id}', ${number}, '${account}/x/${currency}', ${amount}, '${currency}')`;
    const commit = (statements: readonly string[]) =>
      withClient(settings(), async (client) => {
        await client.query('BEGIN');
        for (const statement of [ACCOUNTS, ...statements]) await client.query(statement);
        await client.query('COMMIT');
      });

    test('a balanced payment is taken, in two currencies as well', async () => {
      await commit([transaction('ok'), line('ok', 1, 'user', -5), line('ok', 2, 'merchant', 5)]);
      const four = [line('two', 1, 'user', -5), line('two', 2, 'merchant', 5), line('two', 3, 'user', -7, 'USD')];
      await commit([transaction('two'), ...four, line('two', 4, 'merchant', 7, 'USD')]);
      const found = await rows(settings(), `SELECT sum(amount)::int AS sum FROM payments.entries`);
      expect(found).toEqual([{ sum: 0 }]);
    });

    test.each([
      [
        'does not sum to zero',
        [transaction('b'), line('b', 1, 'user', -5), line('b', 2, 'merchant', 4)],
        'the entries of transaction b must sum to 0 in EUR, got -1',
      ],
      [
        'sums to zero over currencies only',
        [transaction('b'), line('b', 1, 'user', -5), line('b', 2, 'merchant', 5, 'USD')],
        'the entries of transaction b must sum to 0 in EUR, got -5',
      ],
      [
        'has one line',
        [transaction('b'), line('b', 1, 'user', -5)],
        'the entries of transaction b must be at least 2, got 1',
      ],
      ['has no line', [transaction('b')], 'the entries of transaction b must be at least 2, got 0'],
      [
        'is added to one that was booked',
        [
          transaction('b'),
          line('b', 1, 'user', -5),
          line('b', 2, 'merchant', 5),
          'COMMIT',
          'BEGIN',
          line('b', 3, 'user', -1),
        ],
        'the entries of transaction b must sum to 0 in EUR, got -1',
      ],
    ])('one that %s is refused at its commit', async (_title, statements, message) => {
      const wanted = { code: '23514', constraint: 'entries_balance', table: 'entries', schema: 'payments', message };
      await expect(commit(statements)).rejects.toMatchObject(wanted);
    });

    test.each([
      [
        'the same client and key under another id',
        [transaction('d1', 'ok')],
        '23505',
        'transactions_client_id_idempotency_key_key',
      ],
      ['the same id', [transaction('ok', 'other')], '23505', 'transactions_pkey'],
      ['an entry of no transaction', [line('none', 1, 'user', 5)], '23503', 'entries_transaction_id_fkey'],
      [
        'an entry of no account',
        [transaction('e'), line('e', 1, 'fee', 5), line('e', 2, 'user', -5)],
        '23503',
        'entries_account_id_fkey',
      ],
      ['an amount of zero', [line('ok', 9, 'user', 0)], '23514', 'entries_amount_is_not_zero'],
      ['line number 0', [line('ok', 0, 'user', 1)], '23514', 'entries_line_number_is_positive'],
      [
        "an entry in another currency than its account's",
        [`INSERT INTO payments.entries VALUES ('ok', 9, 'user/x/EUR', 1, 'USD')`],
        '23514',
        'entries_currency_is_the_accounts',
      ],
      [
        'an account whose id is not made of its parts',
        [`INSERT INTO payments.accounts VALUES ('user/y/EUR', 'user', 'z', 'EUR')`],
        '23514',
        'accounts_id_is_its_parts',
      ],
      [
        'a kind with a slash',
        [`INSERT INTO payments.accounts VALUES ('a/b/y/EUR', 'a/b', 'y', 'EUR')`],
        '23514',
        'accounts_kind_is_a_word',
      ],
      [
        'a currency in small letters',
        [`INSERT INTO payments.accounts VALUES ('user/y/eur', 'user', 'y', 'eur')`],
        '23514',
        'accounts_currency_is_a_code',
      ],
      ['a payment of nothing', [transaction('z').replace(', 5,', ', 0,')], '23514', 'transactions_amount_is_positive'],
      ['an unknown origin', [transaction('z').replace("'aws'", "'moon'")], '23514', 'transactions_origin_is_known'],
      ['an exponent of 5', [transaction('z').replace(', 2,', ', 5,')], '23514', 'transactions_exponent_is_in_range'],
      [
        'a time without end',
        [transaction('z').replace('now()', "'infinity'")],
        '23514',
        'transactions_times_are_finite',
      ],
    ])('%s is refused', async (_title, statements, code, constraint) => {
      await expect(commit(statements)).rejects.toMatchObject({ code, constraint });
    });

    test('before the second part, no check keeps rows out that arrive in any order', async () => {
      const name = 'loading';
      const server = servers[side === 'on-prem' ? 0 : 1] as LocalPostgres;
      const loading = await createLedgerDatabase(server, { name, parts: ['pre-data'], writable: true });
      await withClient(loading.app, (client) => client.query(line('later', 1, 'user', -5)));
      await expect(apply(loading.superuser, PARTS)).rejects.toMatchObject({ code: '23503' });
      await withClient(loading.app, async (client) => {
        await client.query(ACCOUNTS);
        await client.query(transaction('later'));
        await client.query(line('later', 2, 'merchant', 5));
      });
      expect((await apply(loading.superuser, PARTS)).applied).toEqual([
        'post-data/0002_foreign_keys',
        'post-data/0003_indexes',
        'post-data/0004_balance',
        'post-data/0005_time_order',
      ]);
    });
  });
});
