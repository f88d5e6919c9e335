import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Candidate,
  evaluate,
  historyNeededSince,
  type PastPayment,
  type PaymentHistory,
} from '../../../lambda/fraud-detection/evaluate';
import type { FraudRule, FraudRules } from '../../../lambda/fraud-detection/rules';
import { TRANSACTION_STATUSES } from '../../../lambda/shared/transactions/transaction';

const NOW = 1_000_000_000;
const candidate = (fields: Partial<Candidate> = {}): Candidate => ({
  transactionId: 'm',
  timestamp: NOW,
  merchantId: 'm1',
  amount: 100,
  currency: 'USD',
  country: 'DE',
  ...fields,
});
const past = (fields: Partial<PastPayment> = {}): PastPayment => ({
  transactionId: 'a',
  timestamp: NOW - 1,
  amount: 100,
  currency: 'USD',
  status: 'PROCESSED',
  ...fields,
});
const all = (...payments: readonly PastPayment[]): PaymentHistory => ({ payments, completeSince: -Infinity });
const rulesOf = (...rules: FraudRule[]): FraudRules => ({ version: 'v7', rejectAtScore: 10, rules });
const rule = (fields: object): FraudRule => ({ id: 'r', weight: 10, ...fields }) as FraudRule;
const reasons = (fields: object, history: PaymentHistory, of: Partial<Candidate> = {}) =>
  evaluate(candidate(of), history, rulesOf(rule(fields))).reasons;

const VELOCITY = { type: 'velocity-count', windowSeconds: 10, maxPayments: 2 };
const SUM = { type: 'velocity-sum', windowSeconds: 10, maxAmounts: { USD: 300 } };
const DECLINES = { type: 'repeated-declines', windowSeconds: 10, maxDeclines: 1 };
const LIMIT = { type: 'amount-limit', maxAmounts: { USD: 100 }, unlistedCurrencies: 'ignore' };

describe('a rule', () => {
  test.each<[string, object, PaymentHistory, Partial<Candidate>, boolean]>([
    ['velocity-count at its limit', VELOCITY, all(past()), {}, false],
    ['velocity-count over its limit', VELOCITY, all(past(), past({ transactionId: 'b' })), {}, true],
    [
      'velocity-count of rejected ones',
      VELOCITY,
      all(past({ status: 'REJECTED' }), past({ status: 'REJECTED' })),
      {},
      true,
    ],
    ['velocity-count at the window’s start', VELOCITY, all(past(), past({ timestamp: NOW - 10_000 })), {}, true],
    ['velocity-count before the window', VELOCITY, all(past(), past({ timestamp: NOW - 10_001 })), {}, false],
    ['velocity-sum at its limit', SUM, all(past(), past()), {}, false],
    ['velocity-sum over its limit', SUM, all(past(), past({ amount: 101 })), {}, true],
    ['velocity-sum by itself', SUM, all(), { amount: 301 }, true],
    ['velocity-sum without what was rejected', SUM, all(past(), past({ amount: 101, status: 'REJECTED' })), {}, false],
    ['velocity-sum without other currencies', SUM, all(past({ amount: 999, currency: 'EUR' })), {}, false],
    ['velocity-sum in a currency without a limit', SUM, all(), { amount: 999, currency: 'EUR' }, false],
    [
      'velocity-sum beyond what a number can count',
      { ...SUM, maxAmounts: { USD: Number.MAX_SAFE_INTEGER - 1 } },
      all(past({ amount: Number.MAX_SAFE_INTEGER - 1 })),
      {},
      true,
    ],
    ['amount-limit at its limit', LIMIT, all(), { amount: 100 }, false],
    ['amount-limit over its limit', LIMIT, all(), { amount: 101 }, true],
    ['amount-limit ignoring another currency', LIMIT, all(), { amount: 999, currency: 'EUR' }, false],
    [
      'amount-limit matching another currency',
      { ...LIMIT, unlistedCurrencies: 'match' },
      all(),
      { currency: 'EUR' },
      true,
    ],
    ['amount-limit for a currency that objects have', LIMIT, all(), { currency: 'constructor' }, false],
    ['repeated-declines at its limit', DECLINES, all(past({ status: 'REJECTED' })), {}, false],
    [
      'repeated-declines over its limit',
      DECLINES,
      all(past({ status: 'REJECTED' }), past({ status: 'REJECTED' })),
      {},
      true,
    ],
    ['repeated-declines without the others', DECLINES, all(past(), past({ status: 'FAILED' })), {}, false],
    ['blocked-merchants of this merchant', { type: 'blocked-merchants', merchants: ['x', 'm1'] }, all(), {}, true],
    ['blocked-merchants of another', { type: 'blocked-merchants', merchants: ['m'] }, all(), {}, false],
    ['blocked-countries of this country', { type: 'blocked-countries', countries: ['DE'] }, all(), {}, true],
    ['blocked-countries of none', { type: 'blocked-countries', countries: [] }, all(), {}, false],
  ])('%s', (_name, fields, history, of, matched) => {
    expect(reasons(fields, history, of)).toEqual(matched ? ['r'] : []);
  });

  test('leaves out the payment itself, later ones, and at the same time those with a greater id', () => {
    const history = all(
      past({ transactionId: 'm', timestamp: NOW }),
      past({ transactionId: 'z', timestamp: NOW }),
      past({ timestamp: NOW + 1 }),
    );
    expect(reasons({ ...VELOCITY, maxPayments: 1 }, history)).toEqual([]);
    expect(reasons({ ...VELOCITY, maxPayments: 1 }, all(past({ timestamp: NOW })))).toEqual(['r']);
  });

  test('matches when its window was not read to the end and decides nothing by what was', () => {
    const read = (completeSince: number) => ({ payments: [past()], completeSince });
    expect(reasons(VELOCITY, read(NOW - 10_000))).toEqual([]);
    expect(reasons(VELOCITY, read(NOW - 9_999))).toEqual(['r']);
    expect(reasons(LIMIT, read(NOW))).toEqual([]);
  });
});

describe('the decision', () => {
  const two = (rejectAtScore: number): FraudRules => ({
    version: 'v7',
    rejectAtScore,
    rules: [
      rule({ id: 'country', weight: 4, type: 'blocked-countries', countries: ['DE'] }),
      rule({ id: 'unmatched', weight: 50, type: 'blocked-countries', countries: ['FR'] }),
      rule({ id: 'amount', weight: 5, ...LIMIT, maxAmounts: { USD: 1 } }),
    ],
  });

  test.each([
    [8, 'REJECTED'],
    [9, 'REJECTED'],
    [10, 'APPROVED'],
  ])('with a score of 9 and the threshold %i is %s, with the rules that matched as reasons', (threshold, decision) => {
    expect(evaluate(candidate(), all(), two(threshold))).toEqual({
      decision,
      score: 9,
      reasons: ['country', 'amount'],
      rulesVersion: 'v7',
    });
  });
});

describe('how far back the history is needed', () => {
  const rules = rulesOf(
    rule({ id: 'short', ...VELOCITY }),
    rule({ id: 'long', ...VELOCITY, windowSeconds: 100, maxPayments: 3 }),
    rule({ id: 'none', ...LIMIT }),
  );

  test.each<[string, readonly PastPayment[], number | undefined]>([
    ['to the longest window at first', [], NOW - 100_000],
    ['to the longest that has not matched', [past(), past()], NOW - 100_000],
    ['not at all when all have matched', [past(), past(), past()], undefined],
  ])('%s', (_name, payments, since) => {
    expect(historyNeededSince(candidate(), payments, rules)).toBe(since);
  });

  test('not at all for rules that look at no history', () => {
    expect(historyNeededSince(candidate(), [], rulesOf(rule(LIMIT)))).toBeUndefined();
  });
});

describe('whatever the rules and the history', () => {
  const currency = fc.constantFrom('USD', 'EUR', 'JPY');
  const small = fc.integer({ min: 1, max: 20 });
  const time = fc.integer({ min: NOW - 20_000, max: NOW + 2_000 });
  const anyCandidate = fc.record({
    transactionId: fc.constantFrom('a', 'm', 'z'),
    timestamp: fc.constant(NOW),
    merchantId: fc.constantFrom('m1', 'm2'),
    amount: small,
    currency,
    country: fc.constantFrom('DE', 'FR'),
  });
  const anyPayments = fc.array(
    fc.record({
      transactionId: fc.string({ minLength: 1, maxLength: 2 }),
      timestamp: time,
      amount: fc.oneof(small, fc.constant(Number.MAX_SAFE_INTEGER)),
      currency,
      status: fc.constantFrom(...TRANSACTION_STATUSES),
    }),
    { maxLength: 12 },
  );
  const amounts = fc.dictionary(currency, small, { minKeys: 1, noNullPrototype: true });
  const anyRule = fc
    .tuple(
      fc.integer({ min: 1, max: 10 }),
      fc.oneof(
        fc.record({ type: fc.constant('velocity-count'), windowSeconds: small, maxPayments: small }),
        fc.record({ type: fc.constant('velocity-sum'), windowSeconds: small, maxAmounts: amounts }),
        fc.record({
          type: fc.constant('amount-limit'),
          maxAmounts: amounts,
          unlistedCurrencies: fc.constantFrom('match', 'ignore'),
        }),
        fc.record({ type: fc.constant('repeated-declines'), windowSeconds: small, maxDeclines: fc.nat(5) }),
        fc.record({ type: fc.constant('blocked-merchants'), merchants: fc.subarray(['m1', 'm2']) }),
        fc.record({ type: fc.constant('blocked-countries'), countries: fc.subarray(['DE', 'FR']) }),
      ),
    )
    .map(([weight, fields]) => ({ weight, ...fields }));
  const anyRules = fc
    .array(anyRule, { minLength: 1, maxLength: 6 })
    .map((rules) => rulesOf(...rules.map((fields, index) => rule({ id: `r${index}`, ...fields }))));
  const anyHistory = fc.record({
    payments: anyPayments,
    completeSince: fc.oneof(fc.constant(-Infinity), fc.integer({ min: NOW - 20_000, max: NOW })),
  });

  test('the order of the history makes no difference', () => {
    fc.assert(
      fc.property(anyCandidate, anyHistory, anyRules, fc.infiniteStream(fc.nat()), (payment, history, rules, dice) => {
        const shuffled = history.payments
          .map((entry) => ({ entry, at: Number(dice.next().value) }))
          .sort((a, b) => a.at - b.at)
          .map(({ entry }) => entry);
        expect(evaluate(payment, { ...history, payments: shuffled }, rules)).toEqual(evaluate(payment, history, rules));
      }),
    );
  });

  test('another rule, another earlier payment, or less that was read never lowers the score', () => {
    fc.assert(
      fc.property(
        anyCandidate,
        anyHistory,
        anyRules,
        anyRule,
        anyPayments,
        fc.nat(5_000),
        (payment, history, rules, added, more, less) => {
          const { score } = evaluate(payment, history, rules);
          const scores = [
            evaluate(payment, history, rulesOf(...rules.rules, rule({ id: 'added', ...added }))).score,
            evaluate(payment, { ...history, payments: [...history.payments, ...more] }, rules).score,
            evaluate(payment, { ...history, completeSince: history.completeSince + less }, rules).score,
          ];
          expect(scores.every((other) => other >= score)).toBe(true);
        },
      ),
    );
  });

  test('payments that come later make no difference', () => {
    fc.assert(
      fc.property(anyCandidate, anyHistory, anyRules, anyPayments, (payment, history, rules, later) => {
        const after = later.map((entry) => ({ ...entry, timestamp: NOW + 1 + Math.abs(entry.timestamp - NOW) }));
        expect(evaluate(payment, { ...history, payments: [...after, ...history.payments] }, rules)).toEqual(
          evaluate(payment, history, rules),
        );
      }),
    );
  });

  test('the reasons are the rules that matched, their weights the score, and the score the decision', () => {
    fc.assert(
      fc.property(anyCandidate, anyHistory, anyRules, (payment, history, rules) => {
        const { decision, score, reasons: matched } = evaluate(payment, history, rules);
        const weights = rules.rules.filter(({ id }) => matched.includes(id)).map(({ weight }) => weight);
        expect(score).toBe(weights.reduce((sum, weight) => sum + weight, 0));
        expect(decision).toBe(score >= rules.rejectAtScore ? 'REJECTED' : 'APPROVED');
      }),
    );
  });

  test('reading no further back than is needed decides the same as reading all', () => {
    fc.assert(
      fc.property(anyCandidate, anyPayments, anyRules, (payment, payments, rules) => {
        const newestFirst = [...payments].sort((a, b) => b.timestamp - a.timestamp);
        const read = (count: number) => newestFirst.slice(0, count);
        const oldest = (count: number) => (newestFirst[count - 1]?.timestamp ?? Infinity) + 1;
        const counts = newestFirst.map((_, index) => index + 1);
        const enough = counts.find((count) => {
          const since = historyNeededSince(payment, read(count), rules);
          return since === undefined || since >= oldest(count);
        });
        fc.pre(enough !== undefined);
        expect(evaluate(payment, { payments: read(enough), completeSince: oldest(enough) }, rules)).toEqual(
          evaluate(payment, all(...payments), rules),
        );
      }),
    );
  });
});
