import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Client, type ClientConfig } from 'pg';
import { createHandler, type HandlerDependencies } from '../../../lambda/ledger-migration/handler';
import { withClient } from '../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

const PRE_DATA = { parts: ['pre-data'] };
const LOGINS = ['payments_app', 'payments_read', 'dms_apply', 'dms_capture', 'payments_migrator'] as const;
const ROLES = [...LOGINS, 'payments_app_clone', 'payments_read_clone'].join(', ');
const GROUPS = 'payments_writer, payments_reader, payments_owner';
/** As a dump's pre-data has it. */
const SHOP = `
  CREATE SCHEMA shop;
  CREATE TABLE shop.orders (order_id bigserial PRIMARY KEY, total bigint NOT NULL);
  CREATE TABLE shop.events (day date NOT NULL, event_id bigint NOT NULL, PRIMARY KEY (day, event_id)) PARTITION BY RANGE (day);
  CREATE TABLE shop.events_2026 PARTITION OF shop.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
  GRANT USAGE ON SCHEMA shop TO shop_app;
  GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA shop TO shop_app;
  GRANT USAGE ON ALL SEQUENCES IN SCHEMA shop TO shop_app`;
const ORDER = 'INSERT INTO shop.orders (total) VALUES (5)';
const CLOSED = { code: 'PW001' };
const DENIED = { code: '42501' };

describe.each([14, 16] as const)('on PostgreSQL %d, with a master user like that of Aurora', (major) => {
  let server: LocalPostgres;
  let superuser: ClientConfig;
  let logged: string[];
  const as = (user: string): ClientConfig => ({ ...superuser, user, password: 'secret' });
  const [shop, owner] = ['shop_app', 'shop_owner'].map((user) => () => as(user)) as [
    () => ClientConfig,
    () => ClientConfig,
  ];

  beforeAll(async () => {
    server = await startPostgres({ major });
    superuser = { ...server.superuser, database: 'ledger' };
    await withClient(server.superuser, async (client) => {
      await client.query('CREATE ROLE rds_superuser NOLOGIN');
      await client.query(`CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'secret'`);
      await client.query('GRANT rds_superuser TO master WITH ADMIN OPTION');
      await client.query('CREATE ROLE rds_replication NOLOGIN');
      await client.query('GRANT rds_replication, pg_signal_backend, pg_monitor TO rds_superuser WITH ADMIN OPTION');
    });
    // As a DBA makes them on Aurora: by the master user, who is not one of them.
    await withClient({ ...as('master'), database: 'postgres' }, async (client) => {
      await client.query(`CREATE ROLE shop_owner LOGIN PASSWORD 'secret'`);
      await client.query(`CREATE ROLE shop_app LOGIN PASSWORD 'secret'`);
    });
  }, 90_000);
  afterAll(() => server.stop());

  beforeEach(async () => {
    logged = [];
    await withClient(server.superuser, async (client) => {
      await client.query('DROP DATABASE IF EXISTS ledger WITH (FORCE)');
      await client.query(`DROP ROLE IF EXISTS ${ROLES}, ${GROUPS}`);
      await client.query('CREATE DATABASE ledger OWNER master');
      await client.query('GRANT CREATE ON DATABASE ledger TO shop_owner');
    });
  });

  const run = (sql: string, settings: ClientConfig = superuser) =>
    withClient(settings, (client) => client.query<Record<string, unknown>>(sql));
  const ask = async (sql: string, settings?: ClientConfig) => (await run(sql, settings)).rows;
  const log = (level: string) => (message: string) => {
    logged.push(`${level} ${message}`);
  };
  const credentials = (username: string) => () => Promise.resolve({ username, password: 'secret' });
  const migrate = (deps: Partial<HandlerDependencies> = {}) =>
    createHandler({
      side: 'aurora',
      initialAuthority: 'on-prem',
      connectAsMaster: async () => {
        const client = new Client(as('master'));
        client.on('error', () => undefined);
        await client.connect();
        return client;
      },
      canLogin: ({ username }) =>
        withClient(as(username), () => Promise.resolve(true)).catch((error: unknown) => {
          if (String((error as { code?: unknown }).code).startsWith('28')) return false;
          throw error;
        }),
      writerCredentials: credentials('payments_app'),
      readerCredentials: credentials('payments_read'),
      replicationCredentials: credentials('dms_apply'),
      captureCredentials: credentials('dms_capture'),
      migratorCredentials: credentials('payments_migrator'),
      replicatedSchemas: ['payments', 'shop'],
      logger: { info: log('info'), warn: log('warn'), error: log('error') },
      ...deps,
    })(PRE_DATA);
  const schemasAfter = async (deps?: Partial<HandlerDependencies>) => (await migrate(deps)).schemas;
  const DONE = { schema: 'shop', present: true, tables: 3, fenced: 3, problems: [] };
  /** Rights and triggers, as the server writes them. */
  const catalog = () =>
    ask(`
      SELECT c.oid::regclass::text AS name, relacl::text AS text FROM pg_class AS c WHERE relnamespace = 'shop'::regnamespace
      UNION ALL SELECT tgrelid::regclass::text, concat_ws(' ', tgname, tgenabled, oid) FROM pg_trigger WHERE NOT tgisinternal
      UNION ALL SELECT 'defaults', concat_ws(' ', defaclrole::regrole, defaclobjtype, defaclacl) FROM pg_default_acl
      ORDER BY 1, 2`);

  test('a schema that is not there yet is told, and the ledger is ready without it', async () => {
    expect(await schemasAfter()).toEqual([{ schema: 'shop', present: false, tables: 0, fenced: 0, problems: [] }]);
    expect(logged).toContain('warn the schema shop is not there yet: load its tables, then run this again');
    expect(logged.filter((line) => line.startsWith('error'))).toEqual([]);
    await run(SHOP, owner());
    expect(await schemasAfter()).toEqual([DONE]);
  });

  test('where the ledger alone is replicated, nothing is said of schemas', async () => {
    await run(SHOP, owner());
    expect(await migrate({ replicatedSchemas: ['payments'] })).not.toHaveProperty('schemas');
    expect(await migrate({ replicatedSchemas: undefined })).not.toHaveProperty('schemas');
    await run(ORDER, shop());
  });

  test('every table of another owner is held while this side is closed, partitions and TRUNCATE too, and open afterwards', async () => {
    await run(SHOP, owner());
    expect(await schemasAfter()).toEqual([DONE]);
    for (const sql of [
      ORDER,
      'UPDATE shop.orders SET total = 1',
      'DELETE FROM shop.orders',
      'TRUNCATE shop.orders',
      `INSERT INTO shop.events VALUES ('2026-02-02', 1)`,
      `INSERT INTO shop.events_2026 VALUES ('2026-02-02', 1)`,
    ]) {
      await expect(run(sql, shop())).rejects.toMatchObject(CLOSED);
    }
    await run('UPDATE payments.writer_epoch SET epoch = 2, writable = true', as('payments_migrator'));
    await run(ORDER, shop());
  });

  test('a second run changes nothing; a later table has rights at once and the fence with the next run, as a disabled one', async () => {
    await run(SHOP, owner());
    await migrate();
    const before = await catalog();
    expect(await schemasAfter()).toEqual([DONE]);
    expect(await catalog()).toEqual(before);
    await run('CREATE TABLE shop.later (id int PRIMARY KEY); ALTER TABLE shop.orders DISABLE TRIGGER fence', owner());
    for (const role of ['dms_apply', 'dms_capture', 'payments_read']) await run('SELECT FROM shop.later', as(role));
    expect(await schemasAfter()).toEqual([{ ...DONE, tables: 4, fenced: 4 }]);
    await expect(run(ORDER, shop())).rejects.toMatchObject(CLOSED);
  });

  test('replication writes past the fence, its source reads, the comparison reads, and none of them more', async () => {
    await run(SHOP, owner());
    await migrate();
    // Here as DMS's endpoint on Aurora, which nothing but Aurora lets it do by itself.
    await run(`ALTER ROLE dms_apply SET session_replication_role = 'replica'`);
    const [dms, capture, reader] = ['dms_apply', 'dms_capture', 'payments_read'].map(as) as [
      ClientConfig,
      ClientConfig,
      ClientConfig,
    ];
    for (const sql of [
      'INSERT INTO shop.orders VALUES (7, 5)',
      'UPDATE shop.orders SET total = 6',
      `INSERT INTO shop.events VALUES ('2026-02-02', 1)`,
      `DELETE FROM shop.events`,
    ]) {
      await run(sql, dms);
    }
    await expect(run('TRUNCATE shop.orders', dms)).rejects.toMatchObject(DENIED);
    for (const who of [capture, reader]) {
      expect(await ask('SELECT total::int FROM shop.orders', who)).toEqual([{ total: 6 }]);
      await expect(run('DELETE FROM shop.orders', who)).rejects.toMatchObject(DENIED);
    }
    await run('SELECT last_value FROM shop.orders_order_id_seq', reader);
  });

  test("the cutover's role finds the furthest value and sets the sequence beyond it, and writes no row", async () => {
    await run(`${SHOP}; INSERT INTO shop.orders VALUES (7, 5)`, owner());
    await migrate();
    const migrator = as('payments_migrator');
    expect(await ask('SELECT max(order_id)::int AS max FROM shop.orders', migrator)).toEqual([{ max: 7 }]);
    await run(`SELECT setval('shop.orders_order_id_seq', 1007)`, migrator);
    expect(await ask('SELECT last_value::int AS at FROM shop.orders_order_id_seq', migrator)).toEqual([{ at: 1007 }]);
    await expect(run('DELETE FROM shop.orders', migrator)).rejects.toMatchObject(DENIED);
  });

  test('without DMS and cutover the fence and the reader need none of their roles', async () => {
    await run(SHOP, owner());
    const none = { replicationCredentials: undefined, captureCredentials: undefined, migratorCredentials: undefined };
    expect(await schemasAfter(none)).toEqual([DONE]);
    await run('SELECT FROM shop.orders', as('payments_read'));
  });

  test('names that have to be quoted are', async () => {
    await run(`CREATE SCHEMA "Old ""shop"""; CREATE TABLE "Old ""shop"""."the table" (id int PRIMARY KEY)`, owner());
    expect(await schemasAfter({ replicatedSchemas: [`Old "shop"`] })).toEqual([
      { ...DONE, schema: `Old "shop"`, tables: 1, fenced: 1 },
    ]);
  });

  test('an owner of whom the master user may not be a member is said, nothing of the schema is done, and the others are', async () => {
    await run(SHOP, owner());
    await run(`CREATE SCHEMA billing; CREATE TABLE billing.bills (bill_id int PRIMARY KEY)`);
    const name = String(server.superuser.user);
    const problem = `master must be a member of ${name}, an owner in the schema billing: nothing of it was fenced; let who administers ${name} run GRANT "${name}" TO master, then run this again`;
    expect(await schemasAfter({ replicatedSchemas: ['billing', 'shop'] })).toEqual([
      { schema: 'billing', present: true, tables: 1, fenced: 0, problems: [problem] },
      DONE,
    ]);
    expect(logged).toContain(`error ${problem}`);
    await run(`ALTER SCHEMA billing OWNER TO shop_owner; ALTER TABLE billing.bills OWNER TO shop_owner`);
    expect(await schemasAfter({ replicatedSchemas: ['billing'] })).toEqual([
      { ...DONE, schema: 'billing', tables: 1, fenced: 1 },
    ]);
  });

  test("an application's own trigger of that name is left alone, and said", async () => {
    await run(
      `${SHOP}; CREATE FUNCTION shop.own() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
       CREATE TRIGGER fence BEFORE INSERT ON shop.orders FOR EACH STATEMENT EXECUTE FUNCTION shop.own()`,
      owner(),
    );
    expect(await schemasAfter()).toEqual([
      {
        ...DONE,
        fenced: 0,
        problems: ['the trigger fence of shop.orders must be that of this migration, got another one; rename it'],
      },
    ]);
    expect(
      await ask(
        `SELECT tgfoid::regproc::text AS runs FROM pg_trigger WHERE tgname = 'fence' AND tgrelid = 'shop.orders'::regclass`,
      ),
    ).toEqual([{ runs: 'shop.own' }]);
  });

  test('tables are taken between writers, of whom none is disturbed', async () => {
    await run(SHOP, owner());
    await withClient(shop(), async (client) => {
      await client.query('BEGIN');
      // The one that comes later in the order in which the tables are locked; then the one that comes before.
      await client.query(`INSERT INTO shop.events VALUES ('2026-03-03', 1)`);
      const acting = migrate({ initialAuthority: 'aurora' });
      await sleep(1_500);
      await client.query(ORDER);
      await client.query('COMMIT');
      expect((await acting).schemas).toEqual([DONE]);
    });
    await run(ORDER, shop());
  });

  test('tables that are never free end the run with what to do, after everything else', async () => {
    await run(SHOP, owner());
    await run('CREATE SCHEMA billing; CREATE TABLE billing.bills (bill_id int PRIMARY KEY)', owner());
    await withClient(shop(), async (client) => {
      await client.query('BEGIN');
      await client.query(ORDER);
      await expect(migrate({ replicatedSchemas: ['shop', 'billing'] })).rejects.toThrow(
        'the tables of shop must be free for a moment to be fenced, got none in 50 attempts; end long transactions (pg_stat_activity), then run this again',
      );
      await client.query('COMMIT');
    });
    expect(
      await ask(
        `SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgname = 'fence' AND tgrelid::regclass::text !~ '^payments'`,
      ),
    ).toEqual([{ name: 'billing.bills' }]);
    expect(await schemasAfter()).toEqual([DONE]);
  }, 60_000);
});
