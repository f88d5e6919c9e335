import { awsError, type Handlers, type Input } from './fake-aws';

/** A table, with the part of its description that matters here. */
export interface FakeTable {
  name: string;
  keys: { AttributeName: string; AttributeType: string; KeyType: string }[];
  billingMode: string;
  kmsKeyArn?: string;
  deletionProtection: boolean;
  recovery: boolean;
  tags: Record<string, string>;
  status: string;
  /** Whether its key is being changed: it is called ACTIVE meanwhile, and takes no other change. */
  changesKey: boolean;
}

/** DynamoDB's tables. What is changed is not active for a while, and recovery cannot be switched on at once. */
export class FakeTables {
  readonly tables = new Map<string, FakeTable>();
  /** Descriptions that still say CREATING or UPDATING after a change. */
  busyAnswers = 1;
  /** Whether another run makes a table right before it is asked for. */
  takenBefore = false;
  private busy = 0;
  private recoveryUnavailable = 0;

  constructor(
    private readonly accountId: string,
    private readonly region: string,
  ) {}

  get state(): unknown {
    return [...this.tables.values()].map((table) => ({ ...table, status: 'settled', changesKey: false }));
  }

  /** A table that exists before the run. */
  add(name: string, differences: Partial<FakeTable> = {}): FakeTable {
    const table: FakeTable = {
      name,
      keys: [{ AttributeName: 'LockID', AttributeType: 'S', KeyType: 'HASH' }],
      billingMode: 'PROVISIONED',
      deletionProtection: false,
      recovery: false,
      tags: {},
      status: 'ACTIVE',
      changesKey: false,
      ...differences,
    };
    this.tables.set(name, table);
    return table;
  }

  readonly handlers: Handlers = {
    DescribeTable: (input) => {
      const table = this.find(input);
      if (this.busy > 0) this.busy--;
      else {
        if (table.status === 'CREATING' || table.status === 'UPDATING') table.status = 'ACTIVE';
        table.changesKey = false;
      }
      return { Table: this.description(table) };
    },
    CreateTable: (input) => {
      const name = input.TableName as string;
      if (this.takenBefore) this.add(name);
      if (this.tables.has(name)) throw awsError('ResourceInUseException', 400, `Table already exists: ${name}`);
      const types = input.AttributeDefinitions as { AttributeName: string; AttributeType: string }[];
      const keys = input.KeySchema as { AttributeName: string; KeyType: string }[];
      this.add(name, {
        keys: keys.map((key) => ({
          ...key,
          AttributeType: types.find(({ AttributeName }) => AttributeName === key.AttributeName)?.AttributeType ?? '',
        })),
        billingMode: input.BillingMode as string,
        kmsKeyArn: (input.SSESpecification as Input | undefined)?.KMSMasterKeyId as string | undefined,
        deletionProtection: input.DeletionProtectionEnabled === true,
        tags: tagsOf(input),
        status: 'CREATING',
      });
      this.busy = this.busyAnswers;
      this.recoveryUnavailable = 1;
    },
    UpdateTable: (input) => {
      const table = this.active(input);
      const changes = ['BillingMode', 'SSESpecification', 'DeletionProtectionEnabled'].filter((name) => name in input);
      if (changes.length !== 1) throw awsError('ValidationException', 400, 'Only one change at a time');
      if (input.BillingMode !== undefined) table.billingMode = input.BillingMode as string;
      if (input.DeletionProtectionEnabled !== undefined) table.deletionProtection = true;
      const sse = input.SSESpecification as Input | undefined;
      if (sse === undefined) table.status = 'UPDATING';
      else Object.assign(table, { kmsKeyArn: sse.KMSMasterKeyId as string, changesKey: true });
      this.busy = this.busyAnswers;
    },
    DescribeContinuousBackups: (input) => ({
      ContinuousBackupsDescription: {
        PointInTimeRecoveryDescription: {
          PointInTimeRecoveryStatus: this.find(input).recovery ? 'ENABLED' : 'DISABLED',
        },
      },
    }),
    UpdateContinuousBackups: (input) => {
      if (this.recoveryUnavailable > 0) {
        this.recoveryUnavailable--;
        throw awsError('ContinuousBackupsUnavailableException', 400, 'Backups are being enabled; please retry later');
      }
      this.active(input).recovery = true;
    },
    ListTagsOfResource: (input) => ({
      Tags: Object.entries(this.byArn(input).tags).map(([Key, Value]) => ({ Key, Value })),
    }),
    TagResource: (input) => {
      Object.assign(this.byArn(input).tags, tagsOf(input));
    },
  };

  private description(table: FakeTable): unknown {
    return {
      TableArn: this.arn(table.name),
      TableStatus: table.status,
      KeySchema: table.keys.map(({ AttributeName, KeyType }) => ({ AttributeName, KeyType })),
      AttributeDefinitions: table.keys.map(({ AttributeName, AttributeType }) => ({ AttributeName, AttributeType })),
      ...(table.billingMode === 'PROVISIONED' ? {} : { BillingModeSummary: { BillingMode: table.billingMode } }),
      ...(table.kmsKeyArn === undefined
        ? {}
        : {
            SSEDescription: {
              Status: table.changesKey ? 'UPDATING' : 'ENABLED',
              SSEType: 'KMS',
              KMSMasterKeyArn: table.kmsKeyArn,
            },
          }),
      DeletionProtectionEnabled: table.deletionProtection,
    };
  }

  private find(input: Input): FakeTable {
    const table = this.tables.get(input.TableName as string);
    if (table === undefined) throw awsError('ResourceNotFoundException', 400, 'Requested resource not found');
    return table;
  }

  private active(input: Input): FakeTable {
    const table = this.find(input);
    if (table.status !== 'ACTIVE' || table.changesKey)
      throw awsError('ResourceInUseException', 400, 'Attempt to change a busy table');
    return table;
  }

  private byArn(input: Input): FakeTable {
    const name = (input.ResourceArn as string).split('/').at(-1);
    return this.find({ TableName: name });
  }

  private arn(name: string): string {
    return `arn:aws:dynamodb:${this.region}:${this.accountId}:table/${name}`;
  }
}

const tagsOf = (input: Input): Record<string, string> =>
  Object.fromEntries(((input.Tags ?? []) as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value]));
