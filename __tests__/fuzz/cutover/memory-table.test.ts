import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { MemoryTable } from '../../../fuzz/cutover/memory-table';
import { ModelWorld } from '../../../fuzz/cutover/model-world';
import { AUTHORITY_KEY } from '../../../lambda/shared/authority/dynamodb-authority';
import { DynamoDbMigrationAuthority } from '../../../lambda/shared/authority/dynamodb-migration-authority';
import type { MigrationAuthority } from '../../../lambda/shared/authority/migration-authority';
import type { Executor } from '../../../lambda/shared/migration/executor';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { MemoryAuthority } from '../../lambda/migration-steps/support/memory-authority';

type Operation = (authority: MigrationAuthority) => Promise<unknown>;

const NOW = 1_000_000;
const ended = new Set(['advance-3']);
const isRunning = (execution: string): Promise<boolean> => Promise.resolve(!ended.has(execution));
const executions = ['cutover-1', 'rollback-2', 'advance-3'] as const;
const machineOf = (execution: string): Executor['machine'] => execution.split('-')[0] as Executor['machine'];

const execution = fc.constantFrom(...executions).map((name) => ({ machine: machineOf(name), execution: name }));
const executor = fc.tuple(execution, fc.integer({ min: 1, max: 4 })).map(([who, token]) => ({ ...who, token }));
const epoch = fc.integer({ min: 1, max: 5 });
const side = fc.constantFrom('on-prem' as const, 'aurora' as const);

/** What an executor may do to the item, with any token and any epoch. */
const operations: fc.Arbitrary<readonly [string, Operation]> = fc.oneof(
  execution.map((who) => [`acquire ${who.execution}`, (item: MigrationAuthority) => item.acquire(who)] as const),
  execution.map((who) => [`take over ${who.execution}`, (item: MigrationAuthority) => item.takeOver(who)] as const),
  executor.map(
    (who) => [`release ${who.execution} ${who.token}`, (item: MigrationAuthority) => item.release(who)] as const,
  ),
  executor.map(
    (who) => [`confirm ${who.execution} ${who.token}`, (item: MigrationAuthority) => item.confirm(who)] as const,
  ),
  fc
    .tuple(executor, side, epoch)
    .map(
      ([who, from, at]) =>
        [
          `freeze ${who.execution} ${who.token} ${from} ${at}`,
          (item: MigrationAuthority) => item.freeze(who, from, at, 'a reason'),
        ] as const,
    ),
  fc
    .tuple(executor, side, epoch)
    .map(
      ([who, to, at]) =>
        [
          `grant ${who.execution} ${who.token} ${to} ${at}`,
          (item: MigrationAuthority) => item.grant(who, to, at, 'a reason'),
        ] as const,
    ),
  fc
    .tuple(
      executor,
      epoch,
      fc.constantFrom({ closedLsn: '0/1' }, { drainedAt: 5 }, { abandonedBy: 1 }, { abandonedBy: 2 }),
    )
    .map(
      ([who, at, done]) =>
        [
          `note ${who.execution} ${who.token} ${at} ${JSON.stringify(done)}`,
          (item: MigrationAuthority) => item.note(who, at, done),
        ] as const,
    ),
  executor.map(
    (who) =>
      [
        `clear ${who.execution} ${who.token}`,
        (item: MigrationAuthority) => item.setClearance(who, { minAwsWeight: 0, maxAwsWeight: 50, reason: 'a reason' }),
      ] as const,
  ),
);

/** What an operation came to, and what the item is then. */
async function outcomeOf(authority: MigrationAuthority, operation: Operation): Promise<unknown> {
  const result = await operation(authority).then(
    () => 'done',
    (error: unknown) => (error as Error).name,
  );
  return { result, record: await authority.record() };
}

describe('the authority of the model', () => {
  let dynamodb: LocalDynamoDb;
  beforeAll(async () => {
    dynamodb = await startDynamoDb();
  });
  afterAll(() => dynamodb.stop());

  test('does what the real one does on a real table, on a table in memory and without one', async () => {
    const clock = { now: () => NOW };
    const begun = { ...AUTHORITY_KEY, authority: 'on-prem', epoch: 1 };
    const property = fc.asyncProperty(
      fc.array(operations, { minLength: 5, maxLength: 30, size: 'max' }),
      async (all) => {
        const { client, stateTable: tableName } = dynamodb;
        await client.send(new PutCommand({ TableName: tableName, Item: begun }));
        const table = new MemoryTable();
        table.items.set('authority/current', begun);
        const world = new ModelWorld('native');
        world.now = NOW;
        for (const name of executions) if (!ended.has(name)) world.running.add(name);
        const options = { tableName, executions: { isRunning }, clock };
        const real = new DynamoDbMigrationAuthority({ ...options, client });
        const onTable = new DynamoDbMigrationAuthority({ ...options, client: table as never });
        const memory = new MemoryAuthority(world);
        for (const [text, operation] of all) {
          const expected = await outcomeOf(real, operation);
          expect([text, await outcomeOf(onTable, operation)]).toEqual([text, expected]);
          // One that ended before is not found running by what starts it again.
          world.running.delete('advance-3');
          expect([text, await outcomeOf(memory, operation)]).toEqual([text, expected]);
        }
      },
    );
    await fc.assert(property, { numRuns: 10, seed: 6, endOnFailure: true });
  }, 120_000);
});
