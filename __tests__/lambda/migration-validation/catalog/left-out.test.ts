import { expect, test } from '@jest/globals';
import { leftOut } from '../../../../lambda/migration-validation/catalog/left-out';
import { catalogOf, tableOf } from '../catalogs';

test('lists once what is left out on either side, and what nobody asked to leave out', () => {
  const source = catalogOf({
    excluded: [{ object: 'a.*', reason: 'asked' }],
    tables: [tableOf({ schema: 'payments', name: 'writer_epoch' }), tableOf({ name: 'kept' })],
    notTables: [{ schema: '', name: 'large objects', kind: 'large objects', count: 3 }],
  });
  const target = catalogOf({
    excluded: [
      { object: 'a.*', reason: 'asked' },
      { object: 'b.*', reason: 'asked' },
    ],
    tables: [tableOf({ schema: 'payments', name: 'writer_epoch' })],
    notTables: [{ schema: 'shop', name: 'daily', kind: 'materialized view' }],
  });
  expect(leftOut(source, target)).toEqual([
    { object: 'a.*', reason: 'asked', asked: true },
    { object: 'b.*', reason: 'asked', asked: true },
    { object: 'payments.writer_epoch', reason: 'says whether its own side may be written', asked: true },
    {
      object: 'large objects of the source',
      reason: '3 large objects are in no table; compare them by other means',
      asked: false,
    },
    {
      object: 'shop.daily',
      reason: 'a materialized view of the target is no table; exclude it by name if it need not be compared',
      asked: false,
    },
  ]);
});
