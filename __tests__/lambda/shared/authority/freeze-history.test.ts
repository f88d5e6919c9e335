import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DeleteCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { AUTHORITY_KEY } from '../../../../lambda/shared/authority/dynamodb-authority';
import { DynamoDbMigrationAuthority } from '../../../../lambda/shared/authority/dynamodb-migration-authority';
import { FreezeHistory } from '../../../../lambda/shared/authority/freeze-history';
import type { Freeze } from '../../../../lambda/shared/authority/migration-authority';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';

let dynamodb: LocalDynamoDb;
let now: number;
let epoch: number;

beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  const { client, stateTable: TableName } = dynamodb;
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  for (const item of Items as { pk: string; sk: string }[]) {
    await client.send(new DeleteCommand({ TableName, Key: { pk: item.pk, sk: item.sk } }));
  }
  await client.send(new PutCommand({ TableName, Item: { ...AUTHORITY_KEY, authority: 'on-prem', epoch: 1 } }));
  now = 0;
  epoch = 1;
});

const history = () => new FreezeHistory(dynamodb.client, dynamodb.stateTable);

/** A freeze as executions make it, there or undone. */
async function freeze(done: Partial<Freeze>, seconds: number, undone = false): Promise<void> {
  const authority = new DynamoDbMigrationAuthority({
    client: dynamodb.client,
    tableName: dynamodb.stateTable,
    executions: { isRunning: () => Promise.resolve(false) },
    clock: { now: () => now },
  });
  const executor = await authority.takeOver({ machine: 'cutover', execution: `arn:${epoch}` });
  const { authority: from } = await authority.record();
  if (from === 'frozen') throw new Error('it is frozen already');
  const to = from === 'on-prem' ? 'aurora' : 'on-prem';
  await authority.freeze(executor, from, epoch, 'test');
  await authority.note(executor, epoch + 1, { ...done, ...(undone ? { abandonedBy: executor.token } : {}) });
  now += seconds * 1000;
  await authority.grant(executor, undone ? from : to, epoch + 1, 'test');
  epoch += 2;
}

describe('the newest freeze that tells how long steps take', () => {
  test('is none before the first one', async () => {
    expect(await history().newest()).toBeUndefined();
  });

  test('is the last that moved the right to write, with when the other side got it', async () => {
    await freeze({ stoppedAt: 3_000, armedAt: 4_000 }, 5);
    now = 60_000;
    await freeze({ stoppedAt: 63_000, armedAt: 68_000 }, 9);
    expect(await history().newest()).toEqual({
      epoch: 4,
      freeze: { drains: 'reverse', startedAt: 60_000, stoppedAt: 63_000, armedAt: 68_000 },
      endedAt: 69_000,
    });
  });

  test('is an older one where the last was undone, or stood until somebody came', async () => {
    await freeze({ armedAt: 4_000 }, 5);
    await freeze({ armedAt: 6_000 }, 5, true);
    await freeze({ armedAt: 11_000 }, 1_501);
    expect(await history().newest()).toMatchObject({ epoch: 2, endedAt: 5_000 });
  });

  test('is not one that makes no sense, or whose end was not written down', async () => {
    await freeze({ armedAt: 4_000 }, 5);
    const { client, stateTable: TableName } = dynamodb;
    const put = (sk: string, item: Record<string, unknown>) =>
      client.send(new PutCommand({ TableName, Item: { pk: 'history', sk, ...item } }));
    await put('freeze#000000000008', { epoch: 8, drains: 'sideways', started_at: 1 });
    await put('freeze#000000000010', { epoch: 10, drains: 'forward', started_at: 1, armed_at: 2 });
    expect(await history().newest()).toMatchObject({ epoch: 2 });
  });
});
