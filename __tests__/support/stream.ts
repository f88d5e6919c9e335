import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';

/** A record of a DynamoDB stream in the shape in which Lambda gets it. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly eventSourceARN: string;
  readonly dynamodb: {
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Record<string, unknown>;
    readonly OldImage?: Record<string, unknown>;
    readonly NewImage?: Record<string, unknown>;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: 'NEW_AND_OLD_IMAGES';
  };
}

/** Writes of the table in commit order, as the stream's records: for where no DynamoDB with streams runs. */
export interface RecordedStream {
  /** Writes through this client are recorded; others are not. */
  readonly client: DynamoDBDocumentClient;
  /** All records so far, the first write first. */
  readonly records: readonly StreamRecord[];
}

const KEYS: Readonly<Record<string, readonly string[]>> = {
  'transactions-test': ['transaction_id', 'timestamp'],
  'migration-state-test': ['pk', 'sk'],
};
const WRITES = ['PutCommand', 'UpdateCommand', 'DeleteCommand'];

type Item = Record<string, unknown>;
interface Write {
  readonly TableName: string;
  readonly Item?: Item;
  readonly Key?: Item;
}

/**
 * Records every put, update and delete of a table as the stream would show it: old image, new image, commit order. Writes
 * through it are made one after the other, so that the images around each are its own.
 */
export function recordStream(client: DynamoDBDocumentClient, tableName: string): RecordedStream {
  const records: StreamRecord[] = [];
  const names = KEYS[tableName] ?? [];
  let last: Promise<unknown> = Promise.resolve();
  const imageOf = async (key: Item): Promise<Item | undefined> =>
    (await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }))).Item;
  // The same object but for `send`: commands are told apart by the name of their class.
  const recording = Object.create(client, {
    send: {
      value: (command: { readonly constructor: { readonly name: string }; readonly input: Write }) => {
        const { input } = command;
        if (!WRITES.includes(command.constructor.name) || input.TableName !== tableName) {
          return client.send(command as never);
        }
        const source = input.Item ?? input.Key ?? {};
        const key = Object.fromEntries(names.map((name) => [name, source[name]]));
        const write = async () => {
          const before = await imageOf(key);
          const answer: unknown = await client.send(command as never);
          const after = await imageOf(key);
          if (JSON.stringify(before) !== JSON.stringify(after)) records.push(record(key, before, after));
          return answer;
        };
        const done = last.then(write, write);
        last = done.catch(() => undefined);
        return done;
      },
    },
  }) as DynamoDBDocumentClient;

  const record = (key: Item, before: Item | undefined, after: Item | undefined): StreamRecord => {
    const number = records.length + 1;
    return {
      eventID: `${number}`.padStart(32, '0'),
      eventName: before === undefined ? 'INSERT' : after === undefined ? 'REMOVE' : 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'us-east-1',
      eventSourceARN: `arn:aws:dynamodb:us-east-1:123456789012:table/${tableName}/stream/2026-01-01T00:00:00.000`,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(Date.now() / 1000),
        Keys: marshall(key),
        ...(before === undefined ? {} : { OldImage: marshall(before) }),
        ...(after === undefined ? {} : { NewImage: marshall(after) }),
        SequenceNumber: `${number}`.padStart(21, '0'),
        SizeBytes: JSON.stringify(after ?? {}).length,
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    };
  };
  return { client: recording, records };
}
