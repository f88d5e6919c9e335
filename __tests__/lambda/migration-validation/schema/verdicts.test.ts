import { describe, expect, test } from '@jest/globals';
import { compareSchemas } from '../../../../lambda/migration-validation/schema/compare-schemas';
import { catalogOf, columnOf, sequenceOf, tableOf } from '../catalogs';

const orders = catalogOf({ tables: [tableOf()] });

test('nothing compared is not equal', () => {
  expect(compareSchemas(catalogOf(), catalogOf())).toEqual({
    verdict: 'unknown',
    problem: 'no table was selected in either database',
    tablesCompared: 0,
    differences: [],
  });
  const without = catalogOf({ tables: [tableOf()], missingSchemas: ['shp', 'hr'] });
  expect(compareSchemas(without, { ...without, missingSchemas: ['shp'] })).toMatchObject({
    verdict: 'unknown',
    problem: 'schemas that were asked for are in neither database: shp',
  });
  expect(compareSchemas(orders, { ...orders, missingSchemas: ['hr'] }).verdict).toBe('equal');
});

test('an empty side differs from one with tables', () => {
  expect(compareSchemas(orders, catalogOf())).toMatchObject({
    verdict: 'different',
    tablesCompared: 0,
    differences: [{ kind: 'table', object: 'shop.orders', source: 'table' }],
  });
});

test('names with a dot in them stand for one thing each', () => {
  const [one, other] = [
    { schema: 'a', name: 'b.c' },
    { schema: 'a.b', name: 'c' },
  ];
  const both = catalogOf({ tables: [tableOf(one), tableOf(other)], sequences: [sequenceOf(one), sequenceOf(other)] });
  const changed = catalogOf({
    tables: [tableOf({ ...one, columns: [columnOf()] }), tableOf(other)],
    sequences: [sequenceOf({ ...one, cycle: true }), sequenceOf(other)],
  });
  const { tablesCompared, differences } = compareSchemas(both, changed);
  expect(tablesCompared).toBe(2);
  expect(differences.map(({ kind, object }) => [kind, object])).toEqual([
    ['column', 'a."b.c".id'],
    ['sequence', 'a."b.c"'],
  ]);
});

describe('text that sorts differently', () => {
  const text = (provider: 'libc' | 'icu' | 'builtin', locale: string, name = 'default', deterministic = true) =>
    catalogOf({
      tables: [
        tableOf({ columns: [columnOf({ type: 'text', collation: { name, provider, locale, deterministic } })] }),
      ],
    });

  test('is told once for the database', () => {
    expect(compareSchemas(text('libc', 'en_US.UTF-8'), text('icu', 'en-US')).differences).toEqual([
      { kind: 'collation', object: 'default of the database', source: 'libc en_US.utf8', target: 'icu en-US' },
    ]);
  });

  test('is told for the column whose collation has the same name', () => {
    const [first, second] = [text('icu', 'de', 'shop.german'), text('icu', 'de', 'shop.german', false)];
    expect(compareSchemas(first, second).differences).toEqual([
      {
        ...{ kind: 'column', object: 'shop.orders.id' },
        source: 'text COLLATE shop.german (icu de) NOT NULL',
        target: 'text COLLATE shop.german (icu de, not deterministic) NOT NULL',
      },
    ]);
  });

  test.each([
    [text('libc', 'en_US.UTF-8'), text('libc', 'en_US.utf8')],
    [text('libc', 'C'), text('builtin', 'C')],
    [text('libc', 'C', 'ucs_basic'), text('builtin', 'C', 'ucs_basic')],
  ])('is the same under another spelling (%#)', (source, target) => {
    expect(compareSchemas(source, target).differences).toEqual([]);
  });
});

test('owners and grants count where both servers know the role', () => {
  const side = (roles: string[], owner: string, grants: string[], serverVersion = 160_000) =>
    catalogOf({
      serverVersion,
      roles,
      tables: [tableOf({ owner, grants: grants.map((privilege) => ({ grantee: 'app', privilege })) })],
    });
  const differences = (...[source, target]: Parameters<typeof compareSchemas>) =>
    compareSchemas(source, target).differences.map(({ kind }) => kind);
  expect(differences(side(['app', 'old'], 'old', []), side(['app', 'new'], 'new', []))).toEqual([]);
  expect(differences(side(['app', 'old'], 'old', []), side(['app', 'old'], 'new', []))).toEqual(['owner']);
  expect(differences(side(['app'], 'old', ['SELECT']), side(['other'], 'new', []))).toEqual([]);
  expect(differences(side(['app'], 'x', ['SELECT']), side(['app'], 'x', []))).toEqual(['grant']);
  // What one version cannot give is no difference.
  expect(differences(side(['app'], 'x', ['MAINTAIN'], 170_000), side(['app'], 'x', []))).toEqual([]);
  expect(differences(side(['app'], 'x', ['MAINTAIN'], 170_000), side(['app'], 'x', [], 170_000))).toEqual(['grant']);
});

test('sequences of one column are one, whatever their names', () => {
  const column = { schema: 'shop', name: 'orders', column: 'id' };
  const [source, target] = [
    catalogOf({ tables: [tableOf()], sequences: [sequenceOf({ name: 'a', column })] }),
    catalogOf({ tables: [tableOf()], sequences: [sequenceOf({ name: 'b', column, increment: '2' })] }),
  ];
  expect(compareSchemas(source, target).differences).toMatchObject([{ kind: 'sequence', object: 'shop.a' }]);
  expect(compareSchemas(source, { ...target, sequences: [sequenceOf({ name: 'b', column })] }).differences).toEqual([]);
});
