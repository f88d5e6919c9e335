import { describe, expect, test } from '@jest/globals';
import { encryptionKey } from '../../../../cli/plan-guard/rules/encryption-key';
import { keyOfData } from '../../../../cli/plan-guard/rules/key-of-data';
import { staticParameter } from '../../../../cli/plan-guard/rules/static-parameter';
import { type PrintedChange, violationsOf } from '../support';

describe('a key', () => {
  const enabled = (name: string, from: boolean, to: boolean | undefined): PrintedChange => ({
    type: 'aws_kms_key',
    before: { [name]: from },
    after: to === undefined ? {} : { [name]: to },
    after_unknown: to === undefined ? { [name]: true } : {},
  });

  test.each([
    ['is_enabled', false],
    ['is_enabled', undefined],
    ['enabled', false],
  ])('must not be disabled: %s to %p', (name, to) => {
    expect(violationsOf(encryptionKey, [enabled(name, true, to)]).map(({ changes }) => changes)).toEqual([[name]]);
  });

  test('may be enabled again, and described otherwise', () => {
    const described = {
      type: 'aws_kms_key',
      before: { description: 'a', is_enabled: true },
      after: { description: 'b', is_enabled: true },
    };
    expect(violationsOf(encryptionKey, [enabled('is_enabled', false, true), described])).toEqual([]);
  });
});

describe('the key of data', () => {
  const BLOCKS = [
    ['aws_rds_cluster', (key: string) => ({ kms_key_id: key }), 'kms_key_id'],
    ['aws_rds_cluster', (key: string) => ({ master_user_secret_kms_key_id: key }), 'master_user_secret_kms_key_id'],
    ['aws_lambda_function', (key: string) => ({ kms_key_arn: key }), 'kms_key_arn'],
    ['aws_sqs_queue', (key: string) => ({ kms_master_key_id: key }), 'kms_master_key_id'],
    [
      'aws_dynamodb_table',
      (key: string) => ({ server_side_encryption: [{ enabled: true, kms_key_arn: key }] }),
      'server_side_encryption[0].kms_key_arn',
    ],
    [
      'aws_s3_bucket_server_side_encryption_configuration',
      (key: string) => ({ rule: [{ apply_server_side_encryption_by_default: [{ kms_master_key_id: key }] }] }),
      'rule[0].apply_server_side_encryption_by_default[0].kms_master_key_id',
    ],
  ] as const;

  test.each(BLOCKS)('of %s must stay, whether it is known or not', (type, values, path) => {
    for (const change of [
      { before: values('a'), after: values('b') },
      { before: values('a'), after: values('b'), actions: ['delete', 'create'] },
    ]) {
      expect(violationsOf(keyOfData, [{ type, ...change }]).map(({ changes }) => changes)).toEqual([[path]]);
    }
    expect(violationsOf(keyOfData, [{ type, before: values('a'), after: values('a') }])).toEqual([]);
  });

  test('must not go with its block, and may come', () => {
    const block = { server_side_encryption: [{ kms_key_arn: 'a' }] };
    const change = (before: object, after: object) =>
      violationsOf(keyOfData, [{ type: 'aws_dynamodb_table', before, after }]);
    expect(change(block, { server_side_encryption: [] }).map(({ changes }) => changes)).toEqual([
      ['server_side_encryption'],
    ]);
    expect(change({ server_side_encryption: [] }, block)).toEqual([]);
    expect(change({ kms_key_id: '' }, { kms_key_id: 'a' })).toEqual([]);
  });

  test('counts as changed while it is not known', () => {
    const change = {
      type: 'aws_rds_cluster',
      before: { kms_key_id: 'a' },
      after: {},
      after_unknown: { kms_key_id: true },
    };
    expect(violationsOf(keyOfData, [change])).toHaveLength(1);
  });
});

describe('a database parameter', () => {
  const of = (value: string, method: string) => ({ name: 'rds.logical_replication', value, apply_method: method });
  const change = (before: object[], after: object[] | undefined): PrintedChange => ({
    type: 'aws_rds_cluster_parameter_group',
    before: { parameter: before },
    after: after === undefined ? {} : { parameter: after },
    after_unknown: after === undefined ? { parameter: true } : {},
  });
  const names = (each: PrintedChange, phase: 'preparation' | 'finished' = 'finished') =>
    violationsOf(staticParameter, [each], { phase }).map(({ changes }) => changes);

  test('that waits for a restart must not change, come or go', () => {
    const found = [['parameter rds.logical_replication']];
    expect(names(change([of('1', 'pending-reboot')], [of('0', 'pending-reboot')]))).toEqual(found);
    expect(names(change([of('1', 'pending-reboot')], []))).toEqual(found);
    expect(names(change([], [of('1', 'pending-reboot')]))).toEqual(found);
    expect(names(change([of('1', 'immediate')], undefined))).toEqual([['parameter']]);
  });

  test('may change at once, or before there is data', () => {
    expect(names(change([of('1', 'immediate')], [of('0', 'immediate')]))).toEqual([]);
    expect(names(change([of('1', 'pending-reboot')], []), 'preparation')).toEqual([]);
  });
});
