import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { databaseAccess, type DatabaseOptions } from '../../../lambda/ledger-migration/database';
import { Secrets } from '../../../lambda/ledger-migration/secrets';
import { createAuthority } from '../../support/certificates';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

const client = mockClient(SecretsManagerClient);
const secrets = new Secrets(new SecretsManagerClient({ region: 'us-east-1' }));
const ARN = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:x-AbCdEf';
const holds = (SecretString: string | undefined) =>
  client.on(GetSecretValueCommand, { SecretId: ARN }).resolves({ SecretString });

describe('the secrets', () => {
  beforeEach(() => {
    client.reset();
  });

  test('give user and password, and the authorities of a side', async () => {
    holds('{"engine":"postgres","host":"h","username":"u","password":"p"}');
    expect(await secrets.credentials(ARN)).toEqual({ username: 'u', password: 'p' });
    holds('{"aurora":"pem of aurora"}');
    expect(await secrets.authorities(ARN, 'aurora')).toBe('pem of aurora');
  });

  test.each([
    ['without a password', '{"username":"u-secret"}', 'password'],
    ['with empty ones', '{"username":"","password":""}', 'username, password'],
    ['that is no JSON', 'secret {', 'the JSON object'],
    ['without text', undefined, 'the JSON object'],
    ['that is a list', '["secret"]', 'the JSON object'],
  ])('a secret %s is refused without a word of it', async (_title, text, fields) => {
    holds(text);
    await expect(secrets.credentials(ARN)).rejects.toThrow(
      new Error(`the secret ${ARN} must be a JSON object of the agreed form; wrong or missing: ${fields}`),
    );
  });

  test('authorities of another side are none', async () => {
    holds('{"on-prem":"pem"}');
    await expect(secrets.authorities(ARN, 'aurora')).rejects.toThrow('wrong or missing: aurora');
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
