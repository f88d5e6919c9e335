import { DynamodbTable, type DynamodbTableConfig } from '@cdktf/provider-aws/lib/dynamodb-table';
import { Construct } from 'constructs';
import type { EncryptionKey } from '../encryption';
import { Deployment } from '../naming';
import type { Grantee } from '../policy';

/** An attribute that is a key of the table or of an index. */
export interface KeyAttribute {
  readonly name: string;
  /** S: text; N: number. */
  readonly type: 'S' | 'N';
}

/** Another order of a table's items, with every attribute. It holds the items that have both keys. */
export interface TableIndex {
  readonly name: string;
  readonly hashKey: KeyAttribute;
  readonly rangeKey: KeyAttribute;
}

export interface TableProps {
  /** The table's name without the suffix. */
  readonly component: string;
  readonly encryptionKey: EncryptionKey;
  readonly hashKey: KeyAttribute;
  readonly rangeKey: KeyAttribute;
  /** @default none */
  readonly indexes?: readonly TableIndex[];
  /**
   * Whether every change can be read as a stream, with the item before and after it, for 24 hours.
   * @default false
   */
  readonly stream?: boolean;
  /**
   * The attribute with the time, in seconds since 1970, from which DynamoDB may delete an item (usually within days).
   * @default items stay
   */
  readonly expiryAttribute?: string;
}

const ITEM_ACTIONS = {
  get: 'dynamodb:GetItem',
  put: 'dynamodb:PutItem',
  update: 'dynamodb:UpdateItem',
  delete: 'dynamodb:DeleteItem',
  'batch-get': 'dynamodb:BatchGetItem',
} as const;

/** What can be done with single items. A condition on a write needs no permission of its own. */
export type ItemAction = keyof typeof ITEM_ACTIONS;

/**
 * A DynamoDB table: on demand, encrypted with a customer key, restorable to any second of the last 35 days, and kept from
 * deletion unless the deployment is one to tear down.
 */
export class Table extends Construct {
  readonly tableName: string;
  readonly tableArn: string;
  protected readonly table: DynamodbTable;
  private readonly encryptionKey: EncryptionKey;

  constructor(scope: Construct, id: string, props: TableProps) {
    super(scope, id);
    const deployment = Deployment.of(this);
    this.encryptionKey = props.encryptionKey;
    this.table = new DynamodbTable(this, 'Table', {
      name: deployment.name(props.component),
      billingMode: 'PAY_PER_REQUEST',
      ...keysOf(props),
      ...(props.stream === true ? { streamEnabled: true, streamViewType: 'NEW_AND_OLD_IMAGES' } : {}),
      ...(props.expiryAttribute === undefined ? {} : { ttl: { attributeName: props.expiryAttribute, enabled: true } }),
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true, kmsKeyArn: props.encryptionKey.keyArn },
      deletionProtectionEnabled: !deployment.teardown,
      lifecycle: deployment.protection,
    });
    this.tableName = this.table.name;
    this.tableArn = this.table.arn;
  }

  /** Lets a role do exactly these things with single items of the table. */
  grantItems(grantee: Grantee, ...actions: readonly [ItemAction, ...ItemAction[]]): void {
    grantee.addStatements({ actions: actions.map((action) => ITEM_ACTIONS[action]), resources: [this.tableArn] });
    // DynamoDB decrypts the table's own key with the permissions of whoever asks.
    if (actions.every((action) => action === 'get' || action === 'batch-get')) this.encryptionKey.grantDecrypt(grantee);
    else this.encryptionKey.grantEncryptDecrypt(grantee);
  }

  /** Lets a role query the table by its hash key. */
  protected grantKeyQuery(grantee: Grantee): void {
    grantee.addStatements({ actions: ['dynamodb:Query'], resources: [this.tableArn] });
    this.encryptionKey.grantDecrypt(grantee);
  }

  /** Lets a role read every item of the table, and none of its indexes. */
  protected grantTableScan(grantee: Grantee): void {
    grantee.addStatements({ actions: ['dynamodb:Scan'], resources: [this.tableArn] });
    this.encryptionKey.grantDecrypt(grantee);
  }

  /** Lets people write items whose hash key has a value of theirs, which IAM puts in for a variable. */
  protected grantPutUnder(grantee: Grantee, sid: string, hashKey: string): void {
    grantee.addStatements({
      sid,
      actions: ['dynamodb:PutItem'],
      resources: [this.tableArn],
      conditions: {
        'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [hashKey] },
        // For all of no values everything is true: a request without the key must not pass.
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
    });
    this.encryptionKey.grantEncryptDecrypt(grantee);
  }

  /** Lets a role query one index, and not the table itself. */
  protected grantIndexQuery(grantee: Grantee, indexName: string): void {
    grantee.addStatements({ actions: ['dynamodb:Query'], resources: [`${this.tableArn}/index/${indexName}`] });
    this.encryptionKey.grantDecrypt(grantee);
  }

  /**
   * Lets a role read the stream, as Lambda does for a function with the function's role.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html
   */
  protected grantStream(grantee: Grantee): void {
    grantee.addStatements({
      sid: 'ReadStream',
      actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
      resources: [this.table.streamArn],
    });
    this.encryptionKey.grantDecrypt(grantee);
  }
}

function keysOf({ hashKey, rangeKey, indexes = [] }: TableProps) {
  const all = [hashKey, rangeKey, ...indexes.flatMap((index) => [index.hashKey, index.rangeKey])];
  const attribute = all.filter(({ name }, position) => all.findIndex((other) => other.name === name) === position);
  return {
    hashKey: hashKey.name,
    rangeKey: rangeKey.name,
    attribute: attribute.map(({ name, type }) => ({ name, type })),
    ...(indexes.length === 0
      ? {}
      : {
          globalSecondaryIndex: indexes.map((index) => ({
            name: index.name,
            hashKey: index.hashKey.name,
            rangeKey: index.rangeKey.name,
            projectionType: 'ALL',
          })),
        }),
  } satisfies Partial<DynamodbTableConfig>;
}
