import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import { PostgresSchemaChecks } from '../../../lambda/migration-steps/adapters/postgres-schema-checks';
import { PostgresSequences } from '../../../lambda/migration-steps/adapters/postgres-sequences';
import { LeaseLost } from '../../../lambda/shared/authority/migration-authority';
import { createLedgerDatabase, type LedgerDatabase, withClient } from '../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../support/postgres';

describe('what steps ask PostgreSQL 14 and 16', () => {
  let servers: readonly LocalPostgres[] = [];
  let home: LedgerDatabase;
  let aurora: LedgerDatabase;

  beforeAll(async () => {
    servers = await Promise.all([startPostgres({ major: 14 }), startPostgres({ major: 16 })]);
    const [first, second] = servers as [LocalPostgres, LocalPostgres];
    home = await createLedgerDatabase(first);
    aurora = await createLedgerDatabase(second, { side: 'aurora', writable: false });
    for (const { superuser } of [home, aurora]) {
      await withClient(superuser, (client) =>
        client.query(`CREATE SCHEMA shop; CREATE TABLE shop.t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
          CREATE SCHEMA local; CREATE TABLE local.t (id int)`),
      );
    }
    await withClient(aurora.superuser, (client) => client.query("SELECT payments.fence_tables('shop')"));
  }, 60_000);
  afterAll(() => Promise.all(servers.map((server) => server.stop())));

  const sessions = {
    'on-prem': { run: <Result>(unit: (client: Client) => Promise<Result>) => withClient(home.superuser, unit) },
    aurora: { run: <Result>(unit: (client: Client) => Promise<Result>) => withClient(aurora.superuser, unit) },
  };
  const onAurora = (sql: string) => withClient(aurora.superuser, (client) => client.query(sql));

  test('identity columns go on beyond what the other side gave, once', async () => {
    const sequences = new PostgresSequences({ sessions, selection: { schemas: ['shop'] } });
    await withClient(home.superuser, (client) => client.query('INSERT INTO shop.t SELECT FROM generate_series(1, 7)'));
    const plan = await sequences.plan('aurora');
    expect(plan).toEqual({
      statements: [`SELECT pg_catalog.setval('"shop"."t_id_seq"'::pg_catalog.regclass, 1007, true)`],
      problems: [],
    });
    await sequences.apply('aurora', 5, plan);
    expect(await sequences.plan('aurora')).toEqual({ statements: [], problems: [] });
    await expect(sequences.apply('aurora', 4, plan)).rejects.toThrow(LeaseLost);
  });

  test('everything is in force in a ledger that was set up', async () => {
    expect(await new PostgresSchemaChecks(sessions, ['payments', 'shop']).problems('aurora')).toEqual([]);
    expect(await new PostgresSchemaChecks(sessions, []).problems('aurora')).toEqual([]);
  });

  test('a replicated schema is there, and every table of it is fenced', async () => {
    expect(await new PostgresSchemaChecks(sessions, ['local', 'Not here']).problems('aurora')).toEqual([
      'aurora: the fence of local.t must be a trigger in the default mode, got none',
      'aurora: the replicated schema "Not here" must be there, got none',
    ]);
  });

  test.each([
    [
      'ALTER TABLE shop.t DISABLE TRIGGER fence',
      'ALTER TABLE shop.t ENABLE TRIGGER fence',
      'aurora: the fence of shop.t must be a trigger in the default mode, got disabled',
    ],
    [
      'ALTER TABLE payments.entries DISABLE TRIGGER fence',
      'ALTER TABLE payments.entries ENABLE TRIGGER fence',
      'aurora: the fence of payments.entries must be a trigger in the default mode, got disabled',
    ],
    [
      'ALTER TABLE payments.accounts ENABLE ALWAYS TRIGGER fence',
      'ALTER TABLE payments.accounts ENABLE TRIGGER fence',
      'aurora: the fence of payments.accounts must be a trigger in the default mode, got always',
    ],
    [
      'ALTER TABLE shop.t ADD CONSTRAINT positive CHECK (id > 0) NOT VALID',
      'ALTER TABLE shop.t DROP CONSTRAINT positive',
      'aurora: the constraint positive of shop.t must be validated',
    ],
    [
      'ALTER TABLE payments.entries DISABLE TRIGGER entries_balance',
      'ALTER TABLE payments.entries ENABLE TRIGGER entries_balance',
      'aurora: the trigger entries_balance of payments.entries must be enabled for sessions of applications, got disabled',
    ],
    [
      "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'shop.t_pkey'::regclass",
      "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'shop.t_pkey'::regclass",
      'aurora: the index t_pkey of shop.t must be valid',
    ],
  ])('%s is found', async (change, undo, problem) => {
    await onAurora(change);
    const found = await new PostgresSchemaChecks(sessions, ['shop']).problems('aurora');
    await onAurora(undo);
    expect(found).toContain(problem);
  });
});
