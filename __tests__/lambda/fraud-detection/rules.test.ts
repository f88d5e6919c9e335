import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DEFAULT_FRAUD_RULES } from '../../../environments/defaults/fraud-rules';
import { InvalidRules, parseRules } from '../../../lambda/fraud-detection/rules';

const amountLimit = { id: 'a', type: 'amount-limit', weight: 1, maxAmounts: { USD: 1 }, unlistedCurrencies: 'ignore' };
const velocity = { id: 'v', type: 'velocity-count', weight: 1, windowSeconds: 60, maxPayments: 1 };
const sum = { id: 's', type: 'velocity-sum', weight: 1, windowSeconds: 60, maxAmounts: { USD: 1 } };
const declines = { id: 'd', type: 'repeated-declines', weight: 1, windowSeconds: 60, maxDeclines: 0 };
const merchants = { id: 'm', type: 'blocked-merchants', weight: 1, merchants: ['m1'] };
const countries = { id: 'c', type: 'blocked-countries', weight: 1, countries: ['KP'] };
const withRules = (...rules: readonly object[]) => ({ version: '1', rejectAtScore: 1, rules });

function problemsOf(document: unknown): readonly string[] {
  try {
    parseRules(typeof document === 'string' ? document : JSON.stringify(document));
    return [];
  } catch (error) {
    return error instanceof InvalidRules ? error.problems : [String(error)];
  }
}

describe('the fraud rules', () => {
  test('that an environment starts with are valid and fit a standard SSM parameter', () => {
    expect(parseRules(JSON.stringify(DEFAULT_FRAUD_RULES))).toEqual(DEFAULT_FRAUD_RULES);
    expect(JSON.stringify(DEFAULT_FRAUD_RULES).length).toBeLessThan(4_096);
  });

  test('that an environment starts with are those in the documentation', () => {
    const [, json = ''] = /```json\n([^]*?)```/.exec(readFileSync('docs/fraud-rules.md', 'utf8')) ?? [];
    expect(JSON.parse(json)).toEqual(DEFAULT_FRAUD_RULES);
  });

  test('may be of every type', () => {
    expect(problemsOf(withRules(amountLimit, velocity, sum, declines, merchants, countries))).toEqual([]);
  });

  test.each([
    [
      { ...withRules(velocity), rejectAtScore: 0 },
      'rejectAtScore must be a whole number from 1 to 9007199254740991, got 0',
    ],
    [
      { ...withRules(velocity), rejectAtScore: 2 },
      'rejectAtScore must be at most 1, the sum of all weights, or nothing is ever rejected, got 2',
    ],
    [{ ...withRules(velocity), version: '' }, 'version must be 1 to 64 characters, got ""'],
    [{ ...withRules(velocity), version: 1 }, 'version must be 1 to 64 characters, got 1'],
    [{ rejectAtScore: 1, rules: [velocity] }, 'version must be 1 to 64 characters, got nothing'],
    [
      { ...withRules(velocity), rule: [] },
      'the document must have no other fields than version, rejectAtScore, rules, got rule',
    ],
    [withRules(), 'rules must have at least one rule, got []'],
    [{ version: '1', rejectAtScore: 1, rules: {} }, 'rules must be a list, got {}'],
    [withRules({ ...velocity, weight: 0 }), 'rules[0].weight must be a whole number from 1 to 1000, got 0'],
    [withRules({ ...velocity, weight: 1001 }), 'rules[0].weight must be a whole number from 1 to 1000, got 1001'],
    [withRules({ ...velocity, weight: 1.5 }), 'rules[0].weight must be a whole number from 1 to 1000, got 1.5'],
    [withRules({ ...velocity, weight: '1' }), 'rules[0].weight must be a whole number from 1 to 1000, got "1"'],
    [
      withRules({ ...velocity, id: 'A b' }),
      'rules[0].id must be 1 to 64 lower-case letters, digits and hyphens, not a hyphen first, got "A b"',
    ],
    [withRules(velocity, velocity), 'rules[1].id must be unique, got "v" again'],
    [
      withRules({ ...velocity, windowSeconds: 604_801 }),
      'rules[0].windowSeconds must be a whole number from 1 to 604800, got 604801',
    ],
    [
      withRules({ ...velocity, windowSeconds: 0 }),
      'rules[0].windowSeconds must be a whole number from 1 to 604800, got 0',
    ],
    [withRules({ ...velocity, maxPayments: 0 }), 'rules[0].maxPayments must be a whole number from 1 to 1000, got 0'],
    [withRules({ ...declines, maxDeclines: -1 }), 'rules[0].maxDeclines must be a whole number from 0 to 1000, got -1'],
    [
      withRules({ ...velocity, maxDeclines: 1 }),
      'rules[0] must have no other fields than type, id, weight, windowSeconds, maxPayments, got maxDeclines',
    ],
    [withRules({ ...sum, maxAmounts: {} }), 'rules[0].maxAmounts must name at least one currency, got {}'],
    [
      withRules({ ...sum, maxAmounts: { USD: 0 } }),
      'rules[0].maxAmounts.USD must be a whole number from 1 to 9007199254740991, got 0',
    ],
    [
      withRules({ ...sum, maxAmounts: { usd: 1 } }),
      'rules[0].maxAmounts.usd must be of a currency, three capitals as in ISO 4217, got "usd"',
    ],
    [
      withRules({ ...sum, maxAmounts: { UDS: 1 } }),
      'rules[0].maxAmounts.UDS must be of a currency, three capitals as in ISO 4217, got "UDS"',
    ],
    [withRules({ ...sum, maxAmounts: 5 }), 'rules[0].maxAmounts must be an object of amounts by currency, got 5'],
    [
      withRules({ ...amountLimit, unlistedCurrencies: undefined }),
      'rules[0].unlistedCurrencies must be match or ignore, got nothing',
    ],
    [withRules({ ...merchants, merchants: 'm1' }), 'rules[0].merchants must be a list, got "m1"'],
    [
      withRules({ ...merchants, merchants: ['m1', ''] }),
      'rules[0].merchants[1] must be a merchant id of 1 to 64 characters, got ""',
    ],
    [
      withRules({ ...countries, countries: ['de'] }),
      'rules[0].countries[0] must be an ISO 3166-1 alpha-2 code in capitals, got "de"',
    ],
    [
      withRules({ ...countries, countries: ['GB', 'UK'] }),
      'rules[0].countries[1] must be an ISO 3166-1 alpha-2 code in capitals, got "UK"',
    ],
    [
      withRules({ ...velocity, type: 'velocity' }),
      'rules[0].type must be one of velocity-count, velocity-sum, amount-limit, repeated-declines, blocked-merchants, blocked-countries, got "velocity"',
    ],
    [withRules([1]), 'rules[0] must be an object, got [1]'],
    ['[]', 'the document must be an object, got []'],
  ])('are refused: %j', (document, problem) => {
    expect(problemsOf(document)).toEqual([problem]);
  });

  test('that are no JSON are refused', () => {
    expect(problemsOf('{')).toEqual([expect.stringMatching(/^the document must be JSON, got ./)]);
  });

  test('with many mistakes name them all at once', () => {
    const document = {
      version: '',
      rejectAtScore: 1,
      rules: [{ ...velocity, weight: 0, maxPayments: 0 }, { ...countries, countries: ['de', 'FR', 'it'] }, 7],
    };
    expect(problemsOf(document).map((problem) => problem.split(' ')[0])).toEqual([
      'version',
      'rules[0].weight',
      'rules[0].maxPayments',
      'rules[1].countries[0]',
      'rules[1].countries[2]',
      'rules[2]',
    ]);
    expect(() => parseRules(JSON.stringify(document))).toThrow(
      /^the fraud rules must be a valid document, got 6 problem\(s\):\nversion must be 1 to 64 characters, got ""\n/,
    );
  });
});
