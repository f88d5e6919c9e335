import { describe, expect, test } from '@jest/globals';
import { DEFAULT_FRAUD_RULES } from '../../environments/defaults/fraud-rules';
import { prod } from '../../environments/prod';
import { edited, problemsOf, problemsOfProd } from '../support/environments';

const authorization = prod.paymentApi.authorization;

describe('the fraud rules', () => {
  const withRules = (changes: Record<string, unknown>): string[] =>
    problemsOf([{ ...prod, fraudDetection: { rules: edited(DEFAULT_FRAUD_RULES, changes) } }]);

  test('are checked as fraud-detection checks them, each mistake with its place', () => {
    expect(withRules({})).toEqual([]);
    expect(withRules({ 'rules/0/weight': 0, 'rules/1/maxPayments': 'x' })).toEqual([
      '1.ts: fraudDetection.rules.rules[0].weight must be a whole number from 1 to 1000, got 0; see docs/fraud-rules.md',
      '1.ts: fraudDetection.rules.rules[1].maxPayments must be a whole number from 1 to 1000, got "x"; see docs/fraud-rules.md',
    ]);
    expect(withRules({ rejectAtScore: 10_000 })).toEqual([
      expect.stringMatching(/^1\.ts: fraudDetection\.rules\.rejectAtScore must be at most \d+, the sum of all weights/),
    ]);
  });

  test('hold no code of Terraform and fit into a parameter', () => {
    expect(withRules({ 'rules/5/merchants': ['${file("x")}'] })).toEqual([
      expect.stringContaining('fraudDetection.rules must not hold ${ or %{, which Terraform takes for code'),
    ]);
    const free = 8192 - JSON.stringify(DEFAULT_FRAUD_RULES).length;
    // Each merchant has two quotes and, but for the last, a comma: 40 bytes.
    const listed = (bytes: number): string[] => {
      const whole = Math.floor((bytes - 3) / 40);
      return [...Array.from({ length: whole }, () => 'm'.repeat(37)), 'm'.repeat(bytes - 40 * whole - 2)];
    };
    expect(JSON.stringify(listed(free)).length - 2).toBe(free);
    expect(withRules({ 'rules/5/merchants': listed(free) })).toEqual([]);
    expect(withRules({ 'rules/5/merchants': listed(free + 1) })).toEqual([
      '1.ts: fraudDetection.rules must have at most 8192 bytes as JSON: an SSM parameter holds no more, got 8193; shorten its lists',
    ]);
  });

  test.each([[null], ['x'], [[]]])('are an object, not %j', (rules) => {
    expect(problemsOf([{ ...prod, fraudDetection: { rules } }])).toEqual([
      expect.stringContaining('fraudDetection.rules must be an object with version, rejectAtScore, rules'),
    ]);
  });
});

describe('the authorization', () => {
  test('is required', () => {
    expect(problemsOfProd({ 'paymentApi/authorization': undefined })).toEqual([
      '1.ts: paymentApi.authorization must be given: it must be an object with issuer, audience, jwksUri, jwksCidrs, clientIdClaim, got nothing; add it',
    ]);
  });

  test.each([
    [[], 'paymentApi.authorization.jwksCidrs must have at least one network: without the keys no token can be checked'],
    [['0.0.0.0/0'], 'paymentApi.authorization.jwksCidrs[0] must be from /1 to /32'],
    [['10.0.0.0/8', '10.0.0.0/8'], 'paymentApi.authorization.jwksCidrs[1] must be listed once'],
  ])('reaches the keys at networks, and only there: not %j', (jwksCidrs, line) => {
    expect(problemsOfProd({ 'paymentApi/authorization': { ...authorization, jwksCidrs } })).toEqual([
      expect.stringContaining(`1.ts: ${line}`),
    ]);
  });

  test('may reach half of the internet, which is not wise', () => {
    const jwksCidrs = ['128.0.0.0/1'];
    expect(problemsOfProd({ 'paymentApi/authorization': { ...authorization, jwksCidrs } })).toEqual([]);
  });
});

describe('audit records', () => {
  test('are deleted only after their lock and their move to Glacier', () => {
    expect(problemsOfProd({ 'audit/expireAfterDays': 364 })).toEqual([
      '1.ts: audit.expireAfterDays must not be before the lock ends (retentionDays, 365 days), got 364; raise it or leave it out',
    ]);
    expect(problemsOfProd({ 'audit/retentionDays': 1, 'audit/expireAfterDays': 90 })).toEqual([
      '1.ts: audit.expireAfterDays must be after the move to Glacier (glacierAfterDays, 90 days), got 90; raise it or leave it out',
    ]);
    expect(problemsOfProd({ 'audit/retentionDays': 1, 'audit/expireAfterDays': 91 })).toEqual([]);
  });
});

test('a sweep ends before the next one begins', () => {
  const sweep = (reconciliation: unknown): string[] => problemsOf([{ ...prod, reconciliation }]);
  expect(sweep({ everyMinutes: 1, timeoutSeconds: 60 })).toEqual([]);
  expect(sweep({ everyMinutes: 1, timeoutSeconds: 61 })).toEqual([
    '1.ts: reconciliation.timeoutSeconds must be at most 60: a sweep must end before the next (everyMinutes is 1), got 61; lower it or raise everyMinutes',
  ]);
});

describe('the interface endpoints', () => {
  test('hold what functions and DMS call from the private subnets', () => {
    expect(problemsOfProd({ 'network/interfaceEndpoints': ['kms', 'sns'] })).toEqual([
      '1.ts: network.interfaceEndpoints must contain "secretsmanager", "ssm", "sqs": functions and DMS in the private subnets call them there, got ["kms","sns"]; add what is missing',
    ]);
    expect(problemsOfProd({ 'network/interfaceEndpoints': ['secretsmanager', 'ssm', 'sns', 'sqs'] })).toEqual([]);
  });
});
