import { describe, expect, test } from '@jest/globals';
import { type AlertSubscription, subscriptionProblems } from '../../../constructs/monitoring';

const problems = (...subscriptions: AlertSubscription[]): string[] => subscriptionProblems('list', subscriptions);

describe('an endpoint that its protocol accepts', () => {
  test.each<AlertSubscription>([
    { protocol: 'email', endpoint: 'oncall@example.com' },
    { protocol: 'email', endpoint: "o'neil+payments@mail.example.co" },
    { protocol: 'email', endpoint: `${'a'.repeat(242)}@example.com` },
    { protocol: 'sms', endpoint: '+12345678' },
    { protocol: 'sms', endpoint: '+155501001234567' },
    { protocol: 'https', endpoint: 'https://events.example.com/integration/key/enqueue?x=1' },
  ])('has no problem: $endpoint', (subscription) => {
    expect(problems(subscription)).toEqual([]);
  });
});

describe('an endpoint that its protocol does not accept', () => {
  test.each([
    'oncall',
    'oncall@',
    'oncall@example',
    'a b@example.com',
    'a@@example.com',
    'a@example..com',
    `${'a'.repeat(243)}@example.com`,
  ])('is no e-mail address: %s', (endpoint) => {
    expect(problems({ protocol: 'email', endpoint })).toEqual([
      `list[0].endpoint must be an e-mail address of at most 254 characters, got "${endpoint}"; write it as name@example.com`,
    ]);
  });

  test.each(['15550100123', '+05550100123', '+1234567', '+1234567890123456', '+1 555 0100', ''])(
    'is no telephone number: %s',
    (endpoint) => {
      expect(problems({ protocol: 'sms', endpoint })).toEqual([
        `list[0].endpoint must be a telephone number in E.164 form: + and 8 to 15 digits, the first not 0, got "${endpoint}"; write it as +15550100123`,
      ]);
    },
  );

  test.each([
    'http://events.example.com',
    'https://user:secret@example.com',
    'https://user@example.com',
    'events.example.com',
    'https://',
  ])('is no https address: %s', (endpoint) => {
    expect(problems({ protocol: 'https', endpoint })).toEqual([
      `list[0].endpoint must be an https:// address without user name and password, got "${endpoint}"; write it as https://events.example.com/alerts`,
    ]);
  });
});

test('a subscriber that is listed twice is reported where it stands the second time', () => {
  const oncall = { protocol: 'email', endpoint: 'oncall@example.com' } as const;
  expect(problems(oncall, { protocol: 'sms', endpoint: '+15550100123' }, oncall)).toEqual([
    'list[2] must be listed once, got email "oncall@example.com" again; remove one of them',
  ]);
});
