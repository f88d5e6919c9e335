import { type DynamoDBDocumentClient, GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type PastFreeze, type PastFreezes, tellsDurations } from '../migration/past-freezes';
import { authorityKey, FREEZE_KEY_PREFIX, HISTORY } from './authority-history';
import type { Item } from './dynamodb-authority';
import { parseFreeze } from './record-item';

/** So many freezes are looked at: who tries more often than that has other worries than this number. */
const LOOKED_AT = 10;

/** The freezes in the history of the table `migration-state`. */
export class FreezeHistory implements PastFreezes {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async newest(): Promise<PastFreeze | undefined> {
    const { Items: items = [] } = await this.client.send(
      new QueryCommand({
        TableName: this.tableName,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
        ExpressionAttributeValues: { ':pk': HISTORY, ':sk': FREEZE_KEY_PREFIX },
        ScanIndexForward: false,
        Limit: LOOKED_AT,
      }),
    );
    for (const item of items) {
      const past = await this.past(item);
      if (past !== undefined && tellsDurations(past)) return past;
    }
    return undefined;
  }

  /** @default the item makes no sense, or what followed on the freeze is not in the history */
  private async past(item: Item): Promise<PastFreeze | undefined> {
    const { epoch } = item;
    const freeze = parseFreeze(item);
    if (typeof epoch !== 'number' || freeze === undefined) return undefined;
    const { Item: next } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: { pk: HISTORY, sk: authorityKey(epoch + 1) } }),
    );
    const endedAt: unknown = next?.['at'];
    return typeof endedAt === 'number' ? { epoch, freeze, endedAt } : undefined;
  }
}
