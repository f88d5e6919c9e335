import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Executor } from '../migration/executor';
import { readAuthorityItem } from './dynamodb-authority';
import { requireLease } from './dynamodb-lease';
import type { MigrationAuthority, MigrationRecord } from './migration-authority';
import { parseRecord } from './record-item';

/** The authority item for who only looks at it: such a function needs no permission to change it. */
export class RecordReader implements Pick<MigrationAuthority, 'record' | 'confirm'> {
  constructor(
    private readonly client: DynamoDBDocumentClient,
    private readonly tableName: string,
  ) {}

  async record(): Promise<MigrationRecord> {
    return parseRecord(await readAuthorityItem(this.client, this.tableName), this.tableName);
  }

  async confirm(executor: Executor): Promise<void> {
    requireLease(await this.record(), executor);
  }
}
