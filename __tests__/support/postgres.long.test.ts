import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client, type ClientConfig } from 'pg';
import { type LocalPostgres, startPostgres } from './postgres';

async function ask<Row extends object>(settings: ClientConfig, sql: string): Promise<Row[]> {
  const client = new Client(settings);
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe.each([14, 16] as const)('PostgreSQL %d', (major) => {
  let server: LocalPostgres;

  beforeAll(async () => {
    server = await startPostgres({ major, settings: { work_mem: '5MB' } });
  }, 90_000);
  afterAll(() => server.stop());

  test('answers with its version, on the loopback address only, ready for logical replication', async () => {
    const expected = major === 14 && `${process.platform}-${process.arch}` !== 'linux-x64' ? 15 : major;
    expect(server.version).toMatch(new RegExp(`^PostgreSQL ${expected}\\.`));
    const [row] = await ask(
      server.superuser,
      `SELECT current_setting('listen_addresses') listen, current_setting('wal_level') level, current_setting('work_mem') mem,
              current_setting('fsync') fsync, current_setting('is_superuser') superuser`,
    );
    expect(row).toEqual({ listen: '127.0.0.1', level: 'logical', mem: '5MB', fsync: 'off', superuser: 'on' });
  });

  test('refuses a wrong password', async () => {
    await expect(ask({ ...server.superuser, password: 'wrong' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('keeps its data and its port over a restart', async () => {
    await ask(server.superuser, 'CREATE TABLE kept (id int PRIMARY KEY)');
    await server.restart();
    expect(await ask(server.superuser, 'SELECT count(*)::int AS count FROM kept')).toEqual([{ count: 0 }]);
  });
});

test('with tls it proves who it is and takes nothing else', async () => {
  const server = await startPostgres({ major: 16, tls: true });
  try {
    expect(await ask(server.superuser, 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()')).toEqual([
      { ssl: true },
    ]);
    await expect(ask({ ...server.superuser, ssl: false }, 'SELECT 1')).rejects.toMatchObject({ code: '28000' });
    await expect(ask({ ...server.superuser, ssl: true }, 'SELECT 1')).rejects.toThrow(
      'unable to verify the first certificate',
    );
  } finally {
    await server.stop();
  }
}, 90_000);

test.each([
  ['another host name', { hostNames: ['other.example'] }, "Hostname/IP does not match certificate's altnames"],
  ['a time that is over', { validUntil: new Date(Date.now() - 1000) }, 'certificate has expired'],
])(
  'a certificate for %s is refused by who verifies it',
  async (_title, tls, message) => {
    const server = await startPostgres({ major: 16, tls });
    try {
      await expect(ask({ ...server.superuser, ssl: { ca: server.caPem } }, 'SELECT 1')).rejects.toThrow(message);
    } finally {
      await server.stop();
    }
  },
  90_000,
);

const temporaryFolders: string[] = [];
afterAll(() => {
  for (const folder of temporaryFolders) rmSync(folder, { recursive: true, force: true });
});

/** Runs a script that has `startPostgres`, in a process of its own that keeps temporary files in a folder of its own. */
function run(script: string): { readonly output: string; readonly left: () => readonly string[] } {
  const temporary = mkdtempSync(join(tmpdir(), 'postgres-test-'));
  temporaryFolders.push(temporary);
  chmodSync(temporary, 0o755);
  const source = `const { startPostgres } = require(${JSON.stringify(join(__dirname, 'postgres.ts'))});\n${script}`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=commonjs', '-e', source], {
    encoding: 'utf8',
    cwd: join(__dirname, '..', '..'),
    env: { ...process.env, TMPDIR: temporary },
  });
  const left = () => readdirSync(temporary).filter((name) => name.startsWith('payment-postgres-'));
  return { output: stdout + stderr, left };
}

test('a server that cannot start says why, and leaves nothing behind', () => {
  const { output, left } = run(`void startPostgres({ major: 16, settings: { wal_level: 'none' } });`);
  expect(output).toContain('invalid value for parameter "wal_level"');
  expect(left()).toEqual([]);
}, 90_000);

test('it ends with the process that started it, however that ends, and takes its data with it', async () => {
  const { output, left } = run(`
    void startPostgres({ major: 16 }).then(({ port }) => {
      process.stdout.write('port=' + port + '\\n', () => process.kill(process.pid, 'SIGKILL'));
    });`);
  const port = Number(/port=(\d+)/.exec(output)?.[1]);
  expect(port).toBeGreaterThan(0);
  for (let waited = 0; left().length > 0 && waited < 10_000; waited += 50) await sleep(50);
  expect(left()).toEqual([]);
  await expect(ask({ host: '127.0.0.1', port, user: 'postgres' }, 'SELECT 1')).rejects.toMatchObject({
    code: 'ECONNREFUSED',
  });
}, 90_000);
