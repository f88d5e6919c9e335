import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { clearanceJson } from '../../../lambda/shared/traffic/clearance-json';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { awsError } from '../../support/fake-aws';
import { arnOf, deleteTable, makeWorld, TABLE } from './world';

let dynamodb: LocalDynamoDb;
let world: Awaited<ReturnType<typeof makeWorld>>;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  world = await makeWorld(dynamodb);
});

const STATUS = ['status', '--environment', 'prod'];
const HISTORY = ['history', '--environment', 'prod'];
const NAME = 'cutover-20261122-000500';

/** A cutover in its freeze, with everything that can be told. */
async function freeze() {
  const executor = await world.execute('cutover', NAME);
  world.clock.time += 60_000;
  await world.authority.freeze(executor, 'on-prem', 1, `cutover: ${NAME}`);
  await world.authority.note(executor, 2, { closedLsn: '0/1', drainedAt: world.clock.time + 4000 });
  await world.progress.report(executor, {
    step: 'Drain',
    message: 'aurora has everything that was committed before the freeze',
  });
  world.parameter.clearance = clearanceJson({
    minAwsWeight: 0,
    maxAwsWeight: 100,
    reason: 'The advance to 100 was found safe.',
    by: arnOf('advance', 'advance-20261118-090000'),
    at: '2026-11-18T09:00:12.000Z',
  });
  world.weigh(100);
  world.clock.time += 12_000;
  await world.estimate.write({
    at: world.clock.time - 20_000,
    authority: 'frozen',
    epoch: 2,
    bound: 'bounded',
    rollbackSeconds: 125,
    terms: [
      { name: 'lag', seconds: 0, source: 'measured' },
      { name: 'open', seconds: 5, source: 'assumed' },
      { name: 'dns-change', seconds: 60, source: 'assumed' },
      { name: 'record-ttl', seconds: 60, source: 'the TTL' },
    ],
    reasons: [],
  });
  return executor;
}

describe('the status', () => {
  test('of an environment that was just deployed', async () => {
    expect(await world.run(STATUS)).toBe(0);
    expect(world.lines).toEqual([
      'prod: ON-PREMISES MAY WRITE | AWS gets 0 % of the traffic',
      '',
      'authority  on-prem, epoch 1',
      '           as it was created',
      'lease      nobody has it (last token 0)',
      'progress   nothing ran yet',
      'running    nothing',
      'traffic    aws 0, on-prem 100 (percent)',
      'clearance  AWS may get from 0 to 0 percent of the traffic (set by terraform at 1970-01-01T00:00:00.000Z: No traffic was cleared for AWS yet.)',
      'rollback   its time was not measured yet',
      'read       2026-11-22 00:10:00 UTC',
    ]);
    expect(world.complaints).toEqual([]);
  });

  test('inside a freeze begins with who may write', async () => {
    await freeze();
    expect(await world.run(STATUS)).toBe(0);
    expect(world.lines).toEqual([
      'prod: FROZEN from on-prem: NOBODY MAY WRITE, payments are accepted and wait | AWS gets 100 % of the traffic',
      '',
      'authority  frozen (from on-prem), epoch 2',
      '           since 2026-11-22 00:11:00 UTC (12 s), by cutover: cutover: cutover-20261122-000500',
      '           cutover-20261122-000500',
      '           frozen for 12 s, drains forward; done: closed, drained',
      'lease      cutover-20261122-000500, token 1, for 1 min 12 s',
      'progress   Drain: aurora has everything that was committed before the freeze',
      '           cutover-20261122-000500, for 12 s, written 12 s ago',
      'running    cutover-20261122-000500, since 00:10:00 (1 min 12 s)',
      'traffic    aws 100, on-prem 0 (percent)',
      'clearance  AWS may get from 0 to 100 percent of the traffic (set by arn:aws:states:us-east-1:123456789012:execution:advance-prod:advance-20261118-090000 at 2026-11-18T09:00:12.000Z: The advance to 100 was found safe.)',
      'rollback   about 2 min 5 s: open 5 s, dns-change 1 min, record-ttl 1 min (measured 20 s ago)',
      'read       2026-11-22 00:11:12 UTC',
    ]);
  });

  test('says how to leave a freeze in which nothing runs any more', async () => {
    await freeze();
    world.sfn.executions.clear();
    await world.run(STATUS);
    expect(world.lines[1]).toBe(
      '>>> nothing runs that ends the freeze: npm run migration -- rollback --environment prod --reason "..." (or start resume)',
    );
    expect(world.lines).toContain(
      'lease      cutover-20261122-000500, token 1, for 1 min 12 s; ended without giving it back: the next one takes it',
    );
  });

  test('says what a human must do as commands that can be copied, while that execution runs', async () => {
    const executor = await world.execute('cutover', NAME);
    const waitingFor = `npm run migration -- approve ${NAME} (one person, not who asked), or refuse ${NAME}`;
    await world.progress.report(executor, { step: 'Await approval', message: '0 of 1 approvals', waitingFor });
    await world.run(STATUS);
    expect(world.lines[1]).toBe(
      `>>> npm run migration -- approve ${NAME} --environment prod (one person, not who asked), or refuse ${NAME}`,
    );
    world.sfn.executions.clear();
    await world.run(STATUS);
    expect(world.lines[1]).toBe('');
    const deploy = 'deploy the weight: cdktf deploy <environment> --var=aws_traffic_weight=10';
    const advance = await world.execute('advance', 'advance-1');
    await world.progress.report(advance, { step: 'Await weights', message: 'the weights', waitingFor: deploy });
    await world.run(STATUS);
    expect(world.lines[1]).toBe('>>> deploy the weight: cdktf deploy prod --var=aws_traffic_weight=10');
  });

  test.each([
    [
      { bound: 'unbounded' as const, reasons: ['it is stopped', 'no slot'] },
      'WOULD NOT END BY ITSELF: it is stopped | no slot (measured 0 s ago)',
    ],
    [{ bound: 'unknown' as const, reasons: ['not asked'] }, 'its time cannot be told: not asked (measured 0 s ago)'],
    [
      { bound: 'ended' as const, reasons: ['the window is over'] },
      'there is none any more: the window is over (measured 0 s ago)',
    ],
    [
      { bound: 'bounded' as const, reasons: [], rollbackSeconds: 90, agoMs: 300_001 },
      'about 1 min 30 s (measured 5 min ago: OLD)',
    ],
    [
      { bound: 'bounded' as const, reasons: [], rollbackSeconds: 90, epoch: 2 },
      'about 1 min 30 s (measured 0 s ago, BEFORE AUTHORITY CHANGED)',
    ],
  ])('tells how long going back takes: %j', async (estimate, text) => {
    const at = world.clock.time - ('agoMs' in estimate ? estimate.agoMs : 0);
    await world.estimate.write({ at, authority: 'on-prem', epoch: 1, terms: [], ...estimate });
    await world.run(STATUS);
    expect(world.lines).toContain(`rollback   ${text}`);
  });

  test('says when the parameter is not what the item says it shall be', async () => {
    const advance = await world.execute('advance', 'advance-1');
    await world.authority.setClearance(advance, { minAwsWeight: 0, maxAwsWeight: 10, reason: 'Found safe.' });
    await world.run(STATUS);
    expect(world.lines).toContain(
      `           shall be: AWS may get from 0 to 10 percent of the traffic (set by ${arnOf('advance', 'advance-1')} at 2026-11-22T00:10:00.000Z: Found safe.); the guard makes it so within a minute`,
    );
  });

  test('shows each part although others cannot be read', async () => {
    world.parameter.clearance = undefined;
    world.sfn.faults.set('List', awsError('AccessDeniedException', 400, 'not you'));
    for (let times = 0; times < 20; times += 1) world.route53.faults.push(awsError('NoSuchHostedZone', 404, 'none'));
    await world.client.send(
      new UpdateCommand({
        TableName: TABLE,
        Key: { pk: 'authority', sk: 'current' },
        UpdateExpression: 'SET authority = :a',
        ExpressionAttributeValues: { ':a': 'mars' },
      }),
    );
    expect(await world.run(STATUS)).toBe(0);
    expect(world.lines).toEqual([
      'prod: WHO MAY WRITE COULD NOT BE READ | traffic not known',
      '',
      expect.stringMatching(
        /^authority {2}COULD NOT BE READ: .*the authority item of migration-state-prod must have authority/,
      ),
      expect.stringMatching(/^lease {6}COULD NOT BE READ: /),
      'progress   nothing ran yet',
      'running    COULD NOT BE READ: AWS must allow the call, got AccessDeniedException: not you; get the missing right (docs/operator-commands.md)',
      expect.stringMatching(/^traffic {4}COULD NOT BE READ: .*NoSuchHostedZone/),
      expect.stringMatching(
        /^clearance {2}COULD NOT BE READ: the parameter \/payment\/prod\/traffic-clearance must exist/,
      ),
      'rollback   its time was not measured yet',
      'read       2026-11-22 00:10:00 UTC',
    ]);
  });

  test('for tools is one line of JSON', async () => {
    const { execution } = await freeze();
    world.parameter.clearance = undefined;
    expect(await world.run([...STATUS, '--json'])).toBe(0);
    expect(world.lines).toHaveLength(1);
    expect(JSON.parse(world.lines[0] ?? '')).toEqual({
      environment: 'prod',
      at: world.clock.time,
      authority: expect.objectContaining({ authority: 'frozen', frozenFrom: 'on-prem', epoch: 2 }),
      progress: expect.objectContaining({ step: 'Drain', execution }),
      running: [{ machine: 'cutover', name: NAME, arn: execution, startedAt: world.clock.time - 72_000 }],
      weights: { aws: 100, 'on-prem': 0 },
      estimate: expect.objectContaining({ bound: 'bounded', rollbackSeconds: 125 }),
      problems: { clearance: expect.stringMatching(/^the parameter/) },
    });
  });

  test('that is watched tells changes until nothing runs any more', async () => {
    const executor = await world.execute('cutover', NAME);
    const report = (message: string) => world.progress.report(executor, { step: 'Drain', message });
    await report('draining');
    world.surroundings.onSleep = [
      () => undefined,
      () => report('drained'),
      () => {
        world.sfn.executions.clear();
      },
    ];
    expect(await world.run([...STATUS, '--watch'])).toBe(0);
    expect(world.lines.slice(11)).toEqual([
      'read       2026-11-22 00:10:00 UTC',
      '00:10:10  prod: ON-PREMISES MAY WRITE | AWS gets 0 % of the traffic | Drain: drained',
      'nothing runs any more',
      'prod: ON-PREMISES MAY WRITE | AWS gets 0 % of the traffic',
      ...world.lines.slice(15),
    ]);
    expect(await world.run([...STATUS, '--watch'])).toBe(0);
    expect(world.lines[0]).toBe('prod: ON-PREMISES MAY WRITE | AWS gets 0 % of the traffic');
  });

  test('of a step with rows tells how many are left', async () => {
    const executor = await world.execute('replicate', NAME);
    await world.progress.report(executor, {
      step: 'Await full load',
      message: 'replication forward is loading',
      lagSeconds: 4,
      rows: { done: 10, estimated: 40 },
      estimatedSeconds: 20,
    });
    await world.run(STATUS);
    expect(world.lines).toContain(
      'progress   Await full load: replication forward is loading (lag 4 s, 10 of about 40 rows, about 20 s to go)',
    );
  });

  test('writes nothing that a terminal would take for a command', async () => {
    const executor = await world.execute('cutover', NAME);
    await world.progress.report(executor, { step: 'Drain', message: 'a\u001b[2Jb\u202ec' });
    await world.run(STATUS);
    expect(world.lines).toContain('progress   Drain: a?[2Jb?c');
  });

  test('is not shown with credentials of another account, but when AWS does not say whose they are', async () => {
    world.caller.Account = '210987654321';
    expect(await world.run(STATUS)).toBe(1);
    expect([world.lines, world.complaints]).toEqual([
      [],
      [
        'not read; nothing was changed\n  credentials must belong to account 123456789012 (prod in accounts.ts), got account 210987654321 (arn:aws:sts::123456789012:assumed-role/operator/ada); choose the right profile with AWS_PROFILE',
      ],
    ]);
    world.sts.on(GetCallerIdentityCommand).rejects(awsError('TimeoutError', 0, 'slow'));
    expect([await world.run(STATUS), world.lines[0]]).toEqual([
      0,
      'prod: ON-PREMISES MAY WRITE | AWS gets 0 % of the traffic',
    ]);
  });
});

describe('the history', () => {
  test('tells in order who might write, why, who had the lease, and how long things took', async () => {
    expect(await world.run(HISTORY)).toBe(0);
    expect(world.lines).toEqual(['There is no history yet: nothing was changed since the table was created.']);
    const executor = await freeze();
    await world.authority.grant(executor, 'aurora', 2, `cutover: ${NAME}`);
    expect(await world.run(HISTORY)).toBe(0);
    expect(world.lines).toEqual([
      'at the beginning         epoch 1: on-prem | as it was created',
      '2026-11-22 00:10:00 UTC  token 1: lease of cutover | cutover-20261122-000500',
      '2026-11-22 00:11:00 UTC  epoch 2: frozen from on-prem | cutover: cutover-20261122-000500 | by cutover, cutover-20261122-000500',
      '2026-11-22 00:11:00 UTC  epoch 2: done in the freeze | drained after 4 s',
      '2026-11-22 00:11:12 UTC  epoch 3: aurora | cutover: cutover-20261122-000500 | by cutover, cutover-20261122-000500',
    ]);
    expect(await world.run([...HISTORY, '--json'])).toBe(0);
    expect((JSON.parse(world.lines[0] ?? '') as { sk: string }[]).map(({ sk }) => sk)).toEqual([
      'authority#000000000001',
      'lease#000000000001',
      'authority#000000000002',
      'freeze#000000000002',
      'authority#000000000003',
    ]);
  });

  test('says that there is no table yet', async () => {
    await deleteTable(dynamodb);
    expect(await world.run(HISTORY)).toBe(1);
    expect(world.complaints).toEqual([
      'the table migration-state-prod must exist in account 123456789012 (prod), us-east-1, got none; deploy the environment first',
    ]);
  });
});
