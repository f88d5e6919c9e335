import { describe, expect, test } from '@jest/globals';
import type { NetworkProps } from '../../../constructs/network/network';
import { synthesizeNetwork, zones } from './network-fixture';

const build = (props: Partial<NetworkProps>) => () => synthesizeNetwork(props);
const withZone = (subnets: Partial<Record<'publicCidr' | 'privateCidr' | 'databaseCidr', string>>) => {
  const [first, ...rest] = Object.entries(zones('abc'));
  return build({
    availabilityZones: Object.fromEntries(
      first === undefined ? rest : [[first[0], { ...first[1], ...subnets }] as const, ...rest],
    ),
  });
};
const listOf = (length: number): string[] => Array.from({ length }, (_, index) => `192.168.${index}.0/24`);

describe('the network of the VPC', () => {
  test.each([
    ['10.0.0.0/8', 'host bits'],
    ['10.0.0.0/29', 'host bits'],
    ['10.0.0.1/16', 'host bits'],
    ['10.0.0.0', 'host bits'],
  ])('%s is refused', (cidr) => {
    expect(build({ cidr })).toThrow(
      new Error(
        `cidr must be an IPv4 network from /16 to /28 without host bits, got "${cidr}"; write one such as 10.0.0.0/16`,
      ),
    );
  });

  test('may have the largest size; the smallest one leaves no room for subnets', () => {
    expect(build({ cidr: '10.0.0.0/16' })).not.toThrow();
    expect(build({ cidr: '10.0.0.0/28' })).toThrow(/^availabilityZones\["us-east-1a"\]\.publicCidr must lie inside/);
  });
});

describe('the zones', () => {
  test.each([
    ['a', 1],
    ['', 0],
    ['abcdefg', 7],
  ])('"%s" are too few or too many', (letters, count) => {
    expect(build({ availabilityZones: zones(letters) })).toThrow(
      new Error(`availabilityZones must hold 2 to 6 zones, got ${count}; add or remove zones`),
    );
  });

  test.each(['ab', 'abcdef'])('"%s" are accepted', (letters) => {
    expect(build({ availabilityZones: zones(letters) })).not.toThrow();
  });

  test.each(['eu-west-1a', 'us-east-1', 'us-east-1ab', 'us-east-1-bos-1a', 'us-east-11'])('%s is none', (zone) => {
    const availabilityZones = {
      ...zones('ab'),
      [zone]: { publicCidr: '10.0.2.0/24', privateCidr: '10.0.12.0/24', databaseCidr: '10.0.22.0/24' },
    };
    expect(build({ availabilityZones })).toThrow(
      new Error(`availabilityZones must hold zones of us-east-1, got "${zone}"; write one such as us-east-1a`),
    );
  });
});

describe('a subnet', () => {
  test.each(['10.0.0.0/29', '10.0.0.7/24', 'x'])('with the network %s is refused', (cidr) => {
    expect(withZone({ privateCidr: cidr })).toThrow(
      new Error(
        `availabilityZones["us-east-1a"].privateCidr must be an IPv4 network from /16 to /28 without host bits, got "${cidr}"; write one such as 10.0.0.0/24`,
      ),
    );
  });

  test('lies inside the VPC', () => {
    expect(withZone({ databaseCidr: '10.1.0.0/24' })).toThrow(
      new Error(
        'availabilityZones["us-east-1a"].databaseCidr must lie inside the VPC 10.0.0.0/16, got "10.1.0.0/24"; choose a network of it',
      ),
    );
    expect(withZone({ databaseCidr: '10.0.255.240/28' })).not.toThrow();
  });

  test('overlaps no other', () => {
    expect(withZone({ publicCidr: '10.0.2.128/25' })).toThrow(
      new Error(
        'availabilityZones["us-east-1c"].publicCidr must not overlap availabilityZones["us-east-1a"].publicCidr (10.0.2.128/25), got "10.0.2.0/24"; choose a free network',
      ),
    );
    expect(withZone({ publicCidr: '10.0.3.0/24' })).not.toThrow();
  });
});

describe('an on-premises network', () => {
  test('is written without host bits', () => {
    expect(build({ onPremisesCidrs: ['192.168.0.0/16', '172.16.0.1/12'] })).toThrow(
      new Error(
        'onPremisesCidrs[1] must be an IPv4 network without host bits, got "172.16.0.1/12"; write one such as 192.168.0.0/16',
      ),
    );
  });

  test('does not overlap the VPC', () => {
    expect(build({ onPremisesCidrs: ['10.0.0.0/8'] })).toThrow(
      new Error('onPremisesCidrs[0] must not overlap the VPC 10.0.0.0/16, got "10.0.0.0/8"; renumber one of them'),
    );
    expect(build({ onPremisesCidrs: ['10.1.0.0/16'] })).not.toThrow();
  });

  test('is one of at most 10, which a network ACL can hold', () => {
    expect(build({ onPremisesCidrs: listOf(10) })).not.toThrow();
    expect(build({ onPremisesCidrs: listOf(11) })).toThrow(
      new Error('onPremisesCidrs must hold 0 to 10 entries, got 11; summarize or add'),
    );
  });
});

describe('a database port', () => {
  test.each([0, 65_536, -1, 1.5, NaN])('%d is refused', (port) => {
    expect(build({ databasePorts: [5432, port] })).toThrow(
      new Error(
        `databasePorts[1] must be an integer from 1 to 65535 (TCP port), got ${port}; write the database's port`,
      ),
    );
  });

  test.each([1, 65_535])('%d is accepted', (port) => {
    expect(build({ databasePorts: [port] })).not.toThrow();
  });

  test.each([0, 11])('is one of 1 to 10, not of %d', (count) => {
    expect(build({ databasePorts: Array.from({ length: count }, (_, index) => 5432 + index) })).toThrow(
      new Error(`databasePorts must hold 1 to 10 entries, got ${count}; summarize or add`),
    );
  });
});

test.each(['s3', 'dynamodb'])('%s is no interface endpoint', (service) => {
  expect(build({ interfaceEndpoints: ['kms', service] })).toThrow(
    new Error(
      `interfaceEndpoints must not hold s3 or dynamodb, got "${service}"; remove it: it has a gateway endpoint`,
    ),
  );
});

test('all problems are told at once, one a line', () => {
  expect(build({ cidr: 'x', databasePorts: [0], interfaceEndpoints: ['s3'] })).toThrow(
    /^cidr must .*\ndatabasePorts\[0\] must .*\ninterfaceEndpoints must .*$/,
  );
});
