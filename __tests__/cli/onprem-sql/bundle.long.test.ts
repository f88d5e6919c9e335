import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client, type ClientConfig } from 'pg';
import { bundleSql, type BundleOptions, undoSql } from '../../../cli/onprem-sql/bundle';
import { BUNDLE_ROLES } from '../../../cli/onprem-sql/roles';
import { migrate } from '../../../lambda/ledger-migration/migrate';
import { MIGRATIONS, PARTS } from '../../../lambda/ledger-migration/migrations';
import { exclusively } from '../../../lambda/ledger-migration/session';
import { readCatalog } from '../../../lambda/migration-validation/catalog/read-catalog';
import { compareSchemas } from '../../../lambda/migration-validation/schema/compare-schemas';
import { PostgresFence, type SideSessions } from '../../../lambda/shared/fence/postgres-fence';
import { PROJECT } from '../../support/imports';
import { withClient } from '../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../support/postgres';
import { catalogOf } from './catalog';

const SHOP: BundleOptions = { schemas: ['shop', 'Old "shop"'], prefix: 'payments' };

describe.each([14, 16] as const)('on PostgreSQL %d, with an application of its own', (major) => {
  let server: LocalPostgres;
  let superuser: ClientConfig;
  /** The old application, and the owner of its tables. */
  let shop: ClientConfig;
  let owner: ClientConfig;
  const as = (user: string): ClientConfig => ({ ...superuser, user, password: 'secret' });

  beforeAll(async () => {
    server = await startPostgres({ major });
    superuser = { ...server.superuser, database: 'shop' };
    [shop, owner] = [as('shop_app'), as('shop_owner')];
    await run(
      `CREATE ROLE shop_owner LOGIN CREATEROLE PASSWORD 'secret'; CREATE ROLE shop_app LOGIN PASSWORD 'secret'`,
      server.superuser,
    );
  }, 90_000);
  afterAll(() => server.stop());

  beforeEach(async () => {
    await withClient(server.superuser, async (client) => {
      await client.query('DROP DATABASE IF EXISTS shop WITH (FORCE)');
      await client.query(`DROP ROLE IF EXISTS ${BUNDLE_ROLES.map(({ name }) => name).join(', ')}`);
      await client.query('CREATE DATABASE shop OWNER shop_owner');
    });
    await run(
      `CREATE SCHEMA shop;
       CREATE TABLE shop.orders (order_id bigserial PRIMARY KEY, total bigint NOT NULL);
       CREATE TABLE shop.events (day date NOT NULL, event_id bigint NOT NULL, PRIMARY KEY (day, event_id)) PARTITION BY RANGE (day);
       CREATE TABLE shop.events_2026 PARTITION OF shop.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
       CREATE SCHEMA "Old ""shop""";
       CREATE TABLE "Old ""shop"""."the table" (id int PRIMARY KEY);
       GRANT USAGE ON SCHEMA shop TO shop_app;
       GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA shop TO shop_app;
       GRANT USAGE ON ALL SEQUENCES IN SCHEMA shop TO shop_app;
       INSERT INTO shop.orders (total) VALUES (100)`,
      owner,
    );
  });

  /** Runs SQL as it is; a failure leaves nothing behind. @returns what the server warned of */
  const run = async (sql: string, settings: ClientConfig = superuser): Promise<readonly string[]> => {
    const warnings: string[] = [];
    await withClient(settings, async (client) => {
      client.on('notice', ({ message, hint }) => warnings.push([message, hint].join(' ').trim()));
      await client.query(sql);
    });
    return warnings;
  };
  const ask = async (sql: string, settings: ClientConfig = superuser) =>
    withClient(settings, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  const apply = (options: BundleOptions = SHOP) => run(bundleSql(options));
  const undo = () => run(undoSql());
  const setPasswords = () =>
    run(`ALTER ROLE payments_migrator PASSWORD 'secret'; ALTER ROLE dms_apply PASSWORD 'secret';
         ALTER ROLE dms_capture PASSWORD 'secret'; ALTER ROLE payments_app PASSWORD 'secret';
         ALTER ROLE payments_read PASSWORD 'secret'`);
  const fence = () => {
    const sessions: SideSessions = () => ({ run: (unit) => withClient(as('payments_migrator'), unit) });
    return new PostgresFence({ sessions, second: sessions });
  };
  const order = 'INSERT INTO shop.orders (total) VALUES (5)';

  test('run twice it changes nothing, and warns of what the server lacks only', async () => {
    const bound =
      "max_slot_wal_keep_size must be bounded: a slot that nobody reads fills the disk. Past the bound the slot is lost and the load begins anew, got -1 (without bound) ALTER SYSTEM SET max_slot_wal_keep_size = '<what the disk has to spare>'; then SELECT pg_reload_conf(); no restart is needed.";
    expect(await apply()).toEqual([bound]);
    const first = await catalogOf(superuser);
    expect(await apply()).toEqual([bound]);
    expect(await catalogOf(superuser)).toEqual(first);
    // The ledger is the one that Aurora gets.
    const report = await withClient(superuser, (client) =>
      exclusively(client, () => migrate(client, MIGRATIONS, PARTS)),
    );
    expect(report.applied).toEqual([]);
  });

  test('every table is fenced, a later one by the next run, and everything but what is local is published', async () => {
    await apply();
    await run('CREATE TABLE shop.later (id int PRIMARY KEY); ALTER TABLE shop.orders DISABLE TRIGGER fence', owner);
    await apply();
    expect(
      await ask(
        `SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'fence' AND tgenabled = 'O' ORDER BY 1`,
      ),
    ).toEqual(
      [
        '"Old ""shop"""."the table"',
        ...['accounts', 'drain_marker_forward', 'drain_marker_reverse', 'entries', 'transactions'].map(
          (name) => `payments.${name}`,
        ),
        'shop.events',
        'shop.events_2026',
        'shop.later',
        'shop.orders',
      ].map((name) => ({ name })),
    );
    expect(await ask(`SELECT prrelid::regclass::text AS name FROM pg_publication_rel ORDER BY 1`)).toEqual(
      [
        '"Old ""shop"""."the table"',
        ...['accounts', 'drain_marker_forward', 'entries', 'transactions'].map((name) => `payments.${name}`),
        'shop.events',
        'shop.later',
        'shop.orders',
      ].map((name) => ({ name })),
    );
  });

  test('the old application writes until the database is closed, then it gets PW001; replication passes', async () => {
    await apply();
    await setPasswords();
    await run(order, shop);
    const { lsn } = await fence().close('on-prem', 1, { epoch: 2, marker: 'forward', graceMs: 100 });
    expect(lsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    const refusal = {
      code: 'PW001',
      message:
        'the ledger on-prem is closed to writes at epoch 2: only aurora may be written, or neither while the right to write moves',
      hint: 'The authority item of the table migration-state says who may write now. Write there, or wait.',
    };
    for (const sql of [
      order,
      'UPDATE shop.orders SET total = 1',
      'DELETE FROM shop.orders',
      'TRUNCATE shop.orders',
      `INSERT INTO shop.events VALUES ('2026-02-02', 1)`,
    ]) {
      await expect(run(sql, shop)).rejects.toMatchObject(refusal);
    }
    expect(await ask('SELECT count(*)::int AS count FROM shop.orders', shop)).toEqual([{ count: 2 }]);
    const text = readFileSync(join(PROJECT, 'docs/on-premises.md'), 'utf8');
    for (const said of Object.values(refusal)) expect(text).toContain(said);
    // A plain SQL client in the place of DMS.
    await run(
      `INSERT INTO shop.orders VALUES (77, 5); UPDATE shop.orders SET total = 6 WHERE order_id = 77; DELETE FROM shop.orders WHERE order_id = 77;
               INSERT INTO payments.drain_marker_reverse VALUES (3, 3); CREATE TABLE awsdms_control.awsdms_status (id int)`,
      as('dms_apply'),
    );
    await fence().open('on-prem', 1, 3);
    await run(order, shop);
  });

  test('the logins have what they need and no more', async () => {
    await apply();
    await setPasswords();
    const refused = async (user: string, ...statements: string[]) => {
      for (const sql of statements) await expect(run(sql, as(user))).rejects.toMatchObject({ code: '42501' });
    };
    await run(
      'SELECT * FROM shop.orders; SELECT * FROM payments.entries; CREATE TABLE awsdms_control.awsdms_heartbeat (id int)',
      as('dms_capture'),
    );
    const [capture] = await ask(
      `SELECT pg_create_logical_replication_slot('mine', 'test_decoding') IS NOT NULL AS made, current_setting('idle_in_transaction_session_timeout') AS idle`,
      as('dms_capture'),
    );
    expect(capture).toEqual({ made: true, idle: '0' });
    await run(`SELECT pg_drop_replication_slot('mine')`, as('dms_capture'));
    await refused('dms_capture', order, 'SELECT * FROM payments.writer_epoch', 'CREATE TABLE shop.mine (id int)');
    await refused(
      'dms_apply',
      'TRUNCATE shop.orders',
      'SELECT * FROM payments.writer_epoch',
      'SET session_replication_role = origin',
      'CREATE TABLE shop.mine (id int)',
    );
    await refused(
      'payments_app',
      order,
      'UPDATE payments.writer_epoch SET writable = true',
      'SELECT * FROM migration_control.executor_token',
    );
    await run(
      'SELECT * FROM shop.orders; SELECT last_value FROM shop.orders_order_id_seq; SELECT * FROM payments.entries',
      as('payments_read'),
    );
    await refused('payments_read', order);
    await run(
      `SELECT setval('shop.orders_order_id_seq', 500); SELECT max(order_id) FROM shop.orders; SELECT migration_control.admit_replication(false)`,
      as('payments_migrator'),
    );
    await expect(run('SELECT 1', as('dms_apply'))).rejects.toMatchObject({ code: '28000' });
    await refused('payments_migrator', order, 'CREATE ROLE mine');
    // Tables that come later.
    await run('CREATE TABLE shop.later (id int PRIMARY KEY)', owner);
    await run('SELECT * FROM shop.later', as('dms_capture'));
    // Whom the cutover has shut out stays out.
    await apply();
    await expect(run('SELECT 1', as('dms_apply'))).rejects.toMatchObject({ code: '28000' });
  });

  test('undone, the database is as it was before', async () => {
    const schemas = () => withClient(superuser, (client) => readCatalog(client, {}));
    const [before, shape] = [await catalogOf(superuser), await schemas()];
    await apply();
    await setPasswords();
    await run('CREATE TABLE awsdms_control.awsdms_heartbeat (id int)', as('dms_capture'));
    await run(`SELECT pg_create_logical_replication_slot('dms_forward_prod', 'test_decoding')`);
    expect(compareSchemas(shape, await schemas()).verdict).toBe('different');
    expect(await undo()).toEqual([]);
    expect(await catalogOf(superuser)).toEqual(before);
    expect(compareSchemas(shape, await schemas())).toMatchObject({ verdict: 'equal', differences: [] });
    expect(await ask('SELECT total::int FROM shop.orders')).toEqual([{ total: 100 }]);
    expect(await undo()).toEqual([]);
    await apply();
    await run(order, shop);
  });

  test('a ledger with rows is left, with those who own, write and read it, and can be taken up again', async () => {
    await apply();
    await setPasswords();
    const first = (await catalogOf(superuser)).map((line) => line.replace(/^(relation|trigger|function) \d+/, '$1'));
    const account = (id: string) => `INSERT INTO payments.accounts VALUES ('user/${id}/EUR', 'user', '${id}', 'EUR')`;
    await run(account('a'), as('payments_app'));
    await fence().writeMarker('on-prem', 1, 'forward', 1);
    expect(await undo()).toEqual([
      'the ledger in the schema payments has rows: it stays, with the roles that own, write and read it',
    ]);
    await run(account('b'), as('payments_app'));
    expect(await ask('SELECT count(*)::int AS count FROM payments.accounts', as('payments_read'))).toEqual([
      { count: 2 },
    ]);
    await expect(ask('SELECT * FROM shop.orders', as('payments_read'))).rejects.toMatchObject({ code: '42501' });
    expect((await catalogOf(superuser)).filter((line) => /fence|dms_|migrator|published|^default/.test(line))).toEqual(
      [],
    );
    await apply();
    expect(
      (await catalogOf(superuser)).map((line) => line.replace(/^(relation|trigger|function) \d+/, '$1')).sort(),
    ).toEqual([...first].sort());
    expect(await ask('SELECT side, epoch::int, writable FROM payments.writer_epoch')).toEqual([
      { side: 'on-prem', epoch: 1, writable: true },
    ]);
    await setPasswords();
    expect(await fence().seesMarker('on-prem', 'forward', 1)).toBe(false);
  });

  test('roles that were there before are left, and said', async () => {
    await run(
      `CREATE ROLE dms_apply LOGIN PASSWORD 'secret'; CREATE SCHEMA awsdms_control; CREATE TABLE awsdms_control.theirs (id int)`,
    );
    const before = await catalogOf(superuser);
    await apply();
    await run('INSERT INTO shop.orders VALUES (9, 9)', as('dms_apply'));
    expect(await undo()).toEqual(['the role dms_apply was there before: it stays']);
    expect(await catalogOf(superuser)).toEqual(before);
  });

  test('undo refuses while the migration may still need it, with every reason', async () => {
    await apply();
    await setPasswords();
    await run(`SELECT pg_create_logical_replication_slot('dms_forward_prod', 'test_decoding')`);
    await fence().close('on-prem', 1, { epoch: 2, marker: 'forward', graceMs: 100 });
    const before = await catalogOf(superuser);
    const reader = new Client({ ...as('dms_capture'), replication: 'database' } as ClientConfig);
    reader.on('error', () => undefined);
    await reader.connect();
    // It never ends by itself.
    reader.query('START_REPLICATION SLOT dms_forward_prod LOGICAL 0/0').catch(() => undefined);
    let pid: unknown;
    while (typeof pid !== 'number') {
      [{ pid }] = (await ask(`SELECT active_pid AS pid FROM pg_replication_slots`)) as [{ pid: unknown }];
    }
    await expect(undo()).rejects.toThrow(
      `nothing was changed: this database must be on-prem with the right to write, got on-prem, closed at epoch 2; roll the migration back first; the replication slot dms_forward_prod must not be in use, got process ${pid}; stop the replication task that reads it; dms_capture must have no session left, got 1; stop what signs in`,
    );
    await run(`SELECT pg_terminate_backend(${pid})`);
    await expect(undo()).rejects.toThrow('nothing was changed: this database must be on-prem with the right to write');
    expect(await catalogOf(superuser)).toEqual(before);
    await fence().open('on-prem', 1, 3);
    await withClient(superuser, async (client) => {
      await client.query('SELECT pg_advisory_lock(7236491, 2)');
      await expect(undo()).rejects.toThrow(
        'nothing was changed: no execution of the migration may be at work here, got one; let it end',
      );
    });
    await run('CREATE TABLE public.mine (id int); ALTER TABLE public.mine OWNER TO payments_app');
    await expect(undo()).rejects.toThrow(
      'nothing was changed: public.mine must not belong to payments_app, which goes; run ALTER … OWNER TO another role',
    );
    await run('DROP TABLE public.mine');
    await undo();
    expect((await catalogOf(superuser)).filter((line) => line.startsWith('slot'))).toEqual([]);
  });

  test.each([
    ['taken', apply],
    ['given back', async () => run(undoSql())],
  ])('tables are %s between writers, of whom none is disturbed', async (_, act) => {
    if (act !== apply) await apply();
    await withClient(shop, async (client) => {
      await client.query('BEGIN');
      // The one that comes later in the order in which the tables are locked; then the one that comes before.
      await client.query(order);
      const acting = act();
      await sleep(700);
      await client.query(`INSERT INTO shop.events VALUES ('2026-03-03', 1)`);
      await client.query('COMMIT');
      await acting;
    });
    const fenced = await ask(`SELECT FROM pg_trigger WHERE tgname = 'fence' AND tgrelid = 'shop.orders'::regclass`);
    expect(fenced).toHaveLength(act === apply ? 1 : 0);
  });

  test('neither is for the owner of the tables, who is no superuser', async () => {
    const before = await catalogOf(superuser);
    await expect(run(bundleSql({ schemas: ['shop'] }), owner)).rejects.toThrow(
      'nothing was changed: whoever runs this must be signed in as a superuser, got shop_owner; owning the tables is not enough to exempt replication from the fence',
    );
    expect(await catalogOf(superuser)).toEqual(before);
    await apply();
    await expect(run(undoSql(), owner)).rejects.toThrow(
      'nothing was changed: whoever runs this must be signed in as a superuser, got shop_owner',
    );
  });

  test('what does not fit is refused with every reason, and nothing is changed', async () => {
    await run(`CREATE SCHEMA payments;
      CREATE FUNCTION shop.own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
      CREATE TRIGGER fence BEFORE INSERT ON shop.orders FOR EACH STATEMENT EXECUTE FUNCTION shop.own()`);
    const before = await catalogOf(superuser);
    await expect(apply({ schemas: ['shop', 'missing'] })).rejects.toThrow(
      'nothing was changed: the schema payments must be the ledger of this migration, got another one; rename it, or ask the migration team; the trigger fence of shop.orders must be that of this migration, got one that calls shop.own; rename it; the schema missing must be in the database shop, got none; look at --schemas and at the connection',
    );
    expect(await catalogOf(superuser)).toEqual(before);
  });

  test('a published table has something that identifies its rows', async () => {
    const before = await catalogOf(superuser);
    await run('CREATE TABLE shop.log (line text)', owner);
    await expect(apply()).rejects.toThrow(
      'every replicated table must have a primary key or another replica identity, got none for shop.log; give them one: published without it, their UPDATE and DELETE would fail',
    );
    await apply({ schemas: ['shop'] });
    await undo();
    await run('DROP TABLE shop.log', owner);
    expect((await catalogOf(superuser)).filter((line) => !before.includes(line))).toEqual([]);
  });

  test('another ledger than that of these files, or another side, is refused', async () => {
    await apply();
    await run(`UPDATE ledger_control.migrations SET checksum = 'x' WHERE name = 'pre-data/0002_tables'`);
    await expect(apply()).rejects.toThrow(
      "nothing was changed: the ledger's history must fit its files, got others for pre-data/0002_tables; use the release that made them",
    );
  });

  test('what the server lacks is said with the statement, and whether it takes a restart', async () => {
    const settings = {
      wal_level: 'replica',
      max_replication_slots: '3',
      max_wal_senders: '2',
      wal_sender_timeout: '5s',
      max_slot_wal_keep_size: '1GB',
    };
    const bare = await startPostgres({ major, settings });
    try {
      const warnings = await run(bundleSql({ schemas: [] }), bare.superuser);
      expect(warnings).toEqual([
        'max_replication_slots must be at least 4: 4 for the migration beside 0 of others, got 3 ALTER SYSTEM SET max_replication_slots = 4; then restart the server.',
        'max_wal_senders must be at least 4: 4 for the migration beside 0 of others, got 2 ALTER SYSTEM SET max_wal_senders = 4; then restart the server.',
        "wal_level must be logical: otherwise no change can be replicated, got replica ALTER SYSTEM SET wal_level = 'logical'; then restart the server.",
        "wal_sender_timeout must be 0, or 10 s to 5 min: DMS loses its connection at other values, got 5000 ALTER SYSTEM SET wal_sender_timeout = '60s'; then SELECT pg_reload_conf(); no restart is needed.",
      ]);
    } finally {
      await bare.stop();
    }
  }, 60_000);
});
