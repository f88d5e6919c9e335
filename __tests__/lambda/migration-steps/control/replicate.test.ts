import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ReplicationState } from '../../../../lambda/shared/replication/replication';
import { awaitComparison, startComparison } from '../../../../lambda/migration-steps/steps/comparison';
import {
  awaitLoad,
  awaitRunning,
  judgeAssessment,
  resumeForward,
  startLoad,
} from '../../../../lambda/migration-steps/steps/replicate';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';
import { ControlWorld, HOUR, READY } from './control-world';

let dynamodb: LocalDynamoDb;
let world: ControlWorld;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  world = await new ControlWorld(dynamodb).begin('replicate');
});

describe('the assessment', () => {
  test('lets replication begin when it is ready, and only then', async () => {
    expect(await world.run(judgeAssessment, { given: { assessment: READY } })).toMatchObject({ outcome: 'done' });
    const assessment = { verdict: 'unknown', reasons: ['one', 'two'], report: 's3://r' };
    expect(await world.run(judgeAssessment, { given: { assessment } })).toMatchObject({
      outcome: 'refused',
      reasons: ['the assessment must be ready, got unknown; remove what s3://r lists', 'one', 'two'],
    });
  });
});

describe.each([
  ['the full load', startLoad, 'start load'],
  ['resuming replication forward', resumeForward, 'resume forward'],
] as const)('%s', (what, step, effect) => {
  test('begins once Aurora lets replication in', async () => {
    world.forward = { state: 'stopped', problems: [] };
    expect(await world.run(step)).toEqual({ outcome: 'done', message: `${what} is begun` });
    expect(world.effects).toEqual([`admit aurora ${world.executor.token} true`, effect]);
  });

  test('is left alone where it was begun', async () => {
    world.forward = { state: 'starting', problems: [] };
    expect(await world.run(step)).toEqual({
      outcome: 'done',
      message: `${what} was begun already: replication forward is starting`,
    });
    expect(world.effects).toEqual([]);
  });

  test('never writes to a database that is in use, nor against the other direction: all reasons', async () => {
    await world.begin('replicate', { authority: 'aurora', epoch: 3 });
    world.forward = { state: 'absent', problems: [] };
    world.reverse = { state: 'running', problems: [] };
    expect(await world.run(step)).toMatchObject({
      outcome: 'refused',
      reasons: [
        'authority must be on-prem, got aurora (epoch 3); the data is switched already; run rollback',
        'the task of replication forward must exist, got none; deploy it before the migration begins',
        'replication reverse must be stopped, got running; both directions never run together: stop it',
      ],
    });
    expect(world.effects).toEqual([]);
  });

  test("needs nothing deployed with PostgreSQL's own replication", async () => {
    world.kind = 'native';
    world.forward = { state: 'absent', problems: [] };
    world.reverse = { state: 'absent', problems: [] };
    expect((await world.run(step)).outcome).toBe('done');
  });

  test('is begun by nobody who has lost the lease', async () => {
    world.forward = { state: 'stopped', problems: [] };
    await world.authority.takeOver({ machine: 'rollback', execution: 'arn:rollback' });
    await expect(world.run(step)).rejects.toMatchObject({ name: 'LeaseLost' });
    expect(world.effects).toEqual([]);
  });
});

test('the full load goes on by itself while it is under way, and once it has stopped for indexes it is resumed', async () => {
  world.forward = { state: 'load-stopped', problems: [] };
  expect((await world.run(startLoad)).outcome).toBe('done');
  expect(world.effects).toEqual([]);
  await world.run(resumeForward);
  expect(world.effects.at(-1)).toBe('resume forward');
});

describe('the end of the full load', () => {
  const look = (state: ReplicationState, problems: readonly string[] = []) => {
    world.forward = { state, rows: { copied: 5, estimated: 9 }, problems };
    return world.run(awaitLoad, { state: 'Await full load' });
  };

  test.each([
    ['starting', 'wait', 'replication forward is starting, 5 of about 9 rows'],
    ['loading', 'wait', 'replication forward is loading, 5 of about 9 rows'],
    ['load-stopped', 'done', 'everything is copied, 5 of about 9 rows'],
    ['running', 'done', 'everything is copied, 5 of about 9 rows'],
  ] as const)('%s: %s', async (state, outcome, message) => {
    expect(await look(state)).toEqual({ outcome, message, rows: { copied: 5, estimated: 9 } });
  });

  test('never comes from what failed, with everything that is known of it', async () => {
    expect(await look('failed', ['the table a.b is suspended'])).toMatchObject({
      outcome: 'refused',
      reasons: [
        'replication forward must be loading, got failed; see the log of its task',
        'the table a.b is suspended',
      ],
    });
    expect(await look('load-stopped', ['the table a.b is suspended'])).toMatchObject({ outcome: 'refused' });
  });

  test('must come within two days', async () => {
    await look('loading');
    await world.wait(48 * HOUR - 1);
    expect((await look('loading')).outcome).toBe('wait');
    await world.wait(1);
    expect(await look('loading')).toEqual({
      outcome: 'expired',
      message: 'the end of the full load must come within 48 hours, which are over',
    });
  });
});

describe('replication after the load', () => {
  const look = (state: ReplicationState, lagSeconds?: number, problems: readonly string[] = []) => {
    world.forward = { state, problems, ...(lagSeconds === undefined ? {} : { lagSeconds }) };
    return world.run(awaitRunning, { state: 'Await replication' });
  };

  test('runs when it is close behind', async () => {
    expect(await look('running', 60)).toEqual({
      outcome: 'done',
      message: 'replication forward is running, 60 s behind',
      lagSeconds: 60,
    });
    expect(await look('running', 61)).toMatchObject({
      outcome: 'wait',
      message: 'replication forward is running, 61 s behind',
    });
    expect(await look('running')).toMatchObject({
      message: 'replication forward is running, its lag is not known yet',
    });
    expect(await look('starting')).toMatchObject({ outcome: 'wait' });
  });

  test('is not relied on with problems, nor where it failed', async () => {
    expect(await look('running', 1, ['one', 'two'])).toMatchObject({ outcome: 'refused', reasons: ['one', 'two'] });
    expect(await look('failed')).toMatchObject({
      reasons: ['replication forward must be running, got failed; see the log of its task'],
    });
  });

  test('must run within an hour', async () => {
    await look('starting');
    await world.wait(HOUR - 1);
    expect((await look('starting')).outcome).toBe('wait');
    await world.wait(1);
    expect(await look('starting')).toEqual({
      outcome: 'expired',
      message: 'replication forward running at most 60 s behind must come within 60 minutes, which are over',
    });
  });
});

describe('the first comparison', () => {
  const look = () => world.run(awaitComparison, { state: 'Await comparison' });

  test('is started under a name of the execution, without what is set only in the freeze', async () => {
    expect(await world.run(startComparison)).toMatchObject({ outcome: 'done', comparison: 'replicate-night-1' });
    expect(world.started).toEqual([['replicate-night-1', { mode: 'live', without: ['sequences'] }]]);
  });

  test.each([
    ['running', 'wait'],
    ['equal', 'done'],
    ['different', 'refused'],
    ['unknown', 'refused'],
    ['failed', 'refused'],
  ] as const)('%s: %s', async (result, outcome) => {
    world.comparison = { name: 'replicate-night-1', result, detail: 's3://r' };
    const answer = await look();
    expect(answer).toMatchObject({ outcome, comparison: 'replicate-night-1' });
    expect(answer.reasons).toEqual(
      outcome === 'refused'
        ? [
            `the comparison replicate-night-1 must be equal, got ${result} (s3://r); put right what it found, and start again`,
          ]
        : undefined,
    );
  });

  test('must have been started, and end within a day', async () => {
    expect((await look()).reasons).toEqual([
      'the comparison replicate-night-1 must have been started, got none of this name',
    ]);
    world.comparison = { name: 'replicate-night-1', result: 'running' };
    await world.wait(24 * HOUR - 1);
    expect((await look()).outcome).toBe('wait');
    await world.wait(1);
    expect(await look()).toEqual({
      outcome: 'expired',
      message: 'the end of the comparison replicate-night-1 must come within 24 hours, which are over',
    });
  });
});
