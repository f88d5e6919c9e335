import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { parseStreamEvent, type StreamRecord } from '../../../../lambda/shared/stream/record';
import { SnsTopics } from '../../../../lambda/shared/stream/sns-topics';
import { SqsFailedQueue } from '../../../../lambda/shared/stream/sqs-failed-queue';
import { idOf, rawRecord } from './fixtures';

const sqs = mockClient(SQSClient);
const sns = mockClient(SNSClient);
beforeEach(() => {
  sqs.reset();
  sns.reset();
});

const recordOf = (raw: object): StreamRecord => {
  const [record] = parseStreamEvent({ Records: [raw] });
  if (record === undefined) throw new Error('no record');
  return record;
};

describe('the queue', () => {
  const sent = async (raw: object, code = '23514') => {
    await new SqsFailedQueue(() => new SQSClient(), 'https://queue').put(recordOf(raw), code);
    const input = sqs.commandCalls(SendMessageCommand)[0]?.args[0].input;
    return { input, body: input?.MessageBody ?? '' };
  };

  test('takes the whole record as it was delivered, with the code beside it', async () => {
    const raw = rawRecord(1, { OldImage: { status: { S: 'RECEIVED' } } });
    const { input, body } = await sent(raw);
    expect(JSON.parse(body)).toEqual(raw);
    expect(input).toEqual({
      QueueUrl: 'https://queue',
      MessageBody: body,
      MessageAttributes: { code: { DataType: 'String', StringValue: '23514' } },
    });
  });

  test('takes characters that SQS refuses in another notation', async () => {
    const raw = rawRecord(1, { NewImage: { name: { S: 'ö\u0000\uffff\ud83d\ude00\ud800' } } });
    const { body } = await sent(raw);
    expect(body).toMatch(/^[ -~]+$/);
    expect(JSON.parse(body)).toEqual(raw);
  });

  test.each([
    ['all of it when it just fits', 0, ['SequenceNumber', 'Keys', 'NewImage', 'OldImage']],
    ['no old image when one byte is too much', 1, ['SequenceNumber', 'Keys', 'NewImage']],
  ])('takes %s', async (_what, more, fields) => {
    const empty = JSON.stringify(rawRecord(1, { OldImage: { x: { S: '' } } })).length;
    const { body } = await sent(rawRecord(1, { OldImage: { x: { S: 'x'.repeat(261_120 - empty + more) } } }));
    expect(body.length).toBeLessThanOrEqual(261_120);
    expect(Object.keys((JSON.parse(body) as { dynamodb: object }).dynamodb)).toEqual(fields);
  });

  test('takes the keys of a record whose new image is too large as well', async () => {
    const { body } = await sent(rawRecord(1, { NewImage: { x: { S: 'x'.repeat(300_000) } } }));
    expect(JSON.parse(body)).toMatchObject({ dynamodb: { SequenceNumber: '1', Keys: { transaction_id: {} } } });
    expect(body).not.toContain('NewImage');
  });
});

describe('the topics', () => {
  const topics = new SnsTopics(
    () => new SNSClient(),
    { failedTransactions: 'arn:failed', systemErrors: 'arn:errors' },
    { service: 'transaction-processing', environment: 'prod' },
  );
  const published = () => sns.commandCalls(PublishCommand).map(({ args }) => args[0].input);

  test('each get their messages: identifiers and codes', async () => {
    const notice = { code: '23514', transactionId: idOf(1), sequenceNumber: '1', cardToken: 'tok_secret' };
    await topics.failedTransaction(notice);
    await topics.systemError({ code: 'AccessDenied' });
    expect(published().map(({ TopicArn, Subject }) => [TopicArn, Subject])).toEqual([
      ['arn:failed', 'prod transaction-processing: failed transaction 23514'],
      ['arn:errors', 'prod transaction-processing: system error AccessDenied'],
    ]);
    expect(published().map(({ Message }) => JSON.parse(Message ?? '') as unknown)).toEqual([
      {
        environment: 'prod',
        service: 'transaction-processing',
        kind: 'failed transaction',
        code: '23514',
        transactionId: idOf(1),
        sequenceNumber: '1',
      },
      { environment: 'prod', service: 'transaction-processing', kind: 'system error', code: 'AccessDenied' },
    ]);
  });

  test.each([
    [100, 'x'.repeat(52)],
    [100, 'x'.repeat(53)],
    [99, 'x'.repeat(51)],
  ])('have a subject of %i characters when the code is %s', async (length, code) => {
    await topics.failedTransaction({ code });
    expect(published()[0]?.Subject).toHaveLength(length);
  });

  test('have a subject of printable ASCII alone', async () => {
    await topics.systemError({ code: 'a\nö' });
    expect(published()[0]?.Subject).toBe('prod transaction-processing: system error a??');
  });
});

test('the clients are made when they are first needed, and once', async () => {
  const made: string[] = [];
  const queue = new SqsFailedQueue(() => {
    made.push('sqs');
    return new SQSClient();
  }, 'https://queue');
  const topics = new SnsTopics(
    () => {
      made.push('sns');
      return new SNSClient();
    },
    { failedTransactions: 'arn:failed', systemErrors: 'arn:errors' },
    { service: 'transaction-processing', environment: 'test' },
  );
  expect(made).toEqual([]);
  for (let call = 0; call < 2; call += 1) {
    await queue.put(recordOf(rawRecord(1)), 'code');
    await topics.systemError({ code: 'code' });
  }
  expect(made).toEqual(['sqs', 'sns']);
});
