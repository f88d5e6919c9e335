import {
  BucketLocationConstraint,
  CreateBucketCommand,
  HeadBucketCommand,
  type HeadBucketCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { StateBucketSettings } from '../../constructs/state/state-settings';
import { absentAs, errorName, errorStatus } from '../shared/aws-errors';
import { type BucketAspect, bucketAspects } from './bucket-aspects';
import type { StateKey } from './key';
import { firstStep, type Inspection, settingStep, type Step } from './plan';
import type { Tags } from './tags';

/** The bucket that is wanted. */
export interface BucketRequest {
  readonly settings: StateBucketSettings;
  readonly accountId: string;
  readonly region: string;
  readonly tags: Tags;
  /** The path of the name in accounts.ts, for messages: `state.bucket`. */
  readonly field: string;
}

/** Reads whether the bucket exists, whose it is and what it lacks. */
export async function inspectBucket(s3: S3Client, request: BucketRequest, key: StateKey): Promise<Inspection> {
  const { settings } = request;
  const ownership = await headBucket(s3, request);
  if ('problem' in ownership) return { steps: [], problems: [ownership.problem], notes: [] };
  const steps = ownership.exists ? [] : [creation(s3, request)];
  for (const aspect of bucketAspects(s3, request, key)) {
    steps.push(await aspectStep(`bucket ${settings.name} ${aspect.name}`, aspect, ownership.exists));
  }
  return { steps, problems: [], notes: [] };
}

async function aspectStep(subject: string, aspect: BucketAspect, exists: boolean): Promise<Step> {
  const { wanted, write } = aspect;
  return exists ? settingStep(subject, await aspect.read(), wanted, write) : firstStep(subject, wanted, write);
}

type Ownership = { readonly exists: boolean } | { readonly problem: string };

/** S3 answers HEAD without a body, so the status is all there is to go by. */
async function headBucket(s3: S3Client, { settings, accountId, region, field }: BucketRequest): Promise<Ownership> {
  const { name } = settings;
  let head: HeadBucketCommandOutput | undefined;
  try {
    head = await absentAs(['NotFound', 'NoSuchBucket'], () =>
      s3.send(new HeadBucketCommand({ Bucket: name, ExpectedBucketOwner: accountId })),
    );
  } catch (error) {
    if (errorStatus(error) === 404) return { exists: false };
    if (errorStatus(error) !== 403) throw error;
    return {
      problem: `${field} must be a name that account ${accountId} owns or nobody has, got "${name}": S3 denies access (403), so it belongs to another account, or your role lacks s3:ListBucket on it; choose another name, or get the right`,
    };
  }
  if (head === undefined) return { exists: false };
  const { BucketRegion = region } = head;
  if (BucketRegion === region) return { exists: true };
  return {
    problem: `${field} must be a bucket in ${region}, got "${name}" in ${BucketRegion}; choose another name, a bucket cannot move`,
  };
}

function creation(s3: S3Client, { settings, region }: BucketRequest): Step {
  return {
    change: 'create',
    subject: `bucket ${settings.name}`,
    detail: `none -> in ${region}`,
    apply: async () => {
      try {
        await s3.send(
          new CreateBucketCommand({
            Bucket: settings.name,
            ObjectOwnership: 'BucketOwnerEnforced',
            // us-east-1 is the one region that S3 does not accept as a location.
            ...(region === 'us-east-1'
              ? {}
              : { CreateBucketConfiguration: { LocationConstraint: locationConstraint(region) } }),
          }),
        );
      } catch (error) {
        // An earlier attempt, whose answer was lost, or another run made it since it was looked for.
        if (errorName(error) !== 'BucketAlreadyOwnedByYou') throw error;
      }
    },
  };
}

function locationConstraint(region: string): BucketLocationConstraint {
  const found = Object.values(BucketLocationConstraint).find((location) => location === region);
  if (found === undefined) throw new Error(`region must be one that S3 has, got "${region}"`);
  return found;
}
