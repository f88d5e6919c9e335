import { describe, expect, test } from '@jest/globals';
import { isDue } from '../../../lambda/payment-reconciliation/backoff';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 2);

describe('a payment is driven again', () => {
  test.each([
    ['first', 0, 10],
    ['after one attempt', 1, 20],
    ['after two attempts', 2, 40],
    ['after five attempts', 5, 320],
    ['after six attempts', 6, 360],
    ['after a thousand attempts', 1_000, 360],
  ])('%s (%i) when %i minutes are over', (_when, redrives, minutes) => {
    const last = NOW - minutes * MINUTE;
    const payment = (time: number) =>
      redrives === 0 ? { timestamp: time, redrives } : { timestamp: 0, redrives, redrivenAt: time };
    expect([isDue(payment(last), NOW), isDue(payment(last + 1), NOW)]).toEqual([true, false]);
  });
});
