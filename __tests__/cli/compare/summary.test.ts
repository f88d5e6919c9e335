import { expect, test } from '@jest/globals';
import { summaryOf } from '../../../cli/compare/summary';
import { sampleReport } from '../../lambda/migration-validation/report/sample-report';

test('a function that differs is shown as a diff, without the lines that are equal', () => {
  const functionOf = (amount: number) => ['BEGIN', 'one', 'two', 'three', `RETURN ${amount};`, 'END'].join('\n');
  const object = 'payments.fee()';
  const differences = [
    { kind: 'function', object, source: functionOf(1), target: functionOf(2) },
    { kind: 'column', object: 'payments.entries.amount', source: 'bigint', target: 'integer' },
    { kind: 'index', object: 'payments.entries.i', source: 'CREATE INDEX i' },
  ];
  const lines = summaryOf(sampleReport({ schema: { verdict: 'different', tablesCompared: 1, differences } }));
  const start = lines.indexOf('Schema:');
  expect(lines.slice(start, start + 10)).toEqual([
    'Schema:',
    '  function payments.fee():',
    '      …',
    '      two',
    '      three',
    '    - RETURN 1;',
    '    + RETURN 2;',
    '      END',
    '  column payments.entries.amount: bigint -> integer',
    '  index payments.entries.i: only on the source',
  ]);
});
