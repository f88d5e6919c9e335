import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Clock } from '../runtime/clock';
import { type Executor, MACHINES } from './executor';
import type { Progress, ProgressBoard, ProgressReport } from './progress';

const KEY = { pk: 'progress', sk: 'current' } as const;

const ITEM = z.object({
  machine: z.enum(MACHINES),
  execution: z.string(),
  lease_token: z.number(),
  step: z.string(),
  message: z.string(),
  since: z.number(),
  updated_at: z.number(),
  lag_seconds: z.optional(z.number()),
  rows: z.optional(z.object({ done: z.number(), estimated: z.number() })),
  estimated_seconds: z.optional(z.number()),
  waiting_for: z.optional(z.string()),
});

/** How far the migration is: the item `progress`/`current` of the table `migration-state`. */
export class DynamoDbProgressBoard implements ProgressBoard {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
    private readonly clock: Pick<Clock, 'now'>,
  ) {}

  async read(): Promise<Progress | undefined> {
    const item = await this.item();
    if (item === undefined) return undefined;
    const { machine, execution, step, message, since, rows } = item;
    return {
      machine,
      execution,
      step,
      message,
      since,
      updatedAt: item.updated_at,
      ...defined({
        lagSeconds: item.lag_seconds,
        rows,
        estimatedSeconds: item.estimated_seconds,
        waitingFor: item.waiting_for,
      }),
    };
  }

  async report(executor: Executor, { step, message, rows, ...report }: ProgressReport): Promise<void> {
    const { machine, execution, token } = executor;
    const before = await this.item();
    const now = this.clock.now();
    const isSameStep = before?.execution === execution && before.step === step;
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tableName,
          Item: {
            ...KEY,
            machine,
            execution,
            lease_token: token,
            step,
            message,
            since: isSameStep ? before.since : now,
            updated_at: now,
            ...defined({
              lag_seconds: report.lagSeconds,
              rows,
              estimated_seconds: report.estimatedSeconds,
              waiting_for: report.waitingFor,
            }),
          },
          ConditionExpression: 'attribute_not_exists(pk) OR lease_token <= :token',
          ExpressionAttributeValues: { ':token': token },
        }),
      );
    } catch (error) {
      // What an overtaken executor tells is not how it is.
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
    }
  }

  private async item(): Promise<z.infer<typeof ITEM> | undefined> {
    const { Item: item } = await this.client.send(
      new GetCommand({ TableName: this.tableName, Key: KEY, ConsistentRead: true }),
    );
    if (item === undefined) return undefined;
    const { success, data } = ITEM.safeParse(item);
    // Only people read it: one of another release must not stop a migration.
    return success ? data : undefined;
  }
}

type Defined<Values> = { [Key in keyof Values]?: Exclude<Values[Key], undefined> };

/** Without what is undefined, which DynamoDB does not store. */
const defined = <Values extends Readonly<Record<string, unknown>>>(values: Values): Defined<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<Values>;
