import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import { Decisions } from '../../../lambda/fraud-detection/decisions';
import { createRecordHandler } from '../../../lambda/fraud-detection/handler';
import { UserIndexHistory } from '../../../lambda/fraud-detection/history';
import type { FraudRules } from '../../../lambda/fraud-detection/rules';
import { RulesUnavailable } from '../../../lambda/fraud-detection/rules-source';
import { S3AuditLog } from '../../../lambda/shared/audit/s3-audit-log';
import { createStreamHandler } from '../../../lambda/shared/stream/handler';
import type { Transaction } from '../../../lambda/shared/transactions/transaction';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { recordStream, type StreamRecord } from '../../support/stream';
import { type S3StandIn, startS3 } from '../shared/audit/s3-stand-in';
import { recordingPorts } from '../shared/stream/fixtures';
import { payment, RULES, tableOf } from './fixtures';

let dynamodb: LocalDynamoDb;
let s3: S3StandIn;
beforeAll(async () => {
  [dynamodb, s3] = await Promise.all([startDynamoDb(), startS3()]);
});
afterAll(() => Promise.all([dynamodb.stop(), s3.stop()]));

let ports: ReturnType<typeof recordingPorts>;
let time: number;
let rules: FraudRules | Error;
/** Called before and after each step; what it throws is the function's crash there. */
let at: (point: string) => void;
beforeEach(() => {
  [ports, time, rules, at] = [recordingPorts(), 5_000, RULES, () => undefined];
});

/** The function around a client, with a place to crash on either side of each of its writes. */
function functionOn(client: DynamoDBDocumentClient) {
  const stepping = Object.create(client, {
    send: {
      value: async (command: UpdateCommand) => {
        if (!(command instanceof UpdateCommand)) return client.send(command);
        const step = command.input.UpdateExpression?.includes('fraud_decision') === true ? 'store' : 'settle';
        at(`before ${step}`);
        const answer = await client.send(command);
        at(`after ${step}`);
        return answer;
      },
    },
  }) as DynamoDBDocumentClient;
  const log = new S3AuditLog(s3.client, 'audit');
  return createStreamHandler({
    handleRecord: createRecordHandler({
      rules: { current: () => (rules instanceof Error ? Promise.reject(rules) : Promise.resolve(rules)) },
      history: new UserIndexHistory(client, dynamodb.transactionsTable),
      decisions: new Decisions(stepping, dynamodb.transactionsTable),
      audit: {
        write: async (record) => {
          at('before audit');
          await log.write(record);
          at('after audit');
        },
      },
      metrics: ports.metrics,
      now: () => (time += 1),
    }),
    ...ports,
  });
}

const isReceived = ({ dynamodb: { NewImage } }: StreamRecord) =>
  (NewImage?.['status'] as { S?: string } | undefined)?.S === 'RECEIVED';

/** A table with its stream, and the function behind it: what passes the event filter is delivered. */
function world() {
  const stream = recordStream(dynamodb.client, dynamodb.transactionsTable);
  const screen = functionOn(stream.client);
  return {
    table: tableOf({ ...dynamodb, client: stream.client }),
    received: () => stream.records.filter(isReceived),
    deliver: (...records: readonly StreamRecord[]) => screen({ Records: records }),
  };
}

const auditOf = ({ transactionId }: Transaction) =>
  [...s3.objects].filter(([key]) => key.includes(transactionId)).map(([, { body }]) => JSON.parse(body) as unknown);

const auditFor = (
  { transactionId, timestamp }: Transaction,
  outcome: string,
  reasons: readonly string[],
  decidedAt = 5_001,
) => ({
  schemaVersion: 1,
  decision: 'screening',
  transactionId,
  timestamp,
  clientId: 'shop',
  outcome,
  decidedAt,
  details: { score: reasons.length * 10, reasons, rulesVersion: 'v7' },
});

describe('a new payment', () => {
  test.each([
    ['APPROVED', 'DE', [], 'PaymentsApproved'],
    ['REJECTED', 'KP', ['country'], 'PaymentsRejected'],
  ])('becomes %s, with score and reasons, is audited and counted', async (status, country, reasons, metric) => {
    const { table, received, deliver } = world();
    const posted = payment({ country });
    await table.put(posted);
    expect(await deliver(...received())).toEqual({ batchItemFailures: [] });
    expect(await table.get(posted)).toMatchObject({
      status,
      fraud_decision: status,
      fraud_score: reasons.length * 10,
      fraud_reasons: reasons,
      fraud_rules_version: 'v7',
      fraud_decided_at: 5_001,
      client_id: 'shop',
    });
    expect(auditOf(posted)).toEqual([auditFor(posted, status, reasons)]);
    expect(ports.counts).toEqual({ [metric]: 1 });
  });

  test('is judged by what its user paid before', async () => {
    const { table, received, deliver } = world();
    const [first, second, third] = [0, 1, 2].map((n) => payment({ userId: 'frequent', timestamp: 1_000 + n }));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three payments');
    await table.put(first, second, third);
    await deliver(...received());
    const statuses = await Promise.all([first, second, third].map((posted) => table.get(posted)));
    expect(statuses.map((item) => [item?.['status'], item?.['fraud_reasons']])).toEqual([
      ['APPROVED', []],
      ['APPROVED', []],
      ['REJECTED', ['velocity']],
    ]);
  });

  test('that is delivered again, as any of its records, stays as it is', async () => {
    const { table, received, deliver } = world();
    const posted = payment();
    await table.put(posted);
    await deliver(...received());
    const decided = await table.get(posted);
    rules = { ...RULES, version: 'v8', rejectAtScore: 1, rules: [{ ...RULES.rules[0], countries: ['DE'] } as never] };
    expect(received()).toHaveLength(2);
    const requests = s3.requests();
    expect(await deliver(...received(), ...received())).toEqual({ batchItemFailures: [] });
    expect([await table.get(posted), auditOf(posted)]).toEqual([decided, [auditFor(posted, 'APPROVED', [])]]);
    expect(ports.counts).toEqual({ PaymentsApproved: 1 });
    // What is let go on was audited before, so S3 is not asked again.
    expect(s3.requests()).toBe(requests);
  });

  test('that many screen at once is decided once', async () => {
    const { table, received } = world();
    const posted = payment();
    await table.put(posted);
    const screen = functionOn(dynamodb.client);
    const answers = await Promise.all(Array.from({ length: 20 }, () => screen({ Records: received() })));
    expect(answers.every(({ batchItemFailures }) => batchItemFailures.length === 0)).toBe(true);
    const decidedAt = Number((await table.get(posted))?.['fraud_decided_at']);
    expect(auditOf(posted)).toEqual([auditFor(posted, 'APPROVED', [], decidedAt)]);
    expect(ports.counts).toEqual({ PaymentsApproved: 1 });
  });

  test('that was deleted meanwhile is done', async () => {
    const { table, received, deliver } = world();
    const posted = payment();
    await table.put(posted);
    await table.remove(posted);
    expect(await deliver(...received())).toEqual({ batchItemFailures: [] });
    expect([await table.get(posted), auditOf(posted), ports.calls]).toEqual([undefined, [], []]);
  });

  test('waits while there are no rules: nothing is approved unscreened', async () => {
    const { table, received, deliver } = world();
    const posted = payment();
    await table.put(posted);
    rules = new RulesUnavailable('none');
    expect(await deliver(...received())).toEqual({
      batchItemFailures: [{ itemIdentifier: received()[0]?.dynamodb.SequenceNumber }],
    });
    expect(await table.get(posted)).toMatchObject({ status: 'RECEIVED' });
    expect(ports.calls).toEqual([]);
    rules = RULES;
    await deliver(...received());
    expect(await table.get(posted)).toMatchObject({ status: 'APPROVED' });
  });

  test('that makes no payment goes to the queue and holds up nobody', async () => {
    const { table, received, deliver } = world();
    const [broken, sound] = [payment({ merchantId: '' }), payment()];
    await table.put(broken, sound);
    expect(await deliver(...received())).toEqual({ batchItemFailures: [] });
    expect(ports.calls.map(({ to, code }) => [to, code])).toEqual([
      ['queue', 'MalformedItem'],
      ['failed-transactions', 'MalformedItem'],
    ]);
    expect([await table.get(broken), await table.get(sound)]).toMatchObject([
      { status: 'RECEIVED' },
      { status: 'APPROVED' },
    ]);
  });
});

const outage = () =>
  Object.assign(new Error('down'), { name: 'ServiceUnavailable', $metadata: { httpStatusCode: 503 } });
const POINTS = ['before store', 'after store', 'before audit', 'after audit', 'before settle', 'after settle'];

describe.each(POINTS)('a crash %s', (point) => {
  test.each([
    ['the retry of its record', (records: readonly StreamRecord[]) => records.slice(0, 1)],
    ['a later record of it, its first forgotten', (records: readonly StreamRecord[]) => records.slice(-1)],
  ])('is repaired by %s', async (_how, choose) => {
    const { table, received, deliver } = world();
    const posted = payment({ country: 'KP' });
    await table.put(posted);
    let crashes = 1;
    at = (where) => {
      if (where === point && (crashes -= 1) === 0) throw outage();
    };
    expect((await deliver(...received())).batchItemFailures).toHaveLength(1);
    const isSettled = point === 'after settle';
    expect((await table.get(posted))?.['status']).toBe(isSettled ? 'REJECTED' : 'RECEIVED');
    // Meanwhile the rules approve it: what was stored counts all the same.
    if (point !== 'before store') rules = { ...RULES, version: 'v8', rejectAtScore: 20 };

    expect(await deliver(...choose(received()))).toEqual({ batchItemFailures: [] });
    const item = await table.get(posted);
    expect(item).toMatchObject({ status: 'REJECTED', fraud_rules_version: 'v7' });
    expect(auditOf(posted)).toEqual([auditFor(posted, 'REJECTED', ['country'], Number(item?.['fraud_decided_at']))]);
    // Only the count of a call whose answer was lost is lost with it.
    expect(ports.counts).toEqual(isSettled ? {} : { PaymentsRejected: 1 });
  });
});

describe('whatever is delivered twice, late, out of order or half-way', () => {
  test('each payment is decided once, and audited once as it is stored', async () => {
    const batches = fc.array(
      fc.record({
        picks: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 3 }),
        crash: fc.constantFrom(...POINTS, 'never', 'never', 'never', 'never'),
      }),
      { minLength: 1, maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }), batches, async (blocked, schedule) => {
        const { table, received, deliver } = world();
        const userId = randomUUID();
        const posted = blocked.map((isBlocked) => payment({ country: isBlocked ? 'KP' : 'DE', userId }));
        await table.put(...posted);
        ports.counts.PaymentsApproved = 0;
        ports.counts.PaymentsRejected = 0;
        for (const { picks, crash } of schedule) {
          at = (where) => {
            if (where === crash) throw outage();
          };
          await deliver(...picks.flatMap((n) => received()[n % received().length] ?? []));
        }
        at = () => undefined;
        await deliver(...received());
        for (const transaction of posted) {
          const item = await table.get(transaction);
          expect(item?.['status']).toBe(item?.['fraud_decision']);
          expect(auditOf(transaction)).toMatchObject([
            { outcome: item?.['status'], decidedAt: item?.['fraud_decided_at'] },
          ]);
          expect([item?.['status'], transaction.country]).not.toEqual(['APPROVED', 'KP']);
        }
        expect(ports.counts.PaymentsApproved + ports.counts.PaymentsRejected).toBeLessThanOrEqual(posted.length);
      }),
      { numRuns: 20 },
    );
  }, 60_000);
});
