import { expect, test } from '@jest/globals';
import { fuzzPaymentApi, STATUSES_TO_REACH } from '../../fuzz/campaign';

test('requests that nobody thought of are answered, never with a fault of ours, and repeated nowhere', async () => {
  const { statuses } = await fuzzPaymentApi({ requests: 400, seed: 20_261_121 });
  expect(Object.values(statuses).reduce((sum, count) => sum + count, 0)).toBe(400);
  expect(Object.keys(statuses).map(Number)).toEqual(expect.arrayContaining(STATUSES_TO_REACH));
}, 120_000);
