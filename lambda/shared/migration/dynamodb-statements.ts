import { type DynamoDBDocumentClient, PutCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Statement, Statements } from './approvals';

const KINDS = ['request', 'approval', 'refusal'] as const satisfies readonly Statement['kind'][];

const ITEM = z.object({ pk: z.string(), sk: z.string(), at: z.number(), comment: z.optional(z.string()) });

/**
 * What people said about executions, in the table `migration-state`: `pk` the `aws:userid` of who said it, `sk`
 * `<kind>#<request>`. The table is tiny, so what was said about a request is found by looking through all of it.
 */
export class DynamoDbStatements implements Statements {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  /** @throws Error when one of them is no statement: an approval that cannot be read is none, and neither is a refusal */
  async about(request: string): Promise<readonly Statement[]> {
    const pages = paginateScan(
      { client: this.client },
      {
        TableName: this.tableName,
        ConsistentRead: true,
        FilterExpression: 'sk IN (:request, :approval, :refusal)',
        ExpressionAttributeValues: Object.fromEntries(KINDS.map((kind) => [`:${kind}`, sortKey(kind, request)])),
      },
    );
    const found: Statement[] = [];
    for await (const { Items: items = [] } of pages) {
      found.push(...items.map((item) => parseStatement(item, request, this.tableName)));
    }
    return found.sort((one, other) => one.at - other.at);
  }

  async make({ userId, request, kind, at, comment }: Statement): Promise<void> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tableName,
          Item: { pk: userId, sk: sortKey(kind, request), at, ...(comment === undefined ? {} : { comment }) },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      // It was said before, and that stands.
      if (!(error instanceof Error) || error.name !== 'ConditionalCheckFailedException') throw error;
    }
  }
}

const sortKey = (kind: Statement['kind'], request: string): string => `${kind}#${request}`;

function parseStatement(item: unknown, request: string, tableName: string): Statement {
  const { success, data } = ITEM.safeParse(item);
  const kind = success ? KINDS.find((known) => data.sk === sortKey(known, request)) : undefined;
  if (!success || kind === undefined) {
    throw new Error(
      `a statement in ${tableName} about ${request} must have a number at and a text comment, got others`,
    );
  }
  const { pk: userId, at, comment } = data;
  return { userId, request, kind, at, ...(comment === undefined ? {} : { comment }) };
}
