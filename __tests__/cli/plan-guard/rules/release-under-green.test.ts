import { describe, expect, test } from '@jest/globals';
import { releaseUnderGreen } from '../../../../cli/plan-guard/rules/release-under-green';
import { type PrintedChange, violationsOf } from '../support';

const ALIAS = 'arn:aws:lambda:us-east-1:123456789012:function:payment-validation-prod:green';
const same = (type: string, values: object): PrintedChange => ({
  type,
  actions: ['no-op'],
  before: values,
  after: values,
});

const world: readonly PrintedChange[] = [
  same('aws_lambda_alias', { name: 'green', function_name: 'payment-validation-prod', function_version: '7' }),
  same('aws_lb_target_group_attachment', { target_id: ALIAS, target_group_arn: 'tg-green' }),
  same('aws_lb_target_group_attachment', { target_id: ALIAS.replace('green', 'blue'), target_group_arn: 'tg-blue' }),
];

const action = (green: number | undefined): object => ({
  default_action: [
    {
      type: 'forward',
      forward: [
        {
          target_group: [
            { arn: 'tg-blue', weight: 100 - (green ?? 0) },
            { arn: 'tg-green', weight: green },
          ],
        },
      ],
    },
  ],
});
const listener = (from: number, to: number): PrintedChange => ({
  type: 'aws_lb_listener',
  actions: from === to ? ['no-op'] : ['update'],
  before: action(from),
  after: action(to),
});

const code = (name: string): PrintedChange => ({
  type: 'aws_lambda_function',
  address: `aws_lambda_function.${name}`,
  before: { function_name: name, source_code_hash: 'a', version: '7' },
  after: { function_name: name, source_code_hash: 'b' },
  after_unknown: { version: true },
});
const API = code('payment-validation-prod');

const found = (changes: readonly PrintedChange[]) =>
  violationsOf(releaseUnderGreen, [...world, ...changes]).map(({ address, reason }) => [address, reason.split(':')[0]]);

describe('a release of the payment API', () => {
  test('is free while green gets nothing', () => {
    expect(found([API, listener(0, 0)])).toEqual([]);
  });

  test.each([
    [10, 10, 'before and after the plan'],
    [10, 0, 'until this plan'],
    [0, 1, 'from this plan on'],
  ])('is refused with green at %d, then %d', (from, to, when) => {
    expect(found([API, listener(from, to)])).toEqual([
      ['aws_lambda_function.payment-validation-prod', `aws_lb_listener.This sends green requests ${when}`],
    ]);
  });

  test('is refused when the weight is not known before the apply, or the listener sends everything to green', () => {
    const unknown = { ...listener(0, 0), actions: ['update'], after: {}, after_unknown: { default_action: true } };
    const single = same('aws_lb_listener', { default_action: [{ type: 'forward', target_group_arn: 'tg-green' }] });
    const rule = same('aws_lb_listener_rule', { action: [{ type: 'forward', target_group_arn: 'tg-green' }] });
    for (const each of [unknown, single, rule]) expect(found([API, each])).toHaveLength(1);
  });

  test('knows green by the name of its target group too', () => {
    const named = [
      world[0] ?? API,
      same('aws_lb_target_group', { name: 'payment-api-green-prod', arn: 'tg-green' }),
      listener(5, 5),
    ];
    expect(violationsOf(releaseUnderGreen, [...named, API])).toHaveLength(1);
    expect(
      violationsOf(releaseUnderGreen, [
        ...named.slice(0, 1),
        same('aws_lb_target_group', { name: 'evergreen-prod', arn: 'tg-green' }),
        listener(5, 5),
        API,
      ]),
    ).toEqual([]);
  });

  test('is what publishes a version or takes the function away, not a tag and not another function', () => {
    const tagged = {
      ...API,
      before: { function_name: 'payment-validation-prod' },
      after: { function_name: 'payment-validation-prod', tags: { a: 'b' } },
      after_unknown: {},
    };
    expect(found([tagged, code('fraud-detection-prod'), listener(5, 5)])).toEqual([]);
    expect(found([{ ...API, actions: ['delete'], after: null, after_unknown: {} }, listener(5, 5)])).toHaveLength(1);
  });

  test('is also an alias that Terraform moves or takes away, with its function named by ARN', () => {
    const alias = (name: string): PrintedChange => ({
      type: 'aws_lambda_alias',
      address: `aws_lambda_alias.${name}`,
      before: {
        name,
        function_name: 'arn:aws:lambda:us-east-1:123456789012:function:payment-validation-prod',
        function_version: '7',
      },
      after: {
        name,
        function_name: 'arn:aws:lambda:us-east-1:123456789012:function:payment-validation-prod',
        function_version: '8',
      },
    });
    expect(found([alias('green'), alias('blue'), listener(5, 5)]).map(([address]) => address)).toEqual([
      'aws_lambda_alias.green',
      'aws_lambda_alias.blue',
    ]);
  });
});
