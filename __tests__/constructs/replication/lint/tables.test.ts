import { describe, expect, test } from '@jest/globals';
import type { DeclaredColumn, DeclaredTable } from '../../../../constructs/replication/declared-table';
import { findingText, lintTables } from '../../../../constructs/replication/lint';
import { TABLE_RULES } from '../../../../constructs/replication/lint/table-rules';

const table = (overrides: Partial<DeclaredTable> = {}): DeclaredTable => ({
  schema: 'payments',
  name: 'entries',
  primaryKey: ['id'],
  ...overrides,
});

const column = (type: string, longestValueKib?: number, name = 'value'): DeclaredTable =>
  table({ columns: [{ name, type, longestValueKib } satisfies DeclaredColumn] });

const CONTEXT = { schemas: ['payments'], lobMaxSizeKib: 1024 };

const CASES: readonly (readonly [rule: string, unsafe: readonly DeclaredTable[], safe: readonly DeclaredTable[]])[] = [
  ['primary-key', [table({ primaryKey: [] })], [table(), table({ primaryKey: ['a', 'b'] })]],
  [
    'lob-key',
    [column('text', 1, 'id'), column('bytea', 1, 'id')],
    [column('uuid', undefined, 'id'), column('character varying(64)', undefined, 'id'), column('text', 1)],
  ],
  [
    'unbounded-numeric',
    [column('numeric'), column('NUMERIC'), column('decimal')],
    [column('numeric(18,4)'), column('decimal( 12 , 2 )'), column('bigint')],
  ],
  [
    'unbounded-varchar',
    [column('varchar'), column('Character  Varying')],
    [column('varchar(200)'), column('character varying (200)'), column('character(3)')],
  ],
  ['large-object', [column('oid'), column('lo')], [column('bytea', 1)]],
  ['lob-length-unknown', [column('jsonb'), column('text[]')], [column('jsonb', 0), column('uuid')]],
  [
    'lob-length',
    [column('jsonb', 513), column('text', 512.5), column('bytea', 1025), column('integer[]', 600)],
    [column('jsonb', 512), column('bytea', 1024), column('xml', 1024), column('varchar(200)', 5000)],
  ],
  ['writer-epoch', [table({ name: 'writer_epoch' })], [table({ name: 'writers' })]],
  ['schema', [table({ schema: 'archive' })], [table()]],
];

describe('the linter of declared tables', () => {
  test('is tested rule by rule', () => {
    expect(CASES.map(([rule]) => rule)).toEqual(TABLE_RULES.map(({ id }) => id));
  });

  test.each(CASES.flatMap(([rule, unsafe]) => unsafe.map((value) => [rule, value] as const)))(
    '%s refuses %j',
    (rule, unsafe) => {
      expect(lintTables([unsafe], CONTEXT).map((found) => found.rule)).toEqual([rule]);
    },
  );

  test.each(CASES.flatMap(([rule, , safe]) => safe.map((value) => [rule, value] as const)))(
    '%s accepts %j',
    (_, safe) => {
      expect(lintTables([safe], CONTEXT)).toEqual([]);
    },
  );

  test('says where, what, why and on which page, for every table', () => {
    const found = lintTables([table(), column('numeric'), table({ primaryKey: [] })], CONTEXT);
    expect(found.map(findingText)).toEqual([
      '[1].columns[0].type must have a precision and scale, for instance numeric(18,4), got "numeric"; ' +
        'DMS copies it as numeric(28,6): more digits are lost without an error ' +
        '(https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source.PostgreSQL.Limitations)',
      '[2].primaryKey must name the columns of a primary key, got []; ' +
        'without one DMS ignores every UPDATE and DELETE, leaves LOB columns out, and compares nothing ' +
        '(https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Source.PostgreSQL.html#CHAP_Source.PostgreSQL.Security)',
    ]);
    expect(found.map(({ path }) => path)).toEqual([
      [1, 'columns', 0, 'type'],
      [2, 'primaryKey'],
    ]);
  });

  test('counts two bytes a character of text against the limit', () => {
    expect(lintTables([column('text', 600)], CONTEXT)).toMatchObject([
      { must: 'must fit into LobMaxSize 1024 (KiB; it takes 1200)', value: 600, severity: 'error' },
    ]);
  });

  test('knows no limit but that of DMS, and no schema, without a context', () => {
    expect(lintTables([table({ schema: 'archive' }), column('bytea', 102_400)])).toEqual([]);
    expect(lintTables([column('bytea', 102_401)]).map(({ rule }) => rule)).toEqual(['lob-length']);
  });

  test('only warns of a LOB of unknown length: the task stops, it cuts nothing', () => {
    expect(lintTables([column('text')], CONTEXT).map(({ severity }) => severity)).toEqual(['warning']);
  });
});
