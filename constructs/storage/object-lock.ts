import { type Problem, when } from '../validation/problem';
import type { LifecycleRule } from './lifecycle-rule';

/**
 * Who can delete a locked version before its time: in governance mode whoever is allowed to bypass the lock, in compliance
 * mode nobody, the account's root user included.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html
 */
export const OBJECT_LOCK_MODES = ['governance', 'compliance'] as const;

export type ObjectLockMode = (typeof OBJECT_LOCK_MODES)[number];

/**
 * How long S3 can lock a version, in days.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock-managing.html
 */
export const LOCK_RETENTION_DAYS = { min: 1, max: 36_500 } as const;

/** Every new version of a bucket's objects is locked from the moment it is written. */
export interface ObjectLock {
  readonly mode: ObjectLockMode;
  /** Days for which a version is locked: 1 to 36,500. A longer time later applies to new versions only. */
  readonly retentionDays: number;
}

/** What is wrong with a lock, and with what a bucket does beside it. */
export function objectLockProblems(
  lock: ObjectLock,
  versioned: boolean,
  rules: readonly Pick<LifecycleRule, 'id' | 'expireAfterDays'>[],
): Problem[] {
  const { retentionDays } = lock;
  const { min, max } = LOCK_RETENTION_DAYS;
  const isWhole = Number.isInteger(retentionDays) && retentionDays >= min && retentionDays <= max;
  return [
    ...when(!isWhole, {
      field: 'objectLock.retentionDays',
      must: `must be an integer from ${min} to ${max} (days)`,
      got: retentionDays,
      fix: 'choose a value in that range',
    }),
    ...when(!versioned, {
      field: 'versioned',
      must: 'must be true for a bucket with Object Lock, which locks versions',
      got: versioned,
      fix: 'leave it out',
    }),
    ...rules.flatMap(({ id, expireAfterDays }) =>
      when(isWhole && expireAfterDays !== undefined && expireAfterDays < retentionDays, {
        field: `lifecycleRules.${id}.expireAfterDays`,
        must: `must not be before the lock ends (${retentionDays} days)`,
        got: expireAfterDays,
        fix: 'raise it or leave it out',
      }),
    ),
  ];
}
