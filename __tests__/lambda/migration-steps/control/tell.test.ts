import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { checkWindow } from '../../../../lambda/migration-steps/steps/check-window';
import { withKnownComparison } from '../../../../lambda/migration-steps/steps/known-comparison';
import { acquire, release, takeOver } from '../../../../lambda/migration-steps/steps/lease';
import { notify } from '../../../../lambda/migration-steps/steps/notify';
import type { Machine } from '../../../../lambda/shared/migration/executor';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';
import { ControlWorld, HOUR, T0 } from './control-world';

let dynamodb: LocalDynamoDb;
let world: ControlWorld;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  world = await new ControlWorld(dynamodb).begin('finish');
});

describe('the lease', () => {
  const context = (machine: 'cutover' | 'rollback') => ({
    ...{ state: 's', name: 'n', input: {}, given: {}, remainingMs: () => 1 },
    executor: { machine, execution: `arn:${machine}` },
  });

  test('is not taken from who runs, but by a rollback', async () => {
    await expect(acquire(world.ports, context('cutover'))).rejects.toMatchObject({ name: 'LeaseHeld' });
    const token = world.executor.token + 1;
    expect(await takeOver(world.ports, context('rollback'))).toEqual({
      outcome: 'done',
      message: `the lease was taken over, token ${token}`,
      token,
    });
  });

  test('is free when it was given back', async () => {
    expect(await world.run(release)).toEqual({ outcome: 'done', message: 'the lease was given back' });
    expect(await acquire(world.ports, context('cutover'))).toMatchObject({
      outcome: 'done',
      token: world.executor.token + 1,
    });
  });
});

describe('telling people', () => {
  const tell = (given: object) => world.run(notify, { state: 'Page', given });

  test('says where to look', async () => {
    expect(await tell({ severity: 'info', subject: 'all is well' })).toMatchObject({ outcome: 'done' });
    expect(world.notices).toEqual([
      {
        severity: 'info',
        subject: 'all is well',
        lines: ['machine: finish', 'execution: arn:execution:finish-1', 'state: Page', 'what to do: docs/cutover.md'],
      },
    ]);
  });

  test.each([
    ['{"errorType":"LeaseLost","errorMessage":"token 3 was overtaken","trace":[]}', 'token 3 was overtaken'],
    ['{"other":1}', '{"other":1}'],
    ['plain text', 'plain text'],
  ])('shows what went wrong: %s', async (Cause, text) => {
    await tell({ severity: 'page', subject: 'it failed', failure: { Error: 'LeaseLost', Cause } });
    expect(world.notices[0]?.lines.slice(3, 5)).toEqual(['error: LeaseLost', `cause: ${text}`]);
  });

  test('needs no lease', async () => {
    await world.authority.takeOver({ machine: 'rollback', execution: 'arn:rollback' });
    await tell({ severity: 'warning', subject: 'overtaken' });
    expect(world.notices).toHaveLength(1);
  });

  test('refuses a severity that has no topic', async () => {
    await expect(tell({ severity: 'loud', subject: 's' })).rejects.toThrow(
      'the state Page must give its step what it needs, got nothing or something wrong for severity',
    );
  });
});

describe('the rollback window', () => {
  const last_change = { by: 'cutover', reason: 'r', execution: 'arn:cutover', at: T0 };
  const aurora = { authority: 'aurora', epoch: 3, last_change };

  test('must be over', async () => {
    await world.begin('finish', aurora);
    await world.wait(72 * HOUR - 1);
    expect((await world.run(checkWindow)).reasons).toEqual([
      'authority must be aurora for 72 hours (cutover.rollbackWindowHours), got 71 hours; the rollback window ends at 2026-11-24T20:00:00.000Z',
    ]);
    await world.wait(1);
    expect((await world.run(checkWindow)).outcome).toBe('done');
  });

  test('never ends elsewhere, nor from an unknown time', async () => {
    await world.wait(1000 * HOUR);
    expect((await world.run(checkWindow)).reasons).toEqual([
      'authority must be aurora, got on-prem (epoch 1); there is nothing to finish',
    ]);
    await world.begin('finish', { authority: 'aurora', epoch: 3 });
    expect((await world.run(checkWindow)).reasons).toEqual([
      'authority must be aurora for 72 hours (cutover.rollbackWindowHours), got no time at which it changed; look at the history of migration-state',
    ]);
  });
});

describe('which comparison a delta builds on', () => {
  const answer = { outcome: 'on-prem', message: 'm' };
  const runs = (last: string | undefined, lastEqual = last) => ({
    comparisons: {
      last: () => Promise.resolve(last === undefined ? undefined : { name: last, result: 'different' as const }),
      lastEqual: () => Promise.resolve(lastEqual),
    },
  });
  const by = (machine: Machine, input = {}) => ({
    executor: { machine, execution: `arn:execution:${machine}-1`, token: 1 },
    input,
  });

  test('is the last equal one for a rollback, whatever its input says, and nothing when that cannot be told', async () => {
    const rollback = by('rollback', { comparison: 'mine' });
    expect(await withKnownComparison(runs('second', 'first'), rollback, answer)).toEqual({
      ...answer,
      comparison: 'first',
    });
    expect(await withKnownComparison(runs(undefined), rollback, answer)).toBe(answer);
    const throttled = {
      comparisons: { ...runs('second').comparisons, lastEqual: () => Promise.reject(new Error('throttled')) },
    };
    expect(await withKnownComparison(throttled, rollback, answer)).toBe(answer);
  });

  test('is for a cutover the one that its input names, or else the last one, which its gates then judge', async () => {
    const answered = async (known: ReturnType<typeof runs>, input = {}) =>
      (await withKnownComparison(known, by('cutover', input), answer))['comparison'];
    expect(await answered(runs('second', 'first'), { comparison: 'mine' })).toBe('mine');
    expect(await answered(runs('second', 'first'))).toBe('second');
    expect(await answered(runs(undefined, 'first'))).toBeUndefined();
  });
});
