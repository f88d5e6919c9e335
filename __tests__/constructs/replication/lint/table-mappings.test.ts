import { describe, expect, test } from '@jest/globals';
import type { DeclaredTable } from '../../../../constructs/replication/declared-table';
import { findingText, lintTableMappings } from '../../../../constructs/replication/lint';
import { MAPPING_RULES } from '../../../../constructs/replication/lint/mapping-rules';
import {
  tableMappings,
  type MappingRule,
  type SelectionRule,
  type TableMappings,
} from '../../../../constructs/replication/table-mappings';

const selection = (
  action: SelectionRule['rule-action'],
  schema: string,
  table?: string,
  filters?: readonly string[],
): SelectionRule => ({
  'rule-type': 'selection',
  'rule-id': '1',
  'rule-name': '1',
  'rule-action': action,
  'object-locator': { 'schema-name': schema, 'table-name': table },
  ...(filters === undefined ? {} : { filters: filters.map((name) => ({ 'column-name': name })) }),
});

const mappings = (...rules: readonly MappingRule[]): TableMappings => ({ rules });

const ENTRIES: DeclaredTable = { schema: 'payments', name: 'entries', primaryKey: ['id', 'day'] };
const CONTEXT = { tables: [ENTRIES], direction: 'forward' } as const;
const PAYMENTS = selection('include', 'payments', '%');
const ONLY_EPOCH = selection('exclude', '%', 'writer_epoch');
const NO_MARKER = selection('exclude', '%', 'drain_marker_reverse');
const NO_LOCAL = [ONLY_EPOCH, NO_MARKER];

const settings = (rest: object): MappingRule => ({
  'rule-type': 'table-settings',
  'rule-id': '9',
  'object-locator': { 'schema-name': 'payments', 'table-name': 'entries' },
  ...rest,
});

const CASES: Readonly<
  Record<string, { readonly unsafe: readonly TableMappings[]; readonly safe: readonly TableMappings[] }>
> = {
  'writer-epoch-mapped': {
    unsafe: [
      mappings(PAYMENTS),
      mappings(selection('include', 'payments'), selection('exclude', 'other', 'writer_epoch')),
      mappings(PAYMENTS, selection('exclude', 'payments', 'writer')),
      mappings(selection('include', 'pay%', '%'), selection('exclude', 'payments', 'writer_epoch')),
      mappings(PAYMENTS, selection('include', '%', 'writer%'), selection('exclude', 'payments', 'writer_epoch')),
      mappings(PAYMENTS, ONLY_EPOCH, selection('explicit', 'payments', 'writer_epoch')),
      // `_` takes in payXents too, whose table is not excluded.
      mappings(selection('include', 'pay_ents', '%'), selection('exclude', 'pay[_]ents', 'writer_epoch')),
    ].map(({ rules }) => mappings(...rules, NO_MARKER, selection('include', 'payments', 'entries'))),
    safe: [
      mappings(PAYMENTS, ...NO_LOCAL),
      mappings(PAYMENTS, NO_MARKER, selection('exclude', 'payments', 'writer[_]epoch')),
      mappings(selection('include', 'pay%', '%'), NO_MARKER, selection('exclude', 'pay%', 'writer%')),
      mappings(PAYMENTS, NO_MARKER, selection('exclude', 'pay%', '%epoch')),
      mappings(selection('include', 'payments', 'entries')),
      mappings(selection('explicit', 'payments', 'entries')),
    ],
  },
  'opposite-marker-mapped': {
    unsafe: [
      mappings(PAYMENTS, ONLY_EPOCH),
      mappings(PAYMENTS, ONLY_EPOCH, selection('exclude', '%', 'drain_marker_forward')),
      mappings(PAYMENTS, ...NO_LOCAL, selection('explicit', 'payments', 'drain_marker_reverse')),
      mappings(PAYMENTS, ONLY_EPOCH, selection('exclude', 'other', 'drain_marker_reverse')),
    ],
    safe: [
      mappings(PAYMENTS, ONLY_EPOCH, selection('exclude', 'payments', 'drain[_]marker[_]reverse')),
      mappings(PAYMENTS, ONLY_EPOCH, selection('exclude', 'payments', 'drain%')),
      mappings(PAYMENTS, ...NO_LOCAL, selection('include', 'payments', 'drain_marker_forward')),
    ],
  },
  'control-schema-mapped': {
    unsafe: [
      mappings(selection('include', '%', '%'), ...NO_LOCAL),
      mappings(PAYMENTS, selection('include', 'aws%'), ...NO_LOCAL),
      mappings(PAYMENTS, selection('include', 'migration_control'), ...NO_LOCAL),
    ],
    safe: [
      mappings(PAYMENTS, ...NO_LOCAL),
      mappings(selection('include', '%', '%'), ...NO_LOCAL, selection('exclude', '%[_]control', '%')),
    ],
  },
  'filter-without-key': {
    unsafe: [
      mappings(selection('include', 'payments', '%', ['id']), ...NO_LOCAL),
      mappings(selection('include', 'payments', 'entries', ['amount'])),
      mappings(selection('include', 'payments', 'entries', ['id', 'amount'])),
    ],
    safe: [
      mappings(selection('include', 'payments', 'entries', ['day'])),
      mappings(selection('include', 'payments', 'entries', [])),
    ],
  },
  transformation: {
    unsafe: [
      mappings(PAYMENTS, ...NO_LOCAL, {
        'rule-type': 'transformation',
        'rule-id': '3',
        'rule-action': 'rename',
        'rule-target': 'table',
        value: 'writer_epoch',
      }),
    ],
    safe: [mappings(PAYMENTS, ...NO_LOCAL)],
  },
  'lob-mode': {
    unsafe: [mappings(PAYMENTS, ...NO_LOCAL, settings({ 'lob-settings': { mode: 'none' } }))],
    safe: [mappings(PAYMENTS, ...NO_LOCAL, settings({}))],
  },
  'parallel-load-by-nullable': {
    unsafe: [
      mappings(PAYMENTS, ...NO_LOCAL, settings({ 'parallel-load': { type: 'ranges', columns: ['booked_at'] } })),
      mappings(PAYMENTS, ...NO_LOCAL, settings({ 'parallel-load': { type: 'ranges' } })),
    ],
    safe: [
      mappings(PAYMENTS, ...NO_LOCAL, settings({ 'parallel-load': { type: 'ranges', columns: ['id'] } })),
      mappings(PAYMENTS, ...NO_LOCAL, settings({ 'parallel-load': { type: 'none' } })),
    ],
  },
  'table-not-mapped': {
    unsafe: [
      mappings(selection('include', 'archive', '%'), ...NO_LOCAL),
      mappings(PAYMENTS, ...NO_LOCAL, selection('exclude', 'payments', 'ent%')),
    ],
    safe: [mappings(PAYMENTS, ...NO_LOCAL), mappings(selection('include', 'pay_ents', 'entr[a-i]es'))],
  },
};

describe('the linter of table mappings', () => {
  test('finds nothing in the mappings of this project', () => {
    expect(lintTableMappings(tableMappings({ schemas: ['payments', 'a_b'], direction: 'forward' }), CONTEXT)).toEqual(
      [],
    );
    const back = { ...CONTEXT, direction: 'reverse' } as const;
    expect(lintTableMappings(tableMappings({ schemas: ['payments'], direction: 'reverse' }), back)).toEqual([]);
    const everything = lintTableMappings(tableMappings({ schemas: ['%'], direction: 'reverse' }), {
      direction: 'reverse',
    });
    expect(everything.map(({ rule, must }) => [rule, must])).toEqual([
      ['control-schema-mapped', 'must not take in awsdms_control: name the schemas'],
      ['control-schema-mapped', 'must not take in migration_control: name the schemas'],
    ]);
  });

  test('is tested rule by rule', () => {
    expect(Object.keys(CASES)).toEqual(MAPPING_RULES.map(({ id }) => id));
  });

  test.each(Object.entries(CASES).flatMap(([rule, { unsafe }]) => unsafe.map((value) => [rule, value] as const)))(
    '%s refuses %j',
    (rule, unsafe) => {
      expect([...new Set(lintTableMappings(unsafe, CONTEXT).map((found) => found.rule))]).toEqual([rule]);
    },
  );

  test.each(Object.entries(CASES).flatMap(([rule, { safe }]) => safe.map((value) => [rule, value] as const)))(
    '%s accepts %j',
    (_, safe) => {
      expect(lintTableMappings(safe, CONTEXT)).toEqual([]);
    },
  );

  test.each(['forward', 'reverse'] as const)('refuses the mappings of the other direction than %s', (direction) => {
    const other = tableMappings({ schemas: ['payments'], direction: direction === 'forward' ? 'reverse' : 'forward' });
    expect(lintTableMappings(other, { direction }).map(({ rule }) => rule)).toEqual(['opposite-marker-mapped']);
  });

  test('wants both markers declared and each carried in its own direction', () => {
    const marker = (name: string): DeclaredTable => ({ schema: 'payments', name, primaryKey: ['marker_id'] });
    const tables = [marker('drain_marker_forward'), marker('drain_marker_reverse')];
    for (const direction of ['forward', 'reverse'] as const) {
      const of = (excludedTables: { schema: string; name: string }[]) =>
        lintTableMappings(tableMappings({ schemas: ['payments'], excludedTables, direction }), { tables, direction });
      expect(of([])).toEqual([]);
      expect(of([{ schema: 'payments', name: `drain_marker_${direction}` }])).toMatchObject([
        { rule: 'table-not-mapped', value: `payments.drain_marker_${direction}` },
      ]);
    }
  });

  test('says which rule takes in writer_epoch, and why it must not', () => {
    const found = lintTableMappings(mappings(selection('include', 'payments', '%'), NO_MARKER), CONTEXT);
    expect(found.map(findingText)).toEqual([
      'rules[0].object-locator must not take in writer_epoch: exclude it from the same schemas, ' +
        'got {"schema-name":"payments","table-name":"%"}; it says which side may be written and is local to each: ' +
        'replicated, it would open a database that is closed ' +
        '(https://docs.aws.amazon.com/dms/latest/userguide/' +
        'CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Selections.html)',
    ]);
  });

  test('names a declared table that is not mapped', () => {
    const found = lintTableMappings(mappings(selection('include', 'archive', '%'), ...NO_LOCAL), CONTEXT);
    expect(found).toMatchObject([
      { setting: 'rules', value: 'payments.entries', must: 'must take in every declared table' },
    ]);
  });
});
