import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AddressInfo, connect as connectTo, createServer, type Server, type Socket } from 'node:net';
import { Client, type ClientConfig } from 'pg';
import { assess } from '../../../../lambda/migration-validation/assessment/assess';
import type { Facts } from '../../../../lambda/migration-validation/assessment/facts-model';
import type { Assessment } from '../../../../lambda/migration-validation/assessment/model';
import { type AssessmentOptions, DEFAULT_LIMITS } from '../../../../lambda/migration-validation/assessment/options';
import { milliseconds } from '../../../../lambda/migration-validation/assessment/probes/role-settings';
import { RULES } from '../../../../lambda/migration-validation/assessment/rules';
import { lintSourceServer } from '../../../../constructs/replication/lint';
import { openSession } from '../../../../lambda/migration-validation/database/session';
import { withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

let weak: LocalPostgres;
let strong: LocalPostgres;

const LATIN = "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1'";
const TABLE =
  'CREATE TABLE orders (id bigint PRIMARY KEY); CREATE ROLE app LOGIN; GRANT INSERT ON orders TO app; ANALYZE orders';

beforeAll(async () => {
  [weak, strong] = await Promise.all([
    startPostgres({
      major: 14,
      settings: {
        wal_level: 'replica',
        max_replication_slots: '2',
        max_wal_senders: '2',
        wal_sender_timeout: '5s',
        idle_in_transaction_session_timeout: '10min',
        statement_timeout: '1h',
        default_transaction_read_only: 'on',
        max_slot_wal_keep_size: '1MB',
        max_prepared_transactions: '2',
      },
    }),
    startPostgres({ major: 14, settings: { max_replication_slots: '4', max_wal_senders: '4' } }),
  ]);
  for (const server of [weak, strong]) {
    await withClient(writer(server.superuser), async (client) => {
      await client.query(LATIN);
      await client.query('CREATE ROLE dms_capture LOGIN');
    });
    await withClient(writer(at(server)), (client) => client.query(TABLE));
  }
}, 60_000);

afterAll(async () => {
  await Promise.all([weak, strong].map((server) => server.stop()));
});

/** How to connect to write, whatever the server's default is. */
const writer = (config: ClientConfig): ClientConfig => ({ ...config, options: '-c default_transaction_read_only=off' });

const at = (server: LocalPostgres): ClientConfig => ({ ...server.superuser, database: 'latin' });

async function assessAt(config: ClientConfig, options: AssessmentOptions = {}): Promise<Assessment> {
  const session = await openSession(config, { allowPooler: true });
  try {
    return await assess(session, { applicationRoles: ['app'], ...options });
  } finally {
    await session.end();
  }
}

const found = ({ findings }: Assessment, id: string) =>
  findings.filter((finding) => finding.id === id).map(({ object, value }) => [object, value ?? '']);

describe('the assessment of a server', () => {
  test('finds each setting that DMS cannot work with', async () => {
    const result = await assessAt(at(weak));
    const ofServer = [
      'wal-level',
      'max-replication-slots',
      'max-wal-senders',
      'wal-sender-timeout',
      'idle-in-transaction',
      'statement-timeout',
      'read-only-default',
      'slot-wal',
      'server-encoding',
      'prepared-transactions-allowed',
      'capture-replication',
    ];
    expect(ofServer.flatMap((id) => found(result, id))).toEqual([
      ['wal_level', 'replica'],
      ['wal_sender_timeout of dms_capture', '5000 ms'],
      ['idle_in_transaction_session_timeout of dms_capture', '600000 ms'],
      ['statement_timeout of dms_capture', '3600000 ms'],
      ['default_transaction_read_only of dms_capture', true],
      ['max_slot_wal_keep_size', '1 MiB'],
      ['server_encoding', 'LATIN1'],
      ['max_prepared_transactions', 2],
      ['dms_capture', ''],
    ]);
    const safe = await assessAt(at(strong), { slotAlarm: true });
    expect(ofServer.flatMap((id) => found(safe, id))).toEqual([
      ['server_encoding', 'LATIN1'],
      ['dms_capture', ''],
    ]);
  });

  test('judges the settings as the capture role gets them, not as this session does', async () => {
    await withClient(writer(at(weak)), (client) =>
      client.query(`
        ALTER ROLE dms_capture SET idle_in_transaction_session_timeout = 0;
        ALTER ROLE dms_capture SET wal_sender_timeout = '1min';
        ALTER ROLE dms_capture IN DATABASE latin SET statement_timeout = 0;
        ALTER ROLE dms_capture SET statement_timeout = '1s';
        ALTER DATABASE latin SET default_transaction_read_only = off;
        ALTER ROLE dms_capture REPLICATION`),
    );
    const result = await assessAt(at(weak));
    expect(result.facts.capture?.settings).toEqual({
      idleInTransactionTimeoutMs: 0,
      walSenderTimeoutMs: 60_000,
      statementTimeoutMs: 0,
      readOnly: false,
    });
    expect(found(result, 'capture-replication')).toEqual([]);
    await withClient(writer(at(weak)), (client) =>
      client.query(`ALTER ROLE postgres SET idle_in_transaction_session_timeout = 0;
        ALTER ROLE dms_capture RESET idle_in_transaction_session_timeout`),
    );
    const { unknown, facts, verdict } = await assessAt(at(weak));
    expect([verdict, facts.capture?.settings.idleInTransactionTimeoutMs, unknown]).toEqual([
      'unknown',
      undefined,
      [
        {
          id: 'idle-in-transaction',
          object: 'idle_in_transaction_session_timeout of dms_capture',
          reason: "the role that looks has a setting of its own, behind which the server's cannot be seen",
          fix: 'ALTER ROLE dms_capture SET idle_in_transaction_session_timeout = …; or look as a role without ALTER ROLE … SET idle_in_transaction_session_timeout',
        },
      ],
    ]);
  });

  test('counts slots and senders in use, one for each task, and a spare', async () => {
    const free = async (tasks: number) => {
      const result = await assessAt(at(strong), { tasks });
      return ['max-replication-slots', 'max-wal-senders'].map((id) => found(result, id)[0]?.[1] ?? 'enough');
    };
    expect([await free(3), await free(4)]).toEqual([
      ['enough', 'enough'],
      ['4, 0 in use', '4, 0 in use'],
    ]);
    const reader = new Client({ ...at(strong), replication: 'database' } as ClientConfig);
    reader.on('error', () => undefined);
    await reader.connect();
    await withClient(at(strong), (client) =>
      client.query(
        `SELECT pg_create_physical_replication_slot('idle', true), pg_create_physical_replication_slot('busy', true)`,
      ),
    );
    const { rows } = await withClient(at(strong), (client) =>
      client.query("SELECT restart_lsn::text AS position FROM pg_replication_slots WHERE slot_name = 'busy'"),
    );
    const position = (rows as { position: string }[])[0]?.position ?? '';
    reader.query(`START_REPLICATION SLOT busy PHYSICAL ${position}`).catch(() => undefined);
    try {
      await withClient(at(strong), async (client) => {
        for (let tries = 0; tries < 100; tries += 1) {
          const { rows } = await client.query("SELECT active FROM pg_replication_slots WHERE slot_name = 'busy'");
          if ((rows as { active: boolean }[])[0]?.active === true) break;
        }
        // It reads no further, as a task that has stopped without hanging up.
        (reader as unknown as { connection: { stream: Socket } }).connection.stream.pause();
        await client.query(
          'CREATE TABLE filler AS SELECT repeat(i::text, 20) FROM generate_series(1, 20000) AS i; SELECT pg_switch_wal()',
        );
      });
      expect([await free(1), await free(2), await free(3)]).toEqual([
        ['enough', 'enough'],
        ['4, 2 in use', 'enough'],
        ['4, 2 in use', '4, 1 in use'],
      ]);
      const lagging = await assessAt(at(strong), { retainedWalMib: 0 });
      expect(found(lagging, 'slot-inactive')).toEqual([['idle', expect.stringMatching(/^[0-9.]+ MiB held back$/)]]);
      expect(found(lagging, 'slot-retained-wal')).toEqual([
        ['busy', expect.stringMatching(/^[1-9][0-9.]* MiB held back$/)],
      ]);
      expect(found(await assessAt(at(strong)), 'slot-retained-wal')).toEqual([]);
      expect(lagging.facts.slots).toMatchObject({
        walSenders: 1,
        slots: [
          { name: 'busy', active: true },
          { name: 'idle', active: false },
        ],
      });
    } finally {
      (reader as unknown as { connection: { stream: Socket } }).connection.stream.destroy();
    }
  });

  test('finds a slot whose WAL is gone', async () => {
    await withClient(writer(at(weak)), async (client) => {
      await client.query("SELECT pg_create_physical_replication_slot('late', true)");
      for (let segment = 0; segment < 6; segment += 1) {
        await client.query(`CREATE TABLE IF NOT EXISTS filler_${segment} AS SELECT 1`);
        await client.query('SELECT pg_switch_wal()');
      }
      await client.query('CHECKPOINT');
    });
    const result = await assessAt(at(weak));
    expect([found(result, 'slot-lost'), found(result, 'slot-inactive')]).toEqual([[['late', 'lost']], []]);
  });

  test('finds transactions that are prepared', async () => {
    await withClient(writer(at(weak)), (client) =>
      client.query("BEGIN READ WRITE; INSERT INTO orders VALUES (1); PREPARE TRANSACTION 'it''s'"),
    );
    const result = await assessAt(at(weak));
    expect(result.findings.filter(({ id }) => id === 'prepared-transaction')).toMatchObject([
      {
        object: "it's",
        value: expect.stringMatching(/^of postgres, \d+ s$/),
        fix: "COMMIT PREPARED 'it''s' or ROLLBACK PREPARED 'it''s'",
      },
    ]);
    await withClient(writer(at(weak)), (client) => client.query("ROLLBACK PREPARED 'it''s'"));
    expect(found(await assessAt(at(weak)), 'prepared-transaction')).toEqual([]);
  });

  test('sees a pooler by the number that it makes up', async () => {
    const pooler = await startPooler(weak.port);
    try {
      const { port } = pooler.address() as AddressInfo;
      expect(found(await assessAt({ ...at(weak), port }), 'proxy')).toEqual([['the connection', true]]);
      expect(found(await assessAt(at(weak)), 'proxy')).toEqual([]);
    } finally {
      pooler.close();
    }
  });

  test('refuses a target of another encoding', async () => {
    const target = await openSession(weak.superuser);
    const other = await openSession(at(weak));
    try {
      const differing = await assessAt(at(strong), { target });
      expect(found(differing, 'encoding-differs')).toEqual([['target: server_encoding', 'UTF8, source LATIN1']]);
      expect(found(await assessAt(at(strong), { target: other }), 'encoding-differs')).toEqual([]);
    } finally {
      await Promise.all([target.end(), other.end()]);
    }
  });
});

describe('rules that no server here can break', () => {
  let facts: Facts;
  beforeAll(async () => {
    const target = await openSession(at(weak));
    ({ facts } = await assessAt(at(strong), { target }));
    await target.end();
  });
  const hits = (id: string, server: object, targetServer: object = {}) => {
    const rule = RULES.find((each) => each.id === id);
    if (facts.server === undefined || facts.target === undefined) throw new Error('the server could not be read');
    const changed = {
      ...facts,
      server: { ...facts.server, ...server },
      target: { ...facts.target, server: { ...facts.target.server, ...targetServer } },
    };
    return rule?.check(changed, DEFAULT_LIMITS).map(({ value }) => value);
  };

  test.each([
    ['source-version', { versionNumber: 90_399 }, [90_399]],
    ['source-version', { versionNumber: 90_400 }, []],
    ['source-version', { versionNumber: 179_999 }, []],
    ['source-version', { versionNumber: 180_000 }, [180_000]],
    ['standby', { inRecovery: true }, [true]],
    ['standby', { inRecovery: false }, []],
  ])('%s of %j', (id, server, values) => {
    expect(hits(id, server)).toEqual(values);
  });

  test.each([
    [{ inRecovery: true }, ['a replica']],
    [{ proxied: true }, ['a proxy']],
    [{}, []],
  ])('target-standby of %j', (target, values) => {
    expect(hits('target-standby', {}, target)).toEqual(values);
  });

  test.each([
    ['60000', 60_000],
    ['5min', 300_000],
    ['1.5 h', 5_400_000],
    ['500us', 1],
    ['2d', 172_800_000],
  ])('the setting %s is %i ms', (text, ms) => {
    expect(milliseconds(text)).toBe(ms);
  });

  test('a setting that is no time is not taken for one', () => {
    expect(() => milliseconds('5 fortnights')).toThrow('a time must be a number with a unit, got "5 fortnights"');
  });
});

describe('the linter of constructs', () => {
  const limits = { ...DEFAULT_LIMITS, tasks: 2, slotAlarm: true };
  const SAFE = {
    wal_level: 'logical',
    max_replication_slots: 3,
    max_wal_senders: 3,
    wal_sender_timeout: 0,
    idle_in_transaction_session_timeout: 0,
    max_slot_wal_keep_size: -1,
  };
  const verdictsOf = (parameters: typeof SAFE, slotAlarm = true) => {
    const linted = lintSourceServer(parameters, { tasks: 2, slotAlarm });
    const facts = {
      selection: { excludeTables: [] },
      server: {
        walLevel: parameters.wal_level,
        maxReplicationSlots: parameters.max_replication_slots,
        maxWalSenders: parameters.max_wal_senders,
        maxSlotWalKeepMib: parameters.max_slot_wal_keep_size,
      },
      slots: { slots: [], walSenders: 0 },
      capture: {
        settings: {
          walSenderTimeoutMs: parameters.wal_sender_timeout,
          idleInTransactionTimeoutMs: parameters.idle_in_transaction_session_timeout,
        },
      },
    } as unknown as Facts;
    const ids = [
      'wal-level',
      'max-replication-slots',
      'max-wal-senders',
      'wal-sender-timeout',
      'idle-in-transaction',
      'slot-wal',
    ];
    const rules = ids.map((id) => RULES.find((rule) => rule.id === id));
    const assessed = rules.flatMap((rule) =>
      (rule?.check(facts, { ...limits, slotAlarm }) ?? []).map(() => [
        rule?.id,
        rule?.severity === 'blocker' ? 'error' : rule?.severity,
        rule?.reason,
      ]),
    );
    return { assessed, linted: linted.map(({ rule, severity, reason }) => [rule, severity, reason]) };
  };

  test.each([
    [{}, 0],
    [{ wal_level: 'replica' }, 1],
    [{ max_replication_slots: 2, max_wal_senders: 2 }, 2],
    [{ wal_sender_timeout: 9_999 }, 1],
    [{ wal_sender_timeout: 10_000 }, 0],
    [{ wal_sender_timeout: 300_000 }, 0],
    [{ wal_sender_timeout: 300_001 }, 1],
    [{ idle_in_transaction_session_timeout: 1 }, 1],
  ])('says the same of %j, in the same words', (parameters, count) => {
    const { assessed, linted } = verdictsOf({ ...SAFE, ...parameters });
    expect([assessed, assessed.length]).toEqual([linted, count]);
  });

  test('says the same of slots that nobody watches', () => {
    const { assessed, linted } = verdictsOf(SAFE, false);
    expect([assessed, assessed.length]).toEqual([linted, 1]);
  });
});

/** A pooler as seen by a client: it gives another process number than the server's. */
async function startPooler(port: number): Promise<Server> {
  const server = createServer((client) => {
    const upstream = connectTo(port, '127.0.0.1');
    client.on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    client.pipe(upstream);
    upstream.on('data', (data: Buffer) => {
      // BackendKeyData: K, its length (12), the number, the key.
      const key = data.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (key !== -1) data.writeInt32BE(1, key + 5);
      client.write(data);
    });
    upstream.on('end', () => client.end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}
