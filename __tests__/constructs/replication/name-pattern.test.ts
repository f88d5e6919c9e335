import { describe, expect, test } from '@jest/globals';
import { hasWildcard, matchesName } from '../../../constructs/replication/name-pattern';

describe('a name pattern of a table mapping', () => {
  test.each([
    ['%', '', true],
    ['%', 'any.thing', true],
    ['pay%', 'payments', true],
    ['pay%', 'repay', false],
    ['%epoch', 'writer_epoch', true],
    ['writer_epoch', 'writer_epoch', true],
    ['writer_epoch', 'writerXepoch', true],
    ['writer[_]epoch', 'writer_epoch', true],
    ['writer[_]epoch', 'writerXepoch', false],
    ['t[ab]', 'tb', true],
    ['t[ab]', 'tc', false],
    ['t[a-d]', 'tc', true],
    ['t[a-d]', 'te', false],
    ['a.b', 'axb', false],
    ['a+(b)', 'a+(b)', true],
    ['t[^a]', 't^', true],
    ['t[^a]', 'tb', false],
    ['payments', 'PAYMENTS', false],
  ])('%s against %s: %p', (pattern, name, expected) => {
    expect(matchesName(pattern, name)).toBe(expected);
  });

  test.each([
    ['a%', true],
    ['a_b', true],
    ['[ab]', true],
    ['payments', false],
  ])('%s has a wildcard: %p', (pattern, expected) => {
    expect(hasWildcard(pattern)).toBe(expected);
  });
});
