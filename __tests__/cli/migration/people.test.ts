import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { awsError } from '../../support/fake-aws';
import { ADA, arnOf, BOB, configurationOf, makeWorld } from './world';

let dynamodb: LocalDynamoDb;
let world: Awaited<ReturnType<typeof makeWorld>>;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  world = await makeWorld(dynamodb);
});

const NAME = 'cutover-20261122-001000';
const ARN = arnOf('cutover', NAME);
const START = ['start', 'cutover', '--environment', 'prod', '--reason', 'the night of the switch'];
const ACCOUNT = 'Account prod (123456789012), as arn:aws:sts::123456789012:assumed-role/operator/ada';
const REQUEST = {
  pk: ADA,
  sk: `request#${NAME}`,
  at: Date.parse('2026-11-22T00:10:00Z'),
  comment: 'the night of the switch',
};
const inputs = () => [...world.sfn.executions.values()].map(({ input }) => JSON.parse(input) as unknown);

describe('start', () => {
  test('writes the request in the own name, then starts the execution of that name', async () => {
    expect(await world.run(START)).toBe(0);
    expect(world.lines).toEqual([
      ACCOUNT,
      `STARTED ${NAME}`,
      `  ${ARN}`,
      `next: when its gates have passed, somebody else approves: npm run migration -- approve ${NAME} --environment prod`,
      'look: npm run migration -- status --environment prod --watch',
    ]);
    expect(await world.said()).toEqual([REQUEST]);
    expect([...world.sfn.executions.keys()]).toEqual([ARN]);
    expect(inputs()).toEqual([{ reason: 'the night of the switch', requestedBy: ADA }]);
  });

  test.each([
    ['replicate', [], {}],
    ['advance', ['--to', '10'], { to: 10 }],
    ['cutover', ['--comparison', 'comparison-7'], { comparison: 'comparison-7' }],
    ['resume', [], {}],
    ['finish', [], {}],
  ])('%s with its own input, and says what comes next', async (machine, flags, input) => {
    expect(await world.run(['start', machine, ...flags, '--environment', 'prod', '--reason', 'why'])).toBe(0);
    expect(inputs()).toEqual([{ reason: 'why', requestedBy: ADA, ...input }]);
    expect(world.lines[1]).toBe(`STARTED ${machine}-20261122-001000`);
    expect(world.lines[3]).toMatch(/^next: \w+/);
  });

  test('tells who approves where one person may do it alone', async () => {
    const alone = () => ({
      ...configurationOf(),
      environments: configurationOf().environments.map((each) => ({
        ...each,
        cutover: each.cutover && { ...each.cutover, requireSecondPerson: false },
      })),
    });
    await world.run(START, alone);
    expect(world.lines[3]).toContain('somebody approves (you may)');
  });

  test('completes one that died between request and execution, with the reason given first', async () => {
    world.sfn.faults.set('Start', awsError('TimeoutError', 0, 'socket hang up'));
    expect(await world.run(START)).toBe(1);
    expect(world.complaints).toEqual([
      `the request ${NAME} is written, but whether its execution started is not known: AWS must answer, got TimeoutError: socket hang up; check the network, then try again\n  then complete it, which starts nothing twice: npm run migration -- start cutover --environment prod --reason "the night of the switch" --name ${NAME}`,
    ]);
    expect([inputs(), await world.said()]).toEqual([[], [REQUEST]]);
    world.sfn.faults.clear();
    world.clock.time += 60_000;
    const again = ['start', 'cutover', '--environment', 'prod', '--reason', 'once more', '--name', NAME];
    expect(await world.run(again)).toBe(0);
    expect(world.lines.slice(1, 3)).toEqual([
      'The reason stays as it was given first: the night of the switch',
      `STARTED ${NAME}`,
    ]);
    expect([inputs(), await world.said()]).toEqual([
      [{ reason: 'the night of the switch', requestedBy: ADA }],
      [REQUEST],
    ]);
    for (const execution of world.sfn.executions.values()) execution.status = 'FAILED';
    expect(await world.run(again)).toBe(0);
    expect(world.lines).toContain(`${NAME} was started before, and is FAILED; nothing was changed`);
  });

  test("never takes somebody else's name, nor that of another execution", async () => {
    await world.run(START);
    world.caller.UserId = BOB;
    expect(await world.run([...START, '--name', NAME])).toBe(1);
    expect(world.complaints).toEqual([
      `not started; nothing was changed\n  ${NAME} must be your own request, got one of ${ADA}; leave --name out to make one of your own`,
    ]);
    world.sfn.add(arnOf('cutover', 'other'), '{}', 0);
    expect(await world.run([...START, '--name', 'other'])).toBe(1);
    expect(world.complaints).toEqual([
      `not started; nothing was changed\n  other must be started with the input that it was started with, got another one (${arnOf('cutover', 'other')}); leave --name out to start anew`,
    ]);
  });

  test.each([
    [
      'StateMachineDoesNotExist',
      /the state machine must exist in account 123456789012 \(prod\), us-east-1, got StateMachineDoesNotExist: x; deploy the environment first/,
    ],
    ['AccessDeniedException', /AWS must allow the call, got AccessDeniedException: x; get the missing right/],
    ['ExpiredTokenException', /credentials must be valid, got ExpiredTokenException: x; sign in again/],
    ['ThrottlingException', /AWS must allow and answer every call, got ThrottlingException: x; run this again/],
  ])('explains %s', async (name, message) => {
    world.sfn.faults.set('Start', awsError(name, 400, 'x'));
    expect([await world.run(START), world.complaints]).toEqual([1, [expect.stringMatching(message)]]);
  });

  test('needs an account that fits, and somebody whom IAM can name', async () => {
    world.caller.Account = '210987654321';
    expect([await world.run(START), world.complaints]).toEqual([
      1,
      [expect.stringMatching(/^not started; nothing was changed\n {2}credentials must belong to account 123456789012/)],
    ]);
    Object.assign(world.caller, { Account: '123456789012', UserId: undefined });
    expect([await world.run(START), world.complaints[0]]).toEqual([
      1,
      expect.stringMatching(/AWS must say the aws:userid of arn:.*ada, got none/),
    ]);
    expect([await world.said(), inputs()]).toEqual([[], []]);
  });

  test.each([
    [
      ['start', 'rollback', '--reason', 'x'],
      "error: command-argument value 'rollback' is invalid for argument 'machine'. Allowed choices are replicate, advance, cutover, resume, finish.",
    ],
    [['start', 'cutover'], "error: required option '--reason <text>' not specified"],
    [
      ['start', 'cutover', '--reason', ' '],
      "error: option '--reason <text>' argument ' ' is invalid. It must be one line of 1 to 500 characters.",
    ],
    [['start', 'cutover', '--reason', 'x'.repeat(501)], expect.stringMatching(/It must be one line/)],
    [['start', 'cutover', '--reason', 'a\nb'], expect.stringMatching(/It must be one line/)],
    [['start', 'advance', '--reason', 'x'], '--to must be a step of prod (10, 50, 100), got nothing'],
    [['start', 'advance', '--reason', 'x', '--to', '20'], '--to must be a step of prod (10, 50, 100), got 20'],
    [
      ['start', 'advance', '--reason', 'x', '--to', '1.5'],
      "error: option '--to <percent>' argument '1.5' is invalid. It must be a whole number of percent.",
    ],
    [['start', 'finish', '--reason', 'x', '--to', '10'], '--to is for advance only, got finish'],
    [['start', 'finish', '--reason', 'x', '--comparison', 'c'], '--comparison is for cutover only, got finish'],
    [
      ['start', 'cutover', '--reason', 'x', '--name', 'a b'],
      "error: option '--name <name>' argument 'a b' is invalid. It must have 1 to 80 letters, digits, - and _.",
    ],
    [['approve'], "error: missing required argument 'request'"],
    [
      ['approve', 'a#b'],
      "error: command-argument value 'a#b' is invalid for argument 'request'. It must be the name of an execution, or <name>.continue-<number>.",
    ],
    [['rollback'], "error: required option '--reason <text>' not specified"],
    [['strat'], "error: unknown command 'strat'\n(Did you mean start?)"],
    [['status', 'now'], "error: too many arguments for 'status'. Expected 0 arguments but got 1."],
  ])('a wrong command line is explained: %j', async (args, message) => {
    expect([await world.run([...args, '--environment', 'prod']), world.complaints]).toEqual([2, [message]]);
    expect([await world.said(), inputs()]).toEqual([[], []]);
  });

  test('an environment must be named, and be one that migrates', async () => {
    expect([await world.run(['status']), world.complaints]).toEqual([
      2,
      ["error: required option '--environment <name>' not specified"],
    ]);
    expect([await world.run(['status', '--environment', 'dev']), world.complaints]).toEqual([
      2,
      ['--environment must be one that has cutover and traffic in its file (prod), got "dev"'],
    ]);
    const none = () => configurationOf({ cutover: undefined });
    expect([await world.run(['status', '--environment', 'prod'], none), world.complaints]).toEqual([
      2,
      ['--environment must be one that has cutover and traffic in its file (none has), got "prod"'],
    ]);
  });
});

describe('approve', () => {
  const APPROVE = ['approve', NAME, '--environment', 'prod'];
  const waiting = async () => {
    await world.run(START);
    const executor = await world.authority.takeOver({ machine: 'cutover', execution: ARN });
    const message = 'nothing speaks against the cutover, predicted to freeze for 320 of at most 900 s';
    world.sfn.executions
      .get(ARN)
      ?.left.push({ name: 'Check gates', output: JSON.stringify({ step: { answer: { message } } }) });
    await world.progress.report(executor, { step: 'Await approval', message: '0 of 1 approvals' });
    // The right to write moves once AWS has all of the traffic.
    world.weigh(100);
    world.clock.time += 120_000;
    world.caller.UserId = BOB;
    return executor;
  };

  test('shows what is approved, asks for the name of the environment, and writes it in the own name', async () => {
    await waiting();
    world.surroundings.answer = 'prod';
    expect(await world.run([...APPROVE, '--comment', 'seen'])).toBe(0);
    expect(world.lines).toEqual([
      ACCOUNT,
      `cutover ${NAME}`,
      '  now         prod: ON-PREMISES MAY WRITE | AWS gets 100 % of the traffic',
      '  effect      both databases are frozen, then Aurora gets the right to write',
      `  asked by    ${ADA}, 2 min ago: the night of the switch`,
      '  progress    Await approval: 0 of 1 approvals (for 2 min, written 2 min ago)',
      '  prediction  nothing speaks against the cutover, predicted to freeze for 320 of at most 900 s',
      '  way back    its time was not measured yet',
      `APPROVED ${NAME}, as ${BOB}`,
      'look: npm run migration -- status --environment prod --watch',
    ]);
    expect(world.surroundings.questions).toEqual(['Type prod to go on: ']);
    expect(await world.said()).toContainEqual({
      ...{ pk: BOB, sk: `approval#${NAME}`, at: world.clock.time, comment: 'seen' },
    });
    expect(await world.run(APPROVE)).toBe(0);
    expect(world.lines.slice(-2)).toEqual([
      `  approved by ${BOB}: seen`,
      'You approved it 0 s ago; nothing was changed.',
    ]);
  });

  test.each([
    ['dev', 'prod must be typed to confirm, got "dev"'],
    [undefined, 'somebody at a terminal must confirm, got no terminal; run it in one, or add --yes'],
  ])('writes nothing when %s is typed', async (answer, problem) => {
    await waiting();
    world.surroundings.answer = answer;
    expect([await world.run(APPROVE), world.complaints]).toEqual([
      1,
      [`not approved; nothing was changed\n  ${problem}`],
    ]);
    expect(await world.said()).toEqual([REQUEST]);
    expect(await world.run([...APPROVE, '--yes'])).toBe(0);
    expect(await world.said()).toHaveLength(2);
  });

  test('refuses the own request, before anything is written', async () => {
    await waiting();
    world.caller.UserId = ADA;
    expect([await world.run([...APPROVE, '--yes']), world.complaints]).toEqual([
      1,
      [`not approved; nothing was changed\n  somebody else than who asked must approve, got your own request (${ADA})`],
    ]);
    expect(await world.said()).toEqual([REQUEST]);
  });

  test('says everything that speaks against it', async () => {
    await world.execute('advance', 'advance-1');
    await world.statements.make({ userId: BOB, request: NAME, kind: 'refusal', at: 1 });
    expect([await world.run([...APPROVE, '--yes']), world.complaints]).toEqual([
      1,
      [
        [
          'not approved; nothing was changed',
          `  ${NAME} must be an execution that runs, got advance-1`,
          '  somebody must have asked for it with npm run migration -- start, got no request',
          `  nobody must have refused ${NAME}, got ${BOB}`,
        ].join('\n'),
      ],
    ]);
    world.sfn.faults.set('List', awsError('AccessDeniedException', 400, 'no'));
    await world.run([...APPROVE, '--yes']);
    expect(world.complaints[0]).toContain('it must be known what runs: AWS must allow the call');
  });

  test('shows the request although the prediction cannot be read', async () => {
    await waiting();
    world.sfn.faults.set('History', awsError('AccessDeniedException', 400, 'no'));
    await world.run([...APPROVE, '--yes']);
    expect(world.lines).toContain('  prediction  could not be read: AccessDeniedException: no');
    world.sfn.faults.clear();
    world.sfn.executions.get(ARN)?.left.splice(0);
    await world.run([...APPROVE, '--yes']);
    expect(world.lines).toContain('  prediction  none yet: its gates have not answered');
  });

  test('of a pause is for the pause that lasts, by anybody', async () => {
    const executor = await world.execute('advance', 'advance-1');
    await world.progress.report(executor, { step: 'Await a human', message: 'alarms have no data' });
    const since = world.clock.time;
    expect(await world.run(['approve', `advance-1.continue-${since}`, '--environment', 'prod', '--yes'])).toBe(0);
    expect(world.lines).toContain('  effect      the new weights are watched once more from the beginning');
    expect(await world.said()).toEqual([{ pk: ADA, sk: `approval#advance-1.continue-${since}`, at: since }]);
    const late = `advance-1.continue-${since - 1}`;
    expect([await world.run(['approve', late, '--environment', 'prod', '--yes']), world.complaints]).toEqual([
      1,
      [
        `not approved; nothing was changed\n  ${late} must be the pause that lasts, got another step: Await a human: alarms have no data`,
      ],
    ]);
  });
});

describe('refuse', () => {
  const REFUSE = ['refuse', NAME, '--environment', 'prod', '--comment', 'not tonight'];

  test('is written at once, also by who asked', async () => {
    await world.run(START);
    expect(await world.run(REFUSE)).toBe(0);
    expect(world.lines).toEqual([
      ACCOUNT,
      `REFUSED ${NAME}, as ${ADA}`,
      'look: npm run migration -- status --environment prod',
    ]);
    expect(await world.said()).toContainEqual({ ...REQUEST, sk: `refusal#${NAME}`, comment: 'not tonight' });
  });

  test('says when nothing of that name runs, and is written where that cannot be told', async () => {
    expect([await world.run(REFUSE), world.complaints]).toEqual([
      1,
      [`not refused; nothing was changed\n  ${NAME} must be an execution that runs, got none that runs`],
    ]);
    expect(await world.said()).toEqual([]);
    world.sfn.faults.set('List', awsError('TimeoutError', 0, ''));
    expect([await world.run(REFUSE), world.complaints]).toEqual([
      0,
      [
        'what runs could not be read (AWS must answer, got TimeoutError; check the network, then try again); refused all the same',
      ],
    ]);
    expect(await world.said()).toHaveLength(1);
  });
});
