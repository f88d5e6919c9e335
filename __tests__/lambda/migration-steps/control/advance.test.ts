import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  advanceGates,
  checkWeights,
  lowerClearance,
  raiseClearance,
  requireAwsWeight,
} from '../../../../lambda/migration-steps/steps/advance';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';
import { ControlWorld, HOUR, MINUTE, READY, T0 } from './control-world';

let dynamodb: LocalDynamoDb;
let world: ControlWorld;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  world = await new ControlWorld(dynamodb).begin();
});

const weights = (aws: number, onPrem = 100 - aws) => ({ aws, 'on-prem': onPrem });
const gates = (to: unknown, aws: number) =>
  world.run(advanceGates, { input: { to }, given: { weights: weights(aws), assessment: READY } });

describe('the gates of an advance', () => {
  test.each([
    [10, 0],
    [50, 10],
    [100, 50],
  ])('let traffic go to %s percent from the step before, %s', async (to, before) => {
    expect(await gates(to, before)).toEqual({
      outcome: 'done',
      message: `nothing speaks against the advance to ${to}`,
      lagSeconds: 2,
    });
  });

  test('say everything that speaks against it at once', async () => {
    await world.begin('advance', { authority: 'frozen', frozen_from: 'on-prem', epoch: 4 });
    world.forward = { state: 'failed', problems: ['the table a.b is suspended', 'validation of c.d failed'] };
    world.running = { blue: '7', green: '8', moving: true, health: 'alarm' };
    world.safety = {
      composite: { name: 'safe', verdict: 'ok' },
      children: [
        { name: 'errors', verdict: 'alarm' },
        { name: 'lag', verdict: 'no-data' },
      ],
    };
    const assessment = {
      verdict: 'blocked',
      reasons: ['no-primary-key, a.b: updates are lost; add one'],
      report: 's3://r',
    };
    const answer = await world.run(advanceGates, { input: { to: 50 }, given: { weights: weights(0), assessment } });
    const reasons = [
      'the weights must be aws 10, on-prem 90 (the step before 50), got aws 0, on-prem 100; go through the steps in order',
      'authority must be on-prem, got frozen from on-prem (epoch 4); run resume or rollback first',
      'replication forward must be running, got failed; start the machine replicate, or see why the task stopped',
      'the lag of replication forward must be at most 60 s, got no value; wait until replication reports one',
      'replication forward must have no problem, got: the table a.b is suspended',
      'replication forward must have no problem, got: validation of c.d failed',
      'the assessment must be ready, got blocked; remove what s3://r lists',
      'no-primary-key, a.b: updates are lost; add one',
      'the running release must be promoted, got version 7 as blue and 8 as green; run npm run promote, or deploy what blue is',
      'the aliases of the payment API must name one version each, got two; wait until Lambda has moved them',
      'the running release must be healthy, got ALARM from the load balancer; see the alarm alb-unhealthy-target in docs/runbook.md',
      'the alarm errors must be OK, got ALARM; see docs/runbook.md',
      'the alarm lag must be OK, got no data (INSUFFICIENT_DATA); see why its metric is missing',
    ];
    expect(answer).toEqual({
      outcome: 'refused',
      message: `the advance to 50 is refused: ${reasons.join(' | ')}`,
      reasons,
    });
  });

  test.each([
    [60, 'done'],
    [61, 'refused'],
  ])('take a lag of %s s: %s', async (lagSeconds, outcome) => {
    world.forward = { state: 'running', lagSeconds, problems: [] };
    expect(await gates(10, 0)).toMatchObject({ outcome, lagSeconds });
  });

  test.each([[20], ['10'], [undefined], [0]])('refuse %j, which is no step', async (to) => {
    expect((await gates(to, 0)).reasons).toEqual([
      `input.to must be one of 10, 50, 100 (percent of AWS), got ${JSON.stringify(to) ?? 'nothing'}`,
    ]);
  });

  test('refuse authority at Aurora, a release without aliases, and silence of the load balancer', async () => {
    await world.begin('advance', { authority: 'aurora', epoch: 3 });
    world.running = { moving: false, health: 'no-data' };
    world.safety = { composite: { name: 'safe', verdict: 'ok' }, children: [] };
    expect((await gates(10, 0)).reasons).toEqual([
      'authority must be on-prem, got aurora (epoch 3); the data is switched already; run rollback',
      'the payment API must have the aliases blue and green, got no blue; deploy the environment',
      'the running release must be healthy, got no data from the load balancer; wait until its health checks report',
      'the alarm safe must have children, got none: it says nothing',
    ]);
  });

  test('accept the weights that an execution which ended early had cleared, and only those', async () => {
    expect((await gates(50, 50)).outcome).toBe('refused');
    await world.run(raiseClearance, { input: { to: 50 } });
    expect((await gates(50, 50)).outcome).toBe('done');
    expect((await gates(50, 10)).outcome).toBe('done');
    expect((await gates(50, 49)).outcome).toBe('refused');
  });

  test('are not asked by who has lost the lease', async () => {
    await world.authority.takeOver({ machine: 'rollback', execution: 'arn:rollback' });
    await expect(gates(10, 0)).rejects.toMatchObject({ name: 'LeaseLost' });
  });

  test('say what the definition forgot', async () => {
    await expect(world.run(advanceGates, { state: 'Check gates', input: { to: 10 }, given: {} })).rejects.toThrow(
      'the state Check gates must give its step what it needs, got nothing or something wrong for weights, assessment',
    );
  });
});

describe('clearance', () => {
  const CLEARED = {
    minAwsWeight: 0,
    maxAwsWeight: 50,
    reason: 'The advance to 50 was found safe.',
    by: 'arn:execution:advance-1',
  };

  test('is raised on the item, then in the parameter, as often as asked', async () => {
    const answer = await world.run(raiseClearance, { input: { to: 50 } });
    expect(answer).toEqual({
      outcome: 'done',
      message: 'AWS may get up to 50 percent of the traffic',
      previous: 10,
      waitingFor:
        'deploy the weight: cdktf deploy <environment> --var=aws_traffic_weight=50, or set aws_traffic_weight in Terraform Cloud and confirm the run',
    });
    expect(world.written).toEqual([{ ...CLEARED, at: new Date(T0).toISOString() }]);
    expect((await world.authority.record()).clearance).toEqual(world.written[0]);
    expect(await world.run(raiseClearance, { input: { to: 50 } })).toEqual(answer);
  });

  test('stands on the item when the parameter cannot be written: the guard follows the item', async () => {
    const { clearance: _, ...ports } = world.ports;
    const broken = {
      ...ports,
      clearance: { read: () => Promise.reject(new Error()), write: () => Promise.reject(new Error('throttled')) },
    };
    const context = {
      executor: world.executor,
      state: 's',
      name: 'n',
      input: { to: 50 },
      given: {},
      remainingMs: () => 1,
    };
    await expect(raiseClearance(broken, context)).rejects.toThrow('throttled');
    expect((await world.authority.record()).clearance).toMatchObject(CLEARED);
  });

  test('is not raised while the databases are frozen', async () => {
    await world.begin('advance', { authority: 'frozen', frozen_from: 'on-prem', epoch: 2 });
    expect(await world.run(raiseClearance, { input: { to: 50 } })).toMatchObject({
      outcome: 'refused',
      reasons: ['authority must be on-prem, got frozen from on-prem (epoch 2); run resume or rollback first'],
    });
    expect(world.written).toEqual([]);
  });

  test('is lowered to the step before, also when that is repeated', async () => {
    await world.run(raiseClearance, { input: { to: 50 } });
    for (const _ of [1, 2]) {
      expect(await world.run(lowerClearance, { input: { to: 50 }, given: { to: 'previous' } })).toEqual({
        outcome: 'done',
        message: 'AWS may get up to 10 percent of the traffic',
        weights: weights(10),
      });
    }
    expect(world.written.at(-1)).toMatchObject({
      ...{ minAwsWeight: 0, maxAwsWeight: 10, reason: 'The advance beyond 10 was given up.' },
    });
  });

  test('is lowered to nothing without anything else being known', async () => {
    world.steps = [];
    await world.begin('rollback', {
      clearance: { min_aws_weight: 100, max_aws_weight: 100, reason: 'r', by: 'b', at: 'a' },
    });
    expect(await world.run(lowerClearance, { input: undefined, given: { to: 0 } })).toEqual({
      outcome: 'done',
      message: 'AWS may get up to 0 percent of the traffic',
      weights: weights(0),
    });
    expect(world.written).toMatchObject([
      { minAwsWeight: 0, maxAwsWeight: 0, reason: 'Traffic goes back to on-premises.' },
    ]);
  });

  test('is lowered by nobody who was overtaken', async () => {
    await world.authority.takeOver({ machine: 'rollback', execution: 'arn:rollback' });
    await expect(world.run(lowerClearance, { given: { to: 0 } })).rejects.toMatchObject({ name: 'LeaseLost' });
    expect(world.written).toEqual([]);
  });
});

describe('weights that were cleared', () => {
  const check = (aws: number, onPrem?: number) =>
    world.run(checkWeights, { input: { to: 50 }, given: { weights: weights(aws, onPrem) } });
  beforeEach(() => world.run(raiseClearance, { input: { to: 50 } }));

  test('are awaited for an hour from when they were cleared', async () => {
    await world.wait(HOUR - 1);
    expect(await check(10)).toEqual({
      outcome: 'wait',
      message: 'the weights must be aws 50, on-prem 50, got aws 10, on-prem 90',
      waitingFor: expect.stringContaining('--var=aws_traffic_weight=50'),
    });
    await world.wait(1);
    expect(await check(10)).toEqual({
      outcome: 'expired',
      message: 'the weights must be aws 50, on-prem 50, got aws 10, on-prem 90 60 minutes after they were cleared',
      reasons: ['the weights must be aws 50, on-prem 50, got aws 10, on-prem 90'],
    });
  });

  test('are there when both are right, also late', async () => {
    await world.wait(2 * HOUR);
    expect(await check(50)).toMatchObject({ outcome: 'done', message: 'AWS gets 50 percent of the traffic' });
    expect(await check(50, 40)).toMatchObject({ outcome: 'expired' });
  });
});

describe('all traffic for AWS', () => {
  const frozen = {
    authority: 'frozen',
    frozen_from: 'on-prem',
    epoch: 2,
    freeze: { drains: 'forward', started_at: T0 },
  };

  test('is required within the freeze, on the item and in the parameter', async () => {
    await world.begin('cutover', frozen);
    await world.wait(15 * MINUTE - 1);
    expect(await world.run(requireAwsWeight)).toEqual({ outcome: 'done', message: 'AWS must get all of the traffic' });
    expect(world.written).toMatchObject([
      {
        minAwsWeight: 100,
        maxAwsWeight: 100,
        reason: 'The data is switched to Aurora: on-premises may not be written.',
      },
    ]);
  });

  test('is not required once the budget is over', async () => {
    await world.begin('cutover', frozen);
    await world.wait(15 * MINUTE);
    expect(await world.run(requireAwsWeight)).toMatchObject({
      outcome: 'expired',
      message: 'the freeze must end within 900 s, which are over',
    });
    expect(world.written).toEqual([]);
  });

  test('is not required while on-premises is written, or while the freeze is undone', async () => {
    await expect(world.run(requireAwsWeight)).rejects.toMatchObject({ name: 'AuthorityMoved' });
    await world.begin('cutover', frozen);
    await world.authority.note(world.executor, 2, { abandonedBy: world.executor.token });
    await expect(world.run(requireAwsWeight)).rejects.toMatchObject({ name: 'AuthorityMoved' });
    expect(world.written).toEqual([]);
  });
});
