import { describe, expect, test } from '@jest/globals';
import type { TypeConstraint } from '../../../verification/schema/provider-schema';
import { typeMismatches } from '../../../verification/schema/type-check';

const OBJECT: TypeConstraint = ['object', { cidr: 'string', port: 'number' }];

describe('a value fits its type', () => {
  test.each<[unknown, TypeConstraint]>([
    ['text', 'string'],
    [1, 'string'],
    [true, 'string'],
    [0, 'number'],
    ['1', 'number'],
    ['-1.5e3', 'number'],
    [false, 'bool'],
    ['true', 'bool'],
    ['0', 'bool'],
    ['${var.x}', ['list', 'string']],
    ['1${var.x}', 'number'],
    [null, ['map', 'string']],
    [
      ['a', 1, '${var.x}'],
      ['set', 'string'],
    ],
    [{ a: 1, b: '2' }, ['map', 'number']],
    [{ cidr: '10.0.0.0/8', port: '80' }, OBJECT],
    [{ cidr: '10.0.0.0/8' }, OBJECT],
    [
      ['a', 1],
      ['tuple', ['string', 'number']],
    ],
    [{ anything: [1] }, 'dynamic'],
  ])('%j as %j', (value, type) => {
    expect(typeMismatches(value, type)).toEqual([]);
  });
});

describe('a value that does not fit is named with its path', () => {
  test.each<[unknown, TypeConstraint, string, string]>([
    [['a'], 'string', '', 'must be a string, got ["a"]'],
    ['one', 'number', '', 'must be a number, got "one"'],
    ['', 'number', '', 'must be a number, got ""'],
    [true, 'number', '', 'must be a number, got true'],
    ['yes', 'bool', '', 'must be a bool, got "yes"'],
    [1, 'bool', '', 'must be a bool, got 1'],
    ['a', ['list', 'string'], '', 'must be a list, got "a"'],
    ['a${var.x}', ['list', 'string'], '', 'must be a list, got "a${var.x}"'],
    ['$${var.x}', 'number', '', 'must be a number, got "$${var.x}"'],
    [{ a: 1 }, ['set', 'string'], '', 'must be a set, got {"a":1}'],
    [['a'], ['map', 'string'], '', 'must be a map, got ["a"]'],
    [['1', 'x'], ['list', 'number'], '[1]', 'must be a number, got "x"'],
    [{ a: {} }, ['map', 'string'], '["a"]', 'must be a string, got {}'],
    ['a', OBJECT, '', 'must be an object, got "a"'],
    [[{ cidr: 'a', port: 'b' }], ['list', OBJECT], '[0].port', 'must be a number, got "b"'],
    [{ cider: 'a' }, OBJECT, '.cider', 'must be one of cidr, port'],
    [['a'], ['tuple', ['string', 'number']], '', 'must be a list of 2, got ["a"]'],
    [['a', 'b'], ['tuple', ['string', 'number']], '[1]', 'must be a number, got "b"'],
  ])('%j as %j', (value, type, path, message) => {
    expect(typeMismatches(value, type)).toEqual([{ path, message }]);
  });

  test('and cut in the message where it is long', () => {
    expect(typeMismatches(['x'.repeat(100)], 'string')[0]?.message).toBe(`must be a string, got ["${'x'.repeat(75)}…`);
  });
});
