import { describe, expect, test } from '@jest/globals';
import { weightsAlone } from '../../../../cli/plan-guard/rules/weights-alone';
import { type PrintedChange, violationsOf } from '../support';

const values = (side: string, weight: number | undefined, more: object = {}): object => ({
  zone_id: 'Z1',
  name: 'api.payments.example.com',
  type: 'A',
  set_identifier: side,
  weighted_routing_policy: [weight === undefined ? {} : { weight }],
  ...more,
});

const record = (side: string, from: number, to: number | undefined, more: object = {}): PrintedChange => ({
  type: 'aws_route53_record',
  address: `aws_route53_record.${side}`,
  actions: from === to ? ['no-op'] : ['update'],
  before: values(side, from),
  after: values(side, to, more),
  ...(to === undefined ? { after_unknown: { weighted_routing_policy: [{ weight: true }] } } : {}),
});

const shift = (to: number): PrintedChange[] => [record('aws', 0, to), record('on-prem', 100, 100 - to)];
const reasons = (changes: readonly PrintedChange[]) =>
  violationsOf(weightsAlone, changes).map(({ address, changes: paths, reason }) => [address, paths, reason]);

const WEIGHT = ['weighted_routing_policy[0].weight'];
const topic = (actions: readonly string[]): PrintedChange => ({ type: 'aws_sns_topic', actions });

describe('a change of weights', () => {
  test.each([[10], [50], [100]])('to %d is allowed alone, beside what stays, is read, moved or imported', (to) => {
    const bystanders = [
      topic(['no-op']),
      { ...topic(['no-op']), address: 'aws_sns_topic.Moved', previous_address: 'aws_sns_topic.Before' },
      { ...topic(['read']), mode: 'data' },
    ];
    expect(reasons([...shift(to), ...bystanders])).toEqual([]);
  });

  test.each([['update'], ['create'], ['delete'], ['forget']])(
    'is refused beside anything that is to be %sd',
    (action) => {
      const reason =
        'a change of weights must be alone, and this plan also changes aws_sns_topic.This: apply those first, at the present weights';
      expect(reasons([...shift(10), topic([action])])).toEqual([
        ['aws_route53_record.aws', WEIGHT, reason],
        ['aws_route53_record.on-prem', WEIGHT, reason],
      ]);
    },
  );

  test('is refused beside another change of the records themselves', () => {
    const found = reasons([record('aws', 0, 10, { ttl: 30 }), record('on-prem', 100, 90)]);
    expect(found.map(([address]) => address)).toEqual(['aws_route53_record.aws', 'aws_route53_record.on-prem']);
    expect(String(found[0]?.[2])).toContain('this plan also changes aws_route53_record.aws');
  });

  test('says how many other changes there are', () => {
    const found = reasons([...shift(10), topic(['update']), { ...topic(['create']), address: 'aws_sns_topic.B' }]);
    expect(String(found[0]?.[2])).toContain('also changes aws_sns_topic.This and 1 more:');
  });

  test.each([
    [10, 89, '10 + 89'],
    [10, 100, '10 + 100'],
    [0, 0, '0 + 0'],
    [10, undefined, '10 + not known'],
  ])('to %p and %p does not hold 100', (aws, onPrem, got) => {
    const found = reasons([record('aws', 5, aws), record('on-prem', 100, onPrem)]);
    expect(found[0]).toEqual([
      'aws_route53_record.aws',
      WEIGHT,
      `the weights of a name must hold 100 together, got ${got}`,
    ]);
  });

  test('of another name counts by itself', () => {
    const other = {
      type: 'aws_route53_record',
      address: 'aws_route53_record.other',
      actions: ['no-op'],
      before: values('x', 7),
      after: { ...values('x', 7), name: 'other' },
    };
    expect(reasons([...shift(10), other])).toEqual([]);
  });
});

describe('weighted records', () => {
  const create = (side: string, weight: number): PrintedChange => ({
    type: 'aws_route53_record',
    address: `aws_route53_record.${side}`,
    actions: ['create'],
    before: null,
    after: values(side, weight),
  });

  test('may be created with everything at on-premises, beside all else', () => {
    expect(reasons([create('aws', 0), create('on-prem', 100), topic(['create'])])).toEqual([]);
  });

  test('must not be created with a share for AWS', () => {
    expect(reasons([create('aws', 1), create('on-prem', 99)])).toEqual([
      [
        'aws_route53_record.aws',
        [],
        'the record that leads to AWS must begin with weight 0: requests come when a gate allows them',
      ],
    ]);
  });

  test.each([[['delete']], [['delete', 'create']], [['create', 'delete']], [['forget']]])(
    'must not go: %p',
    (actions) => {
      const gone = {
        ...record('on-prem', 100, 100),
        actions,
        replace_paths: [['name']],
        ...(actions.length === 1 ? { after: null } : {}),
      };
      expect(reasons([record('aws', 0, 0), gone])).toEqual([
        [
          'aws_route53_record.on-prem',
          ['name'],
          'with one record gone every request goes to the other side, whatever its weight',
        ],
      ]);
    },
  );

  test('change beside other things as long as the weights stay, and plain records are not asked', () => {
    const plain = { type: 'aws_route53_record', before: { ttl: 1 }, after: { ttl: 2 } };
    expect(reasons([{ ...record('aws', 5, 5, { ttl: 30 }), actions: ['update'] }, plain, topic(['update'])])).toEqual(
      [],
    );
  });
});
