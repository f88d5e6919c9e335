import { describe, expect, test } from '@jest/globals';
import { problemText, quoted, requireNone, when } from '../../../constructs/validation/problem';

const PROBLEM = { field: 'ttlSeconds', must: 'must be an integer', got: 1.5, fix: 'round it' };

describe('a problem', () => {
  test.each([
    ['text', '"text"'],
    [0, '0'],
    [NaN, 'NaN'],
    [Infinity, 'Infinity'],
    [null, 'null'],
    [undefined, 'nothing'],
    [['a', 1], '["a",1]'],
    [() => 1, 'function'],
    [Symbol('x'), 'symbol'],
    [5432n, '5432n'],
    [[5432n, () => 1, NaN], '["5432n","function","NaN"]'],
  ])('quotes %p as %s', (value, text) => {
    expect(quoted(value)).toBe(text);
  });

  test('quotes an object that holds itself without an end', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    expect(quoted(circular)).toBe('an object that cannot be shown');
  });

  test('is one sentence: field, rule, value, remedy', () => {
    expect(problemText(PROBLEM)).toBe('ttlSeconds must be an integer, got 1.5; round it');
  });

  test('is there only where its rule is broken', () => {
    expect([when(true, PROBLEM), when(false, PROBLEM)]).toEqual([[PROBLEM], []]);
  });

  test('refuses props, together with every other one', () => {
    expect(() => requireNone([PROBLEM, { ...PROBLEM, field: 'port' }])).toThrow(
      new Error('ttlSeconds must be an integer, got 1.5; round it\nport must be an integer, got 1.5; round it'),
    );
    expect(() => requireNone([])).not.toThrow();
  });
});
