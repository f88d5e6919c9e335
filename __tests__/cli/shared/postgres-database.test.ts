import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { databaseOf } from '../../../cli/shared/postgres-database';
import { createAuthority } from '../../support/certificates';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

const folder = mkdtempSync(join(tmpdir(), 'postgres-database-'));
const files = { right: join(folder, 'ca.pem'), wrong: join(folder, 'wrong.pem'), other: join(folder, 'other.pem') };
let plain: LocalPostgres;
let tls: LocalPostgres;
let elsewhere: LocalPostgres;

beforeAll(async () => {
  [plain, tls, elsewhere] = await Promise.all([
    startPostgres({ major: 14 }),
    startPostgres({ major: 16, tls: true }),
    startPostgres({ major: 16, tls: { hostNames: ['another.example'] } }),
  ]);
  writeFileSync(files.right, tls.caPem ?? '');
  writeFileSync(files.other, elsewhere.caPem ?? '');
  writeFileSync(files.wrong, createAuthority('Another CA').certificatePem);
}, 60_000);

afterAll(async () => {
  await Promise.all([plain, tls, elsewhere].map((server) => server.stop()));
  await rm(folder, { recursive: true });
});

/** What the server says of a connection: the TLS version, or `none`. */
async function tlsOf(server: LocalPostgres, parameters: string, password = server.superuser.password): Promise<string> {
  const url = `postgres://postgres:${password}@localhost:${server.port}/postgres?${parameters}`;
  const client = await databaseOf('source', url).connect();
  try {
    const { rows } = await client.query<{ version: string | null }>(
      'SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    return rows[0]?.version ?? 'none';
  } finally {
    await client.end();
  }
}

describe('a database behind a URL', () => {
  test.each([
    ['', 'none'],
    ['sslmode=disable', 'none'],
    ['sslmode=allow', 'none'],
    ['sslmode=prefer', 'none'],
  ])('without TLS takes "%s"', async (parameters, version) => {
    expect(await tlsOf(plain, parameters)).toBe(version);
  });

  test.each(['require', 'verify-ca', 'verify-full'])('without TLS refuses %s', async (mode) => {
    await expect(tlsOf(plain, `sslmode=${mode}&sslrootcert=${files.right}`)).rejects.toThrow(
      'The server does not support SSL connections',
    );
  });

  test.each(['', 'sslmode=allow', 'sslmode=prefer', 'sslmode=require'])(
    'with TLS encrypts "%s"',
    async (parameters) => {
      expect(await tlsOf(tls, parameters)).toBe('TLSv1.3');
    },
  );

  test.each(['require', 'verify-ca', 'verify-full'])('with the right authority takes %s', async (mode) => {
    expect(await tlsOf(tls, `sslmode=${mode}&sslrootcert=${files.right}`)).toBe('TLSv1.3');
  });

  test('that takes TLS only refuses plain text', async () => {
    await expect(tlsOf(tls, 'sslmode=disable')).rejects.toThrow('no encryption');
  });

  test.each(['require', 'verify-ca', 'verify-full'])('with another authority is refused by %s', async (mode) => {
    await expect(tlsOf(tls, `sslmode=${mode}&sslrootcert=${files.wrong}`)).rejects.toThrow(/certificate/);
  });

  test('is refused by the authorities of the system, which did not sign it', async () => {
    await expect(tlsOf(tls, 'sslrootcert=system')).rejects.toThrow(/certificate/);
  });

  test('whose certificate is for another name is refused by verify-full, and by nothing else', async () => {
    await expect(tlsOf(elsewhere, `sslmode=verify-full&sslrootcert=${files.other}`)).rejects.toThrow(
      "Hostname/IP does not match certificate's altnames",
    );
    expect(await tlsOf(elsewhere, `sslmode=verify-ca&sslrootcert=${files.other}`)).toBe('TLSv1.3');
    expect(await tlsOf(elsewhere, `sslmode=require&sslrootcert=${files.other}`)).toBe('TLSv1.3');
  });

  test('that refuses the password is not tried another way, and its error does not hold the password', async () => {
    const error = await tlsOf(plain, '', 'geheimnis').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: '28P01' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('geheimnis');
  });

  test('is asked for what the URL says of the session, in transactions that cannot write', async () => {
    const { port, superuser } = plain;
    const url = `postgres://localhost:${port}/postgres?application_name=audit&options=-c%20work_mem%3D8MB`;
    const environment = { PGUSER: 'postgres', PGPASSWORD: superuser.password };
    const client = await databaseOf('target', url, { environment }).connect();
    const { rows } = await client.query(
      "SELECT current_setting('application_name') AS name, current_setting('work_mem') AS memory",
    );
    expect(rows).toEqual([{ name: 'audit', memory: '8MB' }]);
    await expect(client.query('CREATE TABLE x ()')).rejects.toThrow('read-only transaction');
    await client.end();
  });
});
