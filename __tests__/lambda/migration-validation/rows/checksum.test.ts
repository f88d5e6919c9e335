import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Client, escapeLiteral } from 'pg';
import { createTypes } from '../../../../fuzz/compare/databases';
import { COLUMN_TYPES } from '../../../../fuzz/compare/values';
import type { Pair, TablePlan } from '../../../../lambda/migration-validation/rows/chunk';
import { sumChunk } from '../../../../lambda/migration-validation/rows/compare-chunk';
import { hashingProblem } from '../../../../lambda/migration-validation/rows/hashing-check';
import { onBoth } from '../../../../lambda/migration-validation/rows/pair';
import { readRows } from '../../../../lambda/migration-validation/rows/read-rows';
import { fromTable, rowHash } from '../../../../lambda/migration-validation/rows/sql';
import { type Servers, startServers } from './servers';

const SEED = '-4611686018427387905';
const ALL = { kind: 'partition', index: 0, of: 1 } as const;

let servers: Servers;
let pair: Pair;

beforeAll(async () => {
  servers = await startServers();
  await servers.each(createTypes);
  pair = await servers.connect();
}, 60_000);

afterAll(() => servers.stop());

const planOf = (name: string, columns: Readonly<Record<string, string>>): TablePlan => ({
  ...{ schema: 'public', name, kind: 'ordinary', key: [], estimatedRows: 10, bytes: 8192 },
  columns: Object.entries(columns).map(([column, baseType]) => ({ name: column, baseType })),
});

/** What a table's rows are on one side: the count and the sum of their hashes. */
const sums = (plan: TablePlan): Promise<unknown[]> => onBoth(pair, (client) => sumChunk(client, plan, ALL, SEED));

describe('the hash of a row', () => {
  test('differs exactly when what PostgreSQL prints differs, for each type, and is the same on both versions', async () => {
    const tables = COLUMN_TYPES.map(({ sql, values, literal = escapeLiteral }, index) => {
      const rows = ['NULL', ...values.map(literal)].map((value, n) => `(${n}, ${value})`);
      return `CREATE TABLE public.values_${index} (n int, v ${sql}); INSERT INTO public.values_${index} VALUES ${rows.join()};`;
    });
    await servers.onBoth(tables.join(''));
    for (const [index, { sql, baseType, values }] of COLUMN_TYPES.entries()) {
      const plan = planOf(`values_${index}`, { v: baseType });
      const printed = baseType === 'char' ? 'pg_catalog.charsend(v)' : 'v';
      const query = `SELECT ${printed}, ${rowHash(plan, SEED)} FROM ${fromTable(plan)} ORDER BY n`;
      const [source, target] = await onBoth(pair, (client) => readRows(client, query, false));
      expect([sql, source]).toEqual([sql, target]);
      expect([sql, ...source.map(([text]) => text)]).toEqual([sql, null, ...values]);
      expect([sql, new Set(source.map(([, hash]) => hash)).size]).toEqual([sql, values.length + 1]);
    }
  });

  test.each([
    ['jsonb', '{"b": 1, "a": 2}', '{"a":2,"b":1}'],
    ['timestamptz', '2026-01-01 00:00:00+00', '2026-01-01 05:30:00+05:30'],
    ['uuid', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11', '{a0eebc999c0b4ef8bb6d6bb9bd380a11}'],
    ['bytea', '\\x5c00', '\\134\\000'],
    ['numeric', '100', '1e2'],
    ['interval', '1 year', '12 mons'],
    ['float8', '0.1', '0.1000000000000000055511151231257827'],
    ['int4[]', '{1,NULL}', '{ 1, null }'],
    ['tsvector', 'a b', 'b a a'],
    ['inet', '10.0.0.1', '10.0.0.1/32'],
    ['bool', 'yes', 'on'],
  ])('is the same for one value of %s in two spellings: %s and %s', async (type, one, other) => {
    const hash = (value: string) =>
      `${rowHash(planOf('x', { v: type }), SEED)}`.concat(` FROM (SELECT ${escapeLiteral(value)}::${type} AS v) AS t`);
    const [[first], [second]] = await Promise.all([
      readRows(pair.source, `SELECT ${hash(one)}`, false),
      readRows(pair.target, `SELECT ${hash(other)}`, false),
    ]);
    expect(first).toEqual(second);
  });
});

describe('the sum of a chunk', () => {
  const text = fc.constantFrom(
    null,
    '',
    ' ',
    'a',
    'b',
    '1',
    '1.0',
    'NULL',
    '\u00e4',
    'a\u0308',
    '"',
    ',',
    '\\',
    '(',
    ')',
  );
  const number = fc.constantFrom(null, '0', '5', '21474836480', '-5', '-21474836481', '4294967296', '1');
  const row = fc.tuple(text, text, number, number);
  const rows = fc.array(row, { maxLength: 5 });
  /** Often the same rows otherwise arranged: values exchanged within a row, or between two. */
  const pairs = rows.chain((left) =>
    fc.tuple(
      fc.constant(left),
      fc.oneof(
        rows,
        fc.shuffledSubarray(left, { minLength: left.length }),
        fc.constant(left.map(([a, b, c, d]) => [b, a, c, d] as const)),
        fc.constant(left.map(([a, b, c, d]) => [a, b, d, c] as const)),
        fc.constant(left.map(([a, , c, d], index) => [a, left.at(index - 1)?.[1] ?? null, c, d] as const)),
        fc.constant(left.map(([a, b, , d], index) => [a, b, left.at(index - 1)?.[2] ?? null, d] as const)),
        fc.constant([...left, ...left.slice(0, 1)]),
      ),
    ),
  );

  test('is equal exactly when the rows are, as a multiset: 500 pairs', async () => {
    const made = fc.sample(pairs, 500);
    const insert = (side: 0 | 1) =>
      made.flatMap((both, n) =>
        both[side].map(
          (values) => `(${n}, ${values.map((value) => (value === null ? 'NULL' : escapeLiteral(value))).join()})`,
        ),
      );
    const create =
      'CREATE TABLE public.pairs (n int NOT NULL, a text, b text, c int8, d int8); CREATE INDEX ON public.pairs (n);';
    await servers.each((client: Client, role) =>
      client.query(`${create} INSERT INTO public.pairs VALUES ${insert(role === 'source' ? 0 : 1).join()}`),
    );
    const plan = {
      ...planOf('pairs', { a: 'text', b: 'text', c: 'int8', d: 'int8' }),
      rangeKey: [{ name: 'n', baseType: 'int4' }],
    };
    const outcomes = { equal: 0, different: 0 };
    for (const [n, [left, right]] of made.entries()) {
      const chunk = { kind: 'range', after: [`${n - 1}`], upTo: [`${n}`] } as const;
      const [source, target] = await onBoth(pair, (client) => sumChunk(client, plan, chunk, SEED));
      const multiset = (list: readonly unknown[]) => JSON.stringify(list.map((item) => JSON.stringify(item)).sort());
      const equal = multiset(left) === multiset(right);
      outcomes[equal ? 'equal' : 'different'] += 1;
      expect([left, right, source.sum === target.sum]).toEqual([left, right, equal]);
    }
    expect(Math.min(outcomes.equal, outcomes.different)).toBeGreaterThan(50);
  });

  test('is of no rows where a table is empty, and of rows without columns where it has none', async () => {
    await servers.onBoth(
      'CREATE TABLE public.nothing (); CREATE TABLE public.bare (); INSERT INTO public.bare SELECT FROM generate_series(1, 3)',
    );
    const zero = { rows: 0, sum: '0' };
    expect(await sums(planOf('nothing', {}))).toEqual([zero, zero]);
    const [source, target] = await sums(planOf('bare', {}));
    expect(source).toMatchObject({ rows: 3 });
    expect(source).toEqual(target);
  });
});

describe('settings that a role has by default', () => {
  const SETTINGS = {
    TimeZone: 'Asia/Kolkata',
    DateStyle: 'German',
    IntervalStyle: 'iso_8601',
    extra_float_digits: '0',
    bytea_output: 'escape',
    xmlbinary: 'hex',
    search_path: 'information_schema, public',
  };

  test('make no difference', async () => {
    const made = [
      'CREATE TABLE public.printed (a timestamptz, b interval, c float8, d bytea, e regclass, f money, g date)',
      "INSERT INTO public.printed VALUES ('2026-01-01 00:00Z', '1 day', 0.1::float8 + 0.2::float8, '\\x5c00', 'information_schema.tables', 1.5, '2026-02-01')",
      'CREATE ROLE peculiar LOGIN',
      "ALTER ROLE peculiar PASSWORD 'peculiar'",
      'GRANT SELECT ON public.printed TO peculiar',
    ];
    await servers.onBoth(made.join(';'));
    await servers.each(async (client, role) => {
      if (role === 'source') return;
      for (const [name, value] of Object.entries(SETTINGS)) {
        await client.query(
          `ALTER ROLE peculiar SET ${name} = ${name === 'search_path' ? value : escapeLiteral(value)}`,
        );
      }
    });
    const login = { user: 'peculiar', password: 'peculiar' };
    const [raw, pinned] = [await servers.connectUnpinned(login), await servers.connect(login)];
    const query = 'SELECT t::text FROM public.printed AS t';
    const [printed] = await readRows(raw.source, query, false);
    expect(await readRows(raw.target, query, false)).not.toEqual([printed]);
    expect(await hashingProblem(raw)).toBe(
      "rows cannot be compared by hashes: pg_catalog.current_setting('TimeZone') is UTC on the source, Asia/Kolkata on the target",
    );
    const plan = planOf('printed', {
      a: 'timestamptz',
      b: 'interval',
      c: 'float8',
      d: 'bytea',
      e: 'regclass',
      f: 'money',
      g: 'date',
    });
    const [source, target] = await onBoth(pinned, (client) => sumChunk(client, plan, ALL, SEED));
    expect(source).toEqual(target);
    expect(await hashingProblem(pinned)).toBeUndefined();
  });
});

describe('hash_record_extended, which is not what rows are hashed by', () => {
  const sum = async (expression: (row: string) => string, rows: string): Promise<unknown> => {
    const [row] = await readRows(pair.source, `SELECT sum(${expression('t')}) FROM (VALUES ${rows}) AS t`, false);
    return row?.[0];
  };
  const record = (row: string) => `hash_record_extended(${row}, 7)`;
  const printed = (row: string) => `hashtextextended(${row}::text, 7)`;

  test.each([
    ['values that are exchanged between two rows', "(1, 'a'), (2, 'b')", "(1, 'b'), (2, 'a')"],
    ['5 and 5 << 32', '(5::int8)', '(21474836480::int8)'],
    ['1.0 and 1.00', '(1.0)', '(1.00)'],
    ['0 and -0', "('0'::float8)", "('-0'::float8)"],
  ])('does not see %s', async (_, one, other) => {
    expect(await sum(record, one)).toBe(await sum(record, other));
    expect(await sum(printed, one)).not.toBe(await sum(printed, other));
  });

  test('refuses json', async () => {
    await expect(sum(record, "('{}'::json)")).rejects.toThrow(
      'could not identify an extended hash function for type json',
    );
  });
});
