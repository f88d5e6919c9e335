import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { PaymentRefused } from '../../../lambda/shared/ledger/ledger';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import type { Strike } from './faults';
import { MemoryLedger } from './memory-ledger';
import { approved, createWorld, type World } from './world';

let dynamodb: LocalDynamoDb;
let world: World;
let rows: MemoryLedger['rows'];
let onPrem: MemoryLedger;
let aurora: MemoryLedger;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());
beforeEach(async () => {
  rows = new Map();
  onPrem = new MemoryLedger('on-prem', rows, { epoch: 1, writable: true });
  aurora = new MemoryLedger('aurora', rows, { epoch: 1, writable: false });
  world = createWorld({ dynamodb, ledgers: { 'on-prem': onPrem, aurora } });
  await world.setAuthority({ authority: 'on-prem', epoch: 1 });
});

/** The names of the ports' calls, in order, for one invocation. */
async function callsOf(run: () => Promise<unknown>): Promise<readonly string[]> {
  const calls: string[] = [];
  world.strikeWith(({ call, when }) => {
    if (when === 'before') calls.push(call);
    return undefined;
  });
  await run();
  return calls;
}

const BOOKED = { PaymentsBooked: 1, AmountBooked: 1250, EndToEndLatency: 250 };

describe('an approved payment', () => {
  test('is booked, audited and marked, in this order, and counted', async () => {
    const payment = approved();
    const record = await world.store(payment);
    expect(await callsOf(() => world.invoke([record]))).toEqual([
      'transactions.read',
      'authority.read',
      'ledger.book',
      'audit.write',
      'transactions.markProcessed',
    ]);
    expect(rows.get(payment.transactionId)).toMatchObject({ amount: 1250, currency: 'EUR', epoch: 1 });
    const bookedAt = payment.timestamp + 250;
    expect(await world.stored(payment)).toEqual({
      ...payment,
      status: 'PROCESSED',
      booking: { bookingId: payment.transactionId, bookedEpoch: 1, bookedAt },
    });
    expect([...world.audited.values()]).toEqual([
      {
        schemaVersion: 1,
        decision: 'booking',
        transactionId: payment.transactionId,
        timestamp: payment.timestamp,
        clientId: 'shop',
        outcome: 'booked',
        decidedAt: bookedAt,
        details: { bookingId: payment.transactionId, epoch: 1 },
      },
    ]);
    expect(world.counts).toEqual(BOOKED);
  });

  test('is not looked at twice in the ledger: a record of one that is done does nothing', async () => {
    const record = await world.store(approved());
    await world.invoke([record]);
    expect(await callsOf(() => world.invoke([record, record]))).toEqual(['transactions.read', 'transactions.read']);
    expect(world.counts).toEqual(BOOKED);
  });

  test('has no negative latency when the clocks differ', async () => {
    const payment = approved();
    rows.set(payment.transactionId, { ...payment, epoch: 1, bookedAt: payment.timestamp - 5 });
    await world.invoke([await world.store(payment)]);
    expect(world.counts).toMatchObject({ EndToEndLatency: 0 });
  });

  test('of a client and key that are booked already is marked with the first booking, and counted as duplicate', async () => {
    const first = approved();
    const again = approved({ idempotencyKey: first.idempotencyKey });
    await world.invoke([await world.store(first), await world.store(again)]);
    expect([...rows.keys()]).toEqual([first.transactionId]);
    expect(await world.stored(again)).toMatchObject({
      status: 'PROCESSED',
      booking: { bookingId: first.transactionId, bookedEpoch: 1, bookedAt: first.timestamp + 250 },
    });
    expect([...world.audited.values()].map(({ transactionId, outcome }) => [transactionId, outcome])).toEqual([
      [first.transactionId, 'booked'],
      [again.transactionId, 'duplicate'],
    ]);
    expect(world.counts).toEqual({ ...BOOKED, PaymentsDuplicate: 1 });
  });

  test('that another invocation has booked meanwhile is not counted again', async () => {
    const payment = approved();
    const record = await world.store(payment);
    const other = createWorld({ dynamodb, ledgers: { 'on-prem': onPrem, aurora } });
    world.strikeWith(async ({ call, when }) => {
      if (call === 'audit.write' && when === 'before') await other.invoke([record]);
      return undefined;
    });
    expect(await world.invoke([record])).toEqual([]);
    expect([world.counts, other.counts]).toEqual([{}, BOOKED]);
  });
});

describe('what the item says now decides, not the record', () => {
  test('a rejected payment is not booked by a record that calls it approved', async () => {
    const payment = approved();
    const record = await world.store(payment);
    await world.store({ ...payment, status: 'REJECTED' });
    expect(await callsOf(() => world.invoke([record]))).toEqual(['transactions.read']);
    expect([rows.size, world.calls]).toEqual([0, []]);
  });

  test('a record with another amount books the amount of the item', async () => {
    const payment = approved();
    const record = await world.store({ ...payment, amount: 999_999 });
    await world.store(payment);
    await world.invoke([record]);
    expect(rows.get(payment.transactionId)?.amount).toBe(1250);
  });

  test.each([
    ['without a decision', { fraud: undefined }],
    ['with a decision against it', { fraud: { ...approved().fraud, decision: 'REJECTED' as const } }],
  ])('an approved payment %s is poison', async (_what, more) => {
    const payment = approved(more as object);
    const record = await world.store(payment);
    expect(await world.invoke([record])).toEqual([]);
    expect(rows.size).toBe(0);
    expect(world.calls.map(({ to, code }) => [to, code])).toEqual([
      ['queue', 'not-screened'],
      ['failed-transactions', 'not-screened'],
    ]);
    expect(await world.stored(payment)).toMatchObject({ status: 'FAILED', failureCode: 'not-screened' });
  });

  test('a record of an item that is not there is poison', async () => {
    const record = await world.store(approved());
    const elsewhere = structuredClone(record);
    Object.assign(elsewhere.dynamodb.NewImage ?? {}, { timestamp: { N: '1' } });
    expect(await world.invoke([elsewhere])).toEqual([]);
    expect(world.calls.map(({ to, code }) => [to, code])).toEqual([
      ['queue', 'no-item'],
      ['failed-transactions', 'no-item'],
    ]);
  });

  test.each([
    ['a key of other types', { transaction_id: { N: '1' } }],
    ['half a key', { timestamp: { NULL: true } }],
  ])('a record with %s is poison', async (_what, change) => {
    const record = structuredClone(await world.store(approved()));
    Object.assign(record.dynamodb.NewImage ?? {}, change);
    expect(await world.invoke([record])).toEqual([]);
    expect(world.calls[0]).toMatchObject({ to: 'queue', code: 'MalformedItem' });
  });

  test('an item that is no payment is poison, and the others are booked', async () => {
    const bad = await world.store(approved(), { amount: 'much' });
    const good = await world.store(approved());
    expect(await world.invoke([bad, good])).toEqual([]);
    expect(rows.size).toBe(1);
    expect(world.calls[0]).toMatchObject({ to: 'queue', code: 'MalformedItem' });
  });

  test.each(['RECEIVED', 'REJECTED', 'PROCESSED', 'FAILED'] as const)(
    'a record of a payment that is %s is passed over unread',
    async (status) => {
      const record = await world.store(approved({ status }));
      expect(await callsOf(() => world.invoke([record]))).toEqual([]);
    },
  );
});

describe('while no ledger may be written', () => {
  test('all wait, the authority is read once, and opening books them', async () => {
    const payments = [approved(), approved(), approved()];
    const batch = await Promise.all(payments.map((payment) => world.store(payment)));
    await world.setAuthority({ authority: 'frozen', epoch: 2 });
    onPrem.row = { epoch: 2, writable: false };
    let failed: unknown;
    const calls = await callsOf(async () => {
      failed = await world.invoke(batch);
    });
    expect(calls).toEqual(['transactions.read', 'authority.read']);
    expect(failed).toEqual(batch.map(({ dynamodb: { SequenceNumber } }) => SequenceNumber));
    expect([rows.size, world.calls, world.counts]).toEqual([0, [], {}]);
    await world.setAuthority({ authority: 'aurora', epoch: 3 });
    aurora.row = { epoch: 3, writable: true };
    expect(await world.deliver(batch)).toBe(1);
    expect([...rows.values()].map(({ epoch }) => epoch)).toEqual([3, 3, 3]);
  });

  test('what makes no sense as authority waits, and somebody is told', async () => {
    const record = await world.store(approved());
    await world.setAuthority({ authority: 'both' as never, epoch: 1 });
    expect(await world.invoke([record])).toHaveLength(1);
    expect(world.calls).toEqual([expect.objectContaining({ to: 'system-errors', code: 'authority-invalid' })]);
  });

  test('DynamoDB out of order while the authority is read is what it is, and waits', async () => {
    const record = await world.store(approved());
    world.strikeWith(({ call }) => (call === 'authority.read' ? 'error' : undefined));
    expect(await world.invoke([record])).toHaveLength(1);
    expect(world.lines[0]?.fields).toMatchObject({ kind: 'wait', code: 'InternalServerError' });
  });
});

describe('when the authority changes between reading it and booking', () => {
  /** Changes it as soon as a payment is about to be booked. */
  const once = (change: () => Promise<void>) => {
    let done = false;
    world.strikeWith(async ({ call, when }: Strike) => {
      if (!done && call === 'ledger.book' && when === 'before') {
        done = true;
        await change();
      }
      return undefined;
    });
  };

  test('the payment is booked on the other side at once, and so is the rest of the batch', async () => {
    const batch = [await world.store(approved()), await world.store(approved())];
    once(async () => {
      await world.setAuthority({ authority: 'aurora', epoch: 3 });
      onPrem.row = { epoch: 2, writable: false };
      aurora.row = { epoch: 3, writable: true };
    });
    expect(await world.invoke(batch)).toEqual([]);
    expect([...rows.values()].map(({ epoch }) => epoch)).toEqual([3, 3]);
  });

  test('it is booked at the new epoch of the same side', async () => {
    const record = await world.store(approved());
    once(async () => {
      await world.setAuthority({ authority: 'on-prem', epoch: 3 });
      onPrem.row = { epoch: 3, writable: true };
    });
    expect(await world.invoke([record])).toEqual([]);
    expect([...rows.values()].map(({ epoch }) => epoch)).toEqual([3]);
  });

  test('it waits when all is frozen now', async () => {
    const record = await world.store(approved());
    once(async () => {
      await world.setAuthority({ authority: 'frozen', epoch: 2 });
      onPrem.row = { epoch: 2, writable: false };
    });
    expect(await world.invoke([record])).toHaveLength(1);
    expect([rows.size, world.lines[0]?.fields.code]).toEqual([0, 'frozen']);
  });

  test('it waits when the item is ahead of the row, without asking over and over', async () => {
    const batch = [await world.store(approved()), await world.store(approved())];
    onPrem.row = { epoch: 1, writable: false };
    let failed: unknown;
    const calls = await callsOf(async () => {
      failed = await world.invoke(batch);
    });
    expect(calls).toEqual(['transactions.read', 'authority.read', 'ledger.book', 'authority.read']);
    expect(failed).toHaveLength(2);
    expect(world.lines[0]?.fields.code).toBe('PW001');
  });
});

describe('a payment that the ledger refuses', () => {
  const refuse = (transactionId: string, code = '23514') =>
    onPrem.refusals.set(transactionId, new PaymentRefused(code, 'broken'));

  test('is put into the queue, marked and told, in this order, and holds up nobody', async () => {
    const [bad, good] = [approved(), approved()];
    refuse(bad.transactionId);
    const batch = [await world.store(bad), await world.store(good)];
    expect((await callsOf(() => world.invoke(batch))).slice(0, 6)).toEqual([
      'transactions.read',
      'authority.read',
      'ledger.book',
      'queue.put',
      'transactions.markFailed',
      'topics.failedTransaction',
    ]);
    expect(await world.stored(bad)).toEqual({ ...bad, status: 'FAILED', failureCode: '23514' });
    expect([...rows.keys()]).toEqual([good.transactionId]);
    expect(world.counts).toEqual({ ...BOOKED, PaymentsFailed: 1 });
  });

  test('is news once for each reason, however often the reconciliation drives it', async () => {
    const bad = approved();
    refuse(bad.transactionId);
    await world.invoke([await world.store(bad)]);
    await world.invoke([await world.redrive(bad)]);
    refuse(bad.transactionId, '22003');
    await world.invoke([await world.redrive(bad)]);
    expect(world.calls.map(({ to, code }) => [to, code])).toEqual([
      ['queue', '23514'],
      ['failed-transactions', '23514'],
      ['queue', '22003'],
      ['failed-transactions', '22003'],
    ]);
    expect(world.counts).toEqual({ PaymentsFailed: 2 });
    expect(await world.stored(bad)).toMatchObject({ status: 'FAILED', failureCode: '22003', redrives: 2 });
  });

  test('and is accepted later, after somebody has put it right, forgets the failure', async () => {
    const bad = approved();
    refuse(bad.transactionId);
    await world.invoke([await world.store(bad)]);
    onPrem.refusals.clear();
    await world.invoke([await world.redrive(bad)]);
    const stored = await world.stored(bad);
    expect(stored.status).toBe('PROCESSED');
    expect(stored).not.toHaveProperty('failureCode');
  });

  test('does not undo what another invocation has booked meanwhile', async () => {
    const bad = approved();
    refuse(bad.transactionId);
    const record = await world.store(bad);
    world.strikeWith(async ({ call, when }) => {
      if (call === 'queue.put' && when === 'after') await world.store({ ...bad, status: 'PROCESSED' });
      return undefined;
    });
    await world.invoke([record]);
    expect((await world.stored(bad)).status).toBe('PROCESSED');
  });

  test('comes again when the queue is out of order, and is told by then only', async () => {
    const bad = approved();
    refuse(bad.transactionId);
    const record = await world.store(bad);
    world.strikeWith(({ call, when }) => (call === 'queue.put' && when === 'before' ? 'error' : undefined));
    expect(await world.invoke([record])).toHaveLength(1);
    expect([world.calls, (await world.stored(bad)).status]).toEqual([[], 'APPROVED']);
    world.strikeWith(() => undefined);
    expect(await world.deliver([record])).toBe(1);
    expect(world.calls).toHaveLength(2);
  });
});

describe('a payment that is booked while an attempt of its own had failed', () => {
  test('is PROCESSED all the same: the ledger is what counts', async () => {
    const payment = approved();
    const record = await world.store(payment);
    world.strikeWith(async ({ call, when }) => {
      if (call === 'audit.write' && when === 'after') {
        await world.store({ ...payment, status: 'FAILED', failureCode: '23514' });
      }
      return undefined;
    });
    await world.invoke([record]);
    expect(await world.stored(payment)).toMatchObject({ status: 'PROCESSED' });
  });
});
