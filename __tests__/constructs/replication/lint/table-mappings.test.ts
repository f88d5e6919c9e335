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
const CONTEXT = { tables: [ENTRIES] };
const PAYMENTS = selection('include', 'payments', '%');
const NO_EPOCH = selection('exclude', '%', 'writer_epoch');

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
      mappings(PAYMENTS, NO_EPOCH, selection('explicit', 'payments', 'writer_epoch')),
      // `_` takes in payXents too, whose table is not excluded.
      mappings(selection('include', 'pay_ents', '%'), selection('exclude', 'pay[_]ents', 'writer_epoch')),
    ].map(({ rules }) => mappings(...rules, selection('include', 'payments', 'entries'))),
    safe: [
      mappings(PAYMENTS, NO_EPOCH),
      mappings(PAYMENTS, selection('exclude', 'payments', 'writer[_]epoch')),
      mappings(selection('include', 'pay%', '%'), selection('exclude', 'pay%', 'writer%')),
      mappings(PAYMENTS, selection('exclude', 'pay%', '%epoch')),
      mappings(selection('include', 'payments', 'entries')),
      mappings(selection('explicit', 'payments', 'entries')),
    ],
  },
  'control-schema-mapped': {
    unsafe: [
      mappings(selection('include', '%', '%'), NO_EPOCH),
      mappings(PAYMENTS, selection('include', 'aws%'), NO_EPOCH),
    ],
    safe: [
      mappings(PAYMENTS, NO_EPOCH),
      mappings(selection('include', '%', '%'), NO_EPOCH, selection('exclude', 'awsdms[_]control', '%')),
    ],
  },
  'filter-without-key': {
    unsafe: [
      mappings(selection('include', 'payments', '%', ['id']), NO_EPOCH),
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
      mappings(PAYMENTS, NO_EPOCH, {
        'rule-type': 'transformation',
        'rule-id': '3',
        'rule-action': 'rename',
        'rule-target': 'table',
        value: 'writer_epoch',
      }),
    ],
    safe: [mappings(PAYMENTS, NO_EPOCH)],
  },
  'lob-mode': {
    unsafe: [mappings(PAYMENTS, NO_EPOCH, settings({ 'lob-settings': { mode: 'none' } }))],
    safe: [mappings(PAYMENTS, NO_EPOCH, settings({}))],
  },
  'parallel-load-by-nullable': {
    unsafe: [
      mappings(PAYMENTS, NO_EPOCH, settings({ 'parallel-load': { type: 'ranges', columns: ['booked_at'] } })),
      mappings(PAYMENTS, NO_EPOCH, settings({ 'parallel-load': { type: 'ranges' } })),
    ],
    safe: [
      mappings(PAYMENTS, NO_EPOCH, settings({ 'parallel-load': { type: 'ranges', columns: ['id'] } })),
      mappings(PAYMENTS, NO_EPOCH, settings({ 'parallel-load': { type: 'none' } })),
    ],
  },
  'table-not-mapped': {
    unsafe: [
      mappings(selection('include', 'archive', '%'), NO_EPOCH),
      mappings(PAYMENTS, NO_EPOCH, selection('exclude', 'payments', 'ent%')),
    ],
    safe: [mappings(PAYMENTS, NO_EPOCH), mappings(selection('include', 'pay_ents', 'entr[a-i]es'))],
  },
};

describe('the linter of table mappings', () => {
  test('finds nothing in the mappings of this project', () => {
    expect(lintTableMappings(tableMappings({ schemas: ['payments', 'a_b'] }), CONTEXT)).toEqual([]);
    expect(lintTableMappings(tableMappings({ schemas: ['%'] })).map(({ rule }) => rule)).toEqual([
      'control-schema-mapped',
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

  test('says which rule takes in writer_epoch, and why it must not', () => {
    const found = lintTableMappings(mappings(selection('include', 'payments', '%')), CONTEXT);
    expect(found.map(findingText)).toEqual([
      'rules[0].object-locator must not take in writer_epoch: exclude it from the same schemas, ' +
        'got {"schema-name":"payments","table-name":"%"}; it says which side may be written and is local to each: ' +
        'replicated, it would open a database that is closed ' +
        '(https://docs.aws.amazon.com/dms/latest/userguide/' +
        'CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Selections.html)',
    ]);
  });

  test('names a declared table that is not mapped', () => {
    const found = lintTableMappings(mappings(selection('include', 'archive', '%'), NO_EPOCH), CONTEXT);
    expect(found).toMatchObject([
      { setting: 'rules', value: 'payments.entries', must: 'must take in every declared table' },
    ]);
  });
});
