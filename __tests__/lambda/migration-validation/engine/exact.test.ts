import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compareTables } from '../../../../lambda/migration-validation/rows/compare-tables';
import { databasesOf, EXACT, on, onBothSides, planOf, type Servers, startServers, stopServers } from './support';

let servers: Servers;

beforeAll(async () => {
  servers = await startServers();
  await onBothSides(
    servers,
    `CREATE TABLE keyed (id int PRIMARY KEY, v text);
     INSERT INTO keyed SELECT i, 'row ' || i FROM generate_series(1, 1000) AS i;
     CREATE TABLE heap (id int, v text);
     INSERT INTO heap SELECT i % 50, 'row ' || i % 50 FROM generate_series(1, 5000) AS i;
     CREATE TABLE parts (id int, v text) PARTITION BY RANGE (id);
     CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (100);
     CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM (100) TO (100000);
     INSERT INTO parts SELECT i, repeat('x', 100) || i FROM generate_series(1, 30000) AS i;
     CREATE TABLE moved (id int PRIMARY KEY, at int NOT NULL, v text);
     INSERT INTO moved SELECT i, i, 'row ' || i FROM generate_series(1, 1000) AS i;
     CREATE INDEX ON moved (at);
     CREATE TABLE empty (id int PRIMARY KEY, v text);`,
  );
  // Rows lie elsewhere on the target.
  await on(
    servers.target,
    `CREATE TABLE other AS SELECT * FROM heap ORDER BY random(); TRUNCATE heap; INSERT INTO heap TABLE other`,
  );
}, 60_000);
afterAll(() => stopServers(servers));

const heap = planOf('heap', { id: {}, others: { id: 'int4', v: 'text' }, rangeKey: null });
const parts = planOf('parts', { rangeKey: null, kind: 'partitioned', estimatedRows: 30_000, bytes: 8192 * 600 });
const moved = planOf('moved', { others: { at: 'int4', v: 'text' }, rangeKey: { at: 'int4' } });
const all = [planOf('keyed'), heap, parts, moved, planOf('empty')];

describe('without a difference', () => {
  test('all tables are equal, with all of their rows', async () => {
    const { results, basis } = await compareTables(databasesOf(servers), all, EXACT);
    expect(
      results.map(({ name, verdict, problem, method, rows, chunks }) => ({
        name,
        verdict,
        problem,
        method,
        rows,
        chunks,
      })),
    ).toEqual([
      {
        name: 'keyed',
        verdict: 'equal',
        problem: undefined,
        method: 'ranges',
        rows: { source: 1000, target: 1000 },
        chunks: 11,
      },
      {
        name: 'heap',
        verdict: 'equal',
        problem: undefined,
        method: 'slices',
        rows: { source: 5000, target: 5000 },
        chunks: 1,
      },
      {
        name: 'parts',
        verdict: 'equal',
        problem: undefined,
        method: 'slices',
        rows: { source: 30000, target: 30000 },
        chunks: 9,
      },
      {
        name: 'moved',
        verdict: 'equal',
        problem: undefined,
        method: 'ranges',
        rows: { source: 1000, target: 1000 },
        chunks: 11,
      },
      {
        name: 'empty',
        verdict: 'equal',
        problem: undefined,
        method: 'ranges',
        rows: { source: 0, target: 0 },
        chunks: 1,
      },
    ]);
    expect(basis).toEqual([
      expect.stringMatching(
        /^The source was read in the snapshot [0-9A-F-]+ \(pg_current_snapshot\(\) \d+:\d+:\) at the WAL position [0-9A-F]+\/[0-9A-F]+\.$/,
      ),
      expect.stringMatching(/^The target was read in the snapshot/),
      expect.stringMatching(/^On the source no transaction that wrote anything ended while it was read/),
      expect.stringMatching(/^On the target no transaction that wrote anything ended while it was read/),
    ]);
  });
});

describe('with differences', () => {
  beforeAll(async () => {
    await on(
      servers.target,
      `UPDATE keyed SET v = 'other' WHERE id = 500; DELETE FROM keyed WHERE id = 1000; INSERT INTO keyed VALUES (-1, 'more');
       DELETE FROM heap WHERE ctid = (SELECT ctid FROM heap WHERE id = 7 LIMIT 1);
       UPDATE parts SET v = v || '!' WHERE id IN (5, 20000);
       UPDATE moved SET at = 2000 WHERE id = 10; DELETE FROM moved WHERE id = 20; INSERT INTO moved VALUES (5000, 500, 'more');
       UPDATE moved SET v = 'x' WHERE id = 30`,
    );
  });

  test('each is found once, in every way of reading', async () => {
    const { results } = await compareTables(databasesOf(servers), all, EXACT);
    expect(results.map(({ name, verdict, counts }) => [name, verdict, ...Object.values(counts)])).toEqual([
      ['keyed', 'different', 1, 1, 1],
      ['heap', 'different', 1, 0, 0],
      ['parts', 'different', 0, 0, 2],
      ['moved', 'different', 1, 1, 2],
      ['empty', 'equal', 0, 0, 0],
    ]);
    const [keyed, , , movedRows] = results;
    expect(keyed?.differences).toEqual([
      { kind: 'missing-on-source', key: { id: '-1' } },
      { kind: 'changed', key: { id: '500' }, columns: [{ name: 'v', source: 'row 500', target: 'other' }] },
      { kind: 'missing-on-target', key: { id: '1000' } },
    ]);
    expect(movedRows?.differences).toContainEqual({
      kind: 'changed',
      key: { id: '10' },
      columns: [{ name: 'at', source: '10', target: '2000' }],
    });
  });

  test('no more are listed than asked for, the first ones, and all are counted', async () => {
    const { results } = await compareTables(databasesOf(servers), all, { ...EXACT, maxDifferences: 1, parallel: 4 });
    expect(results.map(({ differences }) => differences.length)).toEqual([1, 1, 1, 1, 0]);
    expect(results[0]?.differences).toEqual([{ kind: 'missing-on-source', key: { id: '-1' } }]);
    expect(results[0]?.counts).toEqual({ missingOnTarget: 1, missingOnSource: 1, changed: 1 });
  });

  test('transactions that ended meanwhile are told of', async () => {
    let written: Promise<unknown> | undefined;
    const observer = {
      tableStarted: () => undefined,
      chunkDone: () => (written ??= on(servers.source, `UPDATE keyed SET v = 'changed meanwhile' WHERE id = 900`)),
      tableDone: () => undefined,
      paused: () => undefined,
    };
    const { results, basis } = await compareTables(databasesOf(servers), [planOf('keyed')], {
      ...EXACT,
      observer,
      rateRowsPerSecond: 3000,
    });
    await written;
    expect(results[0]?.counts.changed).toBe(1);
    expect(basis.join('\n')).toMatch(/On the source transactions were given ids while it was read/);
    expect(basis.join('\n')).toMatch(/On the target no transaction that wrote anything ended/);
  });
});
