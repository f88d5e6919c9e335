import { describe, expect, test } from '@jest/globals';
import {
  isSchemaSelected,
  isSelected,
  localReason,
  parseTablePattern,
  schemaExclusion,
} from '../../../../lambda/migration-validation/catalog/selection';

describe('a pattern of tables', () => {
  test.each([
    ['shop.orders', { schema: 'shop', name: 'orders' }],
    ['shop.*', { schema: 'shop' }],
    ['*.orders', { name: 'orders' }],
    ['"my.shop"."a*b"', { schema: 'my.shop', name: 'a*b' }],
    ['"*".orders', { schema: '*', name: 'orders' }],
    ['shop."a""b"', { schema: 'shop', name: 'a"b' }],
    ['Shop.Orders', { schema: 'Shop', name: 'Orders' }],
  ])('%s', (text, pattern) => {
    expect(parseTablePattern(text)).toEqual(pattern);
  });

  test.each(['', 'orders', '*', '*.*', 'shop.', '.orders', 'a.b.c', 'shop.ord*', 'sh*p.orders', 'shop."orders'])(
    'refuses %p',
    (text) => {
      expect(() => parseTablePattern(text)).toThrow(
        `excludeTables must be schema.table, schema.* or *.table, got ${text}; put a name with a dot or a star in double quotes`,
      );
    },
  );
});

describe('a selection', () => {
  const orders = { schema: 'shop', name: 'orders' };

  test('takes by default every schema but those of PostgreSQL and DMS', () => {
    const names = [
      'shop',
      'public',
      'ledger_control',
      'pg_catalog',
      'pg_toast',
      'information_schema',
      'awsdms_control',
    ];
    expect(names.filter((name) => isSchemaSelected(name, {}))).toEqual(['shop', 'public', 'ledger_control']);
  });

  test('takes just the schemas that it names', () => {
    const selection = { schemas: ['awsdms_control'] };
    expect(['shop', 'awsdms_control'].filter((name) => isSchemaSelected(name, selection))).toEqual(['awsdms_control']);
    expect(schemaExclusion('shop', selection)).toBe('not among the schemas asked for: awsdms_control');
    expect(schemaExclusion('awsdms_control', selection)).toBeUndefined();
    expect(schemaExclusion('pg_catalog', selection)).toBeUndefined();
  });

  test.each([
    [[], true],
    [['shop.orders'], false],
    [['shop.*'], false],
    [['*.orders'], false],
    [['shop.order', 'other.*', '*.orders2', 'SHOP.ORDERS'], true],
  ])('without %j takes a table: %p', (excludeTables, taken) => {
    expect(isSelected(orders, { excludeTables })).toBe(taken);
  });
});

test("leaves out the rows of the ledger's own tables, not of others with their names", () => {
  expect(localReason({ schema: 'payments', name: 'writer_epoch' })).toBe('says whether its own side may be written');
  expect(localReason({ schema: 'payments', name: 'drain_marker_forward' })).toBeDefined();
  expect(localReason({ schema: 'payments', name: 'drain_marker_reverse' })).toBeDefined();
  expect(localReason({ schema: 'ledger_control', name: 'migrations' })).toBeDefined();
  expect(localReason({ schema: 'migration_control', name: 'executor_token' })).toBeDefined();
  expect(localReason({ schema: 'payments', name: 'entries' })).toBeUndefined();
  expect(localReason({ schema: 'other', name: 'writer_epoch' })).toBeUndefined();
});
