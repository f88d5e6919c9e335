import type { AddressInfo } from 'node:net';
import { CreateTableCommand, type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';

const key = (name: string, range: string) => [
  { AttributeName: name, KeyType: 'HASH' as const },
  { AttributeName: range, KeyType: 'RANGE' as const },
];

/** The tables as they are in AWS, by their names without a suffix. A test holds them equal to what is synthesized. */
export const TABLES = {
  transactions: {
    KeySchema: key('transaction_id', 'timestamp'),
    AttributeDefinitions: [
      { AttributeName: 'transaction_id', AttributeType: 'S' },
      { AttributeName: 'timestamp', AttributeType: 'N' },
      { AttributeName: 'user_id', AttributeType: 'S' },
      { AttributeName: 'status', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      { IndexName: 'user-index', KeySchema: key('user_id', 'timestamp'), Projection: { ProjectionType: 'ALL' } },
      { IndexName: 'status-index', KeySchema: key('status', 'timestamp'), Projection: { ProjectionType: 'ALL' } },
    ],
  },
  'migration-state': {
    KeySchema: key('pk', 'sk'),
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
  },
} satisfies Record<string, Omit<CreateTableCommandInput, 'TableName'>>;

export interface LocalDynamoDb {
  readonly client: DynamoDBDocumentClient;
  /** Where it answers, for clients of one's own. */
  readonly endpoint: string;
  readonly transactionsTable: string;
  readonly stateTable: string;
  stop(): Promise<void>;
}

/** A DynamoDB on this machine (dynalite: conditions, indexes, consistent reads; no streams) with the project's tables. */
export async function startDynamoDb(): Promise<LocalDynamoDb> {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  const bare = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  for (const [name, definition] of Object.entries(TABLES)) {
    await bare.send(
      new CreateTableCommand({ TableName: `${name}-test`, BillingMode: 'PAY_PER_REQUEST', ...definition }),
    );
  }
  return {
    client: DynamoDBDocumentClient.from(bare),
    endpoint,
    transactionsTable: 'transactions-test',
    stateTable: 'migration-state-test',
    stop: async () => {
      bare.destroy();
      await new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
      });
    },
  };
}
