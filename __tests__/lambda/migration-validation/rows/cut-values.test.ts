import { describe, expect, test } from '@jest/globals';
import { cutBoth, cutOne } from '../../../../lambda/migration-validation/rows/cut-values';

describe('two values that differ', () => {
  test('of 200 characters are whole, NULL stays NULL', () => {
    expect(cutBoth('x'.repeat(200), null)).toEqual({ source: 'x'.repeat(200), target: null });
  });

  test('of 201 characters are cut, and say how long they are', () => {
    const cut = `${'x'.repeat(200)}… (cut at 200 of 201 characters)`;
    expect(cutBoth('x'.repeat(201), '')).toEqual({ source: cut, target: '' });
    expect(cutBoth(null, 'x'.repeat(201))).toEqual({ source: null, target: cut });
  });

  test('are counted in characters, not in halves of them', () => {
    const whole = { source: '😀'.repeat(200), target: 'b' };
    expect(cutBoth(whole.source, whole.target)).toEqual(whole);
    expect(cutBoth('😀'.repeat(201), 'b').source).toBe(`${'😀'.repeat(200)}… (cut at 200 of 201 characters)`);
  });

  test('far behind their beginning are shown from there', () => {
    expect(cutBoth(`${'x'.repeat(1000)}A`, `${'x'.repeat(1000)}B`)).toEqual({
      source: `…${'x'.repeat(20)}A (981 to 1,001 of 1,001 characters)`,
      target: `…${'x'.repeat(20)}B (981 to 1,001 of 1,001 characters)`,
    });
  });

  test('in the second half of a character are shown from that character', () => {
    expect(cutBoth(`${'😀'.repeat(300)}😁x`, `${'😀'.repeat(300)}😂x`)).toEqual({
      source: `…${'😀'.repeat(20)}😁x (281 to 302 of 302 characters)`,
      target: `…${'😀'.repeat(20)}😂x (281 to 302 of 302 characters)`,
    });
  });

  test('may be large: no copy is made of them', () => {
    const large = 'x'.repeat(30_000_000);
    const before = process.memoryUsage().heapUsed;
    const { source } = cutBoth(`${large}A`, large);
    expect(source).toBe(`…${'x'.repeat(20)}A (29,999,981 to 30,000,001 of 30,000,001 characters)`);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  });
});

test('one value is shown from its beginning, NULL stays NULL', () => {
  expect([null, 'x'.repeat(200), 'x'.repeat(1201)].map(cutOne)).toEqual([
    null,
    'x'.repeat(200),
    `${'x'.repeat(200)}… (cut at 200 of 1,201 characters)`,
  ]);
});
