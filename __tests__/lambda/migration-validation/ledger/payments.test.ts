import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { BatchWriteCommand, type BatchWriteCommandInput, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { DynamoDbProcessedPayments } from '../../../../lambda/migration-validation/ledger/dynamodb-processed-payments';
import { BOOKED_CHECK, PROCESSED_CHECK } from '../../../../lambda/migration-validation/ledger/payments';
import type { ProcessedPayments } from '../../../../lambda/migration-validation/ledger/processed-payments';
import { type LedgerOptions, reconcileLedger } from '../../../../lambda/migration-validation/ledger/reconcile-ledger';
import type { LedgerCheck } from '../../../../lambda/migration-validation/report/model';
import { toItem } from '../../../../lambda/shared/transactions/item';
import type { Transaction } from '../../../../lambda/shared/transactions/transaction';
import { type LocalDynamoDb, startDynamoDb } from '../../../support/dynamodb';
import { type Booked, fill, startTwoLedgers, type TwoLedgers } from './ledgers';

let ledgers: TwoLedgers;
let dynamodb: LocalDynamoDb;

beforeAll(async () => {
  [ledgers, dynamodb] = await Promise.all([startTwoLedgers(), startDynamoDb()]);
}, 60_000);
afterAll(() => Promise.all([ledgers.stop(), dynamodb.stop()]));
afterEach(async () => {
  const { Items: items = [] } = await dynamodb.client.send(new ScanCommand({ TableName: dynamodb.transactionsTable }));
  await write(
    items.map(({ transaction_id, timestamp }: Record<string, unknown>) => ({
      DeleteRequest: { Key: { transaction_id, timestamp } },
    })),
  );
});

const START = Date.UTC(2026, 0, 1);

/** Payments on AWS, two of each moment. */
const PAYMENTS: readonly Booked[] = Array.from({ length: 12 }, (_, index) => ({
  id: `tx-${index}`,
  user: 'alice',
  merchant: 'shop',
  amount: BigInt(index + 1),
  currency: 'USD',
  requestedAt: START + Math.floor(index / 2),
  bookedAt: START + 1_000 + index,
  origin: 'aws',
}));

/** The item of a payment that was booked. */
const itemOf = (payment: Booked, change: Partial<Transaction> = {}): Transaction => ({
  transactionId: payment.id,
  timestamp: payment.requestedAt,
  clientId: 'shop',
  idempotencyKey: `key-${payment.id}`,
  userId: payment.user,
  merchantId: payment.merchant,
  cardToken: 'tok_12345678',
  amount: Number(payment.amount),
  currency: payment.currency,
  currencyExponent: 2,
  country: 'DE',
  status: 'PROCESSED',
  redrives: 0,
  booking: { bookingId: payment.id, bookedEpoch: 1, bookedAt: payment.bookedAt },
  ...change,
});

const ITEMS = PAYMENTS.map((payment) => itemOf(payment));

const changed = (id: string, change: Partial<Transaction>): Transaction[] =>
  ITEMS.map((item) => (item.transactionId === id ? { ...item, ...change } : item));

const store = (items: readonly Transaction[]) => write(items.map((item) => ({ PutRequest: { Item: toItem(item) } })));

async function write(requests: NonNullable<BatchWriteCommandInput['RequestItems']>[string]): Promise<void> {
  for (let start = 0; start < requests.length; start += 25) {
    const batch = { [dynamodb.transactionsTable]: requests.slice(start, start + 25) };
    await dynamodb.client.send(new BatchWriteCommand({ RequestItems: batch }));
  }
}

const fillBoth = (source: readonly Booked[], target: readonly Booked[] = source) =>
  Promise.all([fill(ledgers.owners.source, source), fill(ledgers.owners.target, target)]);

/** Pages of five, so that there are several. */
const table = () => new DynamoDbProcessedPayments(dynamodb.client, dynamodb.transactionsTable, { pageSize: 5 });

async function check(processed: ProcessedPayments = table(), options: LedgerOptions = { mode: 'exact' }) {
  const checks = (await reconcileLedger(ledgers.pair, { ...options, processed })) ?? [];
  const named = (name: string): LedgerCheck | undefined => checks.find((result) => result.name === name);
  return { processed: named(PROCESSED_CHECK), booked: named(BOOKED_CHECK) };
}

const found = (name: string, subject: string, difference: object) => ({
  name,
  verdict: 'different',
  differing: 1,
  differences: [{ check: name, subject, ...difference }],
});

describe('the payments of DynamoDB and the ledger', () => {
  test('are equal when each is in both ledgers as its item says', async () => {
    await Promise.all([fillBoth(PAYMENTS), store(ITEMS)]);

    await expect(check()).resolves.toStrictEqual({
      processed: { name: PROCESSED_CHECK, verdict: 'equal', compared: 12, differing: 0, differences: [] },
      booked: { name: BOOKED_CHECK, verdict: 'equal', compared: 12, differing: 0, differences: [] },
    });
  });

  test.each([
    ['both', PAYMENTS.slice(1), PAYMENTS.slice(1), { source: 'no booking', target: 'no booking' }, 'both sides have'],
    ['source', PAYMENTS.slice(1), PAYMENTS, { source: 'no booking' }, 'the source has'],
    ['target', PAYMENTS, PAYMENTS.slice(1), { target: 'no booking' }, 'the target has'],
  ])('differ by a PROCESSED payment that is not booked on %s', async (_, source, target, sides, where) => {
    await Promise.all([fillBoth(source, target), store(ITEMS)]);

    const { processed, booked } = await check();

    const message = `its item says that it is booked; ${where} no booking`;
    expect(processed).toMatchObject(found(PROCESSED_CHECK, 'tx-0', { ...sides, message }));
    expect(booked?.verdict).toBe('equal');
  });

  test.each([
    ['client', { clientId: 'other' }],
    ['idempotency key', { idempotencyKey: 'other' }],
    ['user', { userId: 'bob' }],
    ['merchant', { merchantId: 'bakery' }],
    ['amount', { amount: 99 }],
    ['currency', { currency: 'EUR' }],
  ])('differ by another %s', async (name, change) => {
    await Promise.all([fillBoth(PAYMENTS), store(changed('tx-7', change))]);

    const { processed, booked } = await check();

    const message = `its item says that it is booked; both sides have another ${name}`;
    expect(processed).toMatchObject(found(PROCESSED_CHECK, 'tx-7', { message }));
    expect(booked?.verdict).toBe('equal');
  });

  test('differ by the time of the request on one side', async () => {
    const target = PAYMENTS.map((payment) =>
      payment.id === 'tx-3' ? { ...payment, requestedAt: START - 1 } : payment,
    );
    await Promise.all([fillBoth(PAYMENTS, target), store(ITEMS)]);

    const { processed, booked } = await check();

    expect(processed).toMatchObject(found(PROCESSED_CHECK, 'tx-3', { target: 'another time of the request' }));
    expect(booked).toMatchObject(
      found(BOOKED_CHECK, 'tx-3', { target: 'booked on AWS', message: 'there is no item of this id and time' }),
    );
  });

  test('are equal when a duplicate names the booking of its request, which the other side made', async () => {
    const first: Booked = { ...itemBooking('first'), origin: 'on-prem' };
    const duplicate = itemOf(first, {
      transactionId: 'second',
      timestamp: START + 50,
      booking: { bookingId: 'first', bookedEpoch: 0, bookedAt: first.bookedAt },
    });
    await Promise.all([fillBoth([...PAYMENTS, first]), store([...ITEMS, duplicate])]);

    await expect(check()).resolves.toMatchObject({
      processed: { verdict: 'equal', compared: 13 },
      booked: { verdict: 'equal', compared: 12 },
    });
  });

  test('differ when the booking that a duplicate names is not there, or another payment', async () => {
    const first: Booked = { ...itemBooking('first'), origin: 'on-prem' };
    const booking = { bookedEpoch: 0, bookedAt: first.bookedAt };
    const base = { timestamp: START + 50, clientId: 'shop', idempotencyKey: 'key-first' };
    const duplicates = [
      itemOf(first, { ...base, transactionId: 'second', booking: { ...booking, bookingId: 'nowhere' } }),
      itemOf(first, { ...base, transactionId: 'third', amount: 6, booking: { ...booking, bookingId: 'first' } }),
    ];
    await Promise.all([fillBoth([...PAYMENTS, first]), store([...ITEMS, ...duplicates])]);

    const { processed } = await check();

    expect(processed?.differences.map(({ message }) => message).sort()).toStrictEqual([
      'its item says that it is booked as first; both sides have another amount',
      'its item says that it is booked as nowhere; both sides have no booking',
    ]);
  });

  test('differ by a PROCESSED item that names no booking', async () => {
    await Promise.all([fillBoth(PAYMENTS), store(changed('tx-2', { booking: undefined }))]);

    const { processed, booked } = await check();

    const message = 'its item says PROCESSED, and not as which booking';
    expect(processed).toMatchObject(found(PROCESSED_CHECK, 'tx-2', { message }));
    expect(booked?.verdict).toBe('equal');
  });

  test('differ by a booking without an item, whichever side has it', async () => {
    await Promise.all([
      fillBoth(PAYMENTS.slice(1), PAYMENTS),
      store(ITEMS.filter(({ transactionId }) => transactionId !== 'tx-0')),
    ]);

    const { processed, booked } = await check();

    const message = 'there is no item of this id and time';
    expect(booked).toMatchObject(found(BOOKED_CHECK, 'tx-0', { target: 'booked on AWS', message }));
    expect(booked?.differences[0]).not.toHaveProperty('source');
    expect(processed?.verdict).toBe('equal');
  });

  test('say nothing of what on-premises has booked', async () => {
    const onPremises: Booked = { ...itemBooking('on-prem'), origin: 'on-prem' };
    await Promise.all([fillBoth([...PAYMENTS, onPremises]), store(ITEMS)]);

    await expect(check()).resolves.toMatchObject({ booked: { verdict: 'equal', compared: 12 } });
  });

  test.each(['RECEIVED', 'APPROVED', 'FAILED', 'REJECTED'] as const)(
    'differ by a booking whose item is %s',
    async (status) => {
      await Promise.all([fillBoth(PAYMENTS), store(changed('tx-4', { status, booking: undefined }))]);

      const { booked } = await check();

      const message = `its item says ${status}, not PROCESSED`;
      expect(booked).toMatchObject(found(BOOKED_CHECK, 'tx-4', { message }));
    },
  );

  test('differ by a booking whose item says that another one counts', async () => {
    const booking = { bookingId: 'tx-6', bookedEpoch: 1, bookedAt: START };
    await Promise.all([fillBoth(PAYMENTS), store(changed('tx-4', { booking }))]);

    const { processed, booked } = await check();

    expect(booked).toMatchObject(found(BOOKED_CHECK, 'tx-4', { message: 'its item says that it is booked as tx-6' }));
    expect(processed?.differing).toBe(1);
  });

  test('are equal while it moves when a booking is about to be marked', async () => {
    await Promise.all([fillBoth(PAYMENTS), store(changed('tx-4', { status: 'APPROVED', booking: undefined }))]);

    const { booked } = await check(table(), { mode: 'live', settle: () => Promise.resolve() });

    expect(booked).toMatchObject({
      verdict: 'equal',
      basis: expect.stringMatching(
        /^booked before 20.*Z; 1 booked, their items APPROVED and about to be marked$/,
      ) as unknown,
    });
  });

  test('are compared as far as they are old enough while it moves', async () => {
    const late: Booked = { ...itemBooking('late'), bookedAt: Date.now() + 3_600_000 };
    await Promise.all([fillBoth(PAYMENTS, [...PAYMENTS, late]), store([...ITEMS, itemOf({ ...late, id: 'later' })])]);

    await expect(check(table(), { mode: 'live', settle: () => Promise.resolve() })).resolves.toMatchObject({
      processed: { verdict: 'equal', compared: 12 },
      booked: { verdict: 'equal', compared: 12 },
    });
  });

  test('are looked up by their keys where the index does not show them yet, or still does', async () => {
    await Promise.all([fillBoth(PAYMENTS), store(ITEMS)]);
    const gone = itemOf({ ...itemBooking('gone') });
    const stale: ProcessedPayments = {
      find: (keys) => table().find(keys),
      pages: async function* () {
        for await (const page of table().pages()) yield page.filter(({ transactionId }) => transactionId !== 'tx-5');
        yield [{ ...gone, amount: '5', bookingId: 'gone', bookedAt: START }];
      },
    };

    await expect(check(stale)).resolves.toMatchObject({
      processed: { verdict: 'equal', compared: 12 },
      booked: { verdict: 'equal', compared: 12 },
    });
  });

  test('differ by a booking of another time also where the index does not show its item yet', async () => {
    const target = PAYMENTS.map((payment) =>
      payment.id === 'tx-5' ? { ...payment, requestedAt: START - 1 } : payment,
    );
    await Promise.all([fillBoth(PAYMENTS, target), store(ITEMS)]);
    const stale: ProcessedPayments = { find: (keys) => table().find(keys), pages: async function* () {} };

    const { booked } = await check(stale);

    expect(booked).toMatchObject(found(BOOKED_CHECK, 'tx-5', { target: 'booked on AWS' }));
  });

  test('cannot be told when DynamoDB cannot be read, or does not keep to its order', async () => {
    await fillBoth(PAYMENTS);
    const nowhere = new DynamoDbProcessedPayments(dynamodb.client, 'nowhere');
    const backwards: ProcessedPayments = {
      find: () => Promise.resolve([]),
      pages: async function* () {
        await Promise.resolve();
        yield [...ITEMS].reverse().map((item) => ({ ...item, amount: '1', bookingId: '', bookedAt: 0 }));
      },
    };

    const [unread, unordered] = [await check(nowhere), await check(backwards)];

    expect(unread.processed).toMatchObject({
      verdict: 'unknown',
      problem: 'Requested resource not found (ResourceNotFoundException)',
    });
    expect(unread.booked).toMatchObject({ verdict: 'unknown' });
    expect(unordered.booked).toMatchObject({
      verdict: 'unknown',
      problem: 'payments must come in the order of their times, got others (NotInOrder)',
    });
  });

  test('are compared beyond what is looked up at once', async () => {
    const many = Array.from({ length: 230 }, (_, index) => ({
      ...itemBooking(`many-${index}`),
      requestedAt: START + index,
    }));
    await Promise.all([fillBoth(many), store(many.map((payment) => itemOf(payment, { merchantId: 'other' })))]);
    const none: ProcessedPayments = { pages: async function* () {}, find: (keys) => table().find(keys) };

    const { processed } = await check();
    const unlisted = await check(none);

    expect(processed).toMatchObject({ differing: 230, compared: 230 });
    expect(processed?.differences).toHaveLength(100);
    expect(unlisted.booked).toMatchObject({ verdict: 'equal', compared: 230 });
  });
});

const itemBooking = (id: string): Booked => ({
  id,
  user: 'alice',
  merchant: 'shop',
  amount: 5n,
  currency: 'USD',
  requestedAt: START + 40,
  bookedAt: START + 2_000,
  origin: 'aws',
});
