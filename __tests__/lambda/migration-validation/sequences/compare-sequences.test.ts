import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Client } from 'pg';
import { readCatalog } from '../../../../lambda/migration-validation/catalog/read-catalog';
import { openSession } from '../../../../lambda/migration-validation/database/session';
import { compareSequences } from '../../../../lambda/migration-validation/sequences/compare-sequences';
import { withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';

const SCHEMA = `CREATE SCHEMA shop; CREATE TABLE shop.t (id bigint, other int, code text)`;
const EQUAL = { verdict: 'equal' };

describe('the sequences of PostgreSQL 14 and 16', () => {
  let servers: readonly LocalPostgres[];
  let source: Client;
  let target: Client;

  beforeAll(async () => {
    servers = await Promise.all([startPostgres({ major: 14 }), startPostgres({ major: 16 })]);
    const [first, second] = servers as [LocalPostgres, LocalPostgres];
    for (const server of servers) {
      await withClient(server.superuser, (client) =>
        client.query(
          `CREATE ROLE looker LOGIN PASSWORD 'secret'; ALTER DATABASE postgres SET default_transaction_read_only = off`,
        ),
      );
    }
    [source, target] = await Promise.all([openSession(first.superuser), openSession(second.superuser)]);
    for (const client of [source, target]) await client.query('SET default_transaction_read_only = off');
  }, 60_000);
  afterAll(async () => {
    await Promise.all([source, target].map((client) => client.end()));
    await Promise.all(servers.map((server) => server.stop()));
  });

  beforeEach(() => both(`BEGIN; ${SCHEMA}`));
  afterEach(() => both('ROLLBACK'));

  const both = async (sql: string) => {
    await Promise.all([source, target].map((client) => client.query(sql)));
  };
  const compare = async (options: { gap?: bigint } = {}) =>
    compareSequences(
      { source, target },
      await readCatalog(source, { schemas: ['shop'] }),
      await readCatalog(target, { schemas: ['shop'] }),
      options,
    );
  const setval = (value: string) => `SELECT pg_catalog.setval('"shop"."s"'::pg_catalog.regclass, ${value}, true)`;

  const SEQUENCE = `CREATE SEQUENCE shop.s; ALTER TABLE shop.t ALTER id SET DEFAULT nextval('shop.s')`;

  test('are equal when none was used', async () => {
    await both(SEQUENCE);
    expect(await compare()).toEqual([
      { schema: 'shop', name: 's', column: 'shop.t.id', source: null, target: null, used: null, ...EQUAL },
    ]);
  });

  // What the source and the target have had done to them; what the target is set to, if that is needed; with which gap.
  test.each([
    ['behind the source', "SELECT setval('shop.s', 10)", "SELECT setval('shop.s', 9)", '10'],
    ['at the source', "SELECT setval('shop.s', 10)", "SELECT setval('shop.s', 10)", undefined],
    ['ahead of the source', "SELECT setval('shop.s', 10)", "SELECT setval('shop.s', 11)", undefined],
    [
      'about to give what the source gave last',
      "SELECT setval('shop.s', 10)",
      "SELECT setval('shop.s', 10, false)",
      '10',
    ],
    [
      'about to give what the source gives next',
      "SELECT setval('shop.s', 10)",
      "SELECT setval('shop.s', 11, false)",
      undefined,
    ],
    ['before the first of the source', "SELECT setval('shop.s', 10, false)", "SELECT setval('shop.s', 8)", '9'],
    ['at the first of the source', "SELECT setval('shop.s', 10, false)", "SELECT setval('shop.s', 9)", undefined],
    ['not beyond what the source holds', 'INSERT INTO shop.t VALUES (7)', "SELECT setval('shop.s', 6)", '7'],
    ['not beyond what the target holds', 'SELECT 1', 'INSERT INTO shop.t VALUES (7)', '7'],
    [
      'beyond what both hold',
      'INSERT INTO shop.t VALUES (6)',
      "INSERT INTO shop.t VALUES (7); SELECT setval('shop.s', 7)",
      undefined,
    ],
    [
      'beyond 2^53',
      "SELECT setval('shop.s', 9007199254740993)",
      "SELECT setval('shop.s', 9007199254740992)",
      '9007199254740993',
    ],
  ])('a target %s', async (_, ofSource, ofTarget, needed) => {
    await both(SEQUENCE);
    await source.query(ofSource);
    await target.query(ofTarget);
    const [result] = await compare();
    expect(result).toMatchObject({ verdict: needed === undefined ? 'equal' : 'different' });
    expect(result?.setval).toBe(needed === undefined ? undefined : setval(needed));
    if (result?.setval === undefined) return;
    // What is planned is enough, and less is not.
    await target.query(result.setval);
    expect(await compare()).toMatchObject([EQUAL]);
  });

  test('leave a gap where it is asked for', async () => {
    await both(SEQUENCE);
    await source.query("SELECT setval('shop.s', 10)");
    expect((await compare({ gap: 1000n }))[0]?.setval).toBe(setval('1010'));
    await expect(compare({ gap: -1n })).rejects.toThrow('gap must be a number of values from 0, got -1');
  });

  test('count down where they do', async () => {
    await both('CREATE SEQUENCE shop.s INCREMENT -2 START -1; ALTER SEQUENCE shop.s OWNED BY shop.t.id');
    await source.query("SELECT setval('shop.s', -9); INSERT INTO shop.t VALUES (-14), (5)");
    await target.query("SELECT setval('shop.s', -11)");
    const [result] = await compare({ gap: 4n });
    expect(result).toMatchObject({ verdict: 'different', used: '-14', setval: setval('-19') });
    await target.query("SELECT setval('shop.s', -13, true)");
    expect(await compare()).toMatchObject([EQUAL]);
  });

  test('go on taking turns', async () => {
    await source.query('CREATE SEQUENCE shop.s INCREMENT 2 START 1; ALTER SEQUENCE shop.s OWNED BY shop.t.id');
    await target.query('CREATE SEQUENCE shop.s INCREMENT 2 START 2; ALTER SEQUENCE shop.s OWNED BY shop.t.id');
    await source.query("SELECT setval('shop.s', 11)");
    expect(await compare()).toMatchObject([{ verdict: 'different', setval: setval('12') }]);
  });

  test('that count the other way are not set', async () => {
    await source.query('CREATE SEQUENCE shop.s');
    await target.query('CREATE SEQUENCE shop.s INCREMENT -1');
    const [result] = await compare();
    expect(result).toMatchObject({ verdict: 'different', problem: expect.stringContaining('other direction') });
    expect(result).not.toHaveProperty('setval');
  });

  test('at their end say so', async () => {
    await both('CREATE SEQUENCE shop.s MAXVALUE 100; ALTER SEQUENCE shop.s OWNED BY shop.t.id');
    await both("SELECT setval('shop.s', 100)");
    const problem = 'it cannot give another value: its last one is 100';
    expect(await compare()).toMatchObject([{ ...EQUAL, problem }]);
    await source.query("SELECT setval('shop.s', 98)");
    expect(await compare()).toMatchObject([{ verdict: 'different', problem }]);
    await target.query("SELECT setval('shop.s', 5)");
    expect(await compare({ gap: 50n })).toMatchObject([
      { verdict: 'different', setval: setval('98'), problem: 'the gap of 50 does not fit before its last value, 100' },
    ]);
    await source.query("SELECT setval('shop.s', 100)");
    expect(await compare()).toMatchObject([
      {
        verdict: 'different',
        setval: setval('100'),
        problem: 'it cannot give another value then: its last one is 100',
      },
    ]);
    await source.query('INSERT INTO shop.t VALUES (101)');
    const [result] = await compare();
    expect(result).toMatchObject({
      verdict: 'different',
      problem: '101 is used, and its last value is 100; alter its bounds first',
    });
    expect(result).not.toHaveProperty('setval');
  });

  test('that cycled stand where the source stands, or are set there', async () => {
    await both('CREATE SEQUENCE shop.s MAXVALUE 100 CYCLE; ALTER SEQUENCE shop.s OWNED BY shop.t.id');
    await both("INSERT INTO shop.t VALUES (100); SELECT setval('shop.s', 5)");
    expect(await compare()).toMatchObject([EQUAL]);
    await target.query("SELECT setval('shop.s', 99)");
    expect(await compare()).toMatchObject([{ verdict: 'different', setval: setval('5') }]);
  });

  test('that several columns use are beyond all of them, on both sides', async () => {
    await both(`${SEQUENCE}; ALTER TABLE shop.t ALTER other SET DEFAULT nextval('shop.s'::text)`);
    await both("SELECT setval('shop.s', 5)");
    await target.query('INSERT INTO shop.t (id, other) VALUES (3, 9)');
    expect(await compare()).toMatchObject([{ verdict: 'different', used: '9', setval: setval('9') }]);
  });

  test('count what partitions and children hold', async () => {
    await both(`CREATE TABLE shop.p (id bigint DEFAULT 0) PARTITION BY RANGE (id); CREATE SEQUENCE shop.s;
      CREATE TABLE shop.p1 PARTITION OF shop.p FOR VALUES FROM (0) TO (50); CREATE TABLE shop.p2 PARTITION OF shop.p DEFAULT;
      ALTER TABLE shop.p1 ALTER id SET DEFAULT nextval('shop.s')`);
    await source.query('INSERT INTO shop.p VALUES (70)');
    expect(await compare()).toMatchObject([{ column: 'shop.p.id', used: '70', setval: setval('70') }]);
    await both(`ALTER TABLE shop.p1 ALTER id DROP DEFAULT; ${SEQUENCE.replace('CREATE SEQUENCE shop.s;', '')};
      CREATE TABLE shop.child () INHERITS (shop.t)`);
    await target.query('INSERT INTO shop.child VALUES (80)');
    expect(await compare()).toMatchObject([{ column: 'shop.child.id', used: '80', setval: setval('80') }]);
  });

  test('of identity columns under other names are one', async () => {
    await source.query('CREATE TABLE shop.i (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME shop.s))');
    await target.query(
      'CREATE TABLE shop.i (id int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME shop."Odd ""name\'s"))',
    );
    await source.query('INSERT INTO shop.i DEFAULT VALUES');
    const [result, ...more] = await compare();
    expect(more).toEqual([]);
    expect(result).toEqual({
      ...{ schema: 'shop', name: 's', column: 'shop.i.id', verdict: 'different', source: '1', target: null, used: '1' },
      setval: `SELECT pg_catalog.setval('"shop"."Odd ""name''s"'::pg_catalog.regclass, 1, true)`,
    });
    await target.query(result?.setval ?? '');
    expect((await target.query('INSERT INTO shop.i DEFAULT VALUES RETURNING id')).rows).toEqual([{ id: 2 }]);
  });

  test('of one side are different', async () => {
    await source.query('CREATE SEQUENCE shop.a');
    await target.query("CREATE SEQUENCE shop.b; ALTER TABLE shop.t ALTER id SET DEFAULT nextval('shop.b')");
    await source.query('INSERT INTO shop.t VALUES (4)');
    expect(await compare()).toMatchObject([
      { name: 'a', verdict: 'different', problem: 'the target has no such sequence' },
      {
        ...{ name: 'b', verdict: 'different', problem: 'the source has no such sequence', used: '4' },
        setval: `SELECT pg_catalog.setval('"shop"."b"'::pg_catalog.regclass, 4, true)`,
      },
    ]);
  });

  test.each([
    [
      'an expression',
      "ALTER TABLE shop.t ALTER code SET DEFAULT 'P' || nextval('shop.s')",
      'shop.t.code takes its values by an expression',
    ],
    [
      'a column of text',
      'ALTER TABLE shop.t ADD number domain_of_text; ALTER SEQUENCE shop.s OWNED BY shop.t.number',
      'shop.t.number of the source: it is of type text',
    ],
    [
      'NaN',
      "ALTER TABLE shop.t ADD number numeric DEFAULT nextval('shop.s'); INSERT INTO shop.t (number) VALUES ('NaN')",
      'shop.t.number of the source: it holds NaN',
    ],
  ])('that feed %s: nobody can tell', async (_, sql, problem) => {
    await both(`CREATE DOMAIN shop.domain_of_text AS text; CREATE SEQUENCE shop.s`);
    await both(sql.replace('domain_of_text;', 'shop.domain_of_text;'));
    const [result] = await compare();
    expect(result).toMatchObject({ verdict: 'unknown', problem: expect.stringContaining(problem) });
  });

  test('that feed an expression get a plan from what can be told', async () => {
    await both("CREATE SEQUENCE shop.s; ALTER TABLE shop.t ALTER code SET DEFAULT 'P' || nextval('shop.s')");
    await source.query("SELECT setval('shop.s', 5)");
    expect(await compare()).toMatchObject([{ verdict: 'unknown', setval: setval('5') }]);
  });

  test('round away what is no whole number', async () => {
    await both(`CREATE SEQUENCE shop.s; ALTER TABLE shop.t ADD number numeric DEFAULT nextval('shop.s')`);
    await source.query('INSERT INTO shop.t (number) VALUES (7.5)');
    expect(await compare()).toMatchObject([{ used: '8', setval: setval('8') }]);
  });

  test('that cannot be read are unknown, and others are compared all the same', async () => {
    await both(`${SEQUENCE}; CREATE SEQUENCE shop.hidden; CREATE TABLE shop.u (id serial);
      GRANT USAGE ON SCHEMA shop TO looker; GRANT SELECT ON shop.s, shop.u_id_seq, shop.t TO looker; SET ROLE looker`);
    const results = await compare();
    expect(results.map(({ name, verdict, problem = '' }) => `${name} ${verdict} ${problem}`)).toEqual([
      'hidden unknown the sequence of the source cannot be read: permission denied for sequence hidden; ' +
        'the sequence of the target cannot be read: permission denied for sequence hidden',
      's equal ',
      'u_id_seq unknown shop.u.id of the source: permission denied for table u; ' +
        'shop.u.id of the target: permission denied for table u',
    ]);
    await both('SET ROLE NONE');
  });
});
