import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { databaseAccess, type DatabaseOptions } from '../../../lambda/ledger-migration/database';
import { databaseSecrets } from '../../../lambda/ledger-migration/secrets';
import { createAuthority } from '../../support/certificates';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

const ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf';
const secretsWith = (value: string) => databaseSecrets({ read: () => Promise.resolve(value) });

describe('the secrets', () => {
  test('give user and password, whatever else they hold, and the authorities of a side', async () => {
    const pem = createAuthority().certificatePem;
    expect(await secretsWith('{"username":"u","password":"p"}').login(ARN)).toEqual({ username: 'u', password: 'p' });
    expect(await secretsWith('{"engine":"postgres","port":5432,"username":"u","password":"p"}').login(ARN)).toEqual({
      username: 'u',
      password: 'p',
    });
    expect(await secretsWith(JSON.stringify({ aurora: pem })).authorities(ARN, 'aurora')).toBe(pem);
  });

  test.each([
    ['without a password', '{"username":"u-secret"}', 'password'],
    ['with empty ones', '{"username":"","password":""}', 'username, password'],
    ['that is no JSON', 'secret {', 'the JSON object itself'],
    ['that is a list', '["secret"]', 'the JSON object itself'],
  ])('a secret %s is refused without a word of it', async (_title, text, fields) => {
    await expect(secretsWith(text).login(ARN)).rejects.toThrow(
      new Error(`the secret ${ARN} must be a JSON object of the agreed form, got missing or other fields: ${fields}`),
    );
  });

  test('authorities of another side are none', async () => {
    const value = JSON.stringify({ 'on-prem': createAuthority().certificatePem });
    await expect(secretsWith(value).authorities(ARN, 'aurora')).rejects.toThrow(
      `the secret ${ARN} must have the authority of aurora, got none`,
    );
  });
});

describe('the ways into the database', () => {
  let server: LocalPostgres;
  let options: DatabaseOptions;

  beforeAll(async () => {
    server = await startPostgres({ major: 16, tls: true });
    options = {
      host: server.host,
      port: server.port,
      database: 'postgres',
      authorities: () => Promise.resolve(server.caPem ?? ''),
      masterCredentials: () => Promise.resolve({ username: 'postgres', password: server.superuser.password }),
    };
  }, 90_000);
  afterAll(() => server.stop());

  test('lead in as the master, over TLS, with time for an index', async () => {
    const session = await databaseAccess(options).connectAsMaster();
    const { rows } = await session.query(
      `SELECT ssl, $1::text AS given, current_setting('statement_timeout') AS statement, current_setting('lock_timeout') AS lock
       FROM pg_stat_ssl WHERE pid = pg_backend_pid()`,
      ['text'],
    );
    await session.end();
    expect(rows).toEqual([{ ssl: true, given: 'text', statement: '10min', lock: '10s' }]);
  });

  test.each([
    ['a right password', 'postgres', undefined, true],
    ['a wrong password', 'postgres', 'wrong', false],
    ['an unknown user', 'nobody', 'wrong', false],
  ])('tell that %s lets in or not', async (_title, username, password, lets) => {
    const given = { username, password: password ?? server.superuser.password };
    expect(await databaseAccess(options).canLogin(given)).toBe(lets);
  });

  test('tell nothing of a login when the server is not the one that is trusted, or not there', async () => {
    const other = { ...options, authorities: () => Promise.resolve(createAuthority().certificatePem) };
    const login = { username: 'postgres', password: server.superuser.password };
    await expect(databaseAccess(other).canLogin(login)).rejects.toMatchObject({ name: 'PostgresUnreachable' });
    await expect(databaseAccess(other).connectAsMaster()).rejects.toMatchObject({ name: 'PostgresUnreachable' });
    await expect(databaseAccess({ ...options, port: 1 }).canLogin(login)).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
  });
});
