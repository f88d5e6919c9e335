import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { ABSENT, type Authority, type AuthorityState, type Side, SIDES } from './authority';

/** The key of the authority item in the table `migration-state`. */
export const AUTHORITY_KEY = { pk: 'authority', sk: 'current' } as const;

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
    const { Item: stored } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: AUTHORITY_KEY, ConsistentRead: true }),
    );
    if (stored === undefined) return ABSENT;
    const item: Readonly<Record<string, unknown>> = stored;
    const { authority, epoch, frozen_from: frozenFrom } = item;
    if ((authority !== 'frozen' && !isSide(authority)) || !Number.isSafeInteger(epoch) || Number(epoch) < 1) {
      throw new Error(
        `the authority item of ${this.tableName} must have authority on-prem, aurora or frozen and a whole epoch from 1, got ${JSON.stringify({ authority, epoch })}`,
      );
    }
    return { authority, epoch: Number(epoch), ...(isSide(frozenFrom) ? { frozenFrom } : {}) };
  }
}
