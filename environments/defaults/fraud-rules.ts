/**
 * The fraud rules that an environment starts with: the document of the SSM parameter that fraud-detection reads.
 * docs/fraud-rules.md says what each field means and how to change them. Amounts are in minor units; limits that fit a
 * business come from its own payments, so these are a careful start and no more.
 */
export const DEFAULT_FRAUD_RULES = {
  version: 'default-1',
  rejectAtScore: 100,
  rules: [
    { id: 'payments-per-10-minutes', type: 'velocity-count', weight: 60, windowSeconds: 600, maxPayments: 10 },
    { id: 'payments-per-day', type: 'velocity-count', weight: 60, windowSeconds: 86_400, maxPayments: 100 },
    {
      id: 'amount-per-day',
      type: 'velocity-sum',
      weight: 60,
      windowSeconds: 86_400,
      maxAmounts: { USD: 2_500_000, EUR: 2_500_000, GBP: 2_000_000, JPY: 3_500_000 },
    },
    {
      id: 'amount-of-one-payment',
      type: 'amount-limit',
      weight: 60,
      maxAmounts: { USD: 1_000_000, EUR: 1_000_000, GBP: 800_000, JPY: 1_500_000 },
      unlistedCurrencies: 'match',
    },
    { id: 'repeated-declines', type: 'repeated-declines', weight: 60, windowSeconds: 3_600, maxDeclines: 3 },
    { id: 'blocked-merchants', type: 'blocked-merchants', weight: 100, merchants: [] },
    { id: 'blocked-countries', type: 'blocked-countries', weight: 100, countries: [] },
  ],
} as const;
