import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { AUTHORITY_KEY } from '../../../../lambda/shared/authority/dynamodb-authority';
import { DynamoDbMigrationAuthority } from '../../../../lambda/shared/authority/dynamodb-migration-authority';
import { LeaseLost } from '../../../../lambda/shared/authority/migration-authority';
import { RecordReader } from '../../../../lambda/shared/authority/record-reader';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';

let dynamodb: LocalDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

const authority = () =>
  new DynamoDbMigrationAuthority({
    client: dynamodb.client,
    tableName: dynamodb.stateTable,
    executions: { isRunning: () => Promise.resolve(true) },
    clock: { now: () => 5 },
  });
const reader = () => new RecordReader(dynamodb.client, dynamodb.stateTable);

describe('the authority item for who only looks at it', () => {
  test('that is absent means frozen, and nobody holds a lease', async () => {
    await dynamodb.client.send(new DeleteCommand({ TableName: dynamodb.stateTable, Key: AUTHORITY_KEY }));
    expect(await reader().record()).toMatchObject({ authority: 'frozen', epoch: 0, lastToken: 0 });
  });

  test('says what whoever changes it wrote, and whether an executor holds the lease', async () => {
    const Item = { ...AUTHORITY_KEY, authority: 'on-prem', epoch: 1 };
    await dynamodb.client.send(new PutCommand({ TableName: dynamodb.stateTable, Item }));
    const first = await authority().takeOver({ machine: 'advance', execution: 'arn:a' });
    await authority().setClearance(first, { minAwsWeight: 0, maxAwsWeight: 10, reason: 'Gates passed.' });
    expect(await reader().record()).toEqual(await authority().record());
    expect((await reader().record()).clearance).toMatchObject({ maxAwsWeight: 10 });
    await expect(reader().confirm(first)).resolves.toBeUndefined();
    await authority().takeOver({ machine: 'rollback', execution: 'arn:b' });
    await expect(reader().confirm(first)).rejects.toThrow(LeaseLost);
  });
});
