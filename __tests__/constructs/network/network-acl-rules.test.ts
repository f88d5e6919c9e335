import { describe, expect, test } from '@jest/globals';
import { cidrContains } from '../../../constructs/network/cidr';
import { type NetworkAclRule, networkAclRules } from '../../../constructs/network/network-acl-rules';

const VPC = '10.0.0.0/16';
const RULES = networkAclRules({
  vpcCidr: VPC,
  onPremisesCidrs: ['192.168.0.0/16', '172.16.0.0/12'],
  databasePorts: [5432, 6379],
});
type Tier = keyof typeof RULES;

const INTERNET = '203.0.113.9';
const INSIDE = '10.0.11.7';
const OFFICE = '172.16.3.4';
/** The ends of the range that load balancers, NAT gateways and Lambda take their own ports from. */
const EPHEMERAL = [1024, 3389, 65_535];

const admits = (rules: readonly NetworkAclRule[], address: string, port: number): boolean =>
  rules.some(
    (rule) =>
      rule.action === 'allow' &&
      rule.protocol === 'tcp' &&
      cidrContains(rule.cidrBlock ?? '', `${address}/32`) &&
      (rule.fromPort ?? 1) <= port &&
      port <= (rule.toPort ?? 0),
  );

/** Whether a tier lets connections in: requests to a port, answers to wherever the client sits. */
const serves = (tier: Tier, client: string, port: number): boolean =>
  admits(RULES[tier].ingress, client, port) && EPHEMERAL.every((own) => admits(RULES[tier].egress, client, own));

/** Whether a tier lets connections out: requests to a port, answers to its own ephemeral ports. */
const reaches = (tier: Tier, server: string, port: number): boolean =>
  admits(RULES[tier].egress, server, port) && EPHEMERAL.every((own) => admits(RULES[tier].ingress, server, own));

describe('the public tier', () => {
  test.each([
    [80, true],
    [443, true],
    [22, false],
    [81, false],
    [444, false],
    [1023, false],
  ])('serves the internet on port %d: %s', (port, expected) => {
    expect(serves('public', INTERNET, port)).toBe(expected);
  });

  test('lets the NAT gateways reach the internet on port 443 only', () => {
    expect([reaches('public', INTERNET, 443), reaches('public', INTERNET, 80)]).toEqual([true, false]);
  });

  test('lets the private tier pass through the NAT gateways', () => {
    expect(serves('public', INSIDE, 443)).toBe(true);
  });

  test.each([80, 443, 8080, 65_535])('lets the load balancer reach and check targets on port %d', (port) => {
    expect(reaches('public', INSIDE, port)).toBe(true);
    expect(serves('private', INSIDE, port)).toBe(true);
  });
});

describe('the private tier', () => {
  test('reaches S3, DynamoDB and, through NAT, others on port 443 only', () => {
    expect([443, 80, 22, 25].map((port) => reaches('private', INTERNET, port))).toEqual([true, false, false, false]);
  });

  test('serves nobody outside below the ephemeral ports, which answers need', () => {
    expect([22, 80, 443, 1023].map((port) => serves('private', INTERNET, port))).toEqual([false, false, false, false]);
  });

  test('reaches the on-premises networks on any port and serves them on 443 only', () => {
    expect([22, 443, 5432].map((port) => reaches('private', OFFICE, port))).toEqual([true, true, true]);
    expect([443, 22, 80].map((port) => serves('private', OFFICE, port))).toEqual([true, false, false]);
  });

  test('reaches databases and interface endpoints', () => {
    expect([443, 5432, 6379].map((port) => reaches('private', INSIDE, port))).toEqual([true, true, true]);
  });
});

describe('the database tier', () => {
  test.each([
    [5431, false],
    [5432, true],
    [5433, false],
    [6379, true],
    [443, false],
  ])('serves the VPC on port %d: %s', (port, expected) => {
    expect(serves('database', INSIDE, port)).toBe(expected);
  });

  test('names no network but the VPC', () => {
    const { ingress, egress } = RULES.database;
    expect([...new Set([...ingress, ...egress].map(({ cidrBlock }) => cidrBlock))]).toEqual([VPC]);
  });

  test('opens no connection itself', () => {
    expect([443, 5432, 8080].map((port) => reaches('database', INSIDE, port))).toEqual([false, false, false]);
  });
});

describe.each(['public', 'private', 'database'] as const)('the rules of the %s tier', (tier) => {
  const { ingress, egress } = RULES[tier];

  test.each([
    ['ingress', ingress],
    ['egress', egress],
  ])('admit path MTU discovery and no other ICMP (%s)', (_, rules) => {
    expect(rules.filter(({ protocol }) => protocol === 'icmp')).toEqual([
      expect.objectContaining({ action: 'allow', icmpType: 3, icmpCode: 4, fromPort: 0, toPort: 0 }),
    ]);
  });

  test.each([
    ['ingress', ingress],
    ['egress', egress],
  ])('have distinct numbers, at most 20 of them (%s)', (_, rules) => {
    expect(new Set(rules.map(({ ruleNo }) => ruleNo)).size).toBe(rules.length);
    expect(rules.length).toBeLessThanOrEqual(20);
  });
});

test('a longer list of on-premises networks leaves the rules that exist alone', () => {
  const before = networkAclRules({ vpcCidr: VPC, onPremisesCidrs: ['192.168.0.0/16'], databasePorts: [5432] });
  const after = networkAclRules({
    vpcCidr: VPC,
    onPremisesCidrs: ['192.168.0.0/16', '172.16.0.0/12'],
    databasePorts: [5432, 6379],
  });
  expect(after.private.ingress).toEqual(expect.arrayContaining([...before.private.ingress]));
  expect(after.private.egress).toEqual(expect.arrayContaining([...before.private.egress]));
  expect(after.database.ingress).toEqual(expect.arrayContaining([...before.database.ingress]));
  expect(after.private.egress).toHaveLength(before.private.egress.length + 1);
});
