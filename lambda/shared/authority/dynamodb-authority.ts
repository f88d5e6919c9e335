import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { ABSENT, type Authority, type AuthorityState, type Side, SIDES } from './authority';

/** The key of the authority item in the table `migration-state`. */
export const AUTHORITY_KEY = { pk: 'authority', sk: 'current' } as const;

/** An item as DynamoDB gives it. */
export type Item = Readonly<Record<string, unknown>>;

const isSide = (value: unknown): value is Side => SIDES.some((side) => side === value);

/**
 * Reads the authority item of the table `migration-state`, consistently: a read that is a second old could name a database
 * that was closed since.
 */
export class DynamoDbAuthority implements Authority {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /** @throws Error when the item is there and makes no sense: to guess could open the wrong side */
  async read(): Promise<AuthorityState> {
    return parseState(await readAuthorityItem(this.client, this.tableName), this.tableName);
  }
}

/** The item as it is now; undefined where there is none. */
export async function readAuthorityItem(client: DynamoDBDocumentClient, tableName: string): Promise<Item | undefined> {
  const { Item: item } = await client.send(
    new GetCommand({ TableName: tableName, Key: AUTHORITY_KEY, ConsistentRead: true }),
  );
  return item;
}

/**
 * Who may write, as the item says.
 * @throws Error when the item is there and makes no sense
 */
export function parseState(item: Item | undefined, tableName: string): AuthorityState {
  if (item === undefined) return ABSENT;
  const { authority, epoch, frozen_from: frozenFrom } = item;
  if ((authority !== 'frozen' && !isSide(authority)) || !Number.isSafeInteger(epoch) || Number(epoch) < 1) {
    throw new Error(
      `the authority item of ${tableName} must have authority on-prem, aurora or frozen and a whole epoch from 1, got ${JSON.stringify({ authority, epoch })}`,
    );
  }
  return { authority, epoch: Number(epoch), ...(isSide(frozenFrom) ? { frozenFrom } : {}) };
}
