import { describe, expect, test } from '@jest/globals';
import { ExecutionAlreadyExists, ListExecutionsCommand, SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { mockClient } from 'aws-sdk-client-mock';
import { createHandler } from '../../../lambda/rollback-trigger/handler';
import { StepFunctionsRollbacks } from '../../../lambda/rollback-trigger/rollbacks';
import { recordingPorts } from '../shared/stream/fixtures';

const MACHINE = 'arn:aws:states:us-east-1:111111111111:stateMachine:rollback-test';
const executionArn = (name: string) => `arn:aws:states:us-east-1:111111111111:execution:rollback-test:${name}`;
const CONTEXT = { awsRequestId: 'request-1' };
const OPERATOR = { source: 'operator', reason: 'Payments are declined.' };
const ALARM = {
  version: '0',
  id: 'c4c1c1c9-6542-e61b-6ef0-8c4d36933a92',
  'detail-type': 'CloudWatch Alarm State Change',
  source: 'aws.cloudwatch',
  detail: {
    alarmName: 'roll-back-test',
    state: { value: 'ALARM', reason: 'two children are in ALARM', timestamp: '2026-01-02T03:04:05.000+0000' },
  },
};

/** Step Functions, as far as it keeps names: one that was used is refused, or answered again while it runs with this input. */
function world() {
  const client = new SFNClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  const executions = new Map<string, { input: string; running: boolean }>();
  mock.on(ListExecutionsCommand, { stateMachineArn: MACHINE, statusFilter: 'RUNNING' }).callsFake(() => ({
    executions: [...executions]
      .filter(([, { running }]) => running)
      .map(([name]) => ({ executionArn: executionArn(name) })),
  }));
  mock.on(StartExecutionCommand).callsFake(({ name, input }: { name: string; input: string }) => {
    const known = executions.get(name);
    if (known !== undefined && !(known.running && known.input === input)) {
      throw new ExecutionAlreadyExists({ message: '', $metadata: {} });
    }
    executions.set(name, { input, running: true });
    return { executionArn: executionArn(name) };
  });
  const ports = recordingPorts();
  const handler = createHandler({ rollbacks: new StepFunctionsRollbacks(client, MACHINE), logger: ports.logger });
  const inputs = () =>
    Object.fromEntries([...executions].map(([name, { input }]) => [name, JSON.parse(input) as unknown]));
  return { handler, mock, executions, inputs, ...ports };
}

describe('an operator', () => {
  test('starts the rollback at once', async () => {
    const { handler, inputs } = world();
    const answer = await handler({ ...OPERATOR, requestedBy: 'AROAX:ada', id: 'night-1' }, CONTEXT);
    expect(answer).toEqual({ outcome: 'started', execution: executionArn('operator-night-1') });
    expect(inputs()).toEqual({
      'operator-night-1': { reason: 'Payments are declined.', source: 'operator', requestedBy: 'AROAX:ada' },
    });
  });

  test('need not name the request: the invocation does', async () => {
    const { handler, inputs } = world();
    await handler(OPERATOR, CONTEXT);
    expect(inputs()).toEqual({ 'operator-request-1': { reason: 'Payments are declined.', source: 'operator' } });
  });

  test('is told which rollback runs already, and starts no other', async () => {
    const { handler, executions } = world();
    await handler(ALARM, CONTEXT);
    expect(await handler(OPERATOR, CONTEXT)).toEqual({
      outcome: 'running',
      execution: executionArn(`alarm-${ALARM.id}`),
    });
    expect(executions.size).toBe(1);
  });

  test('may overtake one that runs', async () => {
    const { handler, executions } = world();
    await handler(ALARM, CONTEXT);
    expect(await handler({ ...OPERATOR, overtake: true }, CONTEXT)).toMatchObject({ outcome: 'started' });
    expect(executions.size).toBe(2);
  });

  test('starts it also where nobody can say what runs', async () => {
    const { handler, mock, lines } = world();
    mock.on(ListExecutionsCommand).rejects(Object.assign(new Error('slow'), { name: 'ThrottlingException' }));
    expect(await handler(OPERATOR, CONTEXT)).toMatchObject({ outcome: 'started' });
    expect(lines.map(({ level, message }) => [level, message])).toEqual([
      ['ERROR', 'whether a rollback runs already could not be read'],
      ['WARN', 'a rollback was started'],
    ]);
  });
});

describe('an alarm', () => {
  test('starts the rollback with its reason, under a name that the event gives', async () => {
    const { handler, inputs } = world();
    await handler(ALARM, CONTEXT);
    expect(inputs()).toEqual({
      [`alarm-${ALARM.id}`]: {
        reason: 'The alarm roll-back-test went off: two children are in ALARM',
        source: 'alarm',
      },
    });
  });

  test.each(['OK', 'INSUFFICIENT_DATA'])('that went to %s starts nothing', async (value) => {
    const { handler, executions } = world();
    const event = { ...ALARM, detail: { ...ALARM.detail, state: { ...ALARM.detail.state, value } } };
    expect(await handler(event, CONTEXT)).toEqual({ outcome: 'ignored' });
    expect(executions.size).toBe(0);
  });

  test('may say much: the reason is cut', async () => {
    const { handler, inputs } = world();
    const state = { value: 'ALARM', reason: 'x'.repeat(1_000) };
    await handler({ ...ALARM, detail: { ...ALARM.detail, state } }, CONTEXT);
    expect((inputs()[`alarm-${ALARM.id}`] as { reason: string }).reason).toHaveLength(500);
  });

  test('delivered twice starts one rollback, also when the first has ended', async () => {
    const { handler, executions, mock } = world();
    const first = await handler(ALARM, CONTEXT);
    for (const execution of executions.values()) execution.running = false;
    expect(await handler(ALARM, { awsRequestId: 'request-2' })).toEqual(first);
    expect(executions.size).toBe(1);
    expect(mock.commandCalls(StartExecutionCommand)).toHaveLength(2);
  });

  test('delivered twice at the same time starts one rollback', async () => {
    const { handler, executions } = world();
    const answers = await Promise.all([handler(ALARM, CONTEXT), handler(ALARM, CONTEXT)]);
    expect(new Set(answers.map((answer) => 'execution' in answer && answer.execution)).size).toBe(1);
    expect(executions.size).toBe(1);
  });
});

describe('anything else', () => {
  test.each([
    [undefined],
    [{}],
    [{ source: 'operator' }],
    [{ ...OPERATOR, reason: ' ' }],
    [{ ...OPERATOR, reason: 'x'.repeat(501) }],
    [{ ...OPERATOR, id: 'a b' }],
    [{ ...OPERATOR, id: 'x'.repeat(71) }],
    [{ ...OPERATOR, why: 1 }],
    [{ ...ALARM, source: 'aws.ec2' }],
  ])('is refused: %j', async (event) => {
    const { handler, executions } = world();
    await expect(handler(event, CONTEXT)).rejects.toThrow(
      new Error(
        'the event must be {"source":"operator","reason":"<at most 500 characters>"} with, where wanted, "requestedBy" (aws:userid), "id" (at most 70 letters, digits, - and _; the same id starts nothing twice) and "overtake" (true starts another rollback beside one that runs), or CloudWatch\'s event of an alarm',
      ),
    );
    expect(executions.size).toBe(0);
  });

  test.each([[{ ...OPERATOR, reason: 'x'.repeat(500) }], [{ ...OPERATOR, id: 'x'.repeat(70) }]])(
    'at its limits is taken',
    async (event) => {
      expect(await world().handler(event, CONTEXT)).toMatchObject({ outcome: 'started' });
    },
  );

  test('that Step Functions refuses is thrown', async () => {
    const { handler, mock } = world();
    mock.on(StartExecutionCommand).rejects(Object.assign(new Error('gone'), { name: 'StateMachineDoesNotExist' }));
    await expect(handler(OPERATOR, CONTEXT)).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });
});
