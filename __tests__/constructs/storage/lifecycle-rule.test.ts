import { describe, expect, test } from '@jest/globals';
import { Bucket, type LifecycleRule, type LifecycleTransition } from '../../../constructs/storage';
import { synthesize } from '../../support/template';

const rules = (lifecycleRules?: readonly LifecycleRule[], versioned?: boolean): unknown =>
  synthesize((stack) => {
    new Bucket(stack, 'Logs', { component: 'logs', encryption: 'sse-s3', versioned, lifecycleRules });
  }).resource('aws_s3_bucket_lifecycle_configuration')['rule'];

const ABORT = {
  id: 'abort-incomplete-uploads',
  status: 'Enabled',
  filter: [{ prefix: '' }],
  abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
};

describe('the lifecycle of a bucket', () => {
  test('aborts incomplete uploads after 7 days, and expires nothing by default', () => {
    expect(rules()).toEqual([ABORT]);
  });

  test('expires objects and noncurrent versions and moves them in between', () => {
    expect(
      rules([
        {
          id: 'age',
          prefix: 'alb/',
          expireAfterDays: 365,
          noncurrentExpireAfterDays: 90,
          transitions: [
            { storageClass: 'STANDARD_IA', afterDays: 30 },
            { storageClass: 'GLACIER', afterDays: 90 },
          ],
          noncurrentTransitions: [{ storageClass: 'GLACIER_IR', afterDays: 1 }],
        },
      ]),
    ).toEqual([
      ABORT,
      {
        id: 'age',
        status: 'Enabled',
        filter: [{ prefix: 'alb/' }],
        expiration: [{ days: 365 }],
        noncurrent_version_expiration: [{ noncurrent_days: 90 }],
        transition: [
          { storage_class: 'STANDARD_IA', days: 30 },
          { storage_class: 'GLACIER', days: 90 },
        ],
        noncurrent_version_transition: [{ storage_class: 'GLACIER_IR', noncurrent_days: 1 }],
      },
    ]);
  });

  test('expires at once in a bucket without versions', () => {
    expect(rules([{ id: 'expire', expireAfterDays: 1 }], false)).toEqual([
      ABORT,
      { id: 'expire', status: 'Enabled', filter: [{ prefix: '' }], expiration: [{ days: 1 }] },
    ]);
  });
});

describe('a lifecycle rule that S3 would refuse, or that would not do what it says', () => {
  test.each([0, -1, 1.5, NaN])('is refused: %p days', (expireAfterDays) => {
    expect(() => rules([{ id: 'expire', expireAfterDays }], false)).toThrow(
      `lifecycleRules.expire.expireAfterDays must be a whole number of days, at least 1, got ${expireAfterDays}`,
    );
    expect(() => rules([{ id: 'old', noncurrentExpireAfterDays: expireAfterDays }])).toThrow(
      `lifecycleRules.old.noncurrentExpireAfterDays must be a whole number of days, at least 1, got ${expireAfterDays}`,
    );
  });

  test.each<[string, LifecycleTransition[], string]>([
    [
      'infrequent access before 30 days',
      [{ storageClass: 'STANDARD_IA', afterDays: 29 }],
      'lifecycleRules.move.transitions[0].afterDays must be at least 30 days for STANDARD_IA, got 29',
    ],
    [
      'one-zone infrequent access before 30 days',
      [{ storageClass: 'ONEZONE_IA', afterDays: 29 }],
      'lifecycleRules.move.transitions[0].afterDays must be at least 30 days for ONEZONE_IA, got 29',
    ],
    [
      'transitions out of order',
      [
        { storageClass: 'GLACIER', afterDays: 90 },
        { storageClass: 'DEEP_ARCHIVE', afterDays: 90 },
      ],
      'lifecycleRules.move.transitions[1].afterDays must be later than the transition before it (90 days), got 90',
    ],
    [
      'a transition on the day of expiry',
      [{ storageClass: 'GLACIER', afterDays: 365 }],
      'lifecycleRules.move.transitions[0].afterDays must be before the expiry after 365 days, got 365',
    ],
    [
      'a transition after no days',
      [{ storageClass: 'GLACIER', afterDays: 0 }],
      'lifecycleRules.move.transitions[0].afterDays must be a whole number of days, at least 1, got 0',
    ],
  ])('is refused: %s', (_, transitions, message) => {
    expect(() => rules([{ id: 'move', transitions, expireAfterDays: 365 }], false)).toThrow(message);
  });

  test('is refused: a rule that does nothing', () => {
    expect(() => rules([{ id: 'idle' }])).toThrow(
      'lifecycleRules.idle must expire or move something, got neither; give it days or remove it',
    );
  });

  test('is refused: noncurrent versions where there are none', () => {
    expect(() => rules([{ id: 'old', noncurrentExpireAfterDays: 1 }], false)).toThrow(
      'lifecycleRules.old must leave noncurrent versions alone in a bucket without versioning, got days for them; ' +
        'remove them or keep versioned true',
    );
  });

  test('is refused: expiry in a versioned bucket that keeps every version', () => {
    expect(() => rules([{ id: 'expire', expireAfterDays: 30 }])).toThrow(
      'lifecycleRules.expire.noncurrentExpireAfterDays must be set beside expireAfterDays in a versioned bucket, got none; ' +
        'without it expired objects stay for ever as noncurrent versions',
    );
  });

  test('is reported together with all the others', () => {
    expect(() =>
      rules(
        [
          { id: 'twice', expireAfterDays: 1 },
          { id: 'twice', expireAfterDays: 0 },
          { id: 'abort-incomplete-uploads', expireAfterDays: 1 },
        ],
        false,
      ),
    ).toThrow(
      [
        'lifecycleRules.twice.expireAfterDays must be a whole number of days, at least 1, got 0',
        'lifecycleRules.twice must have an id of its own in the bucket, got "twice"; rename it',
        'lifecycleRules.abort-incomplete-uploads must have an id of its own in the bucket, got "abort-incomplete-uploads"; rename it',
      ].join('\n'),
    );
  });
});
