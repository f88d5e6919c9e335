import { describe, expect, test } from '@jest/globals';
import { CloudWatchAlarms } from '../../../../lambda/migration-steps/adapters/cloudwatch-alarms';
import { LambdaRelease } from '../../../../lambda/migration-steps/adapters/lambda-release';
import { StepFunctionsComparisonRuns } from '../../../../lambda/migration-steps/adapters/sfn-comparison-runs';
import { SnsNotifier } from '../../../../lambda/migration-steps/adapters/sns-notifier';
import { SsmTrafficSteps } from '../../../../lambda/migration-steps/adapters/ssm-traffic-steps';
import { readSettings } from '../../../../lambda/migration-steps/environment';
import { awsError, type Input } from '../../../support/fake-aws';

/** A client that answers commands by their names. */
function client(answer: (name: string, input: Input) => unknown): {
  readonly send: never;
  readonly sent: [string, Input][];
} {
  const sent: [string, Input][] = [];
  const send = (command: { readonly input: Input }) => {
    const name = command.constructor.name.replace(/Command$/, '');
    sent.push([name, command.input]);
    return Promise.resolve().then(() => answer(name, command.input));
  };
  return { send: send as never, sent };
}

const NO_TRAFFIC = { alarmIds: [], clock: { now: () => 0 } };

describe('the alarms', () => {
  const tree: Readonly<Record<string, object>> = {
    safe: {
      MetricAlarms: [{ AlarmName: 'errors', StateValue: 'OK' }],
      CompositeAlarms: [{ AlarmName: 'inner', StateValue: 'OK' }],
      NextToken: 'more',
    },
    inner: { MetricAlarms: [{ AlarmName: 'lag', StateValue: 'INSUFFICIENT_DATA' }] },
  };
  const answer = (_: string, { ChildrenOfAlarmName: parent, NextToken: token, AlarmNames: names }: Input) =>
    names === undefined
      ? token === undefined
        ? tree[String(parent)]
        : { MetricAlarms: [{ AlarmName: 'latency', StateValue: 'ALARM' }] }
      : {
          CompositeAlarms: [
            { StateValue: 'OK', StateTransitionedTimestamp: new Date(5), StateUpdatedTimestamp: new Date(9) },
          ],
        };

  test('are read with all that lies below, through pages and composites', async () => {
    const fake = client(answer);
    expect(await new CloudWatchAlarms(fake, 'safe', NO_TRAFFIC).safeToAdvance()).toEqual({
      composite: { name: 'safe', verdict: 'ok', changedAt: 5 },
      children: [
        { name: 'errors', verdict: 'ok' },
        { name: 'lag', verdict: 'no-data' },
        { name: 'latency', verdict: 'alarm' },
      ],
    });
    expect(fake.sent).toEqual([
      ['DescribeAlarms', { AlarmNames: ['safe'], AlarmTypes: ['CompositeAlarm'] }],
      ['DescribeAlarms', { ChildrenOfAlarmName: 'safe' }],
      ['DescribeAlarms', { ChildrenOfAlarmName: 'inner' }],
      ['DescribeAlarms', { ChildrenOfAlarmName: 'safe', NextToken: 'more' }],
    ]);
  });

  test.each([
    [[], 'no-traffic'],
    [[0], 'ok'],
  ])('that are silent without traffic are asked for their data: with %j it is %s', async (values, verdict) => {
    const metric = { Namespace: 'AWS/ApplicationELB', MetricName: 'TargetResponseTime', Dimensions: [] };
    const fake = client((name, { AlarmNames: names }) =>
      name === 'GetMetricData'
        ? { MetricDataResults: [{ Values: values }] }
        : names === undefined
          ? {
              MetricAlarms: [
                { AlarmName: 'latency-test', StateValue: 'OK', ...metric, Period: 60, ExtendedStatistic: 'p99' },
                { AlarmName: 'errors-test', StateValue: 'OK' },
              ],
            }
          : { CompositeAlarms: [{ StateValue: 'OK' }] },
    );
    const traffic = { alarmIds: ['latency'], clock: { now: () => 1_000_000 } };
    expect((await new CloudWatchAlarms(fake, 'safe', traffic).safeToAdvance()).children).toEqual([
      { name: 'latency-test', verdict },
      { name: 'errors-test', verdict: 'ok' },
    ]);
    expect(fake.sent.filter(([name]) => name === 'GetMetricData')).toEqual([
      [
        'GetMetricData',
        {
          MetricDataQueries: [{ Id: 'data', MetricStat: { Metric: metric, Period: 60, Stat: 'p99' } }],
          StartTime: new Date(100_000),
          EndTime: new Date(1_000_000),
        },
      ],
    ]);
  });

  test('must exist', async () => {
    await expect(
      new CloudWatchAlarms(
        client(() => ({})),
        'safe',
        NO_TRAFFIC,
      ).safeToAdvance(),
    ).rejects.toThrow('the composite alarm safe must exist, got none; deploy the environment');
  });
});

describe('comparisons', () => {
  const ARN = 'arn:aws:states:eu-central-1:1:stateMachine:comparison-test';
  const runs = (answer: (name: string, input: Input) => unknown) => {
    const fake = client(answer);
    return { fake, runs: new StepFunctionsComparisonRuns(fake, ARN) };
  };
  const EXECUTION = 'arn:aws:states:eu-central-1:1:execution:comparison-test:one';

  test('are started once a name', async () => {
    const { fake, runs: started } = runs(() => {
      throw awsError('ExecutionAlreadyExists', 400);
    });
    await started.start('one', { mode: 'live' });
    expect(fake.sent).toEqual([['StartExecution', { stateMachineArn: ARN, name: 'one', input: '{"mode":"live"}' }]]);
    const other = runs(() => {
      throw awsError('StateMachineDoesNotExist', 400);
    });
    await expect(other.runs.start('one', {})).rejects.toMatchObject({ name: 'StateMachineDoesNotExist' });
  });

  test.each([
    [{ status: 'RUNNING' }, { result: 'running' }],
    [{ status: 'PENDING_REDRIVE', error: 'Different' }, { result: 'running' }],
    [{ status: 'SUCCEEDED' }, { result: 'equal', endedAt: 7 }],
    [
      { status: 'FAILED', error: 'Different', cause: 's3://r' },
      { result: 'different', detail: 's3://r', endedAt: 7 },
    ],
    [
      { status: 'FAILED', error: 'Unknown', cause: 's3://r' },
      { result: 'unknown', detail: 's3://r', endedAt: 7 },
    ],
    [
      { status: 'FAILED', error: 'OutOfTime', cause: 'text' },
      { result: 'failed', detail: 'OutOfTime', endedAt: 7 },
    ],
    [{ status: 'ABORTED' }, { result: 'failed', detail: 'ABORTED', endedAt: 7 }],
  ])('%j is %j', async (execution, expected) => {
    const { fake, runs: read } = runs(() => ({ name: 'one', stopDate: new Date(7), ...execution }));
    expect(await read.read('one')).toEqual({ name: 'one', ...expected });
    expect(fake.sent).toEqual([['DescribeExecution', { executionArn: EXECUTION }]]);
  });

  test('of an unknown name are none', async () => {
    const { runs: read } = runs(() => {
      throw awsError('ExecutionDoesNotExist', 400);
    });
    expect(await read.read('one')).toBeUndefined();
  });

  test('the last that has ended is found behind those that run', async () => {
    const { runs: read } = runs((name, { nextToken }) => {
      if (name === 'DescribeExecution') return { name: 'two', status: 'SUCCEEDED', stopDate: new Date(7) };
      return nextToken === undefined
        ? { executions: [{ name: 'three', status: 'RUNNING' }], nextToken: 'more' }
        : {
            executions: [
              { name: 'two', status: 'SUCCEEDED' },
              { name: 'one', status: 'FAILED' },
            ],
          };
    });
    expect(await read.last()).toEqual({ name: 'two', result: 'equal', endedAt: 7 });
    expect(await runs(() => ({ executions: [] })).runs.last()).toBeUndefined();
  });

  test('the last equal one is the newest that succeeded', async () => {
    const { fake, runs: read } = runs(() => ({ executions: [{ name: 'two' }] }));
    expect(await read.lastEqual()).toBe('two');
    expect(fake.sent).toEqual([['ListExecutions', { stateMachineArn: ARN, statusFilter: 'SUCCEEDED', maxResults: 1 }]]);
  });
});

describe('the release', () => {
  const release = (aliases: Readonly<Record<string, object>>, alarms: readonly object[]) =>
    new LambdaRelease({
      lambda: client((_, { Name: name }) => {
        const alias = aliases[String(name)];
        if (alias === undefined) throw awsError('ResourceNotFoundException', 404);
        return alias;
      }),
      cloudwatch: client(() => ({ MetricAlarms: alarms })),
      functionName: 'payment-api-test',
      healthAlarmNames: ['a', 'b'],
    }).read();
  const both = { blue: { FunctionVersion: '7' }, green: { FunctionVersion: '7' } };
  const alarm = (AlarmName: string, StateValue: string) => ({ AlarmName, StateValue });

  test('is promoted and healthy', async () => {
    expect(await release(both, [alarm('a', 'OK'), alarm('b', 'OK')])).toEqual({
      ...{ blue: '7', green: '7', moving: false, health: 'ok' },
    });
  });

  test('may be missing, moving, and have alarms that say nothing', async () => {
    const moving = { FunctionVersion: '7', RoutingConfig: { AdditionalVersionWeights: { '8': 0.1 } } };
    expect(await release({ green: moving }, [alarm('a', 'OK')])).toEqual({
      green: '7',
      moving: true,
      health: 'no-data',
    });
    expect(await release(both, [alarm('a', 'INSUFFICIENT_DATA'), alarm('b', 'ALARM')])).toMatchObject({
      health: 'alarm',
    });
  });
});

test('a notice goes to the topic of its severity, with a subject that SNS takes', async () => {
  const fake = client(() => ({}));
  const notifier = new SnsNotifier(fake, { info: 'i', warning: 'w', page: 'p' }, 'prod');
  await notifier.notify({ severity: 'page', subject: `ä${'x'.repeat(200)}`, lines: ['one', 'two'] });
  const [[name, input] = ['', {} as Input]] = fake.sent;
  expect(name).toBe('Publish');
  expect(input['TopicArn']).toBe('p');
  expect(input['Subject']).toBe(`prod migration: ?${'x'.repeat(83)}`);
  expect(input['Message']).toBe(`prod: ä${'x'.repeat(200)}\n\none\ntwo`);
});

describe('the steps of the traffic', () => {
  const read = (Value: string | undefined) =>
    new SsmTrafficSteps(
      client(() => ({ Parameter: { Value } })),
      '/p',
    ).read();

  test.each([
    ['[10,50,100]', [10, 50, 100]],
    ['10, 50,100', [10, 50, 100]],
    ['100', [100]],
  ])('%s', async (value, steps) => {
    expect(await read(value)).toEqual(steps);
  });

  test.each([[''], ['10,50'], ['50,10,100'], ['10,10,100'], ['0,100'], ['10,x,100'], ['101'], [undefined]])(
    'refused: %s',
    async (value) => {
      await expect(read(value)).rejects.toThrow(
        `the parameter /p must hold growing integers from 1 to 100 (percent of AWS) that end with 100, got ${value ?? 'no parameter'}; deploy the environment`,
      );
    },
  );

  test('must be there', async () => {
    const gone = client(() => {
      throw awsError('ParameterNotFound', 400);
    });
    await expect(new SsmTrafficSteps(gone, '/p').read()).rejects.toThrow('got no parameter; deploy the environment');
  });
});

describe('the settings', () => {
  const VALUES = {
    ...{ FREEZE_BUDGET_SECONDS: '900', FREEZE_GRACE_SECONDS: '0', MAX_LAG_SECONDS: '60', WEIGHT_TIMEOUT_MINUTES: '60' },
    ...{ BAKE_MINUTES: '30', APPROVAL_TIMEOUT_MINUTES: '60', ROLLBACK_WINDOW_HOURS: '72', LOAD_HOURS: '48' },
    ...{ COMPARISON_HOURS: '24', REQUIRE_SECOND_PERSON: 'true' },
  };

  test('are numbers and one decision', () => {
    expect(readSettings(VALUES)).toMatchObject({
      freezeBudgetSeconds: 900,
      freezeGraceSeconds: 0,
      requireSecondPerson: true,
    });
    expect(readSettings({ ...VALUES, REQUIRE_SECOND_PERSON: 'false' }).requireSecondPerson).toBe(false);
  });

  test('are refused all at once', () => {
    expect(() =>
      readSettings({ ...VALUES, FREEZE_BUDGET_SECONDS: '0', BAKE_MINUTES: '1.5', REQUIRE_SECOND_PERSON: 'yes' }),
    ).toThrow(
      'environment variables must make sense: FREEZE_BUDGET_SECONDS must be a whole number from 1, got 0; BAKE_MINUTES must be a whole number from 1, got 1.5; REQUIRE_SECOND_PERSON must be true or false, got yes',
    );
  });
});
