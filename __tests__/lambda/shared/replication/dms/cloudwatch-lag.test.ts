import { CloudWatchClient, GetMetricDataCommand, type MetricDataResult } from '@aws-sdk/client-cloudwatch';
import { expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { cloudWatchLag } from '../../../../../lambda/shared/replication/dms/cloudwatch-lag';

const ARN = 'arn:aws:dms:eu-central-1:123456789012:task:ABC';

function ask(results?: MetricDataResult[]) {
  const client = new CloudWatchClient({ region: 'eu-central-1' });
  const mock = mockClient(client);
  mock.on(GetMetricDataCommand).resolves(results === undefined ? {} : { MetricDataResults: results });
  const lag = cloudWatchLag({ client, replicationInstanceId: 'dms-test', clock: { now: () => 600_000 } });
  return { lag: lag('forward', ARN), mock };
}

test.each<[MetricDataResult[] | undefined, number | undefined]>([
  [
    [
      { Id: 'target', Values: [0, 90] },
      { Id: 'source', Values: [0] },
    ],
    0,
  ],
  [
    [
      { Id: 'source', Values: [7] },
      { Id: 'target', Values: [3] },
    ],
    7,
  ],
  [
    [
      { Id: 'source', Values: [3] },
      { Id: 'target', Values: [7] },
    ],
    7,
  ],
  [
    [
      { Id: 'source', Values: [] },
      { Id: 'target', Values: [4] },
    ],
    4,
  ],
  [
    [
      { Id: 'source', Values: [4] },
      { Id: 'target', Values: [] },
    ],
    undefined,
  ],
  [[], undefined],
  [undefined, undefined],
])('the newest latencies %j are a lag of %j', async (results, seconds) => {
  expect(await ask(results).lag).toBe(seconds);
});

test('asks for the task under the last part of its ARN, within the last five minutes', async () => {
  const { lag, mock } = ask();
  await lag;
  const input = mock.commandCalls(GetMetricDataCommand)[0]?.args[0].input;
  expect(input).toMatchObject({
    StartTime: new Date(300_000),
    EndTime: new Date(600_000),
    ScanBy: 'TimestampDescending',
  });
  expect(input?.MetricDataQueries?.map(({ MetricStat: stat }) => stat)).toEqual(
    ['CDCLatencySource', 'CDCLatencyTarget'].map((name) => ({
      Metric: {
        Namespace: 'AWS/DMS',
        MetricName: name,
        Dimensions: [
          { Name: 'ReplicationInstanceIdentifier', Value: 'dms-test' },
          { Name: 'ReplicationTaskIdentifier', Value: 'ABC' },
        ],
      },
      Period: 60,
      Stat: 'Maximum',
    })),
  );
});
