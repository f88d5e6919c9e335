import { describe, expect, test } from '@jest/globals';
import { judgeComparison } from '../../../benchmarks/compare/goals';

const REACHED = { scan: 1000, equal: 1200, different: 1500, maxRssMib: 150, reladiffDifferent: 7500 };

const missed = (measured: Parameters<typeof judgeComparison>[0]) =>
  judgeComparison(measured)
    .filter(({ passed }) => !passed)
    .map(({ goal }) => goal);

describe('the goals of comparing', () => {
  test('are reached at their limits', () => {
    expect(missed(REACHED)).toEqual([]);
    expect(judgeComparison(REACHED)).toHaveLength(4);
  });

  test.each([
    [{ equal: 1201 }, ['equal, to one scan']],
    [{ different: 1501 }, ['100 differing rows, to one scan', '100 differing rows, to reladiff']],
    [{ reladiffDifferent: 7499 }, ['100 differing rows, to reladiff']],
    [{ maxRssMib: 151 }, ['memory, MiB']],
  ])('%j misses %j', (change, goals) => {
    expect(missed({ ...REACHED, ...change })).toEqual(goals);
  });

  test('are three where reladiff is not on the machine', () => {
    const { reladiffDifferent: _, ...own } = REACHED;
    expect(judgeComparison(own)).toHaveLength(3);
  });
});
