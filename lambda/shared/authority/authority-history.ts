import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Lease, MigrationRecord } from './migration-authority';
import { changeAttributes, freezeAttributes } from './record-item';

/** The partition of the table `migration-state` that holds what was. */
export const HISTORY = 'history';

/** Sorts as a number. */
const padded = (value: number): string => String(value).padStart(12, '0');

/** Where the range keys of freezes begin. */
export const FREEZE_KEY_PREFIX = 'freeze#';

/** The range key of who might write from an epoch on. */
export const authorityKey = (epoch: number): string => `authority#${padded(epoch)}`;

/**
 * What the authority item was, an item a change, never changed once written: `authority#<epoch>` for who might write,
 * `freeze#<epoch>` for what was done in a freeze that has ended, `lease#<token>` for who might have effects.
 */
export class AuthorityHistory {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async state({ authority, epoch, frozenFrom, change, lastToken }: MigrationRecord): Promise<void> {
    await this.put(authorityKey(epoch), {
      authority,
      epoch,
      ...(frozenFrom === undefined ? {} : { frozen_from: frozenFrom }),
      ...(change === undefined
        ? { reason: 'as it was created' }
        : { ...changeAttributes(change), lease_token: lastToken }),
    });
  }

  /** What was done in a freeze that is about to end. */
  async freeze({ epoch, freeze }: MigrationRecord): Promise<void> {
    if (freeze !== undefined)
      await this.put(`${FREEZE_KEY_PREFIX}${padded(epoch)}`, { epoch, ...freezeAttributes(freeze) });
  }

  async lease(lease: Lease | undefined): Promise<void> {
    if (lease === undefined) return;
    const { machine, execution, token, takenAt } = lease;
    await this.put(`lease#${padded(token)}`, { machine, execution, token, at: takenAt });
  }

  /** What is there already was written by the same change. */
  private async put(sk: string, attributes: Readonly<Record<string, unknown>>): Promise<void> {
    try {
      await this.client.send(
        new PutCommand({
          TableName: this.tableName,
          Item: { pk: HISTORY, sk, ...attributes },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    } catch (error) {
      if (!isConditionFailed(error)) throw error;
    }
  }
}

/** Whether a conditional write found something else than it asked for. By name: the class may come from another bundle. */
export const isConditionFailed = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';
