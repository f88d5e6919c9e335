import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { PaymentRefused } from '../../../lambda/shared/ledger/ledger';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import type { FaultKind, Strike } from './faults';
import { MemoryLedger } from './memory-ledger';
import { approved, createWorld } from './world';

let dynamodb: LocalDynamoDb;
beforeAll(async () => {
  dynamodb = await startDynamoDb();
});
afterAll(() => dynamodb.stop());

async function newWorld() {
  const rows: MemoryLedger['rows'] = new Map();
  const onPrem = new MemoryLedger('on-prem', rows, { epoch: 1, writable: true });
  const aurora = new MemoryLedger('aurora', rows, { epoch: 1, writable: false });
  const world = createWorld({ dynamodb, ledgers: { 'on-prem': onPrem, aurora } });
  await world.setAuthority({ authority: 'on-prem', epoch: 1 });
  /** Strikes the first call that is meant, and no other. */
  const strikeOnce = (target: Strike, kind: FaultKind) => {
    let struck = false;
    world.strikeWith(({ call, when }) => {
      if (struck || call !== target.call || when !== target.when) return undefined;
      struck = true;
      return kind;
    });
    return () => struck;
  };
  return { ...world, rows, onPrem, aurora, strikeOnce };
}

const KINDS = ['crash', 'error'] as const;
const points = (...calls: readonly string[]) =>
  KINDS.flatMap((kind) =>
    calls.flatMap((call) => (['before', 'after'] as const).map((when) => [kind, when, call] as const)),
  );

/** Every call that booking makes of something outside, in order: `handler.test.ts` holds that there are no others. */
const BOOKING = ['transactions.read', 'authority.read', 'ledger.book', 'audit.write', 'transactions.markProcessed'];
const REFUSAL = ['transactions.read', 'authority.read', 'ledger.book', 'queue.put', 'transactions.markFailed'];

describe('booking', () => {
  test.each(points(...BOOKING))('is repaired by the retry after a(n) %s %s %s', async (kind, when, call) => {
    const world = await newWorld();
    const payments = [approved(), approved()];
    const batch = [];
    for (const payment of payments) batch.push(await world.store(payment));
    const struck = world.strikeOnce({ call, when }, kind);
    expect(await world.deliver(batch)).toBe(2);
    expect(struck()).toBe(true);
    // In any order: the second is booked first where only the first one failed.
    expect([...world.rows.keys()].sort()).toEqual(payments.map(({ transactionId }) => transactionId).sort());
    expect([...world.audited.values()].map(({ outcome }) => outcome)).toEqual(['booked', 'booked']);
    for (const payment of payments) {
      expect(await world.stored(payment)).toMatchObject({
        status: 'PROCESSED',
        booking: { bookingId: payment.transactionId },
      });
    }
    expect(world.calls).toEqual([]);
    // What was marked by a call that then crashed was counted by nobody: metrics are no ledger.
    const uncounted = call === 'transactions.markProcessed' && when === 'after' ? 1 : 0;
    expect(world.counts.PaymentsBooked).toBe(2 - uncounted);
  });

  // After the last call there is nothing left to sweep.
  test.each(points(...BOOKING).slice(0, 2 * BOOKING.length - 1))(
    'is repaired by the sweep when the stream forgot it after a(n) %s %s %s',
    async (kind, when, call) => {
      const world = await newWorld();
      const payment = approved();
      const record = await world.store(payment);
      world.strikeOnce({ call, when }, kind);
      expect(await world.invoke([record])).toBeUndefined();
      // 24 hours later.
      expect(await world.deliver([await world.redrive(payment)])).toBe(1);
      expect([...world.rows.keys()]).toEqual([payment.transactionId]);
      expect([...world.audited.values()]).toHaveLength(1);
      expect((await world.stored(payment)).status).toBe('PROCESSED');
    },
  );

  test.each(points('ledger.book', 'audit.write').filter(([, when]) => when === 'after'))(
    'that was followed by a(n) %s %s %s is marked with the first booking when the other side is asked next',
    async (kind, when, call) => {
      const world = await newWorld();
      const payment = approved();
      const record = await world.store(payment);
      world.strikeOnce({ call, when }, kind);
      await world.invoke([record]);
      // Frozen, drained, opened: the rows are the other side's too.
      await world.setAuthority({ authority: 'aurora', epoch: 3 });
      world.onPrem.row = { epoch: 2, writable: false };
      world.aurora.row = { epoch: 3, writable: true };
      expect(await world.deliver([record])).toBe(1);
      expect([...world.rows.values()].map(({ epoch }) => epoch)).toEqual([1]);
      expect(await world.stored(payment)).toMatchObject({ status: 'PROCESSED', booking: { bookedEpoch: 1 } });
      expect([...world.audited.values()]).toHaveLength(1);
    },
  );
});

describe('the refusal of a payment', () => {
  test.each(points(...REFUSAL))('is repaired by the retry after a(n) %s %s %s', async (kind, when, call) => {
    const world = await newWorld();
    const [bad, good] = [approved(), approved()];
    world.onPrem.refusals.set(bad.transactionId, new PaymentRefused('23514', 'broken'));
    const batch = [await world.store(bad), await world.store(good)];
    const struck = world.strikeOnce({ call, when }, kind);
    expect(await world.deliver(batch)).toBe(2);
    expect(struck()).toBe(true);
    expect([...world.rows.keys()]).toEqual([good.transactionId]);
    expect(await world.stored(bad)).toMatchObject({ status: 'FAILED', failureCode: '23514' });
    const told = world.calls.map(({ to }) => to);
    // In the queue once, or twice when nobody can know that it is there already; never not at all.
    const again =
      (call === 'queue.put' && when === 'after') || (call === 'transactions.markFailed' && when === 'before');
    expect(told.filter((to) => to === 'queue')).toHaveLength(again ? 2 : 1);
  });

  test.each(points('topics.failedTransaction'))('is done after a(n) %s %s %s', async (kind, when, call) => {
    const world = await newWorld();
    const bad = approved();
    world.onPrem.refusals.set(bad.transactionId, new PaymentRefused('23514', 'broken'));
    const record = await world.store(bad);
    world.strikeOnce({ call, when }, kind);
    expect(await world.deliver([record])).toBeLessThanOrEqual(2);
    expect((await world.stored(bad)).status).toBe('FAILED');
    expect(world.calls.filter(({ to }) => to === 'queue')).toHaveLength(1);
  });
});
