import { describe, expect, test } from '@jest/globals';
import { LeaseLost, type MigrationRecord } from '../../../lambda/shared/authority/migration-authority';
import type { Executor } from '../../../lambda/shared/migration/executor';
import type { Clearance } from '../../../lambda/shared/traffic/clearance';
import { createHandler } from '../../../lambda/traffic-shift/handler';
import { recordingPorts } from '../shared/stream/fixtures';
import { zone } from '../shared/traffic/fixtures';

const CLEARANCE: Clearance = {
  minAwsWeight: 10,
  maxAwsWeight: 50,
  reason: 'Gates passed.',
  by: 'advance-a',
  at: '2026-01-02T03:04:05.000Z',
};
const EXECUTOR: Executor = { machine: 'rollback', execution: 'arn:rollback-a', token: 7 };
const shift = (aws: number) => ({ action: 'shift', weights: { aws, 'on-prem': 100 - aws }, ...EXECUTOR });

function world({ clearance, aws = 10 }: { readonly clearance?: Clearance; readonly aws?: number } = {}) {
  const dns = zone(aws);
  const ports = recordingPorts();
  const asked: (string | Executor)[] = [];
  const state: { token: number; record: MigrationRecord } = {
    token: EXECUTOR.token,
    record: { authority: 'on-prem', epoch: 1, lastToken: 7, clearance },
  };
  const handler = createHandler({
    traffic: dns.traffic,
    authority: {
      record: () => {
        asked.push('record');
        return Promise.resolve(state.record);
      },
      confirm: (executor) => {
        asked.push(executor);
        return executor.token === state.token ? Promise.resolve() : Promise.reject(new LeaseLost('overtaken'));
      },
    },
    logger: ports.logger,
  });
  return { ...dns, ...ports, handler, asked, state };
}

describe('reading', () => {
  test('answers the weights, without a lease', async () => {
    const { handler, asked } = world();
    expect(await handler({ action: 'read' })).toEqual({ weights: { aws: 10, 'on-prem': 90 } });
    expect(asked).toEqual([]);
  });
});

describe('shifting', () => {
  test.each([10, 50])('answers the weights before, at a bound of the clearance too: %i', async (aws) => {
    const { handler, weights, asked, lines } = world({ clearance: CLEARANCE, aws: 20 });
    expect(await handler(shift(aws))).toEqual({ previous: { aws: 20, 'on-prem': 80 } });
    expect(weights()).toEqual([aws, 100 - aws]);
    expect(asked).toEqual(['record', EXECUTOR]);
    expect(lines).toEqual([
      {
        level: 'INFO',
        message: 'weights are set',
        fields: {
          weights: `aws ${aws}, on-prem ${100 - aws}`,
          previous: 'aws 20, on-prem 80',
          execution: 'arn:rollback-a',
          token: 7,
        },
      },
    ]);
  });

  test.each([9, 51])('outside of the clearance is refused with the bounds and the reason: %i', async (aws) => {
    const { handler, route53 } = world({ clearance: CLEARANCE, aws: 20 });
    await expect(handler(shift(aws))).rejects.toMatchObject({
      name: 'OutsideClearance',
      message: `weights must lie within the clearance, got aws ${aws}, on-prem ${100 - aws}; AWS may get from 10 to 50 percent of the traffic (set by advance-a at 2026-01-02T03:04:05.000Z: Gates passed.). Set the clearance first: gates raise it, a rollback lowers it`,
    });
    expect(route53.sent).toEqual([]);
  });

  test.each([
    [0, undefined],
    [1, 'OutsideClearance'],
  ])('without a clearance may give AWS nothing: %i', async (aws, refusal) => {
    const { handler } = world({ aws: 20 });
    const answer = await handler(shift(aws)).catch((error: unknown) => error);
    expect(answer).toMatchObject(refusal === undefined ? { previous: { aws: 20 } } : { name: refusal });
  });

  test('by an executor that was overtaken is refused, also where the clearance would refuse it', async () => {
    const { handler, state, route53 } = world({ clearance: CLEARANCE });
    state.token = 8;
    await expect(handler(shift(10))).rejects.toThrow(LeaseLost);
    await expect(handler(shift(0))).rejects.toThrow(LeaseLost);
    expect(route53.sent).toEqual([]);
  });
});

describe('the event', () => {
  test.each([
    [undefined],
    [{}],
    [{ action: 'move' }],
    [{ action: 'shift', weights: { aws: 0, 'on-prem': 100 } }],
    [{ ...shift(0), machine: 'else' }],
    [{ ...shift(0), token: 0 }],
    [{ ...shift(0), token: '7' }],
    [{ ...shift(0), execution: '' }],
  ])('must be one of the two actions: %j', async (event) => {
    const { handler, route53, asked } = world({ clearance: CLEARANCE });
    await expect(handler(event)).rejects.toThrow(
      new Error(
        'the event must be {"action":"read"} or {"action":"shift","weights":{"aws":0,"on-prem":100},"machine":"rollback","execution":"<ARN>","token":1}',
      ),
    );
    expect([route53.sent, asked]).toEqual([[], []]);
  });

  test.each([[{ aws: 0, 'on-prem': 0 }], [undefined], ['all']])('must bring weights: %j', async (weights) => {
    await expect(world().handler({ ...shift(0), weights })).rejects.toThrow(
      new Error(
        `weights must be integers from 0 to 100 (percent) for aws and on-prem that are 100 together, got ${JSON.stringify(weights) ?? 'nothing'}; when all are 0, Route 53 answers with every record alike`,
      ),
    );
  });
});
