import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { createHandler } from '../../../lambda/payment-reconciliation/handler';
import { OpenPayments } from '../../../lambda/payment-reconciliation/open-payments';
import { AUTHORITY_KEY, DynamoDbAuthority } from '../../../lambda/shared/authority/dynamodb-authority';
import type { Transaction } from '../../../lambda/shared/transactions/transaction';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { payment, tableOf } from '../fraud-detection/fixtures';
import { recordingPorts } from '../shared/stream/fixtures';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 0, 3, 12);
const PAGE_SIZE = 60;

let dynamodb: LocalDynamoDb;
let ports: ReturnType<typeof recordingPorts>;
let time: number;
beforeEach(async () => {
  dynamodb = await startDynamoDb();
  [ports, time] = [recordingPorts(), NOW];
  await authority('on-prem');
});
afterEach(() => dynamodb.stop());

const authority = (side: string) =>
  dynamodb.client.send(
    new PutCommand({ TableName: dynamodb.stateTable, Item: { ...AUTHORITY_KEY, authority: side, epoch: 1 } }),
  );

/** A payment of this age, in minutes. */
const aged = (minutes: number, fields: Partial<Transaction> = {}) =>
  payment({ timestamp: NOW - minutes * MINUTE, ...fields });
const APPROVED = { decision: 'APPROVED', score: 0, reasons: [], rulesVersion: '1', decidedAt: 1 } as const;

interface Options {
  readonly client?: DynamoDBDocumentClient;
  readonly maxPages?: number;
}
const handlerOn = ({ client = dynamodb.client, ...options }: Options = {}) =>
  createHandler({
    payments: new OpenPayments(client, dynamodb.transactionsTable, PAGE_SIZE),
    authority: new DynamoDbAuthority(dynamodb.client, dynamodb.stateTable),
    now: () => time,
    ...ports,
    ...options,
  });
const hasTime = { getRemainingTimeInMillis: () => 300_000 };
const run = (options?: Options) => handlerOn(options)({}, hasTime);
const table = () => tableOf(dynamodb);
const statesOf = async (...payments: readonly Transaction[]) =>
  (await Promise.all(payments.map((one) => table().get(one)))).map((item) => [item?.['status'], item?.['redrives']]);

/** The client with its writes reported before they are made. */
const watched = (before: (key: Record<string, unknown>) => Promise<unknown>) =>
  Object.create(dynamodb.client, {
    send: {
      value: async (command: UpdateCommand) => {
        if (command instanceof UpdateCommand) await before(command.input.Key ?? {});
        return dynamodb.client.send(command);
      },
    },
  }) as DynamoDBDocumentClient;

describe('what is open for 10 minutes', () => {
  test('is written again, each status in its way, and what is younger or final is left alone', async () => {
    const payments = [
      aged(10),
      aged(11, { status: 'APPROVED', fraud: APPROVED }),
      aged(12, { status: 'FAILED', fraud: APPROVED, failureCode: '23514' }),
      aged(9),
      aged(99, { status: 'PROCESSED' }),
      aged(99, { status: 'REJECTED' }),
    ];
    await table().put(...payments);
    expect(await run()).toEqual({ redriven: 3, complete: true });
    expect(await statesOf(...payments)).toEqual([
      ['RECEIVED', 1],
      ['APPROVED', 1],
      ['APPROVED', 1],
      ['RECEIVED', 0],
      ['PROCESSED', 0],
      ['REJECTED', 0],
    ]);
    expect(await table().get(payments[2] ?? payment())).toMatchObject({ failure_code: '23514', redriven_at: NOW });
    expect(ports.counts).toEqual({ PaymentsRedriven: 3, OldestOpenPaymentAge: 12 * 60 });
  });

  test('is driven again after twice the time, each time', async () => {
    const open = aged(10);
    await table().put(open);
    const attempts: number[] = [];
    for (let minute = 0; minute <= 75; minute += 5) {
      time = NOW + minute * MINUTE;
      if ((await run()).redriven > 0) attempts.push(minute);
    }
    expect(attempts).toEqual([0, 20, 60]);
    expect(await statesOf(open)).toEqual([['RECEIVED', 3]]);
  });

  test('is left alone when it went on after it was listed', async () => {
    const [booked, touched, gone] = [aged(10, { status: 'APPROVED' }), aged(11), aged(12)];
    await table().put(booked, touched, gone);
    const meanwhile = watched(async ({ transaction_id: id }) => {
      if (id === booked.transactionId) await table().put({ ...booked, status: 'PROCESSED' });
      if (id === touched.transactionId) await table().put({ ...touched, redrives: 1, redrivenAt: 5 });
      if (id === gone.transactionId) await table().remove(gone);
    });
    expect(await run({ client: meanwhile })).toEqual({ redriven: 0, complete: true });
    expect(await statesOf(booked, touched, gone)).toEqual([
      ['PROCESSED', 0],
      ['RECEIVED', 1],
      [undefined, undefined],
    ]);
    expect(ports.counts).not.toHaveProperty('PaymentsRedriven');
  });

  test('that FAILED without having been approved does not become APPROVED', async () => {
    const unscreened = aged(10, { status: 'FAILED' });
    await table().put(unscreened);
    expect(await run()).toEqual({ redriven: 0, complete: true });
    expect(await statesOf(unscreened)).toEqual([['FAILED', 0]]);
  });

  test('is driven again where an older item has no count yet', async () => {
    const open = aged(10);
    await table().put(open);
    await dynamodb.client.send(
      new UpdateCommand({
        TableName: dynamodb.transactionsTable,
        Key: { transaction_id: open.transactionId, timestamp: open.timestamp },
        UpdateExpression: 'REMOVE redrives',
      }),
    );
    await run();
    expect(await statesOf(open)).toEqual([['RECEIVED', 1]]);
  });
});

describe('while nobody may write', () => {
  test.each([
    ['frozen', () => authority('frozen')],
    ['absent', () => dynamodb.client.send(new DeleteCommand({ TableName: dynamodb.stateTable, Key: AUTHORITY_KEY }))],
  ])('(the item is %s) nothing is driven again, and the age is told', async (_state, forbid) => {
    const open = aged(30);
    await table().put(open);
    await forbid();
    expect(await run()).toEqual({ redriven: 0, complete: true });
    expect(await statesOf(open)).toEqual([['RECEIVED', 0]]);
    expect(ports.counts).toEqual({ OldestOpenPaymentAge: 1_800 });
  });
});

describe('the age of the oldest open payment', () => {
  test.each<[string, readonly Transaction[], number]>([
    ['is 0 when there is none', [aged(50, { status: 'PROCESSED' })], 0],
    ['counts payments that are not due', [aged(1), aged(0)], 60],
    [
      'is the oldest of all statuses',
      [aged(20), aged(40, { status: 'FAILED' }), aged(30, { status: 'APPROVED' })],
      2_400,
    ],
    ['is not negative when clocks differ', [aged(-5)], 0],
  ])('%s', async (_what, payments, seconds) => {
    await table().put(...payments);
    await run();
    expect(ports.counts.OldestOpenPaymentAge).toBe(seconds);
  });

  test('is told also when the authority cannot be read', async () => {
    await table().put(aged(3));
    await authority('nobody');
    await expect(run()).rejects.toThrow('the authority item of migration-state-test must have');
    expect(ports.counts).toEqual({ OldestOpenPaymentAge: 180 });
  });
});

describe('a run', () => {
  /** More than a page of APPROVED ones that are not due, older than one that is. */
  const behindOthers = async (count: number) => {
    const waiting = Array.from({ length: count }, (_, index) =>
      aged(5_000 - index, { status: 'APPROVED', redrives: 9, redrivenAt: NOW - MINUTE }),
    );
    const due = [aged(10, { status: 'APPROVED' }), aged(11), aged(12, { status: 'FAILED', fraud: APPROVED })];
    await table().put(...waiting, ...due);
    return due;
  };

  test('goes past those that are not due', async () => {
    const due = await behindOthers(PAGE_SIZE + 5);
    expect(await run()).toEqual({ redriven: 3, complete: true });
    expect((await statesOf(...due)).map(([, redrives]) => redrives)).toEqual([1, 1, 1]);
  });

  test('that may read no more pages goes on where it ended, so that those in front starve nobody', async () => {
    await behindOthers(PAGE_SIZE + 5);
    const handler = handlerOn({ maxPages: 3 });
    expect(await handler({}, hasTime)).toEqual({ redriven: 2, complete: false });
    expect(await handler({}, hasTime)).toEqual({ redriven: 1, complete: true });
    // And from the beginning again.
    const late = aged(6_000);
    await table().put(late);
    await handler({}, hasTime);
    expect(await statesOf(late)).toEqual([['RECEIVED', 1]]);
  });

  test('takes the oldest first, and stops in time', async () => {
    const payments = Array.from({ length: 60 }, (_, index) => aged(100 - index));
    await table().put(...payments);
    let calls = 0;
    const context = { getRemainingTimeInMillis: () => ((calls += 1) <= 3 ? 10_000 : 9_999) };
    const handler = handlerOn();
    expect(await handler({}, context)).toEqual({ redriven: 50, complete: false });
    const counts = (await statesOf(...payments)).map(([, redrives]) => redrives);
    expect(counts).toEqual([...Array.from({ length: 50 }, () => 1), ...Array.from({ length: 10 }, () => 0)]);
    expect(await handler({}, hasTime)).toEqual({ redriven: 10, complete: true });
  });

  test('that cannot write fails after it counted what it did, and the next one does the rest', async () => {
    const payments = [aged(12), aged(11), aged(10)];
    await table().put(...payments);
    const faulty = watched(({ transaction_id: id }) =>
      id === payments[1]?.transactionId ? Promise.reject(new Error('throttled')) : Promise.resolve(),
    );
    await expect(run({ client: faulty })).rejects.toThrow('throttled');
    expect(ports.counts.PaymentsRedriven).toBe(2);
    expect(await run()).toEqual({ redriven: 1, complete: true });
  });
});
