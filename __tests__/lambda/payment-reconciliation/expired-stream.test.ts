import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { Decisions } from '../../../lambda/fraud-detection/decisions';
import { createRecordHandler } from '../../../lambda/fraud-detection/handler';
import { UserIndexHistory } from '../../../lambda/fraud-detection/history';
import { createHandler as createSweep } from '../../../lambda/payment-reconciliation/handler';
import { OpenPayments } from '../../../lambda/payment-reconciliation/open-payments';
import { S3AuditLog } from '../../../lambda/shared/audit/s3-audit-log';
import { AUTHORITY_KEY, DynamoDbAuthority } from '../../../lambda/shared/authority/dynamodb-authority';
import { type Ledger, type Payment, PaymentRefused } from '../../../lambda/shared/ledger/ledger';
import { createStreamHandler } from '../../../lambda/shared/stream/handler';
import type { Transaction } from '../../../lambda/shared/transactions/transaction';
import { createHandler as createBooking } from '../../../lambda/transaction-processing/handler';
import { DynamoDbTransactionItems } from '../../../lambda/transaction-processing/transaction-items';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { recordStream } from '../../support/stream';
import { payment, RULES, tableOf } from '../fraud-detection/fixtures';
import { type S3StandIn, startS3 } from '../shared/audit/s3-stand-in';
import { recordingPorts } from '../shared/stream/fixtures';

// The consumers and the table are the real ones; S3 is a stand-in, and the ledger is a map in memory: what a real one does with
// bookings that repeat is tested with transaction-processing.
const DAY = 24 * 60 * 60_000;

let dynamodb: LocalDynamoDb;
let s3: S3StandIn;
beforeAll(async () => {
  [dynamodb, s3] = await Promise.all([startDynamoDb(), startS3()]);
});
afterAll(() => Promise.all([dynamodb.stop(), s3.stop()]));

const authority = (side: string) =>
  dynamodb.client.send(
    new PutCommand({ TableName: dynamodb.stateTable, Item: { ...AUTHORITY_KEY, authority: side, epoch: 1 } }),
  );
beforeEach(() => authority('on-prem'));

/** Payment path from the table on, with a stream that forgets, and a function that crashes where a test wants. */
function world() {
  const ports = recordingPorts();
  const stream = recordStream(dynamodb.client, dynamodb.transactionsTable);
  const booked = new Map<string, Payment[]>();
  const state = { time: Date.UTC(2026, 0, 2), crash: 'never', refuses: false, forgotten: 0 };
  const step = (where: string) => {
    if (where === state.crash) throw Object.assign(new Error('down'), { $metadata: { httpStatusCode: 503 } });
  };
  /** A method with a place to crash on either side. */
  const around = <Args extends unknown[], Result>(name: string, call: (...args: Args) => Promise<Result>) => {
    return async (...args: Args): Promise<Result> => {
      step(`before ${name}`);
      const result = await call(...args);
      step(`after ${name}`);
      return result;
    };
  };
  const ledger: Ledger = {
    side: 'on-prem',
    book: around('book', (one: Payment, epoch: number) => {
      if (state.refuses) return Promise.reject(new PaymentRefused('23514', 'a rule of the database'));
      const before = booked.get(one.transactionId) ?? [];
      booked.set(one.transactionId, before.length === 0 ? [one] : before);
      const outcome = before.length === 0 ? ('booked' as const) : ('replayed' as const);
      return Promise.resolve({ outcome, bookingId: one.transactionId, epoch, bookedAt: one.timestamp + 1 });
    }),
    find: () => Promise.resolve(undefined),
  };
  const log = new S3AuditLog(s3.client, 'audit');
  const { client } = stream;
  const decisions = new Decisions(client, dynamodb.transactionsTable);
  const screen = createStreamHandler({
    handleRecord: createRecordHandler({
      rules: { current: () => Promise.resolve(RULES) },
      history: new UserIndexHistory(client, dynamodb.transactionsTable),
      decisions: Object.assign(Object.create(decisions) as Decisions, {
        store: around('store', (...args: Parameters<Decisions['store']>) => decisions.store(...args)),
        settle: around('settle', (...args: Parameters<Decisions['settle']>) => decisions.settle(...args)),
      }),
      audit: { write: around('screening audit', (record) => log.write(record)) },
      now: () => state.time,
      ...ports,
    }),
    ...ports,
  });
  const items = new DynamoDbTransactionItems(client, dynamodb.transactionsTable);
  const book = createBooking({
    authority: new DynamoDbAuthority(dynamodb.client, dynamodb.stateTable),
    transactions: Object.assign(Object.create(items) as DynamoDbTransactionItems, {
      markProcessed: around('mark', (...args: Parameters<typeof items.markProcessed>) => items.markProcessed(...args)),
    }),
    ledgerFor: () => ledger,
    audit: { write: around('booking audit', (record) => log.write(record)) },
    ...ports,
  });
  const sweep = createSweep({
    payments: new OpenPayments(client, dynamodb.transactionsTable),
    authority: new DynamoDbAuthority(dynamodb.client, dynamodb.stateTable),
    now: () => state.time,
    ...ports,
  });
  const table = tableOf({ ...dynamodb, client });
  return {
    ...ports,
    state,
    table,
    booked,
    /** Accepts a payment that no other test has. */
    accept: async (fields: Partial<Transaction> = {}) => {
      const accepted = payment({ timestamp: state.time, userId: randomUUID(), ...fields });
      await table.put(accepted);
      return accepted;
    },
    /** Delivers what the stream still has, as each consumer's filter lets it through, until there is nothing new. */
    deliver: async () => {
      while (state.forgotten < stream.records.length) {
        const records = stream.records.slice(state.forgotten);
        state.forgotten = stream.records.length;
        const of = (status: string) =>
          records.filter(
            ({ dynamodb: { NewImage } }) => (NewImage?.['status'] as { S?: string } | undefined)?.S === status,
          );
        await screen({ Records: of('RECEIVED') });
        await book({ Records: of('APPROVED') });
      }
    },
    /** A day goes by: the stream forgets all that it has. */
    expire: () => {
      state.time += DAY;
      state.forgotten = stream.records.length;
    },
    sweep: () => sweep({}, { getRemainingTimeInMillis: () => 300_000 }),
  };
}

const auditsOf = ({ transactionId }: Transaction) =>
  [...s3.objects.keys()]
    .filter((key) => key.includes(transactionId))
    .map((key) => /(screening|booking)-/.exec(key)?.[1])
    .sort();

test('payments that the stream forgot before anybody saw them are screened, booked once and audited', async () => {
  const { accept, expire, sweep, deliver, table, booked, state, counts } = world();
  const accepted = await Promise.all([accept(), accept({ country: 'KP' }), accept()]);
  expire();
  await deliver();
  expect(booked.size).toBe(0);
  expect(await sweep()).toEqual({ redriven: 3, complete: true });
  expect(counts.OldestOpenPaymentAge).toBe(DAY / 1_000);
  await deliver();
  const statuses = await Promise.all(accepted.map(async (one) => (await table.get(one))?.['status']));
  expect(statuses).toEqual(['PROCESSED', 'REJECTED', 'PROCESSED']);
  expect([...booked.values()].map((bookings) => bookings.length)).toEqual([1, 1]);
  expect(accepted.map(auditsOf)).toEqual([['booking', 'screening'], ['screening'], ['booking', 'screening']]);
  state.time += DAY;
  counts.OldestOpenPaymentAge = 0;
  expect(await sweep()).toEqual({ redriven: 0, complete: true });
  expect(counts.OldestOpenPaymentAge).toBe(0);
});

describe.each([
  'before store',
  'after store',
  'before screening audit',
  'after screening audit',
  'before settle',
  'after settle',
  'before book',
  'after book',
  'before booking audit',
  'after booking audit',
  'before mark',
  'after mark',
])('a crash %s that the stream forgot', (crash) => {
  test('is repaired by the sweep', async () => {
    const { accept, expire, sweep, deliver, table, booked, state } = world();
    const accepted = await accept();
    state.crash = crash;
    await deliver();
    state.crash = 'never';
    expire();
    await sweep();
    await deliver();
    expect(await table.get(accepted)).toMatchObject({ status: 'PROCESSED', booking_id: accepted.transactionId });
    expect(booked.get(accepted.transactionId)).toHaveLength(1);
    expect(auditsOf(accepted)).toEqual(['booking', 'screening']);
  });
});

test('what failed is tried again, fails without being told again, and is booked when it can be', async () => {
  const { accept, sweep, deliver, expire, table, state, calls } = world();
  const accepted = await accept();
  state.refuses = true;
  await deliver();
  for (let attempt = 0; attempt < 3; attempt += 1) {
    expire();
    await sweep();
    await deliver();
    expect(await table.get(accepted)).toMatchObject({ status: 'FAILED', redrives: attempt + 1 });
  }
  expect(calls.map(({ to }) => to)).toEqual(['queue', 'failed-transactions']);
  state.refuses = false;
  expire();
  await sweep();
  await deliver();
  expect((await table.get(accepted))?.['status']).toBe('PROCESSED');
});

test('what the stream forgot during a freeze is driven again only after it', async () => {
  const { accept, expire, sweep, deliver, table } = world();
  const accepted = await accept();
  await authority('frozen');
  await deliver();
  expire();
  expect(await sweep()).toEqual({ redriven: 0, complete: true });
  expect((await table.get(accepted))?.['status']).toBe('APPROVED');
  await authority('aurora');
  expect(await sweep()).toEqual({ redriven: 1, complete: true });
  await deliver();
  expect((await table.get(accepted))?.['status']).toBe('PROCESSED');
});
