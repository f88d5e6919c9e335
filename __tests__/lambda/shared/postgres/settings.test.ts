import { describe, expect, test } from '@jest/globals';
import { clientConfig, type ConnectionSettings } from '../../../../lambda/shared/postgres/settings';

const PEM = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n';
const SETTINGS: ConnectionSettings = {
  host: 'database.example',
  port: 5432,
  database: 'payments',
  user: 'payments_app',
  password: 'hunter2',
  ca: PEM,
  applicationName: 'transaction-processing',
};

describe('the settings of a connection', () => {
  test('become a configuration that trusts the given authorities only and limits every wait', () => {
    expect(clientConfig(SETTINGS)).toEqual({
      host: 'database.example',
      port: 5432,
      database: 'payments',
      user: 'payments_app',
      password: 'hunter2',
      application_name: 'transaction-processing',
      client_encoding: 'UTF8',
      ssl: { ca: PEM, rejectUnauthorized: true, minVersion: 'TLSv1.2', servername: 'database.example' },
      options: [
        '-c statement_timeout=5000',
        '-c lock_timeout=2000',
        '-c idle_in_transaction_session_timeout=10000',
        '-c default_transaction_read_only=off',
        '-c default_transaction_isolation=read\\ committed',
        '-c search_path=pg_catalog,pg_temp',
        '-c TimeZone=UTC',
        '-c DateStyle=ISO',
      ].join(' '),
      connectionTimeoutMillis: 3000,
      query_timeout: 7000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
      types: expect.anything(),
    });
  });

  test('can be read-only and have other limits', () => {
    const config = clientConfig({
      ...SETTINGS,
      readOnly: true,
      statementTimeoutMs: 1,
      lockTimeoutMs: 2,
      connectTimeoutMs: 1,
    });
    expect(config.options).toMatch(/statement_timeout=1 -c lock_timeout=2 .*default_transaction_read_only=on/);
    expect(config).toMatchObject({ connectionTimeoutMillis: 1, query_timeout: 2001 });
  });

  test('take 0 as no limit, and say so to the server', () => {
    const config = clientConfig({ ...SETTINGS, statementTimeoutMs: 0, lockTimeoutMs: 0 });
    expect(config.options).toMatch(/^-c statement_timeout=0 -c lock_timeout=0 /);
    expect(config).not.toHaveProperty('query_timeout');
  });

  test.each(['10.1.2.3', '2001:db8::1'])('send no server name for the address %s', (host) => {
    expect(clientConfig({ ...SETTINGS, host }).ssl).toEqual({
      ca: PEM,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
    });
  });

  test.each([
    [{ port: 1 }],
    [{ port: 65_535 }],
    [{ statementTimeoutMs: 2_147_481_647 }],
    [{ lockTimeoutMs: 2_147_481_647 }],
    [{ connectTimeoutMs: 2_147_481_647 }],
  ])('may be at their bounds: %j', (bound) => {
    expect(() => clientConfig({ ...SETTINGS, ...bound })).not.toThrow();
  });

  test.each([
    [{ host: '' }, 'host must not be empty'],
    [{ database: '' }, 'database must not be empty'],
    [{ user: '' }, 'user must not be empty'],
    [{ password: '' }, 'password must not be empty'],
    [{ applicationName: '' }, 'applicationName must not be empty'],
    [{ ca: '' }, 'ca must hold at least one certificate as PEM'],
    [{ ca: 'hunter2' }, 'ca must hold at least one certificate as PEM'],
    ...[0, 65_536, 1.5, Number.NaN].map(
      (port) => [{ port }, 'port must be a whole number from 1 to 65535'] as [Partial<ConnectionSettings>, string],
    ),
    ...(['statementTimeoutMs', 'lockTimeoutMs', 'connectTimeoutMs'] as const).flatMap((field) =>
      [field === 'connectTimeoutMs' ? 0 : -1, 0.5, 2_147_481_648, Number.NaN].map(
        (value) =>
          [
            { [field]: value },
            `${field} must be a whole number of milliseconds from ${field === 'connectTimeoutMs' ? 1 : 0} to 2147481647`,
          ] as [Partial<ConnectionSettings>, string],
      ),
    ),
  ])('refuse %j', (wrong, problem) => {
    expect(() => clientConfig({ ...SETTINGS, ...wrong })).toThrow(
      new Error(`settings of the database connection: ${problem}`),
    );
  });

  test('name all problems at once and none of the values', () => {
    expect(() => clientConfig({ ...SETTINGS, host: '', port: 0, ca: 'secret' })).toThrow(
      new Error(
        'settings of the database connection: host must not be empty; ca must hold at least one certificate as PEM; port must be a whole number from 1 to 65535',
      ),
    );
  });
});
