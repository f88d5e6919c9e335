import { describe, expect, jest, test } from '@jest/globals';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { mockClient } from 'aws-sdk-client-mock';
import { SnsPager } from '../../../lambda/traffic-guard/pager';

function pager() {
  const client = new SNSClient({ region: 'us-east-1' });
  const mock = mockClient(client);
  mock.on(PublishCommand).resolves({});
  const makeClient = jest.fn(() => client);
  return { pager: new SnsPager(makeClient, 'arn:topic', 'prod'), mock, makeClient };
}

describe('a page', () => {
  test('goes to the topic, a sentence a line', async () => {
    const { pager: sns, mock } = pager();
    await sns.page('weights were put back', ['One.', 'Two.']);
    expect(mock.commandCalls(PublishCommand).map(({ args: [{ input }] }) => input)).toEqual([
      { TopicArn: 'arn:topic', Subject: 'prod traffic-guard: weights were put back', Message: 'One.\nTwo.' },
    ]);
  });

  test('has a subject that SNS takes', async () => {
    const { pager: sns, mock } = pager();
    await sns.page(`né\n${'x'.repeat(200)}`, []);
    const [call] = mock.commandCalls(PublishCommand);
    expect(call?.args[0].input.Subject).toBe(`prod traffic-guard: n??${'x'.repeat(77)}`);
  });

  test('makes the client when it is needed, once', async () => {
    const { pager: sns, makeClient } = pager();
    expect(makeClient).not.toHaveBeenCalled();
    await sns.page('a', []);
    await sns.page('b', []);
    expect(makeClient).toHaveBeenCalledTimes(1);
  });
});
