import { describe, expect, test } from '@jest/globals';
import { LedgerUnavailable, PaymentRefused } from '../../../../lambda/shared/ledger/ledger';
import { createStreamHandler } from '../../../../lambda/shared/stream/handler';
import { MalformedItem } from '../../../../lambda/shared/transactions/item';
import { idOf, rawRecord, recordingPorts } from './fixtures';

/** Runs a batch of records 1, 2, … whose handling throws what is given at their place. */
async function run(outcomes: readonly unknown[], ports = recordingPorts(), remaining = [Infinity]) {
  const handled: number[] = [];
  const handler = createStreamHandler({
    ...ports,
    handleRecord: async (_image, { sequenceNumber }) => {
      await Promise.resolve();
      const number = Number(sequenceNumber);
      handled.push(number);
      const outcome = outcomes[number - 1];
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- libraries do
      if (outcome !== undefined) throw outcome;
    },
  });
  const Records = outcomes.map((_outcome, index) => rawRecord(index + 1));
  const { batchItemFailures } = await handler(
    { Records },
    { getRemainingTimeInMillis: () => remaining.shift() ?? Infinity },
  );
  return { failed: batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier)), handled, ...ports };
}

const frozen = new LedgerUnavailable('frozen', 'closed');
const refused = new PaymentRefused('23514', 'the ledger refuses it');
const passing = Object.assign(new Error('x'), { name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
const denied = Object.assign(new Error('x'), { name: 'AccessDenied', $metadata: { httpStatusCode: 403 } });

describe('a batch', () => {
  test('that succeeds is done', async () => {
    const { failed, handled, calls, lines } = await run([undefined, undefined]);
    expect({ failed, handled, calls, lines }).toEqual({ failed: [], handled: [1, 2], calls: [], lines: [] });
  });

  test('of another source is refused as a whole', async () => {
    const handler = createStreamHandler({ ...recordingPorts(), handleRecord: () => Promise.resolve() });
    await expect(handler({ Records: [{ eventSource: 'aws:sqs' }] })).rejects.toThrow(/^the event must be a batch/);
  });

  test('passes over what was removed', async () => {
    const handled: unknown[] = [];
    const handler = createStreamHandler({
      ...recordingPorts(),
      handleRecord: (image) => {
        handled.push(image.transaction_id);
        return Promise.resolve();
      },
    });
    const answer = await handler({
      Records: [rawRecord(1, {}, 'REMOVE'), rawRecord(2, { NewImage: undefined }), rawRecord(3)],
    });
    expect([answer, handled]).toEqual([{ batchItemFailures: [] }, [idOf(3)]]);
  });

  test('ends when the time is short, and the rest is delivered again', async () => {
    const { failed, handled } = await run([undefined, undefined, undefined], recordingPorts(), [60_000, 10_000, 9_999]);
    expect({ failed, handled }).toEqual({ failed: [3], handled: [1, 2] });
  });
});

describe('what waits', () => {
  test('is reported, and the rest is done', async () => {
    const { failed, handled, calls } = await run([undefined, passing, undefined]);
    expect({ failed, handled, calls }).toEqual({ failed: [2], handled: [1, 2, 3], calls: [] });
  });

  test('for the ledger is reported with all after it, which are not tried', async () => {
    const { failed, handled, calls, lines } = await run([undefined, frozen, undefined, refused]);
    expect({ failed, handled, calls }).toEqual({ failed: [2, 3, 4], handled: [1, 2], calls: [] });
    expect(lines).toEqual([
      {
        level: 'WARN',
        message: 'a record waits',
        fields: expect.objectContaining({
          sequence_number: '2',
          transaction_id: idOf(2),
          kind: 'wait',
          code: 'frozen',
          error_name: 'LedgerUnavailable',
        }),
      },
    ]);
  });

  test('for somebody to act is told once an invocation', async () => {
    const { failed, calls } = await run([denied, denied]);
    expect(failed).toEqual([1, 2]);
    expect(calls).toEqual([{ to: 'system-errors', code: 'AccessDenied', sequenceNumber: '1', transactionId: idOf(1) }]);
  });

  test('brings what follows again, so poison after it goes nowhere yet', async () => {
    const { failed, calls, counts } = await run([passing, refused, new TypeError('x'), frozen, undefined]);
    expect({ failed, calls, counts }).toEqual({ failed: [1, 2, 3, 4, 5], calls: [], counts: {} });
  });
});

describe('poison', () => {
  test('goes into the queue and is told, counts as done, and holds up nobody', async () => {
    const { failed, handled, calls, counts } = await run([refused, undefined, refused]);
    expect({ failed, handled, counts }).toEqual({ failed: [], handled: [1, 2, 3], counts: { PaymentsFailed: 2 } });
    expect(calls).toEqual(
      [1, 3].flatMap((n) => [
        { to: 'queue', code: '23514', sequenceNumber: `${n}` },
        { to: 'failed-transactions', code: '23514', sequenceNumber: `${n}`, transactionId: idOf(n) },
      ]),
    );
  });

  test('is also a record whose image nobody can read', async () => {
    const ports = recordingPorts();
    const handler = createStreamHandler({ ...ports, handleRecord: () => Promise.resolve() });
    const answer = await handler({ Records: [rawRecord(1, { NewImage: { amount: { X: '1' } } })] });
    expect([answer, ports.calls[0]]).toEqual([
      { batchItemFailures: [] },
      { to: 'queue', code: 'UnreadableImage', sequenceNumber: '1' },
    ]);
  });

  test.each([
    ['poison', refused],
    ['an unexpected fault', new TypeError('x')],
  ])('that the queue does not take (%s) is delivered again, untold as a failed transaction', async (_kind, error) => {
    const ports = recordingPorts();
    ports.faults.queue = passing;
    const { failed, handled, calls } = await run([error, undefined], ports);
    expect({ failed, handled }).toEqual({ failed: [1], handled: [1, 2] });
    expect(calls.filter(({ to }) => to !== 'system-errors')).toEqual([]);
  });

  test('is done also when the topic takes no message, and a line says so', async () => {
    const ports = recordingPorts();
    ports.faults.topics = denied;
    const { failed, lines } = await run([refused], ports);
    expect(failed).toEqual([]);
    expect(lines.at(-1)).toEqual({
      level: 'ERROR',
      message: 'a topic took no message',
      fields: expect.objectContaining({ error_name: 'AccessDenied', aws_status: 403 }),
    });
  });
});

describe('an unexpected fault', () => {
  test('goes into the queue each time, is told once by its code, and counts as done', async () => {
    const { failed, calls } = await run([new TypeError('a'), new TypeError('b'), new RangeError('c')]);
    expect(failed).toEqual([]);
    expect(calls.map(({ to, code }) => [to, code])).toEqual([
      ['queue', 'TypeError'],
      ['system-errors', 'TypeError'],
      ['queue', 'TypeError'],
      ['queue', 'RangeError'],
      ['system-errors', 'RangeError'],
    ]);
  });
});

test('log lines and messages hold codes and places, never what a payment or an error says', async () => {
  const { lines, calls } = await run([
    refused,
    new TypeError('4111111111111111'),
    new MalformedItem('missing: amount'),
    '4111111111111111',
  ]);
  const written = JSON.stringify({ lines, calls });
  expect(written).not.toMatch(/4111|tok_secret/);
  expect(lines.map(({ fields }) => [fields.kind, fields.code, fields.reason])).toEqual([
    ['poison', '23514', undefined],
    ['unexpected', 'TypeError', undefined],
    ['poison', 'MalformedItem', 'missing: amount'],
    ['unexpected', 'NoError', undefined],
  ]);
  expect(lines[1]?.fields.error_stack).toEqual(
    expect.arrayContaining([expect.stringMatching(/^at .*handler\.test\.ts/)]),
  );
});
