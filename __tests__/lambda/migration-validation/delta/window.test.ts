import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  isDelta,
  MAX_TRANSACTIONS,
  outsideWindow,
  parseSnapshot,
  rawId,
  STEP,
  stepOf,
  windowProblem,
  windowWidth,
} from '../../../../lambda/migration-validation/delta/window';

/** age() of PostgreSQL: the difference of the lower halves, with a sign; ids below 3 are older than anything. */
const age = (id: bigint, next: bigint): number => {
  const raw = Number(id % 2n ** 32n);
  return raw < 3 ? 2 ** 31 - 1 : (Number(next % 2n ** 32n) - raw) | 0;
};

/** What the SQL condition says of a row, from its text. */
function evaluate(condition: string, rowAge: number): boolean {
  const [, low, high] = /^age\(t\.xmin\) BETWEEN (-?\d+) AND (-?\d+)$/.exec(condition) ?? [];
  return rowAge >= Number(low) && rowAge <= Number(high);
}

function stepOfRow(expression: string, rowAge: number): number {
  const [, limit] = /^CASE WHEN age\(t\.xmin\) > (-?\d+) THEN -1 ELSE/.exec(expression) ?? [];
  return rowAge > Number(limit) ? -1 : Math.floor((Number(limit) - rowAge) / STEP);
}

const normal = (id: bigint) => (id % 2n ** 32n < 3n ? id + 3n : id);
const ids = fc.bigInt({ min: 3n, max: 2n ** 36n }).map(normal);
const ages = fc.bigInt({ min: 0n, max: BigInt(MAX_TRANSACTIONS) });

test('no row of a transaction from the snapshot on is left out, whatever epoch it is in', () => {
  fc.assert(
    fc.property(ids, ages, fc.bigInt({ min: 0n, max: 2n ** 31n }), (xmin, since, into) => {
      const next = normal(xmin + since);
      const id = normal(xmin + (into % (next - xmin + 1n)));
      const anchor = age(xmin, next);
      expect(evaluate(isDelta(anchor, windowWidth(anchor)), age(id, next))).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('as many rows are outside of the window as were counted outside of it, also ones older than 2^32 transactions', () => {
  const epochs = fc.bigInt({ min: 1n, max: 5n });
  // Near the snapshot's xmin in what rows carry, some epochs before: where the window ends.
  const near = fc.record({ epochs, offset: fc.integer({ min: -2 * STEP, max: 6 * STEP }) });
  fc.assert(
    fc.property(
      fc.bigInt({ min: 2n ** 35n, max: 2n ** 36n }),
      fc.bigInt({ min: 0n, max: 1000n }),
      fc.oneof(fc.bigInt({ min: 0n, max: BigInt(4 * STEP) }), ages),
      fc.array(near, { maxLength: 100 }),
      (any, flight, since, rows) => {
        const xmin = normal(any);
        const then = normal(xmin + flight);
        const now = normal(then + (since > 2000n ? since - 2000n : 0n));
        const old = rows.map((row) => normal(xmin - row.epochs * 2n ** 32n + BigInt(row.offset)));
        const expression = stepOf(age(xmin, then));
        const counts = old.map((id) => ({ step: stepOfRow(expression, age(id, then)), rows: 1 }));
        const width = windowWidth(age(xmin, now));
        const condition = isDelta(age(xmin, now), width);
        expect(old.filter((id) => !evaluate(condition, age(id, now)))).toHaveLength(outsideWindow(counts, width));
      },
    ),
    { numRuns: 2000 },
  );
});

test('rows of the epoch before are read only where their lower half is the same', () => {
  const xmin = 2n ** 32n + 5_000_000n;
  const next = xmin + 10n;
  const condition = isDelta(age(xmin, next), windowWidth(age(xmin, next)));
  expect(evaluate(condition, age(5_000_001n, next))).toBe(true);
  expect(evaluate(condition, age(4_999_999n, next))).toBe(false);
  expect(evaluate(condition, age(5_000_000n + BigInt(STEP), next))).toBe(false);
  expect(evaluate(condition, age(2n, next))).toBe(false);
});

test.each([
  [0, STEP],
  [STEP - 1, STEP],
  [STEP, 2 * STEP],
])('an age of %i makes a window of %i', (of, width) => expect(windowWidth(of)).toBe(width));

test.each([
  [3n, '3'],
  [2n ** 32n - 1n, '4294967295'],
  [2n ** 32n + 7n, '7'],
])('rows carry of %i the lower half %s', (id, raw) => expect(rawId(id)).toBe(raw));

describe('windowProblem', () => {
  const then = { xmin: 1000n, xmax: 1010n };
  const at = (transactions: number) => ({ xmin: 1000n + BigInt(transactions), xmax: 1000n + BigInt(transactions) });

  test('a baseline serves until it is too old', () => {
    expect(windowProblem(then, then, 10)).toBeUndefined();
    expect(windowProblem(then, at(MAX_TRANSACTIONS), MAX_TRANSACTIONS)).toBeUndefined();
    expect(windowProblem(then, at(MAX_TRANSACTIONS + 1), MAX_TRANSACTIONS + 1)).toBe(
      'the baseline is 2145386497 transactions old, more than 2145386496',
    );
  });

  test('ids that run backwards are another server', () => {
    const message = 'its transaction ids have run backwards since the baseline, from 1000:1010 to';
    expect(windowProblem(then, { xmin: 1000n, xmax: 1009n }, 10)).toContain(`${message} 1000:1009`);
    expect(windowProblem(then, { xmin: 999n, xmax: 1011n }, 10)).toContain(`${message} 999:1011`);
  });

  test('an age that does not fit the snapshots is refused', () => {
    expect(windowProblem(then, at(20), 19)).toBe('it counts 19 transactions since the baseline, its snapshots 20');
    expect(windowProblem(then, at(20), -5)).toBe('it counts -5 transactions since the baseline, its snapshots 20');
    expect(windowProblem(then, at(20), MAX_TRANSACTIONS + 1)).toContain('it counts 2145386497');
  });
});

test('a snapshot is read as it is printed, or refused', () => {
  expect(parseSnapshot('738:741:738,739')).toEqual({ xmin: 738n, xmax: 741n });
  expect(() => parseSnapshot('738:741')).toThrow('snapshot must be as pg_current_snapshot() prints it, got 738:741');
});
