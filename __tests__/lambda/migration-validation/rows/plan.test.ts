import { describe, expect, test } from '@jest/globals';
import type { Collation, Column, Index, Table } from '../../../../lambda/migration-validation/catalog/catalog';
import type { TablePlan } from '../../../../lambda/migration-validation/rows/chunk';
import { planTable } from '../../../../lambda/migration-validation/rows/plan';

const C: Collation = { name: 'C', provider: 'libc', locale: 'C', deterministic: true };
const ENGLISH: Collation = { ...C, name: 'default', locale: 'en_US.UTF-8' };

const column = (name: string, fields: Partial<Column> = {}): Column => ({
  ...{ name, type: 'bigint', baseType: 'int8', typeKind: 'b', nullable: false, generated: false },
  ...fields,
});
const index = (columns: readonly string[] | undefined, fields: Partial<Index> = {}): Index => ({
  ...{ name: 'i', definition: '', method: 'btree', unique: true, valid: true, partial: false, plainOrder: true },
  ...{ columns, ...fields },
});
const table = (fields: Partial<Table> = {}): Table => ({
  ...{ schema: 's', name: 't', kind: 'ordinary', columns: [column('id'), column('v', { nullable: true })] },
  ...{ primaryKey: { name: 't_pkey', columns: ['id'] }, indexes: [index(['id'])], constraints: [], triggers: [] },
  ...{ grants: [], owner: 'o', replicaIdentity: 'default', rowSecurity: false, persistence: 'permanent' },
  ...{ estimatedRows: 1000, bytes: 8192, hasChildren: false },
  ...fields,
});

function plan(source: Table, target: Table = source): TablePlan {
  const planned = planTable(source, target);
  if (!('plan' in planned)) throw new Error(planned.problem);
  return planned.plan;
}

const names = (columns: readonly { readonly name: string }[] | undefined) => columns?.map(({ name }) => name);
const keyed = (fields: Partial<Column>, more: Partial<Table> = {}) =>
  table({ columns: [column('id', fields)], ...more });
const LARGE = 100 * 1024 * 1024;

test('a table is compared by its primary key, in ranges of it, over all columns', () => {
  expect(planTable(table(), table())).toEqual({
    plan: {
      ...{ schema: 's', name: 't', kind: 'ordinary', estimatedRows: 1000, bytes: 8192 },
      columns: [
        { name: 'id', baseType: 'int8' },
        { name: 'v', baseType: 'int8' },
      ],
      key: [{ name: 'id', baseType: 'int8' }],
      rangeKey: [{ name: 'id', baseType: 'int8' }],
    },
    leftOut: [],
  });
});

describe('the columns', () => {
  test('are those of both sides, in the order of the source; the others are named', () => {
    const source = table({ columns: [column('id'), column('a'), column('b')] });
    const target = table({ columns: [column('c'), column('b'), column('id')] });
    const planned = planTable(source, target);
    expect(planned).toMatchObject({ leftOut: ['a', 'c'] });
    expect(names(plan(source, target).columns)).toEqual(['id', 'b']);
  });

  test('there must be one that both sides have, unless the table has none', () => {
    expect(planTable(table({ columns: [column('a')] }), table({ columns: [column('b')] }))).toEqual({
      problem: 'it has no column that both sides have',
    });
    expect(plan(table({ columns: [], primaryKey: undefined, indexes: [] }))).toMatchObject({ columns: [], key: [] });
  });
});

describe('the kind', () => {
  test.each<[string, Partial<Table>, Partial<Table>, string]>([
    ['is that of both', {}, {}, 'ordinary'],
    ['is that of both', { kind: 'partitioned' }, { kind: 'partitioned' }, 'partitioned'],
    ['is partitioned where one side is', {}, { kind: 'partitioned' }, 'partitioned'],
    ['leaves out the rows of children', { hasChildren: true }, { hasChildren: true }, 'ordinary'],
  ])('%s', (_, source, target, kind) => {
    expect(plan(table(source), table(target)).kind).toBe(kind);
  });

  test('cannot be told where one side is partitioned and the other has children', () => {
    expect(planTable(table({ hasChildren: true }), table({ kind: 'partitioned' }))).toEqual({
      problem:
        'it is partitioned on one side, and on the other side tables inherit from it: their rows cannot be told apart',
    });
  });
});

describe('the key', () => {
  const unique = (fields: Partial<Index>) => table({ primaryKey: undefined, indexes: [index(['id'], fields)] });

  test.each<[string, Table, Table, readonly string[]]>([
    ['is the primary key of both', table(), table(), ['id']],
    ['is a unique index where there is no primary key', unique({}), unique({}), ['id']],
    ['is a unique index of the target that has the primary key’s columns', table(), unique({}), ['id']],
    ['is not one that only one side has', table(), table({ primaryKey: undefined, indexes: [] }), []],
    ['is no partial index', unique({ partial: true }), unique({ partial: true }), []],
    ['is no invalid index', unique({ valid: false }), unique({ valid: false }), []],
    ['is no index that is not unique', unique({ unique: false }), unique({ unique: false }), []],
    ['is no index over expressions', unique({ columns: undefined }), unique({ columns: undefined }), []],
    ['is no index over columns that may be null', unique({ columns: ['v'] }), unique({ columns: ['v'] }), []],
  ])('%s', (_, source, target, key) => {
    expect(names(plan(source, target).key)).toEqual(key);
  });

  test('has one order of columns, that of the source, and is no range key where the index of the target has another', () => {
    const of = (columns: readonly string[]) =>
      table({
        columns: [column('a'), column('b')],
        primaryKey: { name: 'k', columns },
        indexes: [index(columns)],
      });
    expect(names(plan(of(['a', 'b']), of(['b', 'a'])).key)).toEqual(['a', 'b']);
    expect(plan(of(['a', 'b']), of(['b', 'a'])).rangeKey).toBeUndefined();
  });

  test('is told apart by its text where the types of the sides have no common operators', () => {
    const [text, number] = [keyed({ baseType: 'text', collation: C }), keyed({})];
    expect(plan(number, text).key).toEqual([{ name: 'id', baseType: 'int8', printed: true }]);
    expect(plan(number, keyed({ baseType: 'int4' })).key).toEqual([{ name: 'id', baseType: 'int8' }]);
  });
});

describe('ranges', () => {
  const labels = (...enumLabels: string[]) => ({ typeKind: 'e', type: 's.mood', baseType: 's.mood', enumLabels });
  const text = (collation?: Collation) => ({ baseType: 'text', collation });

  test.each<[string, Partial<Column>, Partial<Column>, boolean]>([
    ['bigint', {}, {}, true],
    ['int and bigint', { baseType: 'int4' }, {}, true],
    ['numeric and bigint', { baseType: 'numeric' }, {}, false],
    ['uuid', { baseType: 'uuid' }, { baseType: 'uuid' }, true],
    ['timestamptz and timestamp', { baseType: 'timestamptz' }, { baseType: 'timestamp' }, false],
    ['text in bytes', text(C), text(C), true],
    [
      'text in bytes and varchar in POSIX',
      text(C),
      { baseType: 'varchar', collation: { ...C, locale: 'POSIX' } },
      true,
    ],
    ['text in builtin C', text({ ...C, provider: 'builtin' }), text(C), true],
    ['text in builtin C.UTF-8', text({ ...C, provider: 'builtin', locale: 'C.UTF-8' }), text(C), false],
    ['text in a language', text(ENGLISH), text(ENGLISH), false],
    ['text in a language on one side', text(C), text(ENGLISH), false],
    ['text of ICU, by whatever name', text({ ...C, provider: 'icu' }), text({ ...C, provider: 'icu' }), false],
    ['text of which no collation is known', text(), text(), false],
    ['jsonb', { baseType: 'jsonb' }, { baseType: 'jsonb' }, false],
    ['arrays', { baseType: '_int4' }, { baseType: '_int4' }, false],
    ['"char"', { baseType: 'char' }, { baseType: 'char' }, false],
    ['a type of users', { baseType: 'public.citext' }, { baseType: 'public.citext' }, false],
    ['enums', labels('a', 'b'), labels('a', 'b'), true],
    ['enums in another order', labels('a', 'b'), labels('b', 'a'), false],
    ['enums whose labels were not read', labels('a'), { ...labels(), enumLabels: undefined }, false],
  ])('of %s', (_, source, target, possible) => {
    expect(plan(keyed(source), keyed(target)).rangeKey !== undefined).toBe(possible);
  });

  test.each<[string, number, number | undefined, number | undefined, boolean]>([
    ['of a small table, in whatever order its rows are', LARGE - 1, undefined, undefined, true],
    ['of a large table whose rows are in the order of the key', LARGE, 0.9, -0.9, true],
    ['of a large table whose rows are in another order on the source', LARGE, 0.89, 1, false],
    ['of a large table whose rows are in another order on the target', LARGE, 1, -0.89, false],
    ['of a large table that was never analyzed', LARGE, undefined, 1, false],
  ])('%s', (_, bytes, source, target, possible) => {
    const sides = [source, target].map((correlation) => keyed({ correlation }, { bytes })) as [Table, Table];
    expect(plan(...sides).rangeKey !== undefined).toBe(possible);
  });

  test('are of another index where the key is in no order, and its column is never null', () => {
    const of = (entry: Partial<Column>, fields: Partial<Index> = {}) =>
      table({
        columns: [column('id', { baseType: 'uuid', correlation: 0 }), column('entry', { correlation: 1, ...entry })],
        indexes: [index(['id']), index(['entry'], { unique: false, ...fields })],
        bytes: LARGE,
      });
    expect(names(plan(of({})).rangeKey)).toEqual(['entry']);
    for (const other of [
      of({ nullable: true }),
      of({}, { valid: false }),
      of({}, { partial: true }),
      of({}, { plainOrder: false }),
      of({}, { method: 'brin' }),
      of({}, { columns: undefined }),
      of({ correlation: 0 }),
    ]) {
      expect(plan(of({}), other).rangeKey).toBeUndefined();
      expect(plan(other, of({})).rangeKey).toBeUndefined();
    }
  });

  test('have the enum’s own name to cast to', () => {
    expect(plan(keyed(labels('a'))).rangeKey).toEqual([{ name: 'id', baseType: 's.mood', cast: 's.mood' }]);
  });
});
