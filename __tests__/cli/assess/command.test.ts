import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { runCommand } from '../../../cli/assess/command';
import { assessment } from '../../../lambda/migration-validation/assessment/model';
import { createLedgerDatabase, withClient } from '../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

let server: LocalPostgres;
let source: string;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'assess-'));
  server = await startPostgres({ major: 14 });
  const ledger = await createLedgerDatabase(server, { parts: ['pre-data'] });
  await withClient(ledger.superuser, (client) =>
    client.query(`
      CREATE ROLE dms_capture LOGIN REPLICATION;
      CREATE SCHEMA awsdms_control AUTHORIZATION dms_capture;
      CREATE SCHEMA shop;
      CREATE TABLE shop.no_key (id bigint);
      CREATE TABLE shop.unbounded (id bigint PRIMARY KEY, amount numeric);
      CREATE ROLE looker LOGIN PASSWORD 'p@ss';
      GRANT USAGE ON SCHEMA payments, shop TO dms_capture;
      GRANT SELECT ON ALL TABLES IN SCHEMA payments, shop TO dms_capture;
      ANALYZE`),
  );
  source = `postgres://postgres:${server.superuser.password}@localhost:${server.port}/ledger`;
}, 60_000);

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

const run = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
  const said: string[] = [];
  const complained: string[] = [];
  const exitCode = await runCommand(args, {
    environment,
    say: (line) => said.push(line),
    complain: (line) => complained.push(line),
  });
  return { exitCode, said, text: said.join('\n'), complained };
};
const LEDGER = ['--schema', 'payments', '--role', 'payments_app', '--slot-alarm'];

describe('npm run assess', () => {
  test('ends with 0 where nothing blocks', async () => {
    const { exitCode, said, text } = await run(['--source', source, ...LEDGER]);
    expect([exitCode, said.at(-1)]).toEqual([
      0,
      'nothing blocks: 0 blockers, 1 warning, 6 to know, 0 could not be told; 12 rules need --target',
    ]);
    expect(said[0]).toMatch(/^source: database ledger, PostgreSQL 14\.\d+, 5 tables, \d+ MiB, as postgres$/);
    expect(text).toContain(
      [
        'WARNING 1',
        '  unique-request: a client that retries on the other side would be booked twice: traffic may only go from 0 to 100 at once',
        '    payments.transactions (client_id, idempotency_key)',
        '    fix: CREATE UNIQUE INDEX CONCURRENTLY transactions_client_id_idempotency_key_key ON payments.transactions (client_id, idempotency_key)',
        '    https://www.postgresql.org/docs/current/indexes-unique.html',
      ].join('\n'),
    );
  });

  test('ends with 1 where something blocks, and says what removes it', async () => {
    const { exitCode, said, text } = await run(['--source', source, '--schema', 'shop', '--role', 'payments_app']);
    expect([exitCode, said.at(-1)]).toEqual([
      1,
      'blocked: 3 blockers, 4 warnings, 1 to know, 0 could not be told; 12 rules need --target',
    ]);
    expect(text).toContain(
      [
        'BLOCKER 3',
        '  slot-wal: without limit a stopped task fills the disk and stops payments; with one the slot is lost and the load starts anew',
        '    max_slot_wal_keep_size (without limit)',
      ].join('\n'),
    );
    expect(text).toContain(['    shop.no_key', '    fix: ALTER TABLE shop.no_key ADD PRIMARY KEY (…)'].join('\n'));
  });

  test('ends with 2 where it could not tell, whatever else blocks', async () => {
    const { exitCode, said, text } = await run(['--source', source, '--schema', 'shop']);
    expect([exitCode, said.at(-1)]).toEqual([
      2,
      expect.stringMatching(/^could not tell: 3 blockers, .* 1 could not be told/),
    ]);
    expect(text).toContain('COULD NOT TELL 1\n  application-role: the roles of applications: none was named');
  });

  test('says nothing blocks what was accepted, and lists it', async () => {
    const accepted = ['slot-wal', 'primary-key=shop.no_key', 'unbounded-numeric'].flatMap((each) => ['--accept', each]);
    const { exitCode, text } = await run([
      '--source',
      source,
      '--schema',
      'shop',
      '--role',
      'payments_app',
      ...accepted,
    ]);
    expect(exitCode).toBe(0);
    expect(text).toContain(
      'ACCEPTED 3\n  slot-wal (blocker): max_slot_wal_keep_size (without limit)\n  primary-key (blocker): shop.no_key\n',
    );
  });

  test('leaves tables out', async () => {
    const out = ['--exclude-table', 'shop.no_key', '--exclude-table', '*.unbounded'];
    const { exitCode, text } = await run(['--source', source, '--role', 'payments_app', '--slot-alarm', ...out]);
    expect([exitCode, text.includes('shop.')]).toEqual([0, false]);
  });

  test('compares with a target', async () => {
    const { exitCode, said, text } = await run(['--source', source, '--target', source, ...LEDGER]);
    expect([exitCode, said[1]]).toEqual([1, expect.stringMatching(/^target: database ledger, PostgreSQL 14/)]);
    expect(text).toContain('  apply-role: DMS cannot connect to the target\n    target: dms_apply\n');
    expect(text).not.toContain('need --target');
  });

  test('writes and prints JSON that its schema describes', async () => {
    const { said, text } = await run([
      '--source',
      source,
      ...LEDGER,
      '--report',
      join(folder, 'new', 'report'),
      '--json',
    ]);
    const written = readFileSync(join(folder, 'new', 'report', 'assessment.json'), 'utf8');
    expect(z.parse(assessment, JSON.parse(written))).toEqual(JSON.parse(text));
    expect(said).toHaveLength(1);
    const { said: lines } = await run(['--source', source, ...LEDGER, '--report', folder]);
    expect(lines.at(-1)).toBe(`written to ${join(folder, 'assessment.json')}`);
  });

  test('takes URLs from the environment, and no password out of it', async () => {
    const { exitCode, text } = await run(LEDGER, { ASSESS_SOURCE_URL: source, ASSESS_TARGET_URL: source });
    expect(exitCode).toBe(1);
    const looker = `postgres://looker:p%40ss@localhost:${server.port}/ledger`;
    const limited = await run(['--source', looker, ...LEDGER]);
    expect(limited.exitCode).toBe(2);
    expect(limited.text).toContain('fix: GRANT SELECT ON payments.accounts TO looker, and USAGE on its schema');
    expect(text + limited.text).not.toMatch(new RegExp(`p@ss|p%40ss|${server.superuser.password ?? ''}`));
  });

  test('shows ten objects of a rule, and how many there are', async () => {
    await withClient({ ...server.superuser, database: 'ledger' }, (client) =>
      client.query(`CREATE SCHEMA many;
        DO $$ BEGIN FOR i IN 1..12 LOOP EXECUTE format('CREATE TABLE many.t%s (id int)', i); END LOOP; END $$`),
    );
    const { text } = await run(['--source', source, '--schema', 'many', '--role', 'payments_app']);
    expect(text).toContain('    and 2 more: --report writes them all');
    expect(text).toContain('    many.t1\n      fix: ALTER TABLE many.t1 ADD PRIMARY KEY (…)\n');
  });

  test.each([
    [[], /^--source \(or ASSESS_SOURCE_URL\) must be the URL of a database$/],
    [['--source', 'localhost'], /postgres:\/\//],
    [['--source', 'postgres://nobody:secret@localhost:1/none'], /^the source must let itself be connected to, got .*/],
    [['--source', 'postgres://x@h/d', '--tasks', '0'], /^--tasks must be a whole number from 1, got 0$/],
    [['--source', 'postgres://x@h/d', '--measure-timeout', '1.5'], /^--measure-timeout must be a whole number from 1/],
    [
      ['--source', 'postgres://x@h/d', '--accept', 'primarykey'],
      /^--accept must be the id of a finding .*, got primarykey$/,
    ],
    [
      ['--source', 'postgres://x@h/d', '--exclude-table', 'orders'],
      /^--exclude-table must be schema\.table, .*, got orders$/,
    ],
    [['--sauce'], /unknown option '--sauce'/],
    [['now'], /too many arguments/],
  ])('explains what is wrong with %j, and ends with 2', async (args, message) => {
    const { exitCode, complained, said } = await run(args);
    expect([exitCode, said]).toEqual([2, []]);
    expect(complained.join('\n')).toMatch(message);
    expect(complained.join('\n')).not.toContain('secret');
  });

  test('helps', async () => {
    const { exitCode, text } = await run(['--help']);
    expect(exitCode).toBe(0);
    expect(text).toContain('Exit status: 0 nothing does, 1 blockers do, 2 it');
  });
});
