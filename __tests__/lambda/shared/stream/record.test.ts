import { describe, expect, test } from '@jest/globals';
import { itemIn, parseStreamEvent } from '../../../../lambda/shared/stream/record';
import { idOf, rawRecord } from './fixtures';

const EVENT_MUST = 'the event must be a batch of a DynamoDB stream, got missing or other fields: ';

describe('the event of a DynamoDB stream', () => {
  test('is read record by record, each with all of it for the queue', () => {
    const raw = rawRecord(7);
    expect(parseStreamEvent({ Records: [raw] })).toEqual([
      { sequenceNumber: '7', transactionId: idOf(7), newImage: raw.dynamodb.NewImage, whole: raw },
    ]);
  });

  test('may hold no records', () => {
    expect(parseStreamEvent({ Records: [] })).toEqual([]);
  });

  test.each([
    ['was removed', rawRecord(1, {}, 'REMOVE')],
    ['has no new image', rawRecord(1, { NewImage: undefined })],
  ])('says nothing of an item that %s', (_what, raw) => {
    expect(parseStreamEvent({ Records: [raw] })[0]).not.toHaveProperty('newImage');
  });

  test.each([
    ['that of an idempotency item', { transaction_id: { S: 'idempotency#0' } }],
    ['a number', { transaction_id: { N: '1' } }],
    ['not in the notation', { transaction_id: 'x' }],
    ['null', { transaction_id: null }],
    ['missing', {}],
    ['in capitals', { transaction_id: { S: 'ABCDEFAB-0000-4000-8000-000000000001' } }],
  ])('names no transaction when the key is %s', (_what, Keys) => {
    expect(parseStreamEvent({ Records: [rawRecord(1, { Keys })] })[0]).not.toHaveProperty('transactionId');
  });

  test.each<[string, unknown, string]>([
    ['nothing', undefined, ''],
    ['an event of another kind', { httpMethod: 'GET' }, 'Records'],
    ['a record of SQS', { Records: [{ ...rawRecord(1), eventSource: 'aws:sqs' }] }, 'Records.0.eventSource'],
    ['an unknown change', { Records: [rawRecord(1, {}, 'UPSERT')] }, 'Records.0.eventName'],
    [
      'records without a number',
      { Records: [rawRecord(1), rawRecord(2, { SequenceNumber: '' }), rawRecord(3, { SequenceNumber: 3 })] },
      'Records.1.dynamodb.SequenceNumber, Records.2.dynamodb.SequenceNumber',
    ],
  ])('is not %s', (_what, event, fields) => {
    expect(() => parseStreamEvent(event)).toThrow(
      new Error(`${EVENT_MUST}${fields}; which source is mapped to this function?`),
    );
  });
});

describe('an image', () => {
  test('is read as the item it shows', () => {
    expect(
      itemIn({ amount: { N: '9007199254740991' }, larger: { N: '9007199254740993' }, list: { L: [{ S: 'a' }] } }),
    ).toEqual({
      amount: Number.MAX_SAFE_INTEGER,
      larger: 9007199254740993n,
      list: ['a'],
    });
  });

  test.each([
    ['has an attribute of no type', { amount: {} }],
    ['has an attribute of an unknown type', { amount: { X: '1' } }],
  ])('is refused when it %s', (_what, image) => {
    expect(() => itemIn(image)).toThrow(
      expect.objectContaining({
        name: 'UnreadableImage',
        message: 'the new image of a record must be an item in the notation of DynamoDB',
      }),
    );
  });
});
