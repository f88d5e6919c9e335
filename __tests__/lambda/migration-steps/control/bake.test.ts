import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { awaitContinue, bake } from '../../../../lambda/migration-steps/steps/bake';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';
import { ControlWorld, HOUR, MINUTE, T0 } from './control-world';

let dynamodb: LocalDynamoDb;
let world: ControlWorld;
beforeEach(async () => {
  dynamodb = await startDynamoDb();
  world = await new ControlWorld(dynamodb).begin();
});

afterEach(() => dynamodb.stop());

describe('the watch of new weights', () => {
  const look = (state = 'Bake') => world.run(bake, { state });

  test('takes the whole time', async () => {
    expect(await look()).toEqual({
      outcome: 'wait',
      message: 'the alarms are good; 30 of 30 minutes are left',
      estimatedSeconds: 1800,
    });
    await world.wait(30 * MINUTE - 1);
    expect(await look()).toMatchObject({ outcome: 'wait', estimatedSeconds: 1 });
    await world.wait(1);
    expect(await look()).toEqual({ outcome: 'done', message: 'the alarms were good for 30 minutes' });
  });

  test('must have seen traffic at its end, not at its beginning', async () => {
    world.safety = { ...world.safety, children: [{ name: 'latency-test', verdict: 'no-traffic' }] };
    expect((await look()).outcome).toBe('wait');
    await world.wait(30 * MINUTE);
    expect(await look()).toMatchObject({
      outcome: 'no-data',
      reasons: [
        'the alarm latency-test must be OK with data, got OK without any in 15 minutes; see why AWS gets no traffic',
      ],
    });
  });

  test('begins anew in another state', async () => {
    await look();
    await world.wait(30 * MINUTE);
    expect(await look('Bake again')).toMatchObject({ outcome: 'wait', estimatedSeconds: 1800 });
  });

  test('ends at once with an alarm, of the composite or of a child', async () => {
    const { composite, children } = world.safety;
    world.safety = {
      composite,
      children: [...children, { name: 'errors', verdict: 'alarm' }, { name: 'lag', verdict: 'no-data' }],
    };
    const reasons = [
      'the alarm errors must be OK, got ALARM; see docs/runbook.md',
      'the alarm lag must be OK, got no data (INSUFFICIENT_DATA); see why its metric is missing',
    ];
    expect(await look()).toEqual({
      outcome: 'breach',
      message: `the new weights are not safe: ${reasons.join(' | ')}`,
      reasons,
    });
    world.safety = { composite: { ...composite, verdict: 'alarm' }, children };
    expect(await look()).toMatchObject({ outcome: 'breach' });
  });

  test('ends with an alarm that came and went between two looks', async () => {
    await look();
    await world.wait(MINUTE);
    const changed = (changedAt: number) => ({ ...world.safety, composite: { ...world.safety.composite, changedAt } });
    world.safety = changed(T0);
    expect(await look()).toMatchObject({ outcome: 'wait' });
    world.safety = changed(T0 + 1);
    expect(await look()).toMatchObject({
      outcome: 'breach',
      reasons: [
        'the alarm safe-to-advance-test must be OK for the whole time, got another state until 2026-11-21T20:00:00.001Z',
      ],
    });
  });

  test('pauses where an alarm has no data: that is neither good nor a breach', async () => {
    await look();
    await world.wait(HOUR);
    const { composite } = world.safety;
    world.safety = { composite, children: [{ name: 'lag', verdict: 'no-data' }] };
    const reason = 'the alarm lag must be OK, got no data (INSUFFICIENT_DATA); see why its metric is missing';
    expect(await look()).toEqual({
      outcome: 'no-data',
      message: `whether the new weights are safe cannot be told: ${reason}`,
      reasons: [reason],
    });
    world.safety = { composite: { ...composite, verdict: 'no-data' }, children: [{ name: 'lag', verdict: 'ok' }] };
    expect(await look()).toMatchObject({ outcome: 'no-data' });
  });
});

describe('a pause', () => {
  const look = (state = 'Await a human') => world.run(awaitContinue, { state });
  const request = `night-1.continue-${T0}`;

  test('waits for a word on this very pause', async () => {
    await world.say('ann', 'approval', 'night-1');
    expect(await look()).toEqual({
      outcome: 'wait',
      message: 'alarms have no data: somebody must look why',
      waitingFor: `npm run migration -- approve ${request}, when the alarms have data again; refuse ${request} goes back to the step before`,
    });
    await world.say('ann', 'approval', request);
    await world.wait(MINUTE);
    expect(await look()).toEqual({ outcome: 'done', message: 'ann says that the watch may begin again' });
    expect(await look('Another pause')).toMatchObject({ outcome: 'wait' });
  });

  test('ends with a refusal, whoever else approves', async () => {
    await look();
    await world.say('ann', 'approval', request);
    await world.say('bob', 'refusal', request, 'the metric is gone');
    expect(await look()).toMatchObject({ outcome: 'refused', reasons: ['bob refused: the metric is gone'] });
  });

  test('ends after twelve hours', async () => {
    await look('Third pause');
    await world.wait(12 * HOUR - 1);
    expect(await look('Third pause')).toMatchObject({ outcome: 'wait' });
    await world.wait(1);
    expect(await look('Third pause')).toEqual({
      outcome: 'expired',
      message: 'a word on how to go on must come within 12 hours, which are over',
    });
  });
});
