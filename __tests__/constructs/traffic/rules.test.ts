import { describe, expect, test } from '@jest/globals';
import { Token } from 'cdktf';
import { problemText } from '../../../constructs/validation/problem';
import { weightedRecordProblems, type WeightedRecordSettings } from '../../../constructs/traffic/rules';

const RIGHT: WeightedRecordSettings = {
  zoneName: 'payments.example.com',
  recordName: 'api.payments.example.com',
  onPremises: { addresses: ['203.0.113.10'] },
  ttlSeconds: 60,
  healthCheckPath: '/health',
};

const problems = (settings: Partial<WeightedRecordSettings>): string[] =>
  weightedRecordProblems({ ...RIGHT, ...settings }).map(problemText);

describe('the rules of weighted records', () => {
  test('let through what is right', () => {
    expect(problems({})).toEqual([]);
    expect(problems({ onPremises: { hostName: 'lb.corp.example.com' } })).toEqual([]);
    expect(problems({ recordName: 'payments.example.com' })).toEqual([]);
    expect(problems({ healthCheckPath: '/' })).toEqual([]);
  });

  test.each([1, 59, 60, Token.asNumber('${var.ttl}')])('let through a TTL of %p', (ttlSeconds) => {
    expect(problems({ ttlSeconds })).toEqual([]);
  });

  test.each([0, -1, 61, 300, 1.5, Number.NaN])('refuse a TTL of %p', (ttlSeconds) => {
    expect(problems({ ttlSeconds })).toEqual([
      `ttlSeconds must be an integer from 1 to 60 (seconds), got ${ttlSeconds}; lower it: clients follow a change of weights only when it has passed`,
    ]);
  });

  test.each(['api.example.com', 'apipayments.example.com', 'API.payments.example.com', 'payments', ''])(
    'refuse the record name %p outside the zone',
    (recordName) => {
      expect(problems({ recordName })).toEqual([
        `recordName must be a fully qualified host name in lower case in the zone payments.example.com, got "${recordName}"; write it as api.payments.example.com`,
      ]);
    },
  );

  test('refuse a host name at the apex', () => {
    expect(problems({ recordName: 'payments.example.com', onPremises: { hostName: 'lb.corp.example.com' } })).toEqual([
      'onPremises.hostName must not be used for payments.example.com, the apex of its zone: both sides would be CNAME records, which DNS forbids there, got "lb.corp.example.com"; give onPremises.addresses, or a record name below the zone',
    ]);
  });

  test.each(['lb', 'lb.corp.example.com.', '203.0.113.10', 'LB.example.com', 'a_b.example.com', RIGHT.recordName])(
    'refuse the host name %p',
    (hostName) => {
      expect(problems({ onPremises: { hostName } })).toEqual([
        `onPremises.hostName must be a fully qualified host name in lower case, and another one than recordName, got "${hostName}"; write the name of the on-premises load balancer`,
      ]);
    },
  );

  test('refuse no address at all', () => {
    expect(problems({ onPremises: { addresses: [] } })).toEqual([
      'onPremises.addresses must hold at least one IPv4 address, got []; add the address of the on-premises load balancer',
    ]);
  });

  test.each([
    '2001:db8::1',
    '203.0.113.256',
    '203.0.113',
    '203.0.113.010',
    'lb.example.com',
    '0.0.0.1',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '169.254.1.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '224.0.0.1',
    '255.255.255.255',
  ])('refuse the address %p, which no health checker reaches', (address) => {
    expect(problems({ onPremises: { addresses: ['203.0.113.10', address] } })).toEqual([
      `onPremises.addresses[1] must be a public IPv4 address, given once (health checkers on the internet connect to it), got "${address}"; write the address that clients on the internet use`,
    ]);
  });

  test.each(['9.255.255.255', '11.0.0.0', '100.128.0.0', '172.15.255.255', '172.32.0.0', '223.255.255.255'])(
    'let through the address %p',
    (address) => {
      expect(problems({ onPremises: { addresses: [address] } })).toEqual([]);
    },
  );

  test('refuse an address that is given twice', () => {
    expect(problems({ onPremises: { addresses: ['203.0.113.10', '203.0.113.10'] } })).toEqual([
      'onPremises.addresses[1] must be a public IPv4 address, given once (health checkers on the internet connect to it), got "203.0.113.10"; remove the repetition',
    ]);
  });

  test.each(['health', '', '/a b', `/${'a'.repeat(255)}`])('refuse the health check path %p', (healthCheckPath) => {
    expect(problems({ healthCheckPath })).toEqual([
      `healthCheckPath must be a path of 1 to 255 printable characters that starts with /, got "${healthCheckPath}"; write it as /health`,
    ]);
  });

  test('let through the longest path', () => {
    expect(problems({ healthCheckPath: `/${'a'.repeat(254)}` })).toEqual([]);
  });

  test('report every problem at once', () => {
    expect(problems({ recordName: 'x', ttlSeconds: 0, onPremises: { addresses: [] } })).toHaveLength(3);
  });
});
