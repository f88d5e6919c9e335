import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ClientConfig } from 'pg';
import { createHandler, type HandlerDependencies, type OwnedSession } from '../../../lambda/ledger-migration/handler';
import type { Credentials } from '../../../lambda/ledger-migration/logins';
import { withClient } from '../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

const PRE_DATA = ['0001_roles', '0002_tables', '0003_writer_epoch', '0004_fence', '0005_migration_control'].map(
  (name) => `pre-data/${name}`,
);
const POST_DATA = ['0001_unique_request', '0002_foreign_keys', '0003_indexes', '0004_balance', '0005_time_order'].map(
  (name) => `post-data/${name}`,
);
const BOTH = { parts: ['pre-data', 'post-data'] };
const ROLES =
  'payments_migrator, payments_app, payments_app_clone, payments_read, payments_read_clone, dms_apply, dms_capture, payments_writer, payments_reader, payments_owner';

describe.each([14, 16] as const)('on PostgreSQL %d, with a master user like that of Aurora', (major) => {
  let server: LocalPostgres;
  let master: ClientConfig;
  let secrets: Record<'writer' | 'reader' | 'dms' | 'capture' | 'migrator', Credentials>;
  let logged: string[];

  beforeAll(async () => {
    server = await startPostgres({ major });
    // As on Aurora: the master user is no superuser; it has rds_superuser, may create roles, and owns the database.
    await withClient(server.superuser, async (client) => {
      await client.query('CREATE ROLE rds_superuser NOLOGIN');
      await client.query(`CREATE ROLE master LOGIN CREATEROLE CREATEDB PASSWORD 'master'`);
      await client.query('GRANT rds_superuser TO master WITH ADMIN OPTION');
      await client.query('CREATE ROLE rds_replication NOLOGIN');
      await client.query('GRANT rds_replication, pg_signal_backend, pg_monitor TO rds_superuser WITH ADMIN OPTION');
      // What Aurora allows rds_superuser to set, PostgreSQL can express since 15.
      if (major === 16) await client.query('GRANT SET ON PARAMETER session_replication_role TO rds_superuser');
    });
  }, 90_000);
  afterAll(() => server.stop());

  beforeEach(async () => {
    master = { ...server.superuser, user: 'master', password: 'master', database: 'ledger' };
    secrets = {
      writer: { username: 'payments_app', password: `first 'quoted" $password\\` },
      reader: { username: 'payments_read', password: 'first-reader' },
      dms: { username: 'dms_apply', password: 'first-dms' },
      capture: { username: 'dms_capture', password: 'first-capture' },
      migrator: { username: 'payments_migrator', password: 'first-migrator' },
    };
    logged = [];
    await withClient(server.superuser, async (client) => {
      await client.query('DROP DATABASE IF EXISTS ledger WITH (FORCE)');
      await client.query(`DROP ROLE IF EXISTS ${ROLES}`);
      await client.query('CREATE DATABASE ledger OWNER master');
    });
  });

  const canLogin = async ({ username, password }: Credentials): Promise<boolean> => {
    try {
      return await withClient({ ...master, user: username, password }, () => Promise.resolve(true));
    } catch (error) {
      if (String((error as { code?: unknown }).code).startsWith('28')) return false;
      throw error;
    }
  };
  const log = (level: string) => (message: string) => {
    logged.push(`${level} ${message}`);
  };
  const open = async (): Promise<OwnedSession> => {
    const { Client } = await import('pg');
    const client = new Client(master);
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const handler = (deps: Partial<HandlerDependencies> = {}) =>
    createHandler({
      side: 'aurora',
      initialAuthority: 'on-prem',
      connectAsMaster: open,
      canLogin,
      writerCredentials: () => Promise.resolve(secrets.writer),
      readerCredentials: () => Promise.resolve(secrets.reader),
      replicationCredentials: () => Promise.resolve(secrets.dms),
      captureCredentials: () => Promise.resolve(secrets.capture),
      migratorCredentials: () => Promise.resolve(secrets.migrator),
      logger: { info: log('info'), warn: log('warn'), error: log('error') },
      ...deps,
    });
  const ask = (settings: ClientConfig, sql: string) =>
    withClient(settings, async (client) => (await client.query<Record<string, unknown>>(sql)).rows);
  const as = ({ username, password }: Credentials): ClientConfig => ({ ...master, user: username, password });

  test('a new database gets schema, row, roles and passwords, closed while on-premises may be written', async () => {
    expect(await handler()(BOTH)).toEqual({
      applied: [...PRE_DATA, ...POST_DATA],
      present: [],
      writerEpoch: { side: 'aurora', epoch: 1, writable: false },
      logins: [
        { username: 'payments_app', passwordSet: true },
        { username: 'payments_read', passwordSet: true },
        { username: 'dms_apply', passwordSet: true },
        { username: 'dms_capture', passwordSet: true },
        { username: 'payments_migrator', passwordSet: true },
      ],
      replication: { runsAsReplica: major === 16, rdsSuperuser: true, problems: [] },
      capture: { problems: [] },
      migrator: { problems: [] },
    });
    const insert = `INSERT INTO payments.accounts VALUES ('user/a/EUR', 'user', 'a', 'EUR')`;
    await expect(ask(as(secrets.writer), insert)).rejects.toMatchObject({ code: 'PW001' });
    expect(await ask(as(secrets.reader), 'SELECT count(*)::int AS count FROM payments.accounts')).toEqual([
      { count: 0 },
    ]);
  });

  test('where Aurora may be written from the start, it is open', async () => {
    const { writerEpoch } = await handler({ initialAuthority: 'aurora' })(BOTH);
    expect(writerEpoch).toEqual({ side: 'aurora', epoch: 1, writable: true });
    await ask(as(secrets.writer), `INSERT INTO payments.accounts VALUES ('user/a/EUR', 'user', 'a', 'EUR')`);
  });

  test("DMS's role writes what is replicated past the fence, makes its own tables, and cannot open this side", async () => {
    await handler()(BOTH);
    const dms = as(secrets.dms);
    await withClient(dms, async (client) => {
      // On 14 nobody but a superuser may set it, so the server stands in for Aurora here.
      if (major === 14) await ask(server.superuser, `ALTER ROLE dms_apply SET session_replication_role = 'replica'`);
      await client.query('SELECT 1');
    });
    await withClient(dms, async (client) => {
      await client.query(`INSERT INTO payments.entries VALUES ('t', 1, 'user/a/EUR', 5, 'EUR')`);
      await client.query('UPDATE payments.entries SET amount = 6');
      await client.query('DELETE FROM payments.entries');
      await client.query('INSERT INTO payments.drain_marker_forward VALUES (1, 1)');
      await client.query('CREATE TABLE awsdms_control.awsdms_status (id int PRIMARY KEY)');
      for (const sql of ['UPDATE payments.writer_epoch SET writable = true', 'SELECT * FROM payments.writer_epoch']) {
        await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
      }
      await expect(client.query('TRUNCATE payments.entries')).rejects.toMatchObject({ code: '42501' });
      await expect(client.query('CREATE TABLE payments.mine (id int)')).rejects.toMatchObject({ code: '42501' });
    });
  });

  test('what a role needs and nobody here may give is said, and the rest is done', async () => {
    await withClient(server.superuser, async (client) => {
      await client.query('ALTER ROLE rds_superuser RENAME TO rds_superuser_elsewhere');
    });
    try {
      if (major === 16)
        await ask(server.superuser, 'REVOKE SET ON PARAMETER session_replication_role FROM rds_superuser_elsewhere');
      const { replication } = await handler()(BOTH);
      const problem =
        'dms_apply cannot run with session_replication_role = replica: the fence will stop replication; let a superuser run ALTER ROLE dms_apply SET session_replication_role = replica, or grant it rds_superuser';
      expect(replication).toEqual({ runsAsReplica: false, rdsSuperuser: false, problems: [problem] });
      expect(logged).toContain(`error ${problem}`);
      expect(await canLogin(secrets.dms)).toBe(true);
    } finally {
      await ask(server.superuser, 'ALTER ROLE rds_superuser_elsewhere RENAME TO rds_superuser');
      if (major === 16) await ask(server.superuser, 'GRANT SET ON PARAMETER session_replication_role TO rds_superuser');
    }
  });

  test("DMS's role of the source reads what is replicated, keeps its heartbeat, may wait, and writes nothing else", async () => {
    await handler()(BOTH);
    await withClient(as(secrets.capture), async (client) => {
      const { rows } = await client.query(
        "SELECT current_setting('idle_in_transaction_session_timeout') AS timeout, pg_has_role('rds_replication', 'MEMBER') AS replicates",
      );
      expect(rows).toEqual([{ timeout: '0', replicates: true }]);
      for (const table of ['accounts', 'transactions', 'entries', 'drain_marker_forward', 'drain_marker_reverse']) {
        await client.query(`SELECT * FROM payments.${table}`);
      }
      await client.query('CREATE TABLE awsdms_control.awsdms_heartbeat (hb_key bigint PRIMARY KEY)');
      await client.query('INSERT INTO awsdms_control.awsdms_heartbeat VALUES (1)');
      for (const sql of [
        'SELECT * FROM payments.writer_epoch',
        `INSERT INTO payments.accounts VALUES ('user/a/EUR', 'user', 'a', 'EUR')`,
        'INSERT INTO payments.drain_marker_reverse VALUES (1, 1)',
        'CREATE TABLE payments.mine (id int)',
      ]) {
        await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
      }
    });
  });

  test("what DMS's role of the source needs and nobody here may give is said, and the rest is done", async () => {
    await withClient(server.superuser, async (client) => {
      await client.query('ALTER ROLE rds_replication RENAME TO rds_replication_elsewhere');
      if (major === 16) await client.query('CREATE ROLE dms_capture LOGIN');
    });
    try {
      const { capture } = await handler({
        migratorCredentials: undefined,
        // Made by somebody else, who gives it its password.
        ...(major === 16 && { canLogin: () => Promise.resolve(true) }),
      })(BOTH);
      expect(capture?.problems).toEqual([
        'dms_capture cannot read replication slots: nothing can be replicated from here; let a superuser run ALTER ROLE dms_capture REPLICATION, or on Aurora GRANT rds_replication TO dms_capture',
        ...(major === 16
          ? [
              'dms_capture may be ended while a transaction of it is idle: a load fails; let a superuser run ALTER ROLE dms_capture SET idle_in_transaction_session_timeout = 0',
            ]
          : []),
      ]);
      for (const problem of capture?.problems ?? []) expect(logged).toContain(`error ${problem}`);
    } finally {
      await ask(server.superuser, 'ALTER ROLE rds_replication_elsewhere RENAME TO rds_replication');
    }
  });

  test('without replication from this database there is no role for it', async () => {
    const result = await handler({ captureCredentials: undefined })(BOTH);
    expect(result).not.toHaveProperty('capture');
    expect(await ask(server.superuser, `SELECT FROM pg_roles WHERE rolname = 'dms_capture'`)).toEqual([]);
  });

  test("the cutover's role closes and opens this side, marks it while it is closed, and lets replication in or not", async () => {
    await handler()(BOTH);
    await withClient(as(secrets.migrator), async (client) => {
      await client.query('UPDATE payments.writer_epoch SET epoch = 2, writable = true');
      await client.query('UPDATE payments.writer_epoch SET epoch = 3, writable = false');
      await client.query('INSERT INTO payments.drain_marker_reverse VALUES (3, 3)');
      await client.query('UPDATE migration_control.executor_token SET token = 7');
      await client.query('SELECT migration_control.admit_replication(false)');
      expect(await canLogin(secrets.dms)).toBe(false);
      await client.query('SELECT migration_control.admit_replication(true)');
      expect(await canLogin(secrets.dms)).toBe(true);
      for (const sql of [
        'ALTER ROLE dms_apply NOLOGIN',
        'CREATE ROLE another',
        'GRANT rds_superuser TO payments_app',
      ]) {
        await expect(client.query(sql)).rejects.toMatchObject({ code: '42501' });
      }
      const insert = `INSERT INTO payments.accounts VALUES ('user/a/EUR', 'user', 'a', 'EUR')`;
      await expect(client.query(insert)).rejects.toMatchObject({ code: 'PW001' });
    });
  });

  test.each(['writer', 'reader', 'dms', 'capture'] as const)(
    'the token of the executor is not for the %s',
    async (who) => {
      await handler()(BOTH);
      for (const sql of [
        'SELECT token FROM migration_control.executor_token',
        'UPDATE migration_control.executor_token SET token = 9',
        'SELECT migration_control.admit_replication(true)',
      ]) {
        await expect(ask(as(secrets[who]), sql)).rejects.toMatchObject({ code: '42501' });
      }
    },
  );

  test('the token of the executor only grows', async () => {
    await handler()(BOTH);
    const owner = as(secrets.migrator);
    await ask(owner, 'UPDATE migration_control.executor_token SET token = 5');
    await ask(owner, 'UPDATE migration_control.executor_token SET token = 5');
    for (const sql of [
      'UPDATE migration_control.executor_token SET token = 4',
      'DELETE FROM migration_control.executor_token',
    ]) {
      await expect(ask(owner, sql)).rejects.toMatchObject({
        code: 'PW004',
        message: 'the token of the executor only grows: it is 5',
      });
    }
    await expect(ask(owner, 'INSERT INTO migration_control.executor_token VALUES (9)')).rejects.toMatchObject({
      code: '23505',
    });
  });

  test('replication that the cutover has shut out stays out when the function runs again', async () => {
    await handler()(BOTH);
    await ask(as(secrets.migrator), 'SELECT migration_control.admit_replication(false)');
    const { logins, migrator } = await handler()(BOTH);
    expect(logins).toContainEqual({ username: 'dms_apply', passwordSet: false });
    expect(migrator).toEqual({ problems: [] });
    expect(await canLogin(secrets.dms)).toBe(false);
  });

  test('where there is no replication to this side, shutting it out is done already', async () => {
    await handler({ replicationCredentials: undefined })(BOTH);
    await ask(as(secrets.migrator), 'SELECT migration_control.admit_replication(false)');
    await expect(ask(as(secrets.migrator), 'SELECT migration_control.admit_replication(true)')).rejects.toMatchObject({
      code: '42704',
    });
  });

  test('without a cutover there is no role for it', async () => {
    const result = await handler({ migratorCredentials: undefined })(BOTH);
    expect(result).not.toHaveProperty('migrator');
    expect(await ask(server.superuser, `SELECT FROM pg_roles WHERE rolname = 'payments_migrator'`)).toEqual([]);
  });

  test("what the cutover's role needs and nobody here may give is said, and the rest is done", async () => {
    await withClient(server.superuser, async (client) => {
      await client.query('ALTER ROLE rds_replication RENAME TO rds_replication_elsewhere');
      await client.query('REVOKE pg_signal_backend, pg_monitor FROM rds_superuser');
      await client.query('CREATE ROLE dms_apply LOGIN');
    });
    try {
      const { migrator } = await handler({ replicationCredentials: undefined })(BOTH);
      const problems = migrator?.problems ?? [];
      // Up to version 15 who may create roles may give any of them, and alter any.
      expect(problems.map((problem) => problem.split(':')[0])).toEqual([
        ...(major === 16
          ? ['payments_migrator cannot end sessions', 'payments_migrator cannot see the sessions of others']
          : []),
        'payments_migrator cannot make replication slots',
        ...(major === 16 ? ['migration_control.admit_replication cannot alter dms_apply'] : []),
      ]);
      for (const problem of problems) expect(logged).toContain(`error ${problem}`);
      expect(await canLogin(secrets.migrator)).toBe(true);
    } finally {
      await withClient(server.superuser, async (client) => {
        await client.query('ALTER ROLE rds_replication_elsewhere RENAME TO rds_replication');
        await client.query('GRANT pg_signal_backend, pg_monitor TO rds_superuser WITH ADMIN OPTION');
      });
    }
  });

  test('without replication to this database there is no role for it', async () => {
    const result = await handler({ replicationCredentials: undefined })(BOTH);
    expect(result).not.toHaveProperty('replication');
    expect(result.logins.map(({ username }) => username)).toEqual([
      'payments_app',
      'payments_read',
      'dms_capture',
      'payments_migrator',
    ]);
    expect(await ask(server.superuser, `SELECT FROM pg_roles WHERE rolname = 'dms_apply'`)).toEqual([]);
  });

  test('a later run changes nothing that works: neither the row nor a password', async () => {
    await handler()({ parts: ['pre-data'] });
    await ask(master, 'UPDATE payments.writer_epoch SET epoch = 5, writable = true');
    const passwords = () =>
      ask(server.superuser, `SELECT rolname, rolpassword FROM pg_authid WHERE rolname ~ '^(payments|dms)_' ORDER BY 1`);
    const before = await passwords();
    const result = await handler()(BOTH);
    expect(result).toMatchObject({
      applied: POST_DATA,
      present: PRE_DATA,
      writerEpoch: { side: 'aurora', epoch: 5, writable: true },
    });
    expect(result.logins.map(({ passwordSet }) => passwordSet)).toEqual([false, false, false, false, false]);
    expect(await passwords()).toEqual(before);
  });

  test('a rotated secret is left alone, and a password that stopped working is set again', async () => {
    await handler()(BOTH);
    secrets.writer = { username: 'payments_app_clone', password: 'rotated' };
    const [first] = (await handler()(BOTH)).logins;
    expect(first).toEqual({ username: 'payments_app_clone', passwordSet: true });
    expect((await handler()(BOTH)).logins[0]).toEqual({ username: 'payments_app_clone', passwordSet: false });
    expect(await ask(as(secrets.writer), 'SELECT count(*)::int AS count FROM payments.entries')).toEqual([
      { count: 0 },
    ]);
    await ask(master, `ALTER ROLE payments_read PASSWORD 'somebody changed it'`);
    expect((await handler()(BOTH)).logins[1]).toEqual({ username: 'payments_read', passwordSet: true });
  });

  test('a password never reaches the server as it is', async () => {
    await withClient(server.superuser, (client) => client.query(`ALTER SYSTEM SET log_statement = 'all'`));
    await ask(server.superuser, 'SELECT pg_reload_conf()');
    const sent: string[] = [];
    const spy = async (): Promise<OwnedSession> => {
      const session = await open();
      return {
        query: (sql, values) => {
          sent.push(sql, ...(values ?? []).map(String));
          return session.query(sql, values);
        },
        end: () => session.end(),
      };
    };
    await handler({ connectAsMaster: spy })(BOTH);
    expect(sent.join('\n')).toContain('SCRAM-SHA-256$4096:');
    for (const { password } of Object.values(secrets)) expect(sent.join('\n')).not.toContain(password);
    await ask(server.superuser, 'ALTER SYSTEM RESET log_statement');
  });

  test.each([
    [
      'another user',
      { username: 'postgres', password: 'x' },
      'username of the secret must be payments_app or payments_app_clone, got another one; write the secret anew',
    ],
    [
      "the reader's user",
      { username: 'payments_read', password: 'x' },
      'username of the secret must be payments_app or payments_app_clone',
    ],
    [
      'an empty password',
      { username: 'payments_app', password: '' },
      'password of payments_app must be of printable ASCII; write the secret anew',
    ],
    [
      'a password beyond ASCII',
      { username: 'payments_app', password: 'pässword' },
      'password of payments_app must be of printable ASCII',
    ],
  ])('a secret with %s is refused', async (_title, writer, message) => {
    secrets.writer = writer;
    await expect(handler()(BOTH)).rejects.toThrow(message);
  });

  test('a login that is refused for another reason than its password is an error, not a success', async () => {
    await expect(handler({ canLogin: () => Promise.resolve(false) })(BOTH)).rejects.toThrow(
      "payments_app must be let in with the password that was set just now, got a refusal; look at the server's rules (pg_hba, IAM)",
    );
  });

  test('a database that is the other side is refused', async () => {
    await handler({ side: 'on-prem' })(BOTH);
    await expect(handler()(BOTH)).rejects.toThrow(
      'payments.writer_epoch must say that this ledger is aurora, got on-prem; the function is connected to another database than it was built for',
    );
  });

  test('interrupted before any of its statements, the next run completes it', async () => {
    const state = () =>
      ask(
        server.superuser,
        `SELECT rolname, rolcanlogin, rolpassword IS NOT NULL AS password,
                ARRAY(SELECT roleid::regrole::text FROM pg_auth_members m WHERE m.member = r.oid ORDER BY 1) AS member_of
         FROM pg_authid r WHERE rolname ~ '^(payments|dms)_' ORDER BY 1`,
      );
    const complete = await handler()(BOTH);
    const wanted = await state();
    /** A session whose process dies before its statement number `last`. */
    const dying = (last: number) => async (): Promise<OwnedSession> => {
      const session = await open();
      let count = 0;
      return {
        query: async (sql, values) => {
          count += 1;
          if (count === last) await session.end();
          if (count >= last) throw new Error('interrupted');
          return session.query(sql, values);
        },
        end: () => Promise.resolve(),
      };
    };
    const reset = () =>
      withClient(server.superuser, async (client) => {
        await client.query('DROP DATABASE ledger WITH (FORCE)');
        await client.query(`DROP ROLE IF EXISTS ${ROLES}`);
        await client.query('CREATE DATABASE ledger OWNER master');
      });
    // Every fifth one, others on each version: each takes two runs on a new database.
    let interrupted = 0;
    for (let last = major === 14 ? 1 : 3; ; last += 5) {
      await reset();
      const error = await handler({ connectAsMaster: dying(last) })(BOTH).catch(String);
      if (error !== 'Error: interrupted') break;
      interrupted += 1;
      const result = await handler()(BOTH);
      expect([...result.present, ...result.applied]).toEqual(complete.applied);
      expect(result.writerEpoch).toEqual(complete.writerEpoch);
      expect(await state()).toEqual(wanted);
    }
    expect(interrupted).toBeGreaterThan(12);
  }, 240_000);

  test.each([
    undefined,
    {},
    { parts: [] },
    { parts: ['post-data'] },
    { parts: ['pre-data', 'pre-data'] },
    { parts: ['pre-data', 'everything'] },
    { parts: 'pre-data' },
  ])('the event %j is refused', async (event) => {
    await expect(handler()(event)).rejects.toThrow(
      'the event must be {"parts":["pre-data"]} or {"parts":["pre-data","post-data"]}',
    );
  });
});
