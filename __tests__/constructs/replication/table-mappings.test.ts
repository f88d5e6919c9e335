import { describe, expect, test } from '@jest/globals';
import { replicates } from '../../../constructs/replication/name-pattern';
import { tableMappings, tableMappingsJson } from '../../../constructs/replication/table-mappings';

describe('table mappings', () => {
  test('take in each schema whole and leave writer_epoch and the marker of the way back out of every schema', () => {
    expect(tableMappings({ schemas: ['payments', 'fees'], direction: 'forward' }).rules).toEqual([
      {
        'rule-type': 'selection',
        'rule-id': '1',
        'rule-name': 'include-1',
        'rule-action': 'include',
        'object-locator': { 'schema-name': 'payments', 'table-name': '%' },
        filters: [],
      },
      {
        'rule-type': 'selection',
        'rule-id': '2',
        'rule-name': 'include-2',
        'rule-action': 'include',
        'object-locator': { 'schema-name': 'fees', 'table-name': '%' },
        filters: [],
      },
      {
        'rule-type': 'selection',
        'rule-id': '3',
        'rule-name': 'exclude-3',
        'rule-action': 'exclude',
        'object-locator': { 'schema-name': '%', 'table-name': 'writer_epoch' },
        filters: [],
      },
      {
        'rule-type': 'selection',
        'rule-id': '4',
        'rule-name': 'exclude-4',
        'rule-action': 'exclude',
        'object-locator': { 'schema-name': '%', 'table-name': 'drain_marker_reverse' },
        filters: [],
      },
    ]);
  });

  test('leave out the tables that stay local', () => {
    const mappings = tableMappings({
      schemas: ['payments'],
      excludedTables: [{ schema: 'payments', name: 'notes' }],
      direction: 'forward',
    });
    expect(replicates(mappings, 'payments', 'entries')).toBe(true);
    expect(replicates(mappings, 'payments', 'writer_epoch')).toBe(false);
    expect(replicates(mappings, 'payments', 'notes')).toBe(false);
    expect(replicates(mappings, 'other', 'entries')).toBe(false);
  });

  test.each([
    ['forward', 'drain_marker_forward', 'drain_marker_reverse'],
    ['reverse', 'drain_marker_reverse', 'drain_marker_forward'],
  ] as const)('carry %s the marker %s, and not %s', (direction, own, other) => {
    const mappings = tableMappings({ schemas: ['payments'], direction });
    expect(replicates(mappings, 'payments', own)).toBe(true);
    expect(replicates(mappings, 'payments', other)).toBe(false);
    expect(replicates(mappings, 'payments', 'writer_epoch')).toBe(false);
    expect(replicates(mappings, 'migration_control', 'executor_token')).toBe(false);
  });

  test('are the same text in every synthesis, keys sorted', () => {
    expect(tableMappingsJson(tableMappings({ schemas: ['payments'], direction: 'reverse' }))).toBe(
      '{"rules":[' +
        '{"filters":[],"object-locator":{"schema-name":"payments","table-name":"%"},"rule-action":"include",' +
        '"rule-id":"1","rule-name":"include-1","rule-type":"selection"},' +
        '{"filters":[],"object-locator":{"schema-name":"%","table-name":"writer_epoch"},"rule-action":"exclude",' +
        '"rule-id":"2","rule-name":"exclude-2","rule-type":"selection"},' +
        '{"filters":[],"object-locator":{"schema-name":"%","table-name":"drain_marker_forward"},"rule-action":"exclude",' +
        '"rule-id":"3","rule-name":"exclude-3","rule-type":"selection"}]}',
    );
  });
});
