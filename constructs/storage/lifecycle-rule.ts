import type { S3BucketLifecycleConfigurationRule } from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';

/**
 * The storage classes that a lifecycle rule can move objects to.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
 */
export type TransitionStorageClass =
  'STANDARD_IA' | 'ONEZONE_IA' | 'INTELLIGENT_TIERING' | 'GLACIER_IR' | 'GLACIER' | 'DEEP_ARCHIVE';

export interface LifecycleTransition {
  readonly storageClass: TransitionStorageClass;
  /** Days since creation, or since the version became noncurrent: at least 1; 30 for STANDARD_IA and ONEZONE_IA. */
  readonly afterDays: number;
}

export interface LifecycleRule {
  /** The rule's name, unique in the bucket, for instance `expire-logs`. */
  readonly id: string;
  /**
   * The prefix of the keys that the rule is for.
   * @default the whole bucket
   */
  readonly prefix?: string;
  /**
   * Days since creation until an object expires: at least 1. In a versioned bucket it becomes a noncurrent version, so
   * there `noncurrentExpireAfterDays` must say when it really goes.
   * @default never
   */
  readonly expireAfterDays?: number;
  /**
   * Days since a version became noncurrent until it is deleted: at least 1. Versioned buckets only.
   * @default never
   */
  readonly noncurrentExpireAfterDays?: number;
  /**
   * Moves of current objects to cheaper storage, in order of days.
   * @default none
   */
  readonly transitions?: readonly LifecycleTransition[];
  /**
   * Moves of noncurrent versions to cheaper storage, in order of days. Versioned buckets only.
   * @default none
   */
  readonly noncurrentTransitions?: readonly LifecycleTransition[];
}

/** Days after which S3 drops the parts of an upload that nobody completed: they cost, and no listing shows them. */
export const ABORT_INCOMPLETE_UPLOAD_DAYS = 7;

const MIN_INFREQUENT_ACCESS_DAYS = 30;
/** The rule that does so, in every bucket. */
export const ABORT_RULE_ID = 'abort-incomplete-uploads';

/**
 * The provider's form of some rules, with the one that every bucket has: incomplete multipart uploads are aborted.
 * @throws Error that lists every rule S3 would refuse, or that would not do what it says
 */
export function lifecycleRules(
  rules: readonly LifecycleRule[],
  versioned: boolean,
): S3BucketLifecycleConfigurationRule[] {
  const problems = [
    ...rules.flatMap((rule) => problemsOf(rule, versioned)),
    ...rules.flatMap(({ id }, index) =>
      id === ABORT_RULE_ID || rules.findIndex((other) => other.id === id) !== index
        ? [`lifecycleRules.${id} must have an id of its own in the bucket, got "${id}"; rename it`]
        : [],
    ),
  ];
  if (problems.length > 0) throw new Error(problems.join('\n'));
  return [
    {
      id: ABORT_RULE_ID,
      status: 'Enabled',
      filter: [{ prefix: '' }],
      abortIncompleteMultipartUpload: [{ daysAfterInitiation: ABORT_INCOMPLETE_UPLOAD_DAYS }],
    },
    ...rules.map(toRule),
  ];
}

function toRule(rule: LifecycleRule): S3BucketLifecycleConfigurationRule {
  const { expireAfterDays, noncurrentExpireAfterDays } = rule;
  return {
    id: rule.id,
    status: 'Enabled',
    filter: [{ prefix: rule.prefix ?? '' }],
    ...(expireAfterDays === undefined ? {} : { expiration: [{ days: expireAfterDays }] }),
    ...(noncurrentExpireAfterDays === undefined
      ? {}
      : { noncurrentVersionExpiration: [{ noncurrentDays: noncurrentExpireAfterDays }] }),
    transition: rule.transitions?.map(({ storageClass, afterDays: days }) => ({ storageClass, days })),
    noncurrentVersionTransition: rule.noncurrentTransitions?.map(({ storageClass, afterDays: noncurrentDays }) => ({
      storageClass,
      noncurrentDays,
    })),
  };
}

function problemsOf(rule: LifecycleRule, versioned: boolean): string[] {
  const field = (name: keyof LifecycleRule): string => `lifecycleRules.${rule.id}.${name}`;
  const { expireAfterDays, noncurrentExpireAfterDays, transitions = [], noncurrentTransitions = [] } = rule;
  const problems = [
    ...wholeDays(field('expireAfterDays'), expireAfterDays),
    ...wholeDays(field('noncurrentExpireAfterDays'), noncurrentExpireAfterDays),
    ...transitionProblems(field('transitions'), transitions, expireAfterDays),
    ...transitionProblems(field('noncurrentTransitions'), noncurrentTransitions, noncurrentExpireAfterDays),
  ];
  const current = expireAfterDays !== undefined || transitions.length > 0;
  const noncurrent = noncurrentExpireAfterDays !== undefined || noncurrentTransitions.length > 0;
  if (!current && !noncurrent) {
    problems.push(`lifecycleRules.${rule.id} must expire or move something, got neither; give it days or remove it`);
  }
  if (noncurrent && !versioned) {
    problems.push(
      `lifecycleRules.${rule.id} must leave noncurrent versions alone in a bucket without versioning, got days for them; ` +
        'remove them or keep versioned true',
    );
  }
  if (versioned && expireAfterDays !== undefined && noncurrentExpireAfterDays === undefined) {
    problems.push(
      `${field('noncurrentExpireAfterDays')} must be set beside expireAfterDays in a versioned bucket, got none; ` +
        'without it expired objects stay for ever as noncurrent versions',
    );
  }
  return problems;
}

function transitionProblems(
  field: string,
  transitions: readonly LifecycleTransition[],
  expiryDays: number | undefined,
): string[] {
  return transitions.flatMap(({ storageClass, afterDays }, index) => {
    const at = `${field}[${index}].afterDays`;
    const previous = transitions[index - 1]?.afterDays;
    const infrequent = storageClass === 'STANDARD_IA' || storageClass === 'ONEZONE_IA';
    return [
      ...wholeDays(at, afterDays),
      ...(infrequent && afterDays < MIN_INFREQUENT_ACCESS_DAYS
        ? [`${at} must be at least ${MIN_INFREQUENT_ACCESS_DAYS} days for ${storageClass}, got ${afterDays}`]
        : []),
      ...(previous !== undefined && afterDays <= previous
        ? [`${at} must be later than the transition before it (${previous} days), got ${afterDays}`]
        : []),
      ...(expiryDays !== undefined && afterDays >= expiryDays
        ? [`${at} must be before the expiry after ${expiryDays} days, got ${afterDays}`]
        : []),
    ];
  });
}

const wholeDays = (field: string, days: number | undefined): string[] =>
  days === undefined || (Number.isInteger(days) && days >= 1)
    ? []
    : [`${field} must be a whole number of days, at least 1, got ${days}`];
