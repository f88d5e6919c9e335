import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { awsError, type Handlers, type Input } from './fake-aws';
import { FakeBuckets } from './fake-buckets';
import { FakeKeys } from './fake-keys';
import { FakeTables } from './fake-tables';

type Command = { readonly input: object };
type Connection = (service: string, command: Command) => Promise<unknown>;

/** SDK clients, one a service. */
export interface Clients {
  readonly sts: STSClient;
  readonly kms: KMSClient;
  readonly s3: S3Client;
  readonly dynamodb: DynamoDBClient;
}

// Making SDK clients takes far longer than anything that the tests do with them.
let shared: { readonly clients: Clients; readonly connect: (connection: Connection) => void } | undefined;

function createClients(): NonNullable<typeof shared> {
  const config = { region: 'us-east-1', credentials: { accessKeyId: 'none', secretAccessKey: 'none' } };
  const clients = {
    sts: new STSClient(config),
    kms: new KMSClient(config),
    s3: new S3Client(config),
    dynamodb: new DynamoDBClient(config),
  };
  let connection: Connection = () => Promise.reject(new Error('no control plane is connected'));
  const send = (service: string) => (command: Command) => connection(service, command) as Promise<never>;
  mockClient(clients.sts).send.callsFake(send('sts'));
  mockClient(clients.kms).send.callsFake(send('kms'));
  mockClient(clients.s3).send.callsFake(send('s3'));
  mockClient(clients.dynamodb).send.callsFake(send('dynamodb'));
  return {
    clients,
    connect: (next) => {
      connection = next;
    },
  };
}

/** When the connection dies: at which call, and whether AWS had done what it was asked by then. */
export interface Interruption {
  readonly call: number;
  readonly effect: 'none' | 'done';
}

/**
 * The control plane that the bootstrap talks to: STS, KMS, S3 and DynamoDB as far as it uses them, with state, with the
 * errors' real names, and with the delays that matter (a table that is not active yet, recovery that cannot be switched
 * on yet). It refuses what AWS refuses.
 */
export class FakeStateBackend {
  readonly keys: FakeKeys;
  readonly buckets: FakeBuckets;
  readonly tables: FakeTables;
  /** Every call since the last `forget`, in order, for instance `kms:CreateKey`. */
  calls: string[] = [];
  /** Dies once, at that call; a further run is not disturbed. */
  interruption: Interruption | undefined;
  /** What STS answers; an error is thrown. */
  caller: { readonly Account: string; readonly Arn: string } | Error;
  /** Actions that IAM refuses, for instance `kms:DescribeKey`. */
  readonly denied = new Set<string>();
  private readonly services: Readonly<Record<string, Handlers>>;

  constructor(
    readonly accountId: string,
    readonly region: string,
  ) {
    this.caller = { Account: accountId, Arn: `arn:aws:sts::${accountId}:assumed-role/Platform/engineer` };
    this.keys = new FakeKeys(accountId, region);
    this.buckets = new FakeBuckets(accountId, region);
    this.tables = new FakeTables(accountId, region);
    this.services = {
      kms: this.keys.handlers,
      s3: this.buckets.handlers,
      dynamodb: this.tables.handlers,
      sts: {
        GetCallerIdentity: () => {
          if (this.caller instanceof Error) throw this.caller;
          return this.caller;
        },
      },
    };
  }

  /** SDK clients that talk to this control plane and to nothing else, until another one's are asked for. */
  clients(): Clients {
    shared ??= createClients();
    shared.connect((service, command) =>
      this.answer(service, command.constructor.name.replace(/Command$/, ''), command.input as Input),
    );
    return shared.clients;
  }

  /** The calls that changed something, or asked for it. */
  get mutations(): string[] {
    return this.calls.filter((call) => !/:(Get|List|Describe|Head)/.test(call));
  }

  /** Forgets the calls, and keeps the state. */
  forget(): void {
    this.calls = [];
  }

  /** Everything that exists, to compare. */
  get state(): unknown {
    return JSON.parse(
      JSON.stringify({ keys: this.keys.state, buckets: this.buckets.state, tables: this.tables.state }),
    ) as unknown;
  }

  private answer(service: string, name: string, input: Input): Promise<unknown> {
    this.calls.push(`${service}:${name}`);
    const dies = this.interruption?.call === this.calls.length ? this.interruption : undefined;
    if (dies !== undefined) this.interruption = undefined;
    return Promise.resolve().then(() => {
      if (dies?.effect === 'none') throw awsError('TimeoutError', 0, 'socket hang up');
      if (this.denied.has(`${service}:${name}`))
        throw awsError('AccessDeniedException', 400, `not authorized to perform ${service}:${name}`);
      const handler = this.services[service]?.[name];
      if (handler === undefined) throw new Error(`the fake control plane does not know ${service}:${name}`);
      if (dies === undefined) return handler(input) ?? {};
      try {
        handler(input);
      } catch {
        // Whatever AWS answered got lost too.
      }
      throw awsError('TimeoutError', 0, 'socket hang up');
    });
  }
}
