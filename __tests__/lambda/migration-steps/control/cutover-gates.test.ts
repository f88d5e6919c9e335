import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { cutoverGates } from '../../../../lambda/migration-steps/steps/cutover-gates';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';
import { ControlWorld, HOUR, READY, T0 } from './control-world';

let dynamodb: LocalDynamoDb;
let world: ControlWorld;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  world = await new ControlWorld(dynamodb).begin('cutover');
});

const gates = (prediction: object = { seconds: 42.3 }, comparison = 'replicate-1') =>
  world.run(cutoverGates, {
    given: { weights: { aws: 100, 'on-prem': 0 }, assessment: READY, prediction, comparison },
  });

test('everything being ready, the freeze is predicted: lag, what is fixed, and the verification', async () => {
  expect(await gates()).toEqual({
    outcome: 'done',
    message: 'nothing speaks against the cutover, predicted to freeze for 345 of at most 900 s',
    lagSeconds: 2,
    estimatedSeconds: 345,
    comparison: 'replicate-1',
  });
});

test('everything that speaks against it is said at once', async () => {
  world.forward = { state: 'stopped', problems: [] };
  world.reverse = { state: 'absent', problems: [] };
  world.rows = {
    'on-prem': { side: 'on-prem', epoch: 2, writable: false },
    aurora: { side: 'aurora', epoch: 3, writable: true },
  };
  world.comparison = { name: 'replicate-1', result: 'different', detail: 's3://report', endedAt: T0 };
  world.missing = ['aurora: the index payments.by_time is not valid', 'on-prem: a trigger is disabled'];
  world.roles = ['the role dms_apply must exist on on-prem, got none'];
  const given = {
    weights: { aws: 50, 'on-prem': 50 },
    assessment: READY,
    prediction: { seconds: 700, refusal: 'the source is another server' },
    comparison: 'replicate-1',
  };
  expect((await world.run(cutoverGates, { given })).reasons).toEqual([
    'the weights must be aws 100, on-prem 0 (all traffic), got aws 50, on-prem 50; go through the steps in order',
    'replication forward must be running, got stopped; start the machine replicate, or see why the task stopped',
    'the lag of replication forward must be at most 60 s, got no value; wait until replication reports one',
    'the database of on-prem must be open, got closed at epoch 2; run rollback, which puts it right',
    'the database of aurora must be closed, got open at epoch 3; run rollback, which puts it right',
    'the comparison replicate-1 must be equal, got different (s3://report); put right what it found, and compare again',
    'both databases must have everything in force before the freeze, on-premises for the way back, got: on-prem: a trigger is disabled',
    'both databases must have everything in force before the freeze, on-premises for the way back, got: aurora: the index payments.by_time is not valid',
    'the task of replication reverse must exist and be stopped, got none; deploy it before the cutover',
    'the role dms_apply must exist on on-prem, got none',
    'the freeze must take at most 900 s (cutover.freezeBudgetSeconds), got a prediction of 1000 s, 700 s of it to verify; compare again for a later base, or declare more tables append-only',
    'the verification must be able to build on the comparison, got: the source is another server; compare again',
  ]);
});

test.each([
  [598, 'done'],
  [598.1, 'refused'],
])('a verification of %s s beside 302 s: %s', async (seconds, outcome) => {
  expect((await gates({ seconds })).outcome).toBe(outcome);
});

test("PostgreSQL's own replication takes seconds, and sets the way back up itself", async () => {
  world.kind = 'native';
  world.reverse = { state: 'absent', problems: [] };
  expect(await gates({ seconds: 1 })).toMatchObject({ outcome: 'done', estimatedSeconds: 8 });
});

test('the way back must not run yet', async () => {
  world.reverse = { state: 'running', problems: [] };
  expect((await gates()).reasons).toEqual([
    'replication reverse must be stopped, got running; both directions never run together: stop it',
  ]);
});

test.each([
  [24 * HOUR, undefined],
  [24 * HOUR + 1, 'the comparison replicate-1 must be at most 24 hours old, got 24 hours; compare again'],
])('a comparison that ended %s ms ago', async (age, reason) => {
  world.comparison = { name: 'replicate-1', result: 'equal', endedAt: T0 - age };
  expect((await gates()).reasons).toEqual(reason === undefined ? undefined : [reason]);
});

test('the comparison that the delta builds on is judged, and no other one', async () => {
  expect((await gates(undefined, 'mine')).reasons).toEqual([
    'the comparison mine must be equal, got none; start the machine comparison',
  ]);
  world.comparison = { name: 'mine', result: 'failed', endedAt: T0 };
  expect((await gates(undefined, 'mine')).reasons).toEqual([
    'the comparison mine must be equal, got failed; put right what it found, and compare again',
  ]);
  world.comparison = { name: 'mine', result: 'equal', endedAt: T0 };
  expect(await gates(undefined, 'mine')).toMatchObject({ outcome: 'done', comparison: 'mine' });
});

test('AWS, which has all the traffic, must have data of it', async () => {
  world.safety = { ...world.safety, children: [{ name: 'latency-test', verdict: 'no-traffic' }] };
  expect((await gates()).reasons).toEqual([
    'the alarm latency-test must be OK with data, got OK without any in 15 minutes; see why AWS gets no traffic',
  ]);
});
