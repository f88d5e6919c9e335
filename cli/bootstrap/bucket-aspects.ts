import {
  GetBucketEncryptionCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketLoggingCommand,
  GetBucketOwnershipControlsCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketLoggingCommand,
  PutBucketOwnershipControlsCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { StateBucketSettings } from '../../constructs/state/state-settings';
import {
  ABORT_INCOMPLETE_UPLOAD_DAYS,
  ABORT_RULE_ID,
  type LifecycleRule as StateRule,
} from '../../constructs/storage/lifecycle-rule';
import { absentAs } from '../shared/aws-errors';
import type { BucketRequest } from './bucket';
import { canonical, policyItems } from './canonical';
import type { StateKey } from './key';
import type { Value } from './plan';
import { type Tags, tagsText } from './tags';

/** One setting of a bucket, in comparable form. */
export interface BucketAspect {
  readonly name: string;
  readonly wanted: Value;
  readonly read: () => Promise<Value>;
  readonly write: () => Promise<void>;
}

/**
 * The settings of a bucket in the order in which they are made. Whatever is not open to the public comes first, so that
 * no moment is weaker than the one before.
 */
export function bucketAspects(s3: S3Client, request: BucketRequest, key: StateKey): BucketAspect[] {
  const { settings } = request;
  const target = { Bucket: settings.name, ExpectedBucketOwner: request.accountId };
  return [
    publicAccess(s3, target),
    ownership(s3, target),
    encryption(s3, target, settings, key),
    ...(settings.versioned ? [versioning(s3, target)] : []),
    policy(s3, target, settings),
    lifecycle(s3, target, settings),
    ...(settings.accessLogs === undefined ? [] : [accessLogs(s3, target, settings.accessLogs)]),
    tagging(s3, target, request.tags),
  ];
}

/** Every call names the owner it expects: a bucket that changed hands in between is refused by S3. */
interface Target {
  readonly Bucket: string;
  readonly ExpectedBucketOwner: string;
}

const BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

const publicAccess = (s3: S3Client, target: Target): BucketAspect => ({
  name: 'public access',
  wanted: 'blocked',
  read: async () => {
    const answer = await absentAs(['NoSuchPublicAccessBlockConfiguration'], () =>
      s3.send(new GetPublicAccessBlockCommand(target)),
    );
    const present: Partial<Record<string, boolean>> = { ...answer?.PublicAccessBlockConfiguration };
    const open = Object.keys(BLOCKED).filter((flag) => present[flag] !== true);
    return open.length === 0 ? 'blocked' : `not ${open.join(', ')}`;
  },
  write: async () => {
    await s3.send(new PutPublicAccessBlockCommand({ ...target, PublicAccessBlockConfiguration: BLOCKED }));
  },
});

const ownership = (s3: S3Client, target: Target): BucketAspect => ({
  name: 'object ownership',
  wanted: 'BucketOwnerEnforced',
  read: async () => {
    const answer = await absentAs(['OwnershipControlsNotFoundError'], () =>
      s3.send(new GetBucketOwnershipControlsCommand(target)),
    );
    return answer?.OwnershipControls?.Rules?.[0]?.ObjectOwnership ?? 'none';
  },
  write: async () => {
    const OwnershipControls = { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' as const }] };
    await s3.send(new PutBucketOwnershipControlsCommand({ ...target, OwnershipControls }));
  },
});

const encryption = (
  s3: S3Client,
  target: Target,
  { encryption: kind }: StateBucketSettings,
  key: StateKey,
): BucketAspect => ({
  name: 'encryption',
  wanted: kind === 'sse-s3' ? 'AES256' : `aws:kms ${key.known?.arn ?? 'with the new key'}, bucket key`,
  read: async () => {
    const answer = await absentAs(['ServerSideEncryptionConfigurationNotFoundError'], () =>
      s3.send(new GetBucketEncryptionCommand(target)),
    );
    const [rule] = answer?.ServerSideEncryptionConfiguration?.Rules ?? [];
    const { SSEAlgorithm = 'none', KMSMasterKeyID } = rule?.ApplyServerSideEncryptionByDefault ?? {};
    if (SSEAlgorithm !== 'aws:kms') return SSEAlgorithm;
    const bucketKey = rule?.BucketKeyEnabled === true ? 'bucket key' : 'no bucket key';
    return `aws:kms ${KMSMasterKeyID ?? 'with the key of AWS'}, ${bucketKey}`;
  },
  write: async () => {
    const rule =
      kind === 'sse-s3'
        ? { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' as const } }
        : {
            ApplyServerSideEncryptionByDefault: {
              SSEAlgorithm: 'aws:kms' as const,
              KMSMasterKeyID: key.identity.arn,
            },
            BucketKeyEnabled: true,
          };
    await s3.send(new PutBucketEncryptionCommand({ ...target, ServerSideEncryptionConfiguration: { Rules: [rule] } }));
  },
});

const versioning = (s3: S3Client, target: Target): BucketAspect => ({
  name: 'versioning',
  wanted: 'Enabled',
  read: async () => (await s3.send(new GetBucketVersioningCommand(target))).Status ?? 'off',
  write: async () => {
    await s3.send(new PutBucketVersioningCommand({ ...target, VersioningConfiguration: { Status: 'Enabled' } }));
  },
});

const policy = (s3: S3Client, target: Target, settings: StateBucketSettings): BucketAspect => ({
  name: 'policy',
  wanted: policyItems(settings.policy),
  read: async () => {
    const answer = await absentAs(['NoSuchBucketPolicy'], () => s3.send(new GetBucketPolicyCommand(target)));
    return answer?.Policy === undefined ? 'none' : policyItems(answer.Policy);
  },
  write: async () => {
    await s3.send(new PutBucketPolicyCommand({ ...target, Policy: settings.policy }));
  },
});

const lifecycle = (s3: S3Client, target: Target, { lifecycleRules }: StateBucketSettings): BucketAspect => {
  const Rules = awsRules(lifecycleRules);
  return {
    name: 'lifecycle',
    wanted: Rules.map(canonical),
    read: async () => {
      const answer = await absentAs(['NoSuchLifecycleConfiguration'], () =>
        s3.send(new GetBucketLifecycleConfigurationCommand(target)),
      );
      return answer?.Rules === undefined ? 'none' : answer.Rules.map(comparableRule).map(canonical);
    },
    write: async () => {
      await s3.send(new PutBucketLifecycleConfigurationCommand({ ...target, LifecycleConfiguration: { Rules } }));
    },
  };
};

/** The rules in S3's own form, with the one that the bucket construct adds to every bucket. */
const awsRules = (rules: readonly StateRule[]): LifecycleRule[] => [
  {
    ...awsRule(ABORT_RULE_ID),
    AbortIncompleteMultipartUpload: { DaysAfterInitiation: ABORT_INCOMPLETE_UPLOAD_DAYS },
  },
  ...rules.map(({ id, prefix, expireAfterDays, noncurrentExpireAfterDays }) => ({
    ...awsRule(id, prefix),
    ...(expireAfterDays === undefined ? {} : { Expiration: { Days: expireAfterDays } }),
    ...(noncurrentExpireAfterDays === undefined
      ? {}
      : { NoncurrentVersionExpiration: { NoncurrentDays: noncurrentExpireAfterDays } }),
  })),
];

const awsRule = (ID: string, Prefix = ''): LifecycleRule => ({ ID, Status: 'Enabled', Filter: { Prefix } });

/** A filter for everything comes back in more than one form. */
const comparableRule = (rule: LifecycleRule): LifecycleRule => {
  const { Prefix = '', ...further } = rule.Filter ?? {};
  return { ...rule, Filter: { Prefix, ...further } };
};

const accessLogs = (
  s3: S3Client,
  target: Target,
  { bucket, prefix }: NonNullable<StateBucketSettings['accessLogs']>,
): BucketAspect => ({
  name: 'access logs',
  wanted: `to ${bucket}/${prefix}`,
  read: async () => {
    const { LoggingEnabled } = await s3.send(new GetBucketLoggingCommand(target));
    return LoggingEnabled === undefined ? 'off' : `to ${LoggingEnabled.TargetBucket}/${LoggingEnabled.TargetPrefix}`;
  },
  write: async () => {
    const BucketLoggingStatus = { LoggingEnabled: { TargetBucket: bucket, TargetPrefix: prefix } };
    await s3.send(new PutBucketLoggingCommand({ ...target, BucketLoggingStatus }));
  },
});

const readTags = async (s3: S3Client, target: Target): Promise<Tags> => {
  const answer = await absentAs(['NoSuchTagSet'], () => s3.send(new GetBucketTaggingCommand(target)));
  return Object.fromEntries((answer?.TagSet ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
};

const tagging = (s3: S3Client, target: Target, wanted: Tags): BucketAspect => ({
  name: 'tags',
  wanted: tagsText(wanted, wanted),
  read: async () => tagsText(wanted, await readTags(s3, target)),
  write: async () => {
    // S3 replaces the whole set: what others set must go back in. AWS keeps its own tags itself and refuses them here.
    const others = Object.entries(await readTags(s3, target)).filter(([key]) => !key.startsWith('aws:'));
    const TagSet = Object.entries({ ...Object.fromEntries(others), ...wanted }).map(([Key, Value]) => ({ Key, Value }));
    await s3.send(new PutBucketTaggingCommand({ ...target, Tagging: { TagSet } }));
  },
});
