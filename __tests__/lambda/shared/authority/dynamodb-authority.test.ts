import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DeleteCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { AUTHORITY_KEY, DynamoDbAuthority } from '../../../../lambda/shared/authority/dynamodb-authority';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';

let dynamodb: LocalDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

const authority = () => new DynamoDbAuthority(dynamodb.client, dynamodb.stateTable);
const store = (attributes: Record<string, unknown>) =>
  dynamodb.client.send(new PutCommand({ TableName: dynamodb.stateTable, Item: { ...AUTHORITY_KEY, ...attributes } }));

describe('the authority item', () => {
  test('that is absent means frozen', async () => {
    await dynamodb.client.send(new DeleteCommand({ TableName: dynamodb.stateTable, Key: AUTHORITY_KEY }));
    expect(await authority().read()).toEqual({ authority: 'frozen', epoch: 0 });
  });

  test.each(['on-prem', 'aurora'])('names the side %s that may be written, and the epoch', async (side) => {
    await store({ authority: side, epoch: 7 });
    expect(await authority().read()).toEqual({ authority: side, epoch: 7 });
  });

  test('says which side was frozen', async () => {
    await store({ authority: 'frozen', frozen_from: 'on-prem', epoch: 2 });
    expect(await authority().read()).toEqual({ authority: 'frozen', frozenFrom: 'on-prem', epoch: 2 });
  });

  test.each([
    [{ authority: 'aws', epoch: 1 }, '{"authority":"aws","epoch":1}'],
    [{ authority: 'aurora', epoch: 0 }, '{"authority":"aurora","epoch":0}'],
    [{ authority: 'aurora', epoch: 1.5 }, '{"authority":"aurora","epoch":1.5}'],
    [{ authority: 'aurora' }, '{"authority":"aurora"}'],
  ])('that makes no sense is an error, not a guess: %j', async (item, got) => {
    await store(item);
    await expect(authority().read()).rejects.toThrow(
      `the authority item of migration-state-test must have authority on-prem, aurora or frozen and a whole epoch from 1, got ${got}`,
    );
  });
});
