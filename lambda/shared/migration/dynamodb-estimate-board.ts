import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { SIDES } from '../authority/authority';
import { ROLLBACK_TERMS } from './rollback-durations';
import type { EstimateBoard, RollbackEstimate } from './rollback-estimate';

const KEY = { pk: 'estimate', sk: 'current' } as const;

const ITEM = z.object({
  at: z.number(),
  authority: z.enum([...SIDES, 'frozen']),
  epoch: z.number(),
  bound: z.enum(['bounded', 'unbounded', 'unknown', 'ended']),
  rollback_seconds: z.optional(z.number()),
  terms: z.array(z.object({ name: z.enum(ROLLBACK_TERMS), seconds: z.number(), source: z.string() })),
  reasons: z.array(z.string()),
  recovery_point_seconds: z.optional(z.number()),
});

/** How long a rollback would take, as it was measured last: the item `estimate`/`current` of the table `migration-state`. */
export class DynamoDbEstimateBoard implements EstimateBoard {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async read(): Promise<RollbackEstimate | undefined> {
    const { Item: item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: KEY, ConsistentRead: true }),
    );
    if (item === undefined) return undefined;
    const { success, data } = ITEM.safeParse(item);
    // Only people read it: one of another release must stop nobody.
    if (!success) return undefined;
    const { rollback_seconds: rollbackSeconds, recovery_point_seconds: recoveryPointSeconds, ...estimate } = data;
    return {
      ...estimate,
      ...(rollbackSeconds === undefined ? {} : { rollbackSeconds }),
      ...(recoveryPointSeconds === undefined ? {} : { recoveryPointSeconds }),
    };
  }

  async write({ rollbackSeconds, recoveryPointSeconds, ...estimate }: RollbackEstimate): Promise<void> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tableName,
          Item: {
            ...KEY,
            ...estimate,
            ...(rollbackSeconds === undefined ? {} : { rollback_seconds: rollbackSeconds }),
            ...(recoveryPointSeconds === undefined ? {} : { recovery_point_seconds: recoveryPointSeconds }),
          },
          ConditionExpression: 'attribute_not_exists(pk) OR #at <= :at',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':at': estimate.at },
        }),
      );
    } catch (error) {
      // Invocations may overtake each other.
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
    }
  }
}
