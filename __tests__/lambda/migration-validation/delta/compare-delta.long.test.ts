import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { withClient } from '../../../support/ledger-database';
import { databasesOf, deltaOf, deltaOfOne, earlierPass, planOf, startWorld, type World } from './world';

let world: World;
let tables = 0;

beforeAll(async () => {
  world = await startWorld();
}, 60_000);
afterAll(() => world.stop());

/** A new table on both sides, with rows 1 to so many. */
async function newTable(rows = 100): Promise<string> {
  const name = `t${(tables += 1)}`;
  await world.both(`CREATE TABLE ${name} (id bigint PRIMARY KEY, v text)`);
  await world.both(`INSERT INTO ${name} SELECT g, 'row ' || g FROM generate_series(1, ${rows}) g`);
  return name;
}

const EQUAL = { verdict: 'equal', method: 'delta', counts: { missingOnTarget: 0, missingOnSource: 0, changed: 0 } };

describe('rows since the baseline', () => {
  test('nothing new is equal, and reads no row again', async () => {
    const plan = planOf(await newTable());
    const earlier = await earlierPass(world.databases, [plan]);
    const result = await deltaOfOne(world.databases, plan, earlier);
    expect(result).toMatchObject({ ...EQUAL, rows: { source: 100, target: 100 }, rechecked: 0, differences: [] });
    expect(result.problem).toBeUndefined();
  });

  test('new rows that are the same on both sides are equal', async () => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    await world.both(`INSERT INTO ${name} SELECT g, 'new ' || g FROM generate_series(101, 5000) g`);
    const result = await deltaOfOne(world.databases, planOf(name), earlier);
    expect(result).toMatchObject({ ...EQUAL, rows: { source: 5000, target: 5000 }, rechecked: 0 });
  });

  test.each([20, 3000])(
    'among %i new rows it finds what is missing on either side, and what is changed',
    async (rows) => {
      const name = await newTable();
      const earlier = await earlierPass(world.databases, [planOf(name)]);
      const insert = (skip: number) =>
        `INSERT INTO ${name} SELECT 100 + g, 'new ' || g FROM generate_series(1, ${rows}) g WHERE g <> ${skip}`;
      await world.source.query(insert(7));
      await world.target.query(insert(8));
      await world.target.query(`UPDATE ${name} SET v = NULL WHERE id = 109`);
      const result = await deltaOfOne(world.databases, planOf(name), earlier);
      expect(result.verdict).toBe('different');
      expect(result.counts).toEqual({ missingOnTarget: 1, missingOnSource: 1, changed: 1 });
      expect([...result.differences].sort((a, b) => Number(a.key.id) - Number(b.key.id))).toEqual([
        { kind: 'missing-on-source', key: { id: '107' } },
        { kind: 'missing-on-target', key: { id: '108' } },
        { kind: 'changed', key: { id: '109' }, columns: [{ name: 'v', source: 'new 9', target: null }] },
      ]);
    },
  );

  test('it lists no more differences than asked for, and counts them all', async () => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    await world.source.query(`INSERT INTO ${name} SELECT g, '' FROM generate_series(101, 4100) g`);
    const result = await deltaOfOne(world.databases, planOf(name), earlier, { maxDifferences: 3 });
    expect(result).toMatchObject({ verdict: 'different', counts: { missingOnTarget: 4000 } });
    expect(result.differences).toHaveLength(3);
  });

  test('a row that was in flight on the target only is read on the other side', async () => {
    const name = await newTable();
    await world.source.query(`INSERT INTO ${name} VALUES (101, 'late')`);
    const apply = await world.writer('target');
    await apply.query(`BEGIN; INSERT INTO ${name} VALUES (101, 'late')`);
    const earlier = await earlierPass(world.databases, [planOf(name)], { between: () => apply.query('COMMIT') });
    expect(earlier.results[0]?.verdict).toBe('equal');
    const result = await deltaOfOne(world.databases, planOf(name), earlier);
    expect(result).toMatchObject({ ...EQUAL, rechecked: 1 });
  });
});

describe('transactions in progress at the baseline', () => {
  const ways: Readonly<Record<string, { begin: (name: string) => string; end: string }>> = {
    'a transaction': { begin: (name) => `BEGIN; INSERT INTO ${name} VALUES (101, 'x')`, end: 'COMMIT' },
    'a subtransaction': {
      begin: (name) => `BEGIN; SELECT pg_current_xact_id(); SAVEPOINT a; INSERT INTO ${name} VALUES (101, 'x')`,
      end: 'COMMIT',
    },
    'a released subtransaction of a subtransaction': {
      begin: (name) =>
        `BEGIN; SELECT pg_current_xact_id(); SAVEPOINT a; SAVEPOINT b; INSERT INTO ${name} VALUES (101, 'x'); RELEASE b`,
      end: 'COMMIT',
    },
    'a prepared transaction': {
      begin: (name) => `BEGIN; INSERT INTO ${name} VALUES (101, 'x'); PREPARE TRANSACTION 'p-${name}'`,
      end: `COMMIT PREPARED 'p-NAME'`,
    },
    'a subtransaction of a prepared transaction': {
      begin: (name) =>
        `BEGIN; SELECT pg_current_xact_id(); SAVEPOINT a; INSERT INTO ${name} VALUES (101, 'x'); PREPARE TRANSACTION 'p-${name}'`,
      end: `COMMIT PREPARED 'p-NAME'`,
    },
  };

  test.each(Object.keys(ways))('a row of %s that lasted beyond the pass is found', async (way) => {
    const name = await newTable();
    const { begin, end } = ways[way] ?? { begin: () => '', end: '' };
    const writer = await world.writer('source');
    await writer.query(begin(name));
    // Ids that are over, beyond those in progress: the snapshot's xmax passes the subtransaction's id.
    await world.source.query('SELECT pg_current_xact_id()');
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    await writer.query(end.replace('NAME', name));
    const result = await deltaOfOne(world.databases, planOf(name), earlier);
    expect(result).toMatchObject({ verdict: 'different', counts: { missingOnTarget: 1 } });
    expect(result.differences).toEqual([{ kind: 'missing-on-target', key: { id: '101' } }]);
  });

  test('a row of one that was rolled back is not', async () => {
    const name = await newTable();
    const writer = await world.writer('source');
    await writer.query(
      `BEGIN; INSERT INTO ${name} VALUES (101, 'x'); SAVEPOINT a; INSERT INTO ${name} VALUES (102, 'y')`,
    );
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    await writer.query('ROLLBACK');
    expect(await deltaOfOne(world.databases, planOf(name), earlier)).toMatchObject(EQUAL);
  });
});

describe('rows of before the baseline', () => {
  test.each([true, false])('an update that one side has is found and contradicts (counted: %s)', async (counted) => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)], { counted });
    await world.target.query(`UPDATE ${name} SET v = 'other' WHERE id = 50`);
    await flushStatistics();
    const result = await deltaOfOne(world.databases, planOf(name), earlier);
    expect(result).toMatchObject({
      verdict: 'unknown',
      counts: { changed: 1, missingOnSource: 0, missingOnTarget: 0 },
    });
    expect(result.problem).toBe(
      counted
        ? '1 of the 100 rows that the target held were updated, deleted or rewritten: compare this table whole'
        : 'the target counts 1 updated and 0 deleted rows since the baseline: compare this table whole',
    );
    expect(result.differences[0]?.key).toEqual({ id: '50' });
  });

  test.each([true, false])('a delete on one side is found by both totals (counted: %s)', async (counted) => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)], { counted });
    await world.target.query(`DELETE FROM ${name} WHERE id IN (3, 4)`);
    await flushStatistics();
    const result = await deltaOfOne(world.databases, planOf(name), earlier);
    expect(result).toMatchObject({
      verdict: 'unknown',
      counts: { missingOnTarget: 2, missingOnSource: 0, changed: 0 },
    });
    expect(result.problem).toContain('the source holds 2 rows of before the baseline that the target does not hold');
  });

  test.each([true, false])(
    'deletes of different rows, which leave the totals alike, contradict (counted: %s)',
    async (counted) => {
      const name = await newTable();
      const earlier = await earlierPass(world.databases, [planOf(name)], { counted });
      // The same number of new rows hides them from anything that looks at the total of one side.
      await world.both(`INSERT INTO ${name} VALUES (201, 'x')`);
      await deleteOnSource(name, 3);
      await world.target.query(`DELETE FROM ${name} WHERE id = 4`);
      await flushStatistics();
      const result = await deltaOfOne(world.databases, planOf(name), earlier);
      expect(result.verdict).toBe('unknown');
      expect(result.problem).toBe(
        counted
          ? '1 of the 100 rows that the source held were updated, deleted or rewritten; ' +
              '1 of the 100 rows that the target held were updated, deleted or rewritten: compare this table whole'
          : 'the source counts 0 updated and 1 deleted rows since the baseline; ' +
              'the target counts 0 updated and 1 deleted rows since the baseline: compare this table whole',
      );
    },
  );

  test('TRUNCATE on both sides, which no statistics count, contradicts', async () => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)], { counted: false });
    await world.both(`TRUNCATE ${name}; INSERT INTO ${name} SELECT g, 'other' FROM generate_series(1, 20) g`);
    const result = await deltaOfOne(world.databases, planOf(name), earlier);
    expect(result.verdict).toBe('unknown');
    expect(result.problem).toContain('the source holds 20 rows, fewer than the 100 that the earlier pass read');
  });

  test('a partition with rows of its own that is attached on both sides contradicts', async () => {
    const name = `p${(tables += 1)}`;
    await world.both(`
      CREATE TABLE ${name} (id bigint PRIMARY KEY, v text) PARTITION BY RANGE (id);
      CREATE TABLE ${name}_1 PARTITION OF ${name} FOR VALUES FROM (0) TO (1000);
      CREATE TABLE ${name}_2 (v text, id bigint NOT NULL);
      INSERT INTO ${name} SELECT g, 'x' FROM generate_series(1, 100) g;
      INSERT INTO ${name}_2 VALUES ('y', 1001)`);
    await world.target.query(`UPDATE ${name}_2 SET v = 'z'`);
    const plan = planOf(name, { kind: 'partitioned' });
    const earlier = await earlierPass(world.databases, [plan]);
    const attach = `ALTER TABLE ${name} ATTACH PARTITION ${name}_2 FOR VALUES FROM (1000) TO (2000)`;
    await world.both(`INSERT INTO ${name} VALUES (101, 'new')`);
    expect(await deltaOfOne(world.databases, plan, earlier)).toMatchObject(EQUAL);
    await world.both(attach);
    const result = await deltaOfOne(world.databases, plan, earlier);
    expect(result.verdict).toBe('unknown');
    expect(result.problem).toContain(
      'the source holds 1 more rows that look older than the baseline than it held then',
    );
  });

  test('counts of before overrule statistics: an update that was rolled back changes nothing', async () => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    await world.source.query(`BEGIN; UPDATE ${name} SET v = ''; ROLLBACK`);
    await flushStatistics();
    expect(await deltaOfOne(world.databases, planOf(name), earlier)).toMatchObject(EQUAL);
  });

  test('VACUUM FREEZE and VACUUM FULL change nothing, as rows keep the id that wrote them', async () => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    await world.both(`INSERT INTO ${name} VALUES (101, 'x')`);
    for (const sql of [`VACUUM (FREEZE) ${name}`, `VACUUM (FULL, FREEZE) ${name}`]) {
      await world.both(sql);
      expect(await deltaOfOne(world.databases, planOf(name), earlier)).toMatchObject(EQUAL);
    }
  });
});

describe('tables that are compared whole', () => {
  const outcome = async (name: string, earlier: Awaited<ReturnType<typeof earlierPass>>, more = {}) => {
    const whole: string[] = [];
    const compareWhole = (plans: readonly { name: string }[]) => {
      whole.push(...plans.map((plan) => plan.name));
      return Promise.resolve({ results: [], basis: ['whole'] });
    };
    const { basis } = await deltaOf(world.databases, [planOf(name, more)], earlier, { compareWhole });
    return { whole, basis };
  };

  test.each<[string, (name: string) => Promise<unknown>]>([
    [
      'its columns were changed on the source since the baseline',
      (name) => world.source.query(`ALTER TABLE ${name} ADD w text DEFAULT 'x'`),
    ],
    [
      'its columns were changed on the target since the baseline',
      (name) => world.target.query(`ALTER TABLE ${name} RENAME v TO w`),
    ],
    [
      'it was made again on the target since the baseline',
      (name) => world.target.query(`DROP TABLE ${name}; CREATE TABLE ${name} (id bigint PRIMARY KEY, v text)`),
    ],
    ['it is no longer on the source', (name) => world.source.query(`DROP TABLE ${name}`)],
  ])('%s', async (reason, change) => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    await change(name);
    const { whole, basis } = await outcome(name, earlier);
    expect(whole).toEqual([name]);
    expect(basis).toEqual([`public.${name} was compared whole, though declared append-only: ${reason}.`, 'whole']);
  });

  test('one whose enum got another label', async () => {
    const name = await newTable();
    await world.both(`CREATE TYPE ${name}_kind AS ENUM ('a', 'b'); ALTER TABLE ${name} ADD k ${name}_kind DEFAULT 'a'`);
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    await world.target.query(`ALTER TYPE ${name}_kind RENAME VALUE 'a' TO 'c'`);
    expect((await outcome(name, earlier)).whole).toEqual([name]);
  });

  test('one that the earlier pass found different, or did not compare, or that has no key', async () => {
    const name = await newTable();
    await world.target.query(`DELETE FROM ${name} WHERE id = 1`);
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    expect((await outcome(name, earlier)).basis[0]).toContain('the earlier pass found it different');
    expect((await outcome(name, { ...earlier, results: [] })).basis[0]).toContain(
      'the earlier pass did not compare it',
    );
    expect((await outcome(name, earlier, { key: [] })).basis[0]).toContain('it has no key that both sides have');
  });

  test('one that is not declared, and the results stand in the order of the plans', async () => {
    const [first, second] = [planOf(await newTable()), planOf(await newTable())];
    const earlier = await earlierPass(world.databases, [first, second]);
    const { results, basis } = await deltaOf(world.databases, [first, second], earlier, {
      appendOnly: [second, { schema: 'public', name: 'entires' }],
      compareWhole: (plans) =>
        Promise.resolve({ basis: [], results: earlier.results.filter(({ name }) => name === plans[0]?.name) }),
    });
    expect(results.map(({ name, method }) => [name, method])).toEqual([
      [first.name, 'partitions'],
      [second.name, 'delta'],
    ]);
    expect(basis.join(' ')).toContain('public.entires is declared append-only, but is none of the tables compared.');
  });

  test('one without counts, when the statistics were reset', async () => {
    const name = await newTable();
    await flushStatistics();
    const earlier = await earlierPass(world.databases, [planOf(name)], { counted: false });
    await world.target.query(`SELECT pg_stat_reset_single_table_counters('${name}'::regclass)`);
    await flushStatistics();
    const { whole, basis } = await outcome(name, earlier);
    expect(whole).toEqual([name]);
    expect(basis[0]).toMatch(
      /its rows were not counted on the target at the baseline, and (its|the table's) statistics were reset since: nothing shows that none was deleted\.$/,
    );
  });
});

describe('what cannot be compared', () => {
  test('a baseline of another database is refused', async () => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    await world.both('CREATE DATABASE other');
    const result = await deltaOfOne(databasesOf(world.servers, { database: 'other' }), planOf(name), earlier, {
      compareWhole: () => Promise.resolve({ results: [], basis: [] }),
    });
    expect(result.verdict).toBe('unknown');
  });

  test.each([
    ['systemIdentifier', '1', /its system identifier is \d+, the baseline's is 1;/],
    ['timeline', 9, /its timeline is 1, at the baseline it was 9: since the failover or restore/],
    ['databaseOid', '9', /it is the database postgres \(\d+\), the baseline's is postgres \(9\)/],
    ['version', 13, /it is version 14, at the baseline it was 13/],
    ['snapshot', '999999:999999:', /its transaction ids have run backwards since the baseline, from 999999:999999 to/],
  ])('a baseline with another %s is refused', async (field, value, message) => {
    const name = await newTable();
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    const source = { ...earlier.baseline.source, [field]: value };
    const baseline = { ...earlier.baseline, source };
    const { results, basis } = await deltaOf(world.databases, [planOf(name)], { ...earlier, baseline });
    expect(results[0]?.verdict).toBe('unknown');
    expect(results[0]?.problem).toMatch(/^the baseline does not serve for the source: .*; compare this table whole$/);
    expect(results[0]?.problem).toMatch(message);
    expect(basis[0]).toContain('The delta was refused: the baseline does not serve for the source');
  });

  test('a table that the role may not read is unknown, the others are compared', async () => {
    const [secret, open] = [await newTable(), await newTable()];
    const role = `reader${tables}`;
    await world.both(`CREATE ROLE ${role} LOGIN PASSWORD 'r'; GRANT SELECT ON ${open} TO ${role}`);
    const earlier = await earlierPass(world.databases, [planOf(secret), planOf(open)]);
    const login = databasesOf(world.servers, { user: role, password: 'r' });
    const { results } = await deltaOf(login, [planOf(secret), planOf(open)], earlier, { parallel: 1 });
    expect(results).toMatchObject([
      { name: secret, verdict: 'unknown', problem: expect.stringMatching(/permission denied for table/) },
      { name: open, verdict: 'equal' },
    ]);
  });

  test('a connection that is cut while it reads makes unknown, never equal', async () => {
    const name = await newTable(200_000);
    const earlier = await earlierPass(world.databases, [planOf(name)]);
    const result = await deltaOfOne(world.databases, planOf(name), earlier, {
      observer: {
        tableStarted: () =>
          void world.target.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migration-validation'",
          ),
        ...{ chunkDone: () => undefined, tableDone: () => undefined, paused: () => undefined },
      },
    });
    expect(result.verdict).toBe('unknown');
    expect(result.problem).toMatch(/^on the target: (terminating connection|Connection terminated|Client)/);
  });
});

/** Sessions tell the statistics once a second at most; 16 can be asked to, 14 tells when a session ends. */
async function flushStatistics(): Promise<void> {
  await world.target.query('SELECT pg_stat_force_next_flush()');
}

/** In a session of its own, until its statistics are seen. */
async function deleteOnSource(name: string, id: number): Promise<void> {
  await withClient(world.servers.source.superuser, (client) => client.query(`DELETE FROM ${name} WHERE id = ${id}`));
  for (;;) {
    const { rows } = await world.source.query<{ n: number }>(
      `SELECT pg_stat_get_tuples_deleted('${name}'::regclass)::int AS n`,
    );
    if (rows[0]?.n === 1) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
