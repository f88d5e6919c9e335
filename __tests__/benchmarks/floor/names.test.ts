import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { bindingName, bindingOf } from '../../../benchmarks/floor/binding-names';
import { assetPathsIn, literal } from '../../../benchmarks/floor/literal';

test.each([
  ['cidr_block', 'cidrBlock'],
  ['id', 'id'],
  ['cidr_ipv4', 'cidrIpv4'],
  ['ipv6_cidr_block', 'ipv6CidrBlock'],
  ['base64sha256', 'base64Sha256'],
  ['s3_key', 's3Key'],
])('the binding of the argument %s is %s', (argument, name) => {
  expect(bindingName(argument)).toBe(name);
});

describe('the binding of a resource type', () => {
  test.each([
    ['aws_vpc', { module: '@cdktf/provider-aws/lib/vpc', className: 'Vpc', untyped: [] }],
    ['aws_kms_key', { module: '@cdktf/provider-aws/lib/kms-key', className: 'KmsKey', untyped: [] }],
    ['random_password', { module: '@cdktf/provider-random/lib/password', className: 'Password', untyped: [] }],
    [
      'aws_wafv2_web_acl',
      { module: '@cdktf/provider-aws/lib/wafv2-web-acl', className: 'Wafv2WebAcl', untyped: ['statement'] },
    ],
  ])('%s is found', (type, binding) => {
    expect(bindingOf(type)).toEqual(binding);
  });

  test.each(['aws_no_such_thing', 'aws_vpcs'])('%s is an error', (type) => {
    expect(() => bindingOf(type)).toThrow(
      `resource type must have a binding in @cdktf/provider-aws/lib/${type.slice(4).replaceAll('_', '-')}, got "${type}"`,
    );
  });
});

describe('a value as source code', () => {
  // Through JSON, since what another context makes equals nothing of this one.
  const evaluate = (source: string, assets: object = {}): unknown =>
    runInNewContext(`JSON.stringify(${source})`, { ...assets });
  const json = (value: unknown): string => JSON.stringify(value);

  test.each([
    [null],
    [0],
    [false],
    ['text with "quotes", `ticks` and ${var.x}\n'],
    [[1, ['a']]],
    [{ a: { 'b-c': 1 }, '0': [] }],
  ])('%j comes back when it is evaluated', (value) => {
    expect(evaluate(literal(value))).toBe(json(value));
  });

  test('has the paths of assets where the JSON names files', () => {
    const value = { filename: 'assets/Api-Code_1/abc/function.zip', other: 'assets/x' };
    expect(assetPathsIn([value])).toEqual([{ construct: 'Api-Code_1', hash: 'abc', file: 'function.zip' }]);
    expect(evaluate(literal(value), { asset_Api_Code_1: { path: 'here' } })).toBe(
      json({ filename: 'here', other: 'assets/x' }),
    );
  });
});
