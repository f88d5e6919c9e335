import { expect, test } from '@jest/globals';
import { measurePairs } from '../../../benchmarks/functions/paired';

test('each operation runs once a pair, in an order that changes, and warm-ups are not counted', async () => {
  const calls: string[] = [];
  let clock = 0;
  const operation = (name: string, takes: readonly number[]) => (pair: number) => {
    calls.push(`${name}${pair}`);
    clock += takes[pair] ?? 0;
    return Promise.resolve();
  };
  const measured = await measurePairs(operation('ours', [100, 3, 5, 4]), operation('bare', [90, 2, 1, 3]), {
    runs: 3,
    warmUps: 1,
    now: () => clock,
  });
  expect(calls).toEqual(['ours0', 'bare0', 'bare1', 'ours1', 'ours2', 'bare2', 'bare3', 'ours3']);
  expect(measured).toEqual({ ours: { p50: 4, p99: 5 }, bare: { p50: 2, p99: 3 } });
});

test('nothing measured is an error', async () => {
  const nothing = () => Promise.resolve();
  await expect(measurePairs(nothing, nothing, { runs: 0, warmUps: 1 })).rejects.toThrow(
    'percentile must have at least one value, got none',
  );
});
