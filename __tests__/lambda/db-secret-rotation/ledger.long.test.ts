import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { ensureLogin, READER, WRITER } from '../../../lambda/ledger-migration/logins';
import { migrate } from '../../../lambda/ledger-migration/migrate';
import { MIGRATIONS, PARTS } from '../../../lambda/ledger-migration/migrations';
import { exclusively } from '../../../lambda/ledger-migration/session';
import { type LocalPostgres, startPostgres } from '../../support/postgres';
import { RotationRun } from './rotation-run';

const MASTER = { username: 'ledger_admin', password: 'master-password' };
const LOGINS = [
  [WRITER, 'payments_app', 'has_table_privilege($1, $2, $3)'],
  [READER, 'payments_read', 'NOT has_table_privilege($1, $2, $3)'],
] as const;

describe.each([14, 16] as const)('the ledger as ledger-migration makes it, on PostgreSQL %d', (major) => {
  let server: LocalPostgres;
  let client: Client;
  const as = (user: string, password: string) => ({ ...server.superuser, user, password, database: 'ledger' });

  beforeAll(async () => {
    server = await startPostgres({ major, tls: true });
    const superuser = new Client(server.superuser);
    await superuser.connect();
    await superuser.query(`CREATE ROLE ${MASTER.username} LOGIN CREATEROLE PASSWORD '${MASTER.password}'`);
    await superuser.query(`CREATE DATABASE ledger OWNER ${MASTER.username}`);
    await superuser.end();
    client = new Client(as(MASTER.username, MASTER.password));
    await client.connect();
    await exclusively(client, () => migrate(client, MIGRATIONS, PARTS));
  }, 60_000);
  afterAll(async () => {
    await client.end();
    await server.stop();
  });

  test.each(LOGINS)('is rotated to and fro: %#', async (login, username, mayWrite) => {
    const credentials = { username, password: `${username}-first` };
    let checked = 0;
    await ensureLogin(client, login, credentials, () => Promise.resolve(checked++ > 0));
    const run = new RotationRun({ server, master: MASTER, dbname: 'ledger' }, credentials);
    const users: string[] = [];
    for (let rotation = 0; rotation < 3; rotation++) {
      await run.rotate();
      const { username: user, password } = run.stored();
      users.push(user);
      const session = new Client(as(user, password));
      await session.connect();
      await session.query('SELECT * FROM payments.transactions');
      const { rows } = await session.query(`SELECT ${mayWrite} AS holds`, [user, 'payments.transactions', 'INSERT']);
      expect(rows).toEqual([{ holds: true }]);
      await session.end();
    }
    expect(users).toEqual([`${username}_clone`, username, `${username}_clone`]);
  });
});
