import { awsError, type Handlers, type Input } from './fake-aws';

/** A key, as KMS describes it and beyond. */
export interface FakeKey {
  KeyId: string;
  Arn: string;
  Description: string;
  KeyState: string;
  KeyManager: string;
  KeySpec: string;
  KeyUsage: string;
  CreationDate: Date;
  policy: string;
  rotation: boolean;
  tags: Record<string, string>;
  /** Whether its own policy shuts the caller out. */
  closed: boolean;
}

/** What KMS gives a key whose creator names no policy. */
const defaultPolicy = (accountId: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  });

/** KMS: keys with new ids, aliases, policies, rotation, tags. */
export class FakeKeys {
  readonly keys = new Map<string, FakeKey>();
  readonly aliases = new Map<string, string>();
  /** Answers about a new key that KMS gives before it knows it. */
  unknownAnswers = 0;
  /** Whether the caller may describe no key. */
  hidden = false;
  /** What another run does in between, once. */
  beforeCreateAlias: (() => void) | undefined;
  private unknown = 0;

  constructor(
    private readonly accountId: string,
    private readonly region: string,
  ) {}

  get state(): unknown {
    return { keys: [...this.keys.values()], aliases: [...this.aliases] };
  }

  /** A key that exists before the run. */
  add(differences: Partial<FakeKey> = {}): FakeKey {
    const number = this.keys.size + 1;
    const KeyId = `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    const key: FakeKey = {
      KeyId,
      Arn: `arn:aws:kms:${this.region}:${this.accountId}:key/${KeyId}`,
      Description: '',
      KeyState: 'Enabled',
      KeyManager: 'CUSTOMER',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyUsage: 'ENCRYPT_DECRYPT',
      CreationDate: new Date(Date.UTC(2026, 0, number)),
      policy: defaultPolicy(this.accountId),
      rotation: false,
      tags: {},
      closed: false,
      ...differences,
    };
    this.keys.set(key.KeyId, key);
    return key;
  }

  readonly handlers: Handlers = {
    ListKeys: () => ({ Keys: [...this.keys.keys()].map((KeyId) => ({ KeyId })), Truncated: false }),
    DescribeKey: (input) => ({ KeyMetadata: this.find(input.KeyId) }),
    GetKeyPolicy: (input) => ({ Policy: JSON.stringify(JSON.parse(this.find(input.KeyId).policy), null, 2) }),
    GetKeyRotationStatus: (input) => ({ KeyRotationEnabled: this.find(input.KeyId).rotation }),
    ListResourceTags: (input) => ({
      Tags: Object.entries(this.find(input.KeyId).tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
    }),
    CreateKey: (input) => {
      this.unknown = this.unknownAnswers;
      const policy = (input.Policy as string | undefined) ?? defaultPolicy(this.accountId);
      const key = this.add({
        Description: input.Description as string,
        // What a key is for cannot be changed later.
        KeyUsage: (input.KeyUsage as string | undefined) ?? '(not said)',
        policy,
        tags: tagsOf(input),
      });
      return { KeyMetadata: key };
    },
    CreateAlias: (input) => {
      const name = input.AliasName as string;
      this.beforeCreateAlias?.();
      this.beforeCreateAlias = undefined;
      const { KeyId } = this.settled(input.TargetKeyId);
      if (this.aliases.has(name))
        throw awsError('AlreadyExistsException', 400, `An alias with the name ${name} exists`);
      this.aliases.set(name, KeyId);
    },
    EnableKeyRotation: (input) => {
      this.settled(input.KeyId).rotation = true;
    },
    PutKeyPolicy: (input) => {
      this.settled(input.KeyId).policy = input.Policy as string;
    },
    UpdateKeyDescription: (input) => {
      this.settled(input.KeyId).Description = input.Description as string;
    },
    TagResource: (input) => {
      Object.assign(this.settled(input.KeyId).tags, tagsOf(input));
    },
  };

  private find(idOrAlias: unknown): FakeKey {
    const name = idOrAlias as string;
    const key = this.keys.get(this.aliases.get(name) ?? name);
    if (key !== undefined && (this.hidden || key.closed))
      throw awsError('AccessDeniedException', 400, 'not authorized');
    if (key === undefined) throw awsError('NotFoundException', 400, `Key ${name} is not found`);
    return key;
  }

  private settled(id: unknown): FakeKey {
    if (this.unknown > 0) {
      this.unknown--;
      throw awsError('NotFoundException', 400, `Key ${id as string} does not exist`);
    }
    return this.find(id);
  }
}

const tagsOf = (input: Input): Record<string, string> =>
  Object.fromEntries(
    ((input.Tags ?? []) as { TagKey: string; TagValue: string }[]).map(({ TagKey, TagValue }) => [TagKey, TagValue]),
  );
