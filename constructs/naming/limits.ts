/**
 * The longest name AWS accepts, in characters, by kind of resource. A longer name is an error: it is never cut, because a
 * cut name can collide with another one and breaks the rule that names are predictable.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html
 * @see https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_CreateStateMachine.html
 */
export const NAME_LIMITS = {
  /** Resources whose name is only a tag, and whatever has no lower limit of its own (a tag value holds 256 characters). */
  default: 255,
  'load-balancer': 32,
  'target-group': 32,
  role: 64,
  policy: 128,
  bucket: 63,
  function: 64,
  'db-cluster': 63,
  'db-instance': 63,
  'dms-resource': 63,
  'waf-acl': 128,
  topic: 256,
  queue: 80,
  schedule: 64,
  alias: 256,
  'state-machine': 80,
} as const;

/** A kind of resource that limits the length of its name. */
export type NameKind = keyof typeof NAME_LIMITS;

/**
 * The longest environment suffix, in characters. With it the longest name that the constructs make still fits: a target
 * group (32) named `payment-api-green-<suffix>` has 18 characters before the suffix, a role (64) far more room.
 * A test synthesizes every stack with a suffix of this length.
 */
export const MAX_SUFFIX_LENGTH = 12;

/** Suffix and project end up in names of buckets, databases and parameters: this is what all of them accept. */
export const NAME_PART = /^[a-z](-?[a-z0-9])*$/;
/** `NAME_PART` in words. */
export const NAME_PART_RULE = 'lower-case letters, digits and single hyphens, starting with a letter';

/** Whether a text can be part of names: `NAME_PART`. */
export const isNamePart = (text: string): boolean => NAME_PART.test(text);
