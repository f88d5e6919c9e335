import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, type ClientConfig } from 'pg';
import * as z from 'zod/mini';
import { assess } from '../../../../lambda/migration-validation/assessment/assess';
import { assessment, type Assessment } from '../../../../lambda/migration-validation/assessment/model';
import type { AssessmentOptions } from '../../../../lambda/migration-validation/assessment/options';
import { RULES } from '../../../../lambda/migration-validation/assessment/rules';
import { openSession } from '../../../../lambda/migration-validation/database/session';
import { createLedgerDatabase, withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';
import { CAPTURE_SQL, SHOP_ROLES, SHOP_SQL, SHOP_TARGET_SQL } from './databases';
import { CASES, COVERED_ELSEWHERE, HARMLESS } from './cases';

const servers: LocalPostgres[] = [];
const start = async (options: Parameters<typeof startPostgres>[0]): Promise<LocalPostgres> => {
  const server = await startPostgres(options);
  servers.push(server);
  return server;
};

async function assessAt(
  source: ClientConfig,
  { target, ...options }: Omit<AssessmentOptions, 'target'> & { readonly target?: ClientConfig } = {},
): Promise<Assessment> {
  const session = await openSession(source);
  const other = target === undefined ? undefined : await openSession(target);
  try {
    return await assess(session, { ...options, ...(other === undefined ? {} : { target: other }) });
  } finally {
    await session.end();
    await other?.end();
  }
}

const found = ({ findings }: Assessment, id: string) =>
  findings.filter((finding) => finding.id === id).map(({ object, value }) => [object, value ?? '']);

let old: LocalPostgres;
let fresh: LocalPostgres;
let ready: Assessment;
let shop: Assessment;
let shopSource: ClientConfig;
let shopTarget: ClientConfig;

const IN_GOOD_ORDER = { slotAlarm: true, tasks: 2 };

beforeAll(async () => {
  [old, fresh] = await Promise.all([start({ major: 14 }), start({ major: 16 })]);
  const [ledger, target] = await Promise.all([
    createLedgerDatabase(old),
    createLedgerDatabase(fresh, { parts: ['pre-data'], side: 'aurora', writable: false }),
  ]);
  await withClient(ledger.superuser, (client) => client.query(`${CAPTURE_SQL}; ANALYZE`));
  await withClient(target.superuser, (client) =>
    client.query("CREATE ROLE dms_apply LOGIN; ALTER ROLE dms_apply SET session_replication_role = 'replica'"),
  );
  ready = await assessAt(ledger.superuser, {
    ...IN_GOOD_ORDER,
    target: target.superuser,
    applicationRoles: ['payments_app'],
  });

  for (const server of [old, fresh]) {
    await withClient(server.superuser, (client) => client.query('CREATE DATABASE shop'));
  }
  shopSource = { ...old.superuser, database: 'shop' };
  shopTarget = { ...fresh.superuser, database: 'shop' };
  await withClient(shopSource, (client) => client.query(SHOP_SQL));
  await withClient(shopTarget, (client) => client.query(SHOP_TARGET_SQL));
  shop = await assessAt(shopSource, {
    target: shopTarget,
    applyRole: 'weak_apply',
    applicationRoles: SHOP_ROLES,
    lobMaxSizeKib: 1024,
    largeTableMib: 0,
  });
}, 60_000);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
});

describe('an assessment', () => {
  test('finds nothing that blocks in a ledger between servers that are ready', () => {
    expect(ready.unknown).toEqual([]);
    expect(ready.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
    expect([...new Set(ready.findings.map(({ id }) => id))]).toEqual(['trigger', 'foreign-key']);
    expect([ready.verdict, ready.notAsked]).toEqual(['ready', []]);
  });

  test('is what its schema says', () => {
    expect(z.parse(assessment, JSON.parse(JSON.stringify(ready)))).toEqual(ready);
    expect(z.parse(assessment, JSON.parse(JSON.stringify(shop)))).toEqual(shop);
  });

  test('blocks where there are blockers', () => {
    expect([shop.verdict, shop.unknown]).toEqual(['blocked', []]);
  });

  test.each(CASES)('finds by %s just what is wrong', (id, objects) => {
    expect(found(shop, id)).toEqual(objects);
  });

  test('says how to remove what it found, for the very object, and on which page that stands', () => {
    const of = (id: string) => shop.findings.filter((finding) => finding.id === id)[0];
    expect(of('similar-names')).toEqual({
      id: 'similar-names',
      severity: 'blocker',
      object: 'shop.Twin',
      reason: 'DMS does not tell tables apart whose names differ in the case of letters only',
      fix: 'ALTER TABLE shop."Twin" RENAME TO …',
      page: 'https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source.PostgreSQL.Limitations',
    });
    expect(of('unbounded-varchar')?.fix).toBe(
      'ALTER TABLE shop.types ALTER COLUMN words TYPE varchar(<longest>), or text',
    );
    expect(of('lob-length')?.fix).toContain('from 1024 to 1200 KiB');
    expect(of('application-writer-epoch')?.fix).toBe(
      'REVOKE TRUNCATE ON shop.writer_epoch FROM app_epoch; REVOKE UPDATE ON shop.writer_epoch FROM app_epoch',
    );
  });

  test('tries every rule in both ways', () => {
    const bad = new Set([...shop.findings.map(({ id }) => id), ...COVERED_ELSEWHERE]);
    expect(RULES.map(({ id }) => id).filter((id) => !bad.has(id))).toEqual([]);
    expect([...new Set(ready.findings.map(({ id }) => id))]).toEqual(HARMLESS);
    expect(CASES.map(([id]) => id)).toEqual(
      RULES.map(({ id }) => id).filter((id) => shop.findings.some((finding) => finding.id === id)),
    );
  });

  test('collects facts: sizes, estimates, the longest LOB', () => {
    expect(shop.facts.measurements).toEqual(
      expect.arrayContaining([
        { schema: 'shop', name: 'long', column: 'body', longestBytes: 614_400, lobSizeKib: 1200 },
        { schema: 'shop', name: 'long', column: 'raw', longestBytes: 614_400, lobSizeKib: 600 },
        { schema: 'shop', name: 'long', column: 'fits', longestBytes: 524_288, lobSizeKib: 1024 },
        { schema: 'shop', name: 'times', column: 'finite', infinite: false },
        { schema: 'shop', name: 'by_text', column: 'name', longestBytes: 0, lobSizeKib: 0 },
      ]),
    );
    expect(ready.facts.ledger).toEqual({ present: true, uniqueRequest: true, balanceCheck: true });
    expect(shop.facts.tables?.find(({ name }) => name === 'many')?.bytes).toBeGreaterThan(1024 * 1024);
    expect(shop.facts.server).toMatchObject({ database: 'shop', encoding: 'UTF8', collation: 'C', user: 'postgres' });
    expect(ready.facts.tables?.map(({ name }) => name)).toEqual([
      'accounts',
      'drain_marker_forward',
      'drain_marker_reverse',
      'entries',
      'transactions',
    ]);
  });

  test('reads large tables only when asked to', async () => {
    const options = { schemas: ['shop'], measureUpToMib: 1, applicationRoles: ['app_good'] };
    const bounded = await assessAt(shopSource, options);
    expect(found(bounded, 'lob-length-unknown')).toEqual([['shop.many.body', 'not measured']]);
    expect(found(bounded, 'infinite-time-unknown')).toEqual([['shop.many.at', 'not measured']]);
    const asked = await assessAt(shopSource, { ...options, measureLobs: true });
    expect([found(asked, 'lob-length-unknown'), found(asked, 'infinite-time-unknown')]).toEqual([[], []]);
  });

  test('does not know of a table that takes longer to read than it may', async () => {
    const { unknown, verdict } = await assessAt(shopSource, {
      schemas: ['shop'],
      measureTimeoutMs: 1,
      applicationRoles: ['app_good'],
    });
    expect([verdict, unknown.filter(({ object }) => object === 'shop.many')]).toEqual([
      'unknown',
      ['lob-length', 'infinite-time'].map((id) => ({
        id,
        object: 'shop.many',
        reason: 'its rows could not be read: canceling statement due to statement timeout',
        fix: 'give reading more time (--measure-timeout), or look when nothing locks the table',
      })),
    ]);
  });

  test('asks nothing of a target that there is not, and looks extensions up in a list', async () => {
    const alone = await assessAt(shopSource, { schemas: ['shop'], applicationRoles: ['app_good'] });
    expect(alone.notAsked.map(({ id }) => id)).toEqual(
      RULES.filter(({ needs }) => needs.includes('target')).map(({ id }) => id),
    );
    expect(found(alone, 'extension-unlisted')).toEqual([['adminpack', '2.1']]);
  });

  test('looks at the schemas and tables that it was asked for', async () => {
    const one = await assessAt(shopSource, {
      schemas: ['shop'],
      excludeTables: ['shop.no_key', '*.parts'],
      applicationRoles: ['app_good'],
    });
    expect([found(one, 'primary-key'), found(one, 'partitioned')]).toEqual([[], []]);
    expect(one.facts.tables?.some(({ schema }) => schema !== 'shop')).toBe(false);
    const wrong = await assessAt(shopSource, { schemas: ['Shop'], applicationRoles: ['app_good'] });
    expect([wrong.verdict, wrong.unknown.map(({ object, reason }) => [object, reason])]).toEqual([
      'unknown',
      [['Shop', 'there is no table in it, so nothing was assessed']],
    ]);
    const pattern = await assessAt(shopSource, { excludeTables: ['no pattern'], applicationRoles: ['app_good'] });
    expect(pattern.verdict).toBe('unknown');
    const empty = await assessAt(old.superuser, { applicationRoles: ['app_good'] });
    expect(empty.unknown.map(({ object }) => object)).toEqual(['the database']);
  });

  test('finds rights on a writer_epoch that is in a schema that was not asked for', async () => {
    const { facts, findings } = await assessAt(shopSource, { schemas: ['payments'], applicationRoles: ['app_epoch'] });
    expect(facts.objects?.writerEpochs).toEqual(['shop']);
    expect(findings.filter(({ id }) => id === 'application-writer-epoch')).toHaveLength(1);
  });

  test('lets somebody live with a finding, or with all of a rule', async () => {
    const options = { ...IN_GOOD_ORDER, schemas: ['Upper'], applicationRoles: ['app_super'] };
    const blockers = async (accepted: string[]) => {
      const { verdict, findings } = await assessAt(shopSource, { ...options, accepted });
      return [
        verdict,
        ...findings.filter(({ severity, accepted }) => severity === 'blocker' && accepted !== true).map(({ id }) => id),
      ];
    };
    const others = [
      'type-not-migrated',
      'capture-select',
      'large-objects',
      'publication-writer-epoch',
      'control-schema',
      'capture-heartbeat',
    ];
    expect(await blockers(others)).toEqual(['blocked', 'application-superuser']);
    expect(await blockers([...others, 'application-superuser=app_good'])).toEqual(['blocked', 'application-superuser']);
    expect(await blockers([...others, 'application-superuser=app_super'])).toEqual(['ready']);
    expect(await blockers([...others, 'application-superuser'])).toEqual(['ready']);
  });

  test('does not know whether the fence holds roles that nobody named, or that are not there', async () => {
    const { unknown, verdict } = await assessAt(shopSource, { schemas: ['shop'] });
    expect([verdict, unknown]).toEqual([
      'unknown',
      [
        expect.objectContaining({
          id: 'application-role',
          object: 'the roles of applications',
          fix: expect.stringContaining('these may write: app_creator, app_epoch, app_good'),
        }),
      ],
    ]);
    const missing = await assessAt(shopSource, { schemas: ['shop'], applicationRoles: ['app_good', 'app_goood'] });
    expect(missing.unknown.map(({ object, reason }) => [object, reason])).toEqual([
      ['app_goood', 'the server has no such role'],
    ]);
  });

  test('sees with another apply role what fires for it all the same', async () => {
    const { findings } = await assessAt(shopSource, {
      target: shopTarget,
      applyRole: 'strong_apply',
      schemas: ['shop'],
      applicationRoles: ['app_good'],
    });
    const ofTarget = findings.filter(({ id }) =>
      ['target-trigger', 'target-foreign-key', 'apply-read-only'].includes(id),
    );
    expect(ofTarget.map(({ object, value }) => [object, value])).toEqual([
      ['target: shop.good: always', 'ENABLE ALWAYS'],
      ['target: shop.good: replica', 'ENABLE REPLICA'],
    ]);
  });

  test('refuses a target older than the source, and sees there what only newer servers have', async () => {
    await withClient(shopTarget, (client) =>
      client.query(`
        CREATE EXTENSION pg_walinspect;
        CREATE ROLE app_setter LOGIN; CREATE ROLE app_plain LOGIN;
        GRANT SET ON PARAMETER session_replication_role TO app_setter;
        GRANT INSERT ON shop.good TO app_setter, app_plain`),
    );
    const swapped = await assessAt(shopTarget, {
      target: shopSource,
      applicationRoles: ['app_setter', 'app_plain'],
      captureRole: 'nobody',
      applyRole: 'nobody',
    });
    expect(found(swapped, 'target-version')).toEqual([['target: server_version_num', '140023, source 160014']]);
    expect(found(swapped, 'application-replica')).toEqual([['app_setter', '']]);
    expect([found(swapped, 'capture-role'), found(swapped, 'apply-role')]).toEqual([
      [['nobody', '']],
      [['target: nobody', '']],
    ]);
    expect(found(swapped, 'extension-unavailable')).toEqual([['pg_walinspect', '1.1']]);
    expect(found(swapped, 'writer-epoch-missing')).toEqual([['writer_epoch', '']]);
  });

  test('says what a role with less than SELECT cannot see', async () => {
    await withClient(shopSource, (client) => client.query("CREATE ROLE stranger LOGIN PASSWORD 'stranger'"));
    const busy = new Client(shopSource);
    await busy.connect();
    await busy.query('BEGIN');
    try {
      const { unknown, verdict } = await assessAt(
        { ...shopSource, user: 'stranger', password: 'stranger' },
        { schemas: ['shop'], applicationRoles: ['app_good'] },
      );
      expect(verdict).toBe('unknown');
      expect(unknown).toEqual(
        expect.arrayContaining([
          expect.objectContaining({
            id: 'long-transaction',
            reason: 'stranger may not see since when they are in a transaction',
            fix: 'GRANT pg_read_all_stats TO stranger',
          }),
          {
            id: 'lob-length',
            object: 'shop.long',
            reason: 'its rows could not be read: permission denied for schema shop',
            fix: 'GRANT SELECT ON shop.long TO stranger, and USAGE on its schema',
          },
        ]),
      );
      await withClient(shopSource, (client) => client.query('GRANT pg_read_all_stats TO stranger'));
      const seeing = await assessAt(
        { ...shopSource, user: 'stranger', password: 'stranger' },
        { schemas: ['shop'], applicationRoles: ['app_good'], longTransactionSeconds: 0 },
      );
      expect(seeing.unknown.some(({ id }) => id === 'long-transaction')).toBe(false);
      expect(found(seeing, 'long-transaction')).toContainEqual([
        expect.stringMatching(/^process \d+ of postgres$/),
        expect.stringMatching(/^idle in transaction, \d+ s$/),
      ]);
    } finally {
      await busy.end();
    }
  });

  test('keeps what it could read when the connection goes', async () => {
    const session = await openSession(shopSource);
    const query = session.query.bind(session) as (...all: unknown[]) => Promise<unknown>;
    session.query = ((...all: unknown[]) =>
      String(all[0]).includes('pg_publication')
        ? Promise.reject(new Error('Connection terminated unexpectedly'))
        : query(...all)) as typeof session.query;
    try {
      const { verdict, unknown, findings, facts } = await assess(session, { applicationRoles: ['app_good'] });
      expect([verdict, facts.objects, findings.length > 10]).toEqual(['unknown', undefined, true]);
      expect(unknown.map(({ id }) => id)).toEqual(
        RULES.filter(({ needs }) => needs.includes('objects')).map(({ id }) => id),
      );
      expect(unknown[0]?.reason).toBe('it could not be read: Connection terminated unexpectedly');
    } finally {
      await session.end();
    }
  });
});
