import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { partitionChunks, rangeChunks } from '../../../../lambda/migration-validation/rows/boundaries';
import type { Chunk, Pair, TablePlan } from '../../../../lambda/migration-validation/rows/chunk';
import { compareChunk, compareKeys, sumChunk } from '../../../../lambda/migration-validation/rows/compare-chunk';
import { foldMovedRows } from '../../../../fuzz/compare/moved-rows';
import { readRows, streamRows } from '../../../../lambda/migration-validation/rows/read-rows';
import { boundaryStatement, bucketStatement, sumStatement } from '../../../../lambda/migration-validation/rows/sql';
import { type Servers, startServers } from './servers';

const SEED = '7';
const ALL = { kind: 'partition', index: 0, of: 1 } as const;
const ROWS = 120_000;
const DIFFERING = 40_000;
const ID = { name: 'id', baseType: 'int8' };
const ENTRY = [
  { name: 'tenant', baseType: 'int4' },
  { name: 'entry', baseType: 'int8' },
];

let servers: Servers;
let pair: Pair;

beforeAll(async () => {
  servers = await startServers();
  await servers.onBoth(
    `
    CREATE TABLE public.big (id bigint PRIMARY KEY, tenant int NOT NULL, entry bigint NOT NULL, v text);
    INSERT INTO public.big SELECT i, i % 2, i, 'value ' || i FROM generate_series(1, ${ROWS}) AS i;
    CREATE UNIQUE INDEX ON public.big (tenant, entry);
    VACUUM ANALYZE public.big;`.replace('VACUUM ', ''),
  );
  pair = await servers.connect();
}, 60_000);

afterAll(() => servers.stop());

const planOf = (fields: Partial<TablePlan> = {}): TablePlan => ({
  ...{
    schema: 'public',
    name: 'big',
    kind: 'ordinary',
    key: [ID],
    rangeKey: [ID],
    estimatedRows: ROWS,
    bytes: 2 ** 23,
  },
  columns: [ID, ...ENTRY, { name: 'v', baseType: 'text' }],
  ...fields,
});

async function collect(plan: TablePlan, chunkRows: number, each?: (n: number) => Promise<unknown>): Promise<Chunk[]> {
  const chunks: Chunk[] = [];
  for await (const chunk of rangeChunks(pair.source, plan, chunkRows)) {
    chunks.push(chunk);
    await each?.(chunks.length);
  }
  return chunks;
}

describe('a range', () => {
  const single: Chunk = { kind: 'range', after: ['50000'], upTo: ['60000'] };
  const composite: Chunk = { kind: 'range', after: ['0', '50000'], upTo: ['0', '70000'] };
  const across: Chunk = { kind: 'range', after: ['0', '119000'], upTo: ['1', '1001'] };

  test.each<[string, Partial<TablePlan>, Chunk]>([
    ['of one column', {}, single],
    ['of one column, as a partitioned table is read', { kind: 'partitioned' }, single],
    ['of two columns', { rangeKey: ENTRY }, composite],
    ['of two columns, across values of the first', { rangeKey: ENTRY }, across],
    ['without a beginning', {}, { kind: 'range', upTo: ['10000'] }],
    ['without an end', { rangeKey: ENTRY }, { kind: 'range', after: ['1', '110000'] }],
  ])('%s is read by its index, on both versions', async (_, fields, chunk) => {
    const plan = planOf(fields);
    for (const client of [pair.source, pair.target]) {
      for (const sql of [
        sumStatement(plan, chunk, SEED),
        bucketStatement(plan, chunk, SEED, { by: 'hashes', of: 64 }),
      ]) {
        const explained = await readRows(client, `EXPLAIN ${sql}`, true);
        const text = explained.flat().join('\n');
        expect(text).toContain('Index Cond');
        expect(text).not.toContain('Seq Scan');
        expect(text).not.toContain('Filter');
      }
    }
  });

  test('is found by walking along the index alone, without a sort', async () => {
    for (const plan of [planOf(), planOf({ rangeKey: ENTRY })]) {
      const after = plan.rangeKey?.length === 1 ? ['60000'] : ['1', '60000'];
      const explained = await readRows(pair.source, `EXPLAIN ${boundaryStatement(plan, after, 1000)}`, true);
      const text = explained.flat().join('\n');
      expect(text).toMatch(/Index( Only)? Scan/);
      expect(text).not.toMatch(/Seq Scan|Sort/);
    }
  });

  test('leaves the settings of the session as they were', async () => {
    await sumChunk(pair.source, planOf(), single, SEED);
    for await (const rows of streamRows(pair.source, 'SELECT 1', true)) expect(rows).toEqual([['1']]);
    expect(await readRows(pair.source, 'SHOW enable_seqscan', false)).toEqual([['on']]);
  });
});

describe('the ranges of a table', () => {
  test('follow each other from the beginning to the end', async () => {
    const chunks = await collect(planOf(), 50_000);
    expect(chunks).toEqual([
      { kind: 'range', upTo: ['50000'] },
      { kind: 'range', after: ['50000'], upTo: ['100000'] },
      { kind: 'range', after: ['100000'] },
    ]);
  });

  test('keep equal values together, however many they are', async () => {
    const plan = planOf({ rangeKey: ENTRY.slice(0, 1) });
    expect(await collect(plan, 1000)).toEqual([
      { kind: 'range', upTo: ['0'] },
      { kind: 'range', after: ['0'], upTo: ['1'] },
      { kind: 'range', after: ['1'] },
    ]);
    expect(await sumChunk(pair.source, plan, { kind: 'range', upTo: ['0'] }, SEED)).toMatchObject({ rows: ROWS / 2 });
  });

  test('of an empty table are one, which holds what the other side has', async () => {
    await servers.each((client, role) =>
      client.query(`CREATE TABLE public.one_sided (id bigint PRIMARY KEY);
        INSERT INTO public.one_sided SELECT 5 WHERE ${role === 'target'}`),
    );
    const plan = planOf({ name: 'one_sided', columns: [ID] });
    const [chunk, ...others] = await collect(plan, 10);
    expect([chunk, others]).toEqual([{ kind: 'range' }, []]);
    const found = await compareChunk(pair, plan, { kind: 'range' }, { seed: SEED, maxDifferences: 5 });
    expect(found).toMatchObject({ differences: [{ kind: 'missing-on-source', key: { id: '5' } }] });
  });

  test('neither overlap nor leave a gap when rows come and go meanwhile', async () => {
    await servers.onBoth(`CREATE TABLE public.busy (id bigint PRIMARY KEY);
      INSERT INTO public.busy SELECT i * 10 FROM generate_series(1, 1000) AS i`);
    const plan = planOf({ name: 'busy', columns: [ID] });
    const chunks = await collect(plan, 100, (n) =>
      servers.onBoth(`DELETE FROM public.busy WHERE id BETWEEN ${n * 700} AND ${n * 700 + 400};
        INSERT INTO public.busy SELECT i FROM generate_series(${n * 1001}, ${n * 1001 + 50}) AS i WHERE i % 10 <> 0`),
    );
    const bounds = chunks.map((chunk) => (chunk.kind === 'range' ? [chunk.after, chunk.upTo] : []));
    expect(bounds.slice(1).map(([after]) => after)).toEqual(bounds.slice(0, -1).map(([, upTo]) => upTo));
    expect([bounds[0]?.[0], bounds.at(-1)?.[1]]).toEqual([undefined, undefined]);
    let rows = 0;
    for (const chunk of chunks) rows += (await sumChunk(pair.source, plan, chunk, SEED)).rows;
    const [[all] = []] = await readRows(pair.source, 'SELECT count(*) FROM public.busy', false);
    expect(rows).toBe(Number(all));
  });

  test('are refused where there is no range key', async () => {
    const message = 'chunks of public.big must be partitions: it has no range key';
    await expect(collect(planOf({ rangeKey: undefined }), 10)).rejects.toThrow(message);
  });
});

test.each([
  [-1, 1],
  [0, 1],
  [2_000_000, 1],
  [2_000_001, 2],
  [128_000_000, 64],
  [1e12, 64],
])('a table of about %d rows without a range key is read in %d parts', (estimatedRows, parts) => {
  const chunks = partitionChunks(planOf({ estimatedRows }));
  expect(chunks).toHaveLength(parts);
  expect(chunks.at(-1)).toEqual({ kind: 'partition', index: parts - 1, of: parts });
});

describe('a chunk that is divided along its range key', () => {
  const KEYS: Readonly<Record<string, string>> = {
    int8: '(i - 3000) * 10000000003',
    uuid: 'md5(i::text)::uuid',
    timestamptz: `timestamptz '2026-01-01 00:00Z' + i * interval '1.5 second'`,
    numeric: `CASE i WHEN 1 THEN 'NaN' ELSE (i - 3000) / 7.0 END`,
    float8: `CASE i WHEN 1 THEN 'NaN' WHEN 2 THEN '-Infinity' ELSE (i - 3000) / 7.0 END`,
  };

  test.each(Object.keys(KEYS))('is compared as if it were read row by row: a key of type %s', async (type) => {
    const table = `divided_${type}`;
    const other = `SELECT ${KEYS[type] ?? ''}, 'value ' || i FROM generate_series`;
    await servers.each((client, role) =>
      client.query(`CREATE TABLE public.${table} (id ${type} PRIMARY KEY, v text);
        INSERT INTO public.${table} ${other}(${role === 'source' ? 1 : 3}, 6000) AS i;
        ${role === 'source' ? '' : `INSERT INTO public.${table} ${other}(7001, 7003) AS i; UPDATE public.${table} SET v = 'other' WHERE v IN ('value 500', 'value 5999');`}
        ANALYZE public.${table}`),
    );
    const id = { name: 'id', baseType: type };
    const plan = planOf({ name: table, columns: [id, { name: 'v', baseType: 'text' }], key: [id], rangeKey: [id] });
    const compare = (likelyDifferent: number, fewRows: number) =>
      compareChunk(pair, plan, { kind: 'range' }, { seed: SEED, maxDifferences: 9, fewRows, likelyDifferent });
    const whole = await compare(0, 10_000);
    expect(whole.counts).toEqual({ missingOnTarget: 2, missingOnSource: 3, changed: 2 });
    expect([whole.source.rows, whole.target.rows]).toEqual([6000, 6001]);
    const sorted = (found: typeof whole) => ({
      ...found,
      differences: [...found.differences].sort((a, b) => (JSON.stringify(a.key) < JSON.stringify(b.key) ? -1 : 1)),
    });
    // Before it is summed, after that, into more ranges than are searched one by one, and into ever larger ones.
    for (const [likelyDifferent, fewRows] of [
      [6000, 2000],
      [0, 2000],
      [6000, 1],
      [600, 100],
      [60_000, 100],
    ] as const) {
      expect(sorted(await compare(likelyDifferent, fewRows))).toEqual(sorted(whole));
    }
  });

  test('is equal where it is, though differences were expected', async () => {
    const found = await compareChunk(pair, planOf(), { kind: 'range', upTo: ['20000'] }, options(20_000));
    expect(found).toMatchObject({ source: { rows: 20_000 }, differences: [] });
    expect(found.source).toEqual(await sumChunk(pair.source, planOf(), { kind: 'range', upTo: ['20000'] }, SEED));
    const empty = await compareChunk(pair, planOf(), { kind: 'range', upTo: ['0'] }, options(20_000));
    expect(empty).toMatchObject({ source: { rows: 0, sum: '0' }, target: { rows: 0, sum: '0' }, differences: [] });
  });

  test('tells of every row where all rows of many buckets differ', async () => {
    await servers.each((client, role) =>
      client.query(`CREATE TABLE public.all_differ (id bigint PRIMARY KEY, v text);
        INSERT INTO public.all_differ SELECT i, '${role}' FROM generate_series(1, 20000) AS i`),
    );
    const plan = planOf({ name: 'all_differ', columns: [ID, { name: 'v', baseType: 'text' }] });
    const found = await compareChunk(pair, plan, { kind: 'range' }, options(20_000));
    expect(found.counts).toEqual({ missingOnTarget: 0, missingOnSource: 0, changed: 20_000 });
  });

  const options = (likelyDifferent: number) => ({ seed: SEED, maxDifferences: 5, likelyDifferent });
});

describe('a chunk in which every row differs', () => {
  test.each([
    ['with a key', { key: [ID] }, { missingOnTarget: 1, missingOnSource: 1, changed: DIFFERING - 1 }],
    ['without a key', { key: [] }, { missingOnTarget: DIFFERING, missingOnSource: DIFFERING, changed: 0 }],
  ])(
    'is counted exactly, listed up to the limit, and never held in memory: %s',
    async (name, fields, counts) => {
      const table = name.replaceAll(' ', '_');
      await servers.each((client, role) =>
        client.query(`CREATE TABLE public.${table} (id bigint, v text);
        INSERT INTO public.${table} SELECT i, '${role}' || i
        FROM generate_series(${role === 'source' ? 1 : 2}, ${role === 'source' ? DIFFERING : DIFFERING + 1}) AS i`),
      );
      const plan = planOf({
        name: table,
        columns: [ID, { name: 'v', baseType: 'text' }],
        ...fields,
        rangeKey: undefined,
      });
      const before = process.memoryUsage().heapUsed;
      let highest = 0;
      const watch = setInterval(() => (highest = Math.max(highest, process.memoryUsage().heapUsed - before)), 20);
      const found = await compareChunk(pair, plan, ALL, { seed: SEED, maxDifferences: 7 });
      clearInterval(watch);
      expect(found.counts).toEqual(counts);
      expect(found.differences).toHaveLength(7);
      expect(found.source.rows).toBe(DIFFERING);
      expect(highest / 2 ** 20).toBeLessThan(60);
    },
    30_000,
  );
});

describe('rows by their keys', () => {
  test('are told with hash and version, and with what differs', async () => {
    await servers.each((client, role) =>
      client.query(`CREATE TABLE public.keys (id numeric PRIMARY KEY, v text);
        INSERT INTO public.keys VALUES (1.0, 'same'), (2, '${role}')${role === 'source' ? ", (3, 'gone')" : ", (3.0, 'gone')"}`),
    );
    const key = [{ name: 'id', baseType: 'numeric' }];
    const plan = planOf({ name: 'keys', key, rangeKey: key, columns: [...key, { name: 'v', baseType: 'text' }] });
    const found = await compareKeys(pair, plan, [['1.0'], ['2'], ['3'], ['4']], { seed: SEED });
    expect(found.map(({ difference }) => difference)).toEqual([
      undefined,
      { kind: 'changed', key: { id: '2' }, columns: [{ name: 'v', source: 'source', target: 'target' }] },
      // 3 and 3.0 are equal, but not the same.
      { kind: 'missing-on-target', key: { id: '3' } },
      undefined,
    ]);
    const [same, , , none] = found;
    expect(same?.source?.hash).toBe(same?.target?.hash);
    expect(same?.source?.xmin).toMatch(/^\d+$/);
    expect(none).toEqual({ key: ['4'], source: undefined, target: undefined });
  });

  test('a row that moved to another range is one that changed, also where only one half of it was listed', async () => {
    await servers.each((client, role) =>
      client.query(`CREATE TABLE public.moved (id jsonb PRIMARY KEY, entry bigint NOT NULL);
        INSERT INTO public.moved VALUES ('1', ${role === 'source' ? 1 : 9}), ('2', ${role === 'source' ? 2 : 8})`),
    );
    const key = [{ name: 'id', baseType: 'jsonb' }];
    const rangeKey = ENTRY.slice(1);
    const plan = planOf({ name: 'moved', key, rangeKey, columns: [...key, ...rangeKey] });
    const counts = { missingOnTarget: 2, missingOnSource: 2, changed: 0 };
    const listed = { kind: 'missing-on-target', key: { id: '1' } } as const;
    const columns = [{ name: 'entry', source: '1', target: '9' }];
    expect(await foldMovedRows(pair, plan, { differences: [listed], counts }, { seed: SEED })).toEqual({
      differences: [{ kind: 'changed', key: { id: '1' }, columns }],
      counts: { missingOnTarget: 1, missingOnSource: 1, changed: 1 },
    });
  });
});

test('only a table’s own rows are read where others inherit from it', async () => {
  await servers.onBoth(`CREATE TABLE public.parent (id bigint NOT NULL); CREATE TABLE public.child () INHERITS (public.parent);
    INSERT INTO public.parent VALUES (1); INSERT INTO public.child VALUES (2)`);
  const plan = planOf({ name: 'parent', columns: [ID] });
  expect(await sumChunk(pair.target, plan, ALL, SEED)).toMatchObject({ rows: 1 });
  expect(await sumChunk(pair.target, { ...plan, kind: 'partitioned' }, ALL, SEED)).toMatchObject({ rows: 2 });
});

describe('a connection that is cut', () => {
  test('while rows are streamed ends the comparison, with the other connection of use', async () => {
    await servers.onBoth(`CREATE TABLE public.slow (id bigint NOT NULL, v text);
      INSERT INTO public.slow SELECT i, random()::text FROM generate_series(1, 5000) AS i`);
    const { source, target } = await servers.connect();
    const plan = planOf({
      name: 'slow',
      columns: [ID, { name: 'v', baseType: 'text' }],
      key: [ID],
      rangeKey: undefined,
    });
    const [[pid] = []] = await readRows(target, 'SELECT pg_backend_pid()', false);
    const rows = streamRows(target, 'SELECT generate_series(1, 10000000)', false);
    await rows.next();
    await servers.each((client, role) =>
      role === 'target' ? client.query('SELECT pg_terminate_backend($1)', [Number(pid)]) : Promise.resolve(),
    );
    await expect(
      (async () => {
        for (;;) if ((await rows.next()).done === true) return;
      })(),
    ).rejects.toThrow();
    await expect(compareChunk({ source, target }, plan, ALL, { seed: SEED, maxDifferences: 1 })).rejects.toThrow();
    expect(await readRows(source, 'SELECT 1', false)).toEqual([['1']]);
  });
});
