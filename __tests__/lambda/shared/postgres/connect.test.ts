import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Client } from 'pg';
import { isConnectionLost, PostgresUnreachable } from '../../../../lambda/shared/postgres/classify';
import { connect } from '../../../../lambda/shared/postgres/connect';
import type { ConnectionSettings } from '../../../../lambda/shared/postgres/settings';
import { createAuthority } from '../../../support/certificates';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

jest.setTimeout(60_000);

const authority = createAuthority();

const settingsOf = (server: LocalPostgres, ca = server.caPem ?? ''): ConnectionSettings => ({
  host: server.host,
  port: server.port,
  database: server.superuser.database,
  user: server.superuser.user,
  password: server.superuser.password,
  ca,
  applicationName: 'a test',
});

async function unreachable(attempt: Promise<Client>): Promise<PostgresUnreachable> {
  const outcome = await attempt.then(
    async (client) => {
      await client.end();
      return 'a connection';
    },
    (error: unknown) => error,
  );
  if (outcome instanceof PostgresUnreachable) return outcome;
  throw new Error(`expected no connection, got ${String(outcome)}`, { cause: outcome });
}

describe.each([14, 16] as const)('a connection to PostgreSQL %i', (major) => {
  let server: LocalPostgres;
  let client: Client;

  beforeAll(async () => {
    server = await startPostgres({ major, tls: true, settings: { default_transaction_isolation: 'serializable' } });
    client = await connect(settingsOf(server));
  });
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  test('is encrypted, at least as TLS 1.2', async () => {
    const { rows } = await client.query<{ ssl: boolean; version: string }>(
      'SELECT ssl, version FROM pg_stat_ssl WHERE pid = pg_backend_pid()',
    );
    expect(rows).toEqual([{ ssl: true, version: expect.stringMatching(/^TLSv1\.[23]$/) }]);
  });

  test('has its name, limits and formats at the server', async () => {
    const { rows } = await client.query<{ name: string; value: string }>(
      `SELECT name, current_setting(name) AS value FROM unnest(ARRAY['application_name', 'statement_timeout', 'lock_timeout',
        'idle_in_transaction_session_timeout', 'default_transaction_read_only', 'transaction_isolation', 'TimeZone', 'client_encoding']) AS name`,
    );
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual({
      application_name: 'a test',
      statement_timeout: '5s',
      lock_timeout: '2s',
      idle_in_transaction_session_timeout: '10s',
      default_transaction_read_only: 'off',
      transaction_isolation: 'read committed',
      TimeZone: 'UTC',
      client_encoding: 'UTF8',
    });
  });

  test.each(['9007199254740991', '-9007199254740991', '0'])('reads the int8 %s as a number', async (value) => {
    const { rows } = await client.query('SELECT $1::int8 AS value', [value]);
    expect(rows).toEqual([{ value: Number(value) }]);
  });

  test.each(['9007199254740992', '-9007199254740992', '9223372036854775807'])(
    'refuses to round the int8 %s, and goes on',
    async (value) => {
      await expect(client.query('SELECT $1::int8 AS value', [value])).rejects.toThrow(
        new RangeError('an int8 of the database must lie within ±(2^53 - 1) to be read as a number, got one beyond'),
      );
      await expect(client.query('SELECT 1 AS value')).resolves.toMatchObject({ rows: [{ value: 1 }] });
    },
  );

  test('writes nothing when it is read-only', async () => {
    const reader = await connect({ ...settingsOf(server), readOnly: true });
    await expect(reader.query('CREATE TABLE forbidden ()')).rejects.toMatchObject({ code: '25006' });
    await reader.end();
  });

  test.each([
    ['another authority', 'Another CA', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['another authority of the same name', 'Test database CA', 'CERT_SIGNATURE_FAILURE'],
  ])('is refused where %s is trusted', async (_case, name, code) => {
    const error = await unreachable(connect(settingsOf(server, createAuthority(name).certificatePem)));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(`no connection to the database at localhost:${server.port} (${code}): `);
  });

  test('that ends while nobody uses it leaves the process alone, and is reported by the next query', async () => {
    const idle = await connect(settingsOf(server));
    const ended = new Promise((resolve) => idle.once('end', resolve));
    const { rows } = await idle.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await client.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await ended;
    const error = await idle.query('SELECT 1').catch((caught: unknown) => caught);
    expect(isConnectionLost(error)).toBe(true);
  });

  test('is refused even where the process would not verify', async () => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
    try {
      const { code } = await unreachable(connect(settingsOf(server, authority.certificatePem)));
      expect(code).toBe('CERT_SIGNATURE_FAILURE');
    } finally {
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
    }
  });

  test('is refused by the address when the certificate names only the host', async () => {
    const { code } = await unreachable(connect({ ...settingsOf(server), host: '127.0.0.1' }));
    expect(code).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('reports a wrong password with the code of the server and without the password', async () => {
    const error = await connect({ ...settingsOf(server), password: 'hunter2' }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: '28P01' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });

  test('reports a database that does not exist', async () => {
    await expect(connect({ ...settingsOf(server), database: 'nowhere' })).rejects.toMatchObject({ code: '3D000' });
  });
});

describe('a connection', () => {
  test.each([
    ['for another host', { hostNames: ['database.example'] }, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['that has expired', { validUntil: new Date(Date.now() - 60_000) }, 'CERT_HAS_EXPIRED'],
  ])('is refused to a server with a certificate %s', async (_case, options, code) => {
    const server = await startPostgres({ major: 16, tls: options });
    const error = await unreachable(connect(settingsOf(server)));
    await server.stop();
    expect(error.code).toBe(code);
  });

  test('is refused to a server without TLS', async () => {
    const server = await startPostgres({ major: 16 });
    const error = await unreachable(connect(settingsOf(server, authority.certificatePem)));
    await server.stop();
    expect(error.code).toBe('no-tls');
  });

  test('fails at once where nobody listens', async () => {
    const error = await unreachable(connect({ ...NOBODY, port: await closedPort() }));
    expect(error.code).toBe('ECONNREFUSED');
  });

  test('is given up when the server says nothing for as long as allowed', async () => {
    const silent = createServer((socket) => socket.on('error', () => undefined));
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    const { port } = silent.address() as AddressInfo;
    const started = Date.now();
    const error = await unreachable(connect({ ...NOBODY, port, connectTimeoutMs: 200 }));
    silent.close();
    expect(error.code).toBe('ETIMEDOUT');
    expect(Date.now() - started).toBeGreaterThanOrEqual(190);
  });
});

const NOBODY: ConnectionSettings = {
  host: '127.0.0.1',
  port: 1,
  database: 'postgres',
  user: 'postgres',
  password: 'hunter2',
  ca: authority.certificatePem,
  applicationName: 'a test',
};

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve();
    });
  });
  return port;
}
