import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import type { Catalog, Table } from '../../../../lambda/migration-validation/catalog/catalog';
import { compareDatabases, type ComparisonOptions } from '../../../../lambda/migration-validation/compare-databases';
import type { ComparisonParts } from '../../../../lambda/migration-validation/comparison/parts';
import { openSession, type Database, type Role } from '../../../../lambda/migration-validation/database/session';
import type { Report, TableResult } from '../../../../lambda/migration-validation/report/model';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';
import { tableResult } from '../report/sample-report';

let server: LocalPostgres;

beforeAll(async () => {
  server = await startPostgres({ major: 16 });
  const client = new Client(server.superuser);
  await client.connect();
  await client.query('CREATE DATABASE other');
  await client.query('CREATE TABLE public.lone (id int); INSERT INTO public.lone VALUES (1), (2)');
  await client.end();
}, 60_000);

afterAll(() => server.stop());

const database = (role: Role, name: string): Database => ({
  role,
  connect: () => openSession({ ...server.superuser, database: name }),
});

const both = () => ({ source: database('source', 'postgres'), target: database('target', 'other') });

const table = (name: string): Table => ({ schema: 'public', name }) as Table;
const catalog = (names: readonly string[], rest: Partial<Catalog> = {}): Catalog =>
  ({ tables: names.map(table), notTables: [], excluded: [], ...rest }) as unknown as Catalog;

const identity = (overrides: Partial<Report['source']> = {}) => ({
  host: 'h',
  port: 1,
  database: 'd',
  user: 'u',
  version: 'v',
  tls: 'none',
  encoding: 'UTF8',
  ...overrides,
});

/** Parts that find nothing wrong, with a note of the order in which they ran. */
function partsOf(overrides: Partial<ComparisonParts> = {}, calls: string[] = []): ComparisonParts {
  const note = <T>(name: string, value: T): T => {
    calls.push(name);
    return value;
  };
  return {
    readServerIdentity: () => Promise.resolve(note('identity', identity())),
    readCatalog: () => Promise.resolve(note('catalog', catalog(['t']))),
    compareSchemas: () => note('schema', { verdict: 'equal', tablesCompared: 1, differences: [] }),
    planTable: ({ schema, name }) =>
      note('plan', {
        plan: { schema, name, kind: 'ordinary', columns: [], key: [], estimatedRows: 1, bytes: 1 },
        leftOut: [],
      }),
    compareRows: (_databases, plans) =>
      Promise.resolve(
        note('rows', {
          results: plans.map(({ schema, name }) => tableResult({ schema, name })),
          basis: ['one snapshot'],
        }),
      ),
    compareSequences: () => Promise.resolve(note('sequences', [])),
    reconcileLedger: () => Promise.resolve(note('ledger', undefined)),
    ...overrides,
  };
}

const run = (overrides: Partial<ComparisonParts> = {}, options: Partial<ComparisonOptions> = {}): Promise<Report> =>
  compareDatabases(both(), { mode: 'exact', seed: '1', ...options }, partsOf(overrides));

describe('comparing two databases', () => {
  test('runs every part in its order, and is equal when all are', async () => {
    const calls: string[] = [];
    const times = [new Date(0), new Date(1500)];
    const options: ComparisonOptions = { mode: 'exact', seed: '1', now: () => times.shift() ?? new Date(0) };
    const report = await compareDatabases(both(), options, partsOf({}, calls));
    expect(calls).toEqual([
      ...['identity', 'identity', 'catalog', 'catalog', 'schema', 'plan', 'rows', 'sequences', 'ledger'],
    ]);
    expect(report).toMatchObject({
      verdict: 'equal',
      reasons: [],
      mode: 'exact',
      startedAt: '1970-01-01T00:00:00.000Z',
      finishedAt: '1970-01-01T00:00:01.500Z',
      basis: ['one snapshot'],
      notCompared: [],
    });
    expect(report).not.toHaveProperty('ledger');
  });

  test('refuses to compare a database with itself', async () => {
    const databases = { source: database('source', 'other'), target: database('target', 'other') };
    await expect(compareDatabases(databases, { mode: 'exact', seed: '1' }, partsOf())).rejects.toThrow(
      'source and target must be two databases, got d on h:1 for both: both URLs lead to it; a database always equals itself',
    );
  });

  test('says of both sides that they cannot be reached', async () => {
    const lost = (role: Role): Database => ({ role, connect: () => Promise.reject(new Error('no route')) });
    await expect(
      compareDatabases({ source: lost('source'), target: lost('target') }, { mode: 'exact', seed: '1' }, partsOf()),
    ).rejects.toThrow(
      'source must let the comparison in, got: no route\ntarget must let the comparison in, got: no route',
    );
  });

  test('counts the rows of a table that one side alone has: a difference', async () => {
    const catalogs = [catalog(['lone', 't']), catalog(['t'])];
    const report = await run({ readCatalog: () => Promise.resolve(catalogs.shift() ?? catalog([])) });
    expect(report.verdict).toBe('different');
    expect(report.tables.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['lone', 'different'],
      ['t', 'equal'],
    ]);
    expect(report.tables[0]).toMatchObject({ rows: { source: 2, target: 0 }, counts: { missingOnTarget: 2 } });
    expect(report.reasons).toEqual([
      'public.lone: there is no such table on the target; 2 rows missing on the target.',
    ]);
  });

  test('cannot tell where such a table cannot be read', async () => {
    const catalogs = [catalog(['t']), catalog(['gone', 't'])];
    const report = await run({ readCatalog: () => Promise.resolve(catalogs.shift() ?? catalog([])) });
    expect(report.verdict).toBe('unknown');
    expect(report.reasons[0]).toBe(
      'public.gone: only the target has it, and it could not be read there: relation "public.gone" does not exist.',
    );
  });

  const unknowns: readonly (readonly [string, Partial<ComparisonParts>, string])[] = [
    [
      'a table cannot be planned',
      { planTable: () => ({ problem: 'it has no column that both sides have' }) },
      'public.t: it has no column that both sides have.',
    ],
    [
      'a planned table has no result',
      { compareRows: () => Promise.resolve({ results: [], basis: [] }) },
      'public.t: its comparison did not come to an end.',
    ],
    [
      'a table was not read',
      {
        compareRows: () =>
          Promise.resolve({
            results: [tableResult({ schema: 'public', name: 't', verdict: 'unknown', problem: 'permission denied' })],
            basis: [],
          }),
      },
      'public.t: permission denied.',
    ],
    [
      'rows keep changing',
      {
        compareRows: () =>
          Promise.resolve({
            results: [tableResult({ schema: 'public', name: 't', verdict: 'unknown', undecided: 2 })],
            basis: [],
          }),
      },
      'public.t: 2 rows still changing.',
    ],
    [
      'the sequences cannot be read',
      { compareSequences: () => Promise.reject(new Error('permission denied for sequence s')) },
      'sequences was not compared: permission denied for sequence s.',
    ],
    [
      'the ledger cannot be read',
      { reconcileLedger: () => Promise.reject(new Error('timeout')) },
      'ledger was not compared: timeout.',
    ],
    [
      'the schemas could not be compared',
      { compareSchemas: () => ({ verdict: 'unknown', problem: 'no right', tablesCompared: 0, differences: [] }) },
      'The schemas: no right.',
    ],
    [
      'no table was found',
      { readCatalog: () => Promise.resolve(catalog([])) },
      'No table was compared: none was found in the schemas that were asked for.',
    ],
    [
      'something holds data and is no table',
      {
        readCatalog: () =>
          Promise.resolve(
            catalog(['t'], {
              notTables: [{ schema: 'public', name: 'f', kind: 'foreign table', columns: [] }] as never,
            }),
          ),
      },
      'public.f was not compared: its rows are in another database; compare them there, and leave it out here by name.',
    ],
  ];

  test.each(unknowns)('cannot tell when %s', async (_, parts, reason) => {
    const report = await run(parts);
    expect(report.verdict).toBe('unknown');
    expect(report.reasons).toEqual([reason]);
  });

  test('cannot tell when the encodings differ: no row is read', async () => {
    const encodings = ['UTF8', 'LATIN1'];
    const report = await run({
      readServerIdentity: () => Promise.resolve(identity({ encoding: encodings.shift() ?? '' })),
      compareRows: () => Promise.reject(new Error('must not run')),
    });
    expect(report.verdict).toBe('unknown');
    expect(report.reasons[0]).toContain("the source's encoding is UTF8, the target's LATIN1");
  });

  test('lists first what is unknown, then what differs; unknown outranks different', async () => {
    const results: TableResult[] = [
      tableResult({
        schema: 'public',
        name: 't',
        verdict: 'different',
        counts: { missingOnTarget: 0, missingOnSource: 1234, changed: 1 },
      }),
    ];
    const report = await run({
      compareRows: () => Promise.resolve({ results, basis: [] }),
      reconcileLedger: () => Promise.reject(new Error('timeout')),
    });
    expect(report.verdict).toBe('unknown');
    expect(report.reasons).toEqual([
      'ledger was not compared: timeout.',
      'public.t: 1,234 rows missing on the source, 1 changed.',
    ]);
  });

  test('a column that one side alone has makes its table different, not equal', async () => {
    const report = await run({
      planTable: ({ schema, name }) => ({
        plan: { schema, name, kind: 'ordinary', columns: [], key: [], estimatedRows: 1, bytes: 1 },
        leftOut: ['extra'],
      }),
    });
    expect(report.verdict).toBe('different');
    expect(report.reasons).toEqual(['public.t: only one side has the column extra.']);
  });

  test('what was left out on request is listed, and does not make it unknown', async () => {
    const report = await run({
      readCatalog: () =>
        Promise.resolve(
          catalog(['t'], {
            tables: [table('t'), { schema: 'payments', name: 'writer_epoch' } as Table],
            excluded: [{ object: 'public.x', reason: 'left out as asked: public.x' }],
          }),
        ),
    });
    expect(report.verdict).toBe('equal');
    expect(report.notCompared).toEqual([
      { object: 'public.x', reason: 'left out as asked: public.x', asked: true },
      { object: 'payments.writer_epoch', reason: 'says whether its own side may be written', asked: true },
    ]);
  });

  test('parts that were left out on request do not run, are listed, and leave it equal', async () => {
    const never = () => Promise.reject(new Error('must not run'));
    const report = await run(
      {
        compareSchemas: () => {
          throw new Error('must not run');
        },
        compareSequences: never,
        reconcileLedger: never,
      },
      { without: ['schema', 'sequences', 'ledger'] },
    );
    expect(report.verdict).toBe('equal');
    expect(report.notCompared).toEqual(
      ['schema', 'sequences', 'ledger'].map((object) => ({ object, reason: 'left out as asked', asked: true })),
    );
    const rest = await run({ compareSequences: never }, { without: ['sequences'] });
    expect(rest).toMatchObject({ verdict: 'equal', schema: { verdict: 'equal' } });
  });

  test('sequences and ledger count: each that differs is a reason', async () => {
    const report = await run({
      compareSequences: () =>
        Promise.resolve([
          { schema: 'public', name: 's', verdict: 'different', source: '5', target: null, used: '4', setval: 'x' },
        ]),
      reconcileLedger: () =>
        Promise.resolve([{ name: 'sums', verdict: 'different', compared: 10, differing: 2, differences: [] }]),
    });
    expect(report.verdict).toBe('different');
    expect(report.reasons).toEqual([
      'Sequence public.s: the target stands at nothing, the source at 5, the highest used value is 4.',
      'Ledger, sums: 2 of 10 differ.',
    ]);
  });

  test('cannot tell of tables that came, went or became others while rows were compared', async () => {
    const client = new Client(server.superuser);
    await client.connect();
    await client.query(
      `CREATE SCHEMA busy; CREATE SCHEMA aside;
       CREATE TABLE busy.kept (id int); CREATE TABLE busy.wider (id int); CREATE TABLE busy.leaves (id int);
       CREATE TABLE busy.replaced (id int); CREATE TABLE busy.joins (id int NOT NULL);
       CREATE TABLE busy.parent (id int NOT NULL) PARTITION BY RANGE (id)`,
    );
    const report = await run(
      {
        compareRows: async (_databases, plans) => {
          await client.query(
            `ALTER TABLE busy.wider ADD more int; DROP TABLE busy.leaves; CREATE TABLE busy.comes (id int);
             DROP TABLE busy.replaced; CREATE TABLE busy.replaced (id int); CREATE TABLE aside.comes (id int);
             ALTER TABLE busy.parent ATTACH PARTITION busy.joins FOR VALUES FROM (1) TO (9);
             INSERT INTO busy.kept VALUES (1); ANALYZE busy.kept; CREATE TABLE busy.left_out (id int)`,
          );
          return { results: plans.map(({ schema, name }) => tableResult({ schema, name })), basis: [] };
        },
      },
      { selection: { schemas: ['busy'], excludeTables: ['*.left_out'] } },
    );
    await client.query('DROP SCHEMA busy, aside CASCADE');
    await client.end();
    expect(report.verdict).toBe('unknown');
    expect(report.notCompared.map(({ object, reason, asked }) => `${object}: ${reason} (${asked})`)).toEqual([
      'busy.comes: on the source it appeared during the comparison; compare again (false)',
      'busy.joins: on the source it was attached or detached as a partition during the comparison; compare again (false)',
      'busy.leaves: on the source it disappeared during the comparison; compare again (false)',
      'busy.parent: on the source its partitions changed during the comparison; compare again (false)',
      'busy.replaced: on the source another table took its place during the comparison; compare again (false)',
      'busy.wider: on the source its columns changed during the comparison; compare again (false)',
    ]);
  });

  test('that is aborted ends with the reason, and cancels what runs in the server', async () => {
    const abort = new AbortController();
    const begun = Date.now();
    const running = run(
      {
        readCatalog: async (client) => {
          setTimeout(() => abort.abort(new Error('stop now')), 100);
          await client.query('SELECT pg_sleep(30)');
          return catalog([]);
        },
      },
      { signal: abort.signal },
    );
    await expect(running).rejects.toThrow('stop now');
    expect(Date.now() - begun).toBeLessThan(10_000);
  });
});
