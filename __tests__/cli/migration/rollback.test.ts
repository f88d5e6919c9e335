import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { awsError } from '../../support/fake-aws';
import { ADA, arnOf, deleteTable, makeWorld } from './world';

let dynamodb: LocalDynamoDb;
let world: Awaited<ReturnType<typeof makeWorld>>;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  world = await makeWorld(dynamodb);
});

const NAME = 'rollback-20261122-001000';
const ARN = arnOf('rollback', NAME);
const ROLLBACK = ['rollback', '--environment', 'prod', '--reason', 'errors since the switch'];
const inputs = () => [...world.sfn.executions.values()].map(({ input }) => JSON.parse(input) as unknown);

test('a rollback is started at once, after telling how long it takes', async () => {
  const terms = [{ name: 'record-ttl' as const, seconds: 60, source: 'x' }];
  const at = world.clock.time;
  await world.estimate.write({
    at,
    authority: 'on-prem',
    epoch: 1,
    bound: 'bounded',
    rollbackSeconds: 60,
    terms,
    reasons: [],
  });
  expect(await world.run(ROLLBACK)).toBe(0);
  expect(world.lines).toEqual([
    'rollback of prod: about 1 min: record-ttl 1 min (measured 0 s ago)',
    `ROLLBACK STARTED: ${NAME}`,
    `  ${ARN}`,
    'look: npm run migration -- status --environment prod --watch',
  ]);
  expect([inputs(), world.complaints]).toEqual([
    [{ reason: 'errors since the switch', source: 'operator', requestedBy: ADA }],
    [],
  ]);
});

test('nothing that cannot be read keeps it waiting', async () => {
  await deleteTable(dynamodb);
  world.sts.on(GetCallerIdentityCommand).rejects(awsError('TimeoutError', 0, 'slow'));
  world.sfn.faults.set('List', awsError('ThrottlingException', 400, 'too many'));
  expect(await world.run(ROLLBACK)).toBe(0);
  expect(world.lines[1]).toBe(`ROLLBACK STARTED: ${NAME}`);
  expect(world.complaints).toEqual([
    'AWS must say whose credentials these are, got TimeoutError: slow; check the network, then try again; started all the same',
    'whether a rollback runs already could not be read: AWS must allow and answer every call, got ThrottlingException: too many; run this again',
  ]);
  expect(inputs()).toEqual([{ reason: 'errors since the switch', source: 'operator' }]);
});

test('nothing that does not answer keeps it waiting', async () => {
  world.surroundings.patience = false;
  expect(await world.run(ROLLBACK)).toBe(0);
  expect(world.lines.slice(0, 2)).toEqual([
    'rollback of prod: its time could not be read: AWS did not answer within 5 s',
    `ROLLBACK STARTED: ${NAME}`,
  ]);
  expect(world.complaints).toHaveLength(2);
});

test('one that runs is the answer, and is overtaken only where that is said', async () => {
  const other = arnOf('rollback', 'alarm-1');
  world.sfn.add(other, '{}', 0);
  expect(await world.run(ROLLBACK)).toBe(0);
  expect(world.lines.slice(1, 3)).toEqual([
    'A ROLLBACK RUNS ALREADY: alarm-1; none was started (--overtake starts another one)',
    `  ${other}`,
  ]);
  expect([...world.sfn.executions.keys()]).toEqual([other]);
  expect(await world.run([...ROLLBACK, '--overtake'])).toBe(0);
  expect([...world.sfn.executions.keys()]).toEqual([other, ARN]);
});

test('is asked for with --ask only', async () => {
  world.surroundings.answer = 'no';
  expect([await world.run([...ROLLBACK, '--ask']), world.complaints, inputs()]).toEqual([
    1,
    ['rollback not started; nothing was changed\n  prod must be typed to confirm, got "no"'],
    [],
  ]);
  world.surroundings.answer = 'prod';
  expect([await world.run([...ROLLBACK, '--ask']), inputs().length]).toEqual([0, 1]);
});

test('is not started with credentials that cannot do it', async () => {
  world.caller.Account = '210987654321';
  expect([await world.run(ROLLBACK), inputs()]).toEqual([1, []]);
  expect(world.complaints).toEqual([
    expect.stringMatching(
      /^rollback not started; nothing was changed\n {2}credentials must belong to account 123456789012/,
    ),
  ]);
});

test('when AWS does not start it, the other ways are said', async () => {
  world.sfn.faults.set('Start', awsError('AccessDeniedException', 400, 'no'));
  expect([await world.run(ROLLBACK), world.complaints]).toEqual([
    1,
    [
      [
        'whether the rollback was started is not known: AWS must allow the call, got AccessDeniedException: no; get the missing right (docs/operator-commands.md)',
        '  run this again (it finds one that runs), or start it another way, as somebody who may:',
        "  aws stepfunctions start-execution --region us-east-1 --state-machine-arn arn:aws:states:us-east-1:123456789012:stateMachine:rollback-prod --input '{}'",
        `  aws lambda invoke --region us-east-1 --function-name rollback-trigger-prod --cli-binary-format raw-in-base64-out --payload '{"source":"operator","reason":"..."}' /dev/stdout`,
      ].join('\n'),
    ],
  ]);
});

test('that is watched is told by changes until it has ended', async () => {
  const steps: string[] = ['Drain', 'Drain', 'Move weights'];
  world.surroundings.onSleep = [
    ...steps.map((step) => async () => {
      const executor = await world.authority.takeOver({ machine: 'rollback', execution: ARN });
      await world.progress.report(executor, { step, message: 'going on', lagSeconds: 2 });
      world.sfn.faults.set('Describe', awsError('TimeoutError', 0, ''));
    }),
    () => {
      world.sfn.faults.clear();
      Object.assign(world.sfn.executions.get(ARN) ?? {}, { status: 'SUCCEEDED' });
    },
  ];
  expect(await world.run([...ROLLBACK, '--watch'])).toBe(0);
  expect(world.lines.slice(3)).toEqual([
    'Ctrl-C ends this view, and nothing else.',
    '00:10:00  it has not told anything yet',
    '00:10:05  Drain: going on (lag 2 s)',
    '00:10:15  Move weights: going on (lag 2 s)',
    'prod: ON-PREMISES MAY WRITE | AWS gets 0 % of the traffic',
    `${NAME}: SUCCEEDED`,
  ]);
  expect(world.complaints).toHaveLength(3);
});

test('that is watched and fails says so, with the exit status too', async () => {
  world.surroundings.onSleep = [
    () => {
      Object.assign(world.sfn.executions.get(ARN) ?? {}, { status: 'FAILED', error: 'expired', cause: 'not drained' });
    },
  ];
  expect([await world.run([...ROLLBACK, '--watch']), world.complaints]).toEqual([
    1,
    [
      `${NAME}: FAILED (expired: not drained); what is frozen stays frozen and loses nothing: see why, then start it again`,
    ],
  ]);
});
