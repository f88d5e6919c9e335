import { awsError, type Handlers, type Input } from './fake-aws';

/** A bucket: who owns it, where it is, and its settings in the form in which S3 returns them. */
export interface FakeBucket {
  owner: string;
  region: string;
  publicAccess?: Record<string, boolean>;
  ownership?: string;
  encryption?: Input;
  versioning?: string;
  policy?: string;
  lifecycle?: unknown[];
  logging?: Input;
  tags?: { Key: string; Value: string }[];
}

const ALL_BLOCKED = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

/** S3's buckets, of this account and of others. */
export class FakeBuckets {
  readonly buckets = new Map<string, FakeBucket>();

  /** Somebody who takes a name right before it is asked for. */
  takenBy: { readonly name: string; readonly owner: string } | undefined;

  constructor(
    private readonly accountId: string,
    private readonly region: string,
  ) {}

  get state(): unknown {
    return Object.fromEntries([...this.buckets].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** A bucket that exists before the run, with no settings but these. */
  add(name: string, bucket: Partial<FakeBucket> = {}): FakeBucket {
    const added = { owner: this.accountId, region: this.region, ...bucket };
    this.buckets.set(name, added);
    return added;
  }

  readonly handlers: Handlers = {
    // The SDK names an answer without a body after its status.
    HeadBucket: (input) => {
      const bucket = this.buckets.get(input.Bucket as string);
      if (bucket === undefined) throw awsError('NotFound', 404, 'UnknownError');
      if (bucket.owner !== input.ExpectedBucketOwner) throw awsError('403', 403, 'UnknownError');
      return { BucketRegion: bucket.region };
    },
    CreateBucket: (input) => {
      const name = input.Bucket as string;
      const location = (input.CreateBucketConfiguration as Input | undefined)?.LocationConstraint;
      if (location === 'us-east-1') throw awsError('InvalidLocationConstraint', 400);
      if ((location ?? 'us-east-1') !== this.region) throw awsError('IllegalLocationConstraintException', 400);
      if (this.takenBy?.name === name) this.add(name, { owner: this.takenBy.owner });
      const existing = this.buckets.get(name);
      if (existing !== undefined && existing.owner !== this.accountId) {
        throw awsError('BucketAlreadyExists', 409, 'The requested bucket name is not available');
      }
      if (existing !== undefined) {
        // us-east-1 answers as if it had made the bucket.
        if (this.region !== 'us-east-1') throw awsError('BucketAlreadyOwnedByYou', 409);
        return;
      }
      this.add(name, {
        publicAccess: ALL_BLOCKED,
        ownership: (input.ObjectOwnership as string | undefined) ?? 'BucketOwnerEnforced',
        encryption: { Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
      });
    },
    GetPublicAccessBlock: (input) => ({
      PublicAccessBlockConfiguration: this.part(input, 'publicAccess', 'NoSuchPublicAccessBlockConfiguration'),
    }),
    PutPublicAccessBlock: (input) => {
      this.find(input).publicAccess = input.PublicAccessBlockConfiguration as Record<string, boolean>;
    },
    GetBucketOwnershipControls: (input) => ({
      OwnershipControls: {
        Rules: [{ ObjectOwnership: this.part(input, 'ownership', 'OwnershipControlsNotFoundError') }],
      },
    }),
    PutBucketOwnershipControls: (input) => {
      const { Rules } = input.OwnershipControls as { Rules: { ObjectOwnership: string }[] };
      this.find(input).ownership = Rules[0]?.ObjectOwnership;
    },
    GetBucketEncryption: (input) => ({
      ServerSideEncryptionConfiguration: this.part(
        input,
        'encryption',
        'ServerSideEncryptionConfigurationNotFoundError',
      ),
    }),
    PutBucketEncryption: (input) => {
      this.find(input).encryption = input.ServerSideEncryptionConfiguration as Input;
    },
    GetBucketVersioning: (input) => ({ Status: this.find(input).versioning }),
    PutBucketVersioning: (input) => {
      this.find(input).versioning = (input.VersioningConfiguration as Input).Status as string;
    },
    GetBucketPolicy: (input) => ({ Policy: this.part(input, 'policy', 'NoSuchBucketPolicy') }),
    PutBucketPolicy: (input) => {
      this.find(input).policy = input.Policy as string;
    },
    GetBucketLifecycleConfiguration: (input) => ({
      Rules: this.part(input, 'lifecycle', 'NoSuchLifecycleConfiguration'),
    }),
    PutBucketLifecycleConfiguration: (input) => {
      this.find(input).lifecycle = (input.LifecycleConfiguration as Input).Rules as unknown[];
    },
    GetBucketLogging: (input) => ({ LoggingEnabled: this.find(input).logging }),
    PutBucketLogging: (input) => {
      const logging = (input.BucketLoggingStatus as Input).LoggingEnabled as Input;
      if (this.buckets.get(logging.TargetBucket as string)?.owner !== this.accountId) {
        throw awsError('InvalidTargetBucketForLogging', 400, 'The target bucket for logging does not exist');
      }
      this.find(input).logging = logging;
    },
    GetBucketTagging: (input) => ({ TagSet: this.part(input, 'tags', 'NoSuchTagSet') }),
    PutBucketTagging: (input) => {
      const { TagSet } = input.Tagging as { TagSet: { Key: string; Value: string }[] };
      if (TagSet.some(({ Key }) => Key.startsWith('aws:'))) throw awsError('InvalidTag', 400);
      const system = (this.find(input).tags ?? []).filter(({ Key }) => Key.startsWith('aws:'));
      this.find(input).tags = [...system, ...TagSet];
    },
  };

  private find(input: Input): FakeBucket {
    const bucket = this.buckets.get(input.Bucket as string);
    if (bucket === undefined) throw awsError('NoSuchBucket', 404, 'The specified bucket does not exist');
    if (input.ExpectedBucketOwner === undefined) throw new Error('a call names no expected owner');
    if (bucket.owner !== input.ExpectedBucketOwner) throw awsError('AccessDenied', 403, 'Access Denied');
    return bucket;
  }

  private part(input: Input, part: keyof FakeBucket, absent: string): unknown {
    const value = this.find(input)[part];
    if (value === undefined) throw awsError(absent, 404);
    return value;
  }
}
