import { describe, expect, test } from '@jest/globals';
import { coveringScope, scopeProblem } from '../../../../lambda/migration-validation/distributed/base-scope';

const REPLICATED = { schemas: ['payments', 'shop'], excludedTables: [{ schema: 'shop', name: 'cache' }] };

describe('an earlier comparison', () => {
  test.each([
    ['of everything', {}],
    ['of all schemas that are replicated', { schemas: ['shop', 'payments', 'other'] }],
    ['without what is local to its side', { excludeTables: ['shop.cache', 'payments.writer_epoch', 'other.*'] }],
  ])('%s serves', (_, request) => {
    expect(scopeProblem(request, REPLICATED)).toBeUndefined();
    expect(coveringScope(request, REPLICATED)).toEqual({ schemas: undefined, excludeTables: undefined, ...request });
  });

  test.each([
    [{ schemas: ['payments'] }, 'it left out what is replicated: the schema shop'],
    [{ excludeTables: ['shop.orders'] }, 'it left out what is replicated: shop.orders'],
    [{ excludeTables: ['shop.*', 'shop.cache'] }, 'it left out what is replicated: shop.*'],
    // Of the same name in another schema nothing was said.
    [{ excludeTables: ['*.cache'] }, 'it left out what is replicated: *.cache'],
  ])('of %j is refused, and what it left out is compared whole where it has to do', (request, problem) => {
    expect(scopeProblem(request, REPLICATED)).toBe(problem);
    expect(coveringScope(request, REPLICATED)).toEqual({
      schemas: ['payments', 'shop'],
      excludeTables: ['shop.cache'],
    });
    expect(coveringScope(request, undefined)).toEqual({ schemas: undefined, excludeTables: undefined, ...request });
  });
});
