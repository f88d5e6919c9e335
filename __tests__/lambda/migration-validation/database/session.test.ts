import { type AddressInfo, connect, createServer } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readCatalog } from '../../../../lambda/migration-validation/catalog/read-catalog';
import { openSession } from '../../../../lambda/migration-validation/database/session';
import { withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

let server: LocalPostgres;
beforeAll(async () => {
  server = await startPostgres({ major: 14 });
}, 60_000);
afterAll(() => server.stop());

/** What a role may have been given, and what a session must have all the same. */
const SETTINGS = [
  ['TimeZone', 'Asia/Tokyo', 'UTC'],
  ['DateStyle', 'German', 'ISO, YMD'],
  ['IntervalStyle', 'iso_8601', 'postgres'],
  ['extra_float_digits', '-5', '1'],
  ['bytea_output', 'escape', 'hex'],
  ['search_path', 'public', 'pg_catalog, pg_temp'],
  ['row_security', 'on', 'off'],
  ['statement_timeout', '20s', '10min'],
  ['lock_timeout', '5s', '10s'],
  ['default_transaction_read_only', 'off', 'on'],
  ['standard_conforming_strings', 'off', 'on'],
  ['quote_all_identifiers', 'on', 'off'],
  ['default_transaction_isolation', 'serializable', 'read committed'],
  ['default_transaction_deferrable', 'on', 'off'],
] as const;

test('a session prints and reads alike, whatever its role has set', async () => {
  await withClient(server.superuser, async (superuser) => {
    await superuser.query("CREATE ROLE odd LOGIN PASSWORD 'odd'");
    for (const [name, value] of SETTINGS) await superuser.query(`ALTER ROLE odd SET ${name} = '${value}'`);
    await superuser.query('CREATE TABLE "Odd" (id serial PRIMARY KEY); GRANT SELECT ON "Odd", "Odd_id_seq" TO odd');
  });
  const client = await openSession({ ...server.superuser, user: 'odd', password: 'odd' });
  try {
    for (const [name, , value] of SETTINGS) {
      const { rows } = await client.query<{ value: string }>('SELECT current_setting($1) AS value', [name]);
      expect(`${name} ${rows[0]?.value}`).toBe(`${name} ${value}`);
    }
    const { tables, sequences } = await readCatalog(client, {});
    expect(tables.map(({ name, readable }) => [name, readable])).toEqual([['Odd', true]]);
    expect(sequences[0]?.feeds).toEqual([{ schema: 'public', name: 'Odd', column: 'id', plain: true }]);
  } finally {
    await client.end();
  }
});

test('a pooler is refused: what is pinned on one of its connections does not hold on the next', async () => {
  // Passes everything on, but for the number of the server's process, in whose place a pooler gives one of its own.
  const pooler = createServer((client) => {
    const backend = connect(server.port, 'localhost');
    client.pipe(backend);
    backend.on('data', (data) => {
      const at = data.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (at >= 0) data.writeInt32BE(data.readInt32BE(at + 5) + 1, at + 5);
      client.write(data);
    });
    for (const [one, other] of [[client, backend] as const, [backend, client] as const]) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => {
    pooler.listen(0, 'localhost', resolve);
  });
  const { port } = pooler.address() as AddressInfo;
  try {
    await expect(openSession({ ...server.superuser, port })).rejects.toThrow(
      new Error(
        `localhost:${port} must be the database server itself, got a pooler or proxy, which does not keep the settings of a session; name the server's own host and port`,
      ),
    );
  } finally {
    pooler.close();
  }
});
