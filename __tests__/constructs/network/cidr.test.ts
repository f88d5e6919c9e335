import { describe, expect, test } from '@jest/globals';
import {
  cidrContains,
  cidrsOverlap,
  isCanonicalCidr,
  isVpcSizedCidr,
  parseCidr,
} from '../../../constructs/network/cidr';

describe('parsing a network', () => {
  test('gives its bounds and its canonical form', () => {
    expect(parseCidr('10.0.1.7/24')).toEqual({
      text: '10.0.1.7/24',
      canonical: '10.0.1.0/24',
      prefixLength: 24,
      first: 0x0a000100n,
      last: 0x0a0001ffn,
    });
  });

  test.each([
    ['0.0.0.0/0', 0n, 0xffffffffn],
    ['255.255.255.255/32', 0xffffffffn, 0xffffffffn],
  ])('accepts %s, the end of the range of lengths', (text, first, last) => {
    expect(parseCidr(text)).toMatchObject({ first, last });
  });

  test.each([
    '',
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/016',
    '10.0.0.0/08',
    '010.0.0.0/16',
    '10.0.0/16',
    '10.0.0.256/24',
    ' 10.0.0.0/16',
    '10.0.0.0/16 ',
    '10.0.0.0/16\n',
    '::/0',
    'db.example.com/32',
  ])('refuses %j', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });
});

test.each([
  ['10.0.0.0/16', true],
  ['10.0.0.0/32', true],
  ['10.0.0.1/16', false],
  ['10.0.0.0', false],
])('%s is canonical: %s', (text, expected) => {
  expect(isCanonicalCidr(text)).toBe(expected);
});

test.each([
  ['10.0.0.0/16', '10.0.0.0/16', true],
  ['10.0.0.0/16', '10.0.255.255/32', true],
  ['10.0.0.0/16', '10.1.0.0/32', false],
  ['10.0.0.0/16', '9.255.255.255/32', false],
  ['10.0.0.0/24', '10.0.0.0/23', false],
  ['0.0.0.0/0', '192.168.0.0/16', true],
  ['10.0.0.0/16', 'db.example.com/32', false],
  ['nonsense', '10.0.0.0/16', false],
])('%s contains %s: %s', (outer, inner, expected) => {
  expect(cidrContains(outer, inner)).toBe(expected);
});

test.each([
  ['10.0.0.0/24', '10.0.0.0/24', true],
  ['10.0.0.0/23', '10.0.1.0/24', true],
  ['10.0.0.0/24', '10.0.1.0/24', false],
  ['10.0.0.0/16', '0.0.0.0/0', true],
  ['10.0.0.255/32', '10.0.0.0/24', true],
  ['10.0.0.0/24', 'nonsense', false],
])('%s overlaps %s, in either order: %s', (one, other, expected) => {
  expect([cidrsOverlap(one, other), cidrsOverlap(other, one)]).toEqual([expected, expected]);
});

test.each([
  ['10.0.0.0/15', false],
  ['10.0.0.0/16', true],
  ['10.0.0.0/28', true],
  ['10.0.0.0/29', false],
  ['10.0.0.1/16', false],
  ['nonsense', false],
])('%s can be a VPC: %s', (text, expected) => {
  expect(isVpcSizedCidr(text)).toBe(expected);
});
