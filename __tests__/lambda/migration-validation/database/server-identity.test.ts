import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ClientConfig } from 'pg';
import { readServerIdentity } from '../../../../lambda/migration-validation/database/server-identity';
import { openSession } from '../../../../lambda/migration-validation/database/session';
import { withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

const identityOf = async (settings: ClientConfig) => {
  const client = await openSession(settings);
  try {
    return await readServerIdentity(client, 'db.example', 5433);
  } finally {
    await client.end();
  }
};

describe('the identity of a server', () => {
  let servers: readonly LocalPostgres[];
  let plain: LocalPostgres;
  let encrypted: LocalPostgres;

  beforeAll(async () => {
    servers = await Promise.all([startPostgres({ major: 14 }), startPostgres({ major: 16, tls: true })]);
    [plain, encrypted] = servers as [LocalPostgres, LocalPostgres];
  }, 60_000);
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  test('names what was connected to, and how', async () => {
    const [first, second] = await Promise.all([identityOf(plain.superuser), identityOf(encrypted.superuser)]);
    const common = { host: 'db.example', port: 5433, database: 'postgres', user: 'postgres', encoding: 'UTF8' };
    expect(first).toEqual({ ...common, version: plain.version, tls: 'none', systemIdentifier: first.systemIdentifier });
    expect(second).toEqual({
      ...common,
      version: encrypted.version,
      tls: 'TLSv1.3',
      systemIdentifier: second.systemIdentifier,
    });
    expect(first.systemIdentifier).toMatch(/^\d{19}$/);
    expect(second.systemIdentifier).not.toBe(first.systemIdentifier);
  });

  test('leaves out the identifier that a role may not read', async () => {
    await withClient(plain.superuser, (client) =>
      client.query(`CREATE ROLE looker LOGIN PASSWORD 'secret';
        REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC`),
    );
    const identity = await identityOf({ ...plain.superuser, user: 'looker', password: 'secret' });
    expect(identity.user).toBe('looker');
    expect(identity).not.toHaveProperty('systemIdentifier');
  });
});
