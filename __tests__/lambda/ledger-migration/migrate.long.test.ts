import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ClientConfig } from 'pg';
import { type Migration, MIGRATIONS, PARTS } from '../../../lambda/ledger-migration/migrations';
import { migrate } from '../../../lambda/ledger-migration/migrate';
import { exclusively, type Session } from '../../../lambda/ledger-migration/session';
import { withClient } from '../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

const FOLDER = join(__dirname, '../../../lambda/ledger-migration/migrations');

test('every file of SQL is in the list, in the order of the numbers, and numbers have no gap', () => {
  const files = PARTS.flatMap((part) =>
    readdirSync(join(FOLDER, part))
      .sort()
      .map((file) => ({ part, name: file.replace(/\.sql$/, ''), sql: readFileSync(join(FOLDER, part, file), 'utf8') })),
  );
  expect(MIGRATIONS).toEqual(files);
  for (const part of PARTS) {
    const numbers = MIGRATIONS.filter((m) => m.part === part).map(({ name }) => Number(name.slice(0, 4)));
    expect(numbers).toEqual(numbers.map((_number, index) => index + 1));
  }
});

describe.each([14, 16] as const)('on PostgreSQL %d', (major) => {
  let server: LocalPostgres;
  let database: ClientConfig;
  let count = 0;

  beforeAll(async () => {
    server = await startPostgres({ major });
  }, 90_000);
  afterAll(() => server.stop());
  beforeEach(async () => {
    count += 1;
    database = { ...server.superuser, database: `migrated_${count}` };
    await withClient(server.superuser, (client) => client.query(`CREATE DATABASE migrated_${count}`));
  });

  const file = (name: string, sql: string, part: Migration['part'] = 'pre-data'): Migration => ({ part, name, sql });
  const FILES = [
    file('0001_one', 'CREATE SCHEMA s; CREATE TABLE s.one (id int PRIMARY KEY)'),
    file('0002_two', 'CREATE TABLE s.two (id int PRIMARY KEY)'),
    file('0001_late', 'CREATE TABLE s.late (id int PRIMARY KEY)', 'post-data'),
  ];
  const run = (
    files: readonly Migration[] = FILES,
    parts: readonly Migration['part'][] = PARTS,
    lockTimeout?: string,
  ) => withClient(database, (client) => exclusively(client, () => migrate(client, files, parts), { lockTimeout }));
  const tables = () =>
    withClient(database, async (client) => {
      const { rows } = await client.query<{ name: string }>(
        `SELECT relname AS name FROM pg_class WHERE relnamespace = 's'::regnamespace AND relkind = 'r' ORDER BY 1`,
      );
      return rows.map(({ name }) => name);
    });

  test('what is missing is applied, part by part, and nothing twice', async () => {
    expect(await run(FILES, ['pre-data'])).toEqual({
      applied: ['pre-data/0001_one', 'pre-data/0002_two'],
      present: [],
    });
    expect(await tables()).toEqual(['one', 'two']);
    expect(await run()).toEqual({
      applied: ['post-data/0001_late'],
      present: ['pre-data/0001_one', 'pre-data/0002_two'],
    });
    expect((await run()).applied).toEqual([]);
    const later = [...FILES, file('0003_three', 'CREATE TABLE s.three (id int PRIMARY KEY)')];
    expect((await run(later)).applied).toEqual(['pre-data/0003_three']);
  });

  test('a file that fails leaves nothing of itself, and is resumed where it failed', async () => {
    const broken = [FILES[0], file('0002_two', 'CREATE TABLE s.two (id int PRIMARY KEY); SELECT 1/0')] as Migration[];
    await expect(run(broken)).rejects.toMatchObject({ code: '22012' });
    expect(await tables()).toEqual(['one']);
    expect((await run()).applied).toEqual(['pre-data/0002_two', 'post-data/0001_late']);
  });

  test('a run that dies between a file and its record leaves neither', async () => {
    await withClient(database, async (client) => {
      const dying: Session = {
        query: (sql, values) =>
          sql.startsWith('INSERT INTO ledger_control') && values?.[0] === 'pre-data/0002_two'
            ? client.end().then(() => Promise.reject(new Error('died')))
            : client.query(sql, values && [...values]),
      };
      await expect(exclusively(dying, () => migrate(dying, FILES, PARTS))).rejects.toThrow('died');
    });
    expect(await tables()).toEqual(['one']);
    expect((await run()).applied).toEqual(['pre-data/0002_two', 'post-data/0001_late']);
  });

  test.each([
    [
      'edited after it was applied',
      [file('0001_one', 'SELECT 2'), ...FILES.slice(1)],
      'pre-data/0001_one was changed after it was applied; restore it and write a new file',
    ],
    [
      'unknown to this release',
      [FILES[0], FILES[2]] as Migration[],
      'pre-data/0002_two was applied by another release; run the one that has it',
    ],
    [
      'numbered before others that were applied',
      [file('0000_early', 'SELECT 1'), ...FILES],
      'pre-data/0000_early comes before files that were applied; number it after them',
    ],
  ])('a file that is %s is an error, and nothing is applied', async (_title, files, problem) => {
    await run();
    await expect(run([...files, file('0009_next', 'SELECT 1')])).rejects.toThrow(
      `the ledger's history must fit its files: ${problem}`,
    );
    expect((await run()).applied).toEqual([]);
  });

  test('a lock is waited for ten seconds, a statement for ten minutes', async () => {
    const rows = await withClient(database, (client) =>
      exclusively(client, async () => {
        const { rows } = await client.query<Record<string, string>>(
          `SELECT current_setting('lock_timeout') AS lock, current_setting('statement_timeout') AS statement,
                  current_setting('idle_in_transaction_session_timeout') AS idle, current_setting('search_path') AS path`,
        );
        return rows;
      }),
    );
    expect(rows).toEqual([{ lock: '10s', statement: '10min', idle: '1min', path: 'pg_catalog, pg_temp' }]);
  });

  test('two runs at once apply each file once', async () => {
    const reports = await Promise.all([run(), run(), run()]);
    expect(reports.flatMap(({ applied }) => applied).sort()).toEqual([
      'post-data/0001_late',
      'pre-data/0001_one',
      'pre-data/0002_two',
    ]);
  });

  test('a run that waits too long for another one says so', async () => {
    await withClient(database, (holder) =>
      exclusively(holder, async () => {
        await expect(run(FILES, PARTS, '100ms')).rejects.toThrow(
          'another migration of this ledger is running; run this one when it has ended',
        );
      }),
    );
    expect((await run()).applied).toHaveLength(3);
  });

  test('a file does not wait for a lock for ever', async () => {
    await run(FILES, ['pre-data']);
    const blocked = [...FILES.slice(0, 2), file('0003_blocked', 'ALTER TABLE s.one ADD COLUMN more int')];
    await withClient(database, async (holder) => {
      await holder.query('BEGIN; SELECT * FROM s.one');
      await expect(run(blocked, PARTS, '100ms')).rejects.toMatchObject({ code: '55P03' });
      await holder.query('COMMIT');
    });
    expect((await run(blocked)).applied).toEqual(['pre-data/0003_blocked']);
  });
});
