import { randomUUID } from 'node:crypto';
import type { Side } from '../../../lambda/shared/authority/authority';
import type { Transaction } from '../../../lambda/shared/transactions/transaction';
import type { LocalDynamoDb } from '../../support/dynamodb';
import type { FaultKind } from './faults';
import type { TwoLedgers } from './two-ledgers';
import { approved, createWorld, type World } from './world';

/** A batch for one instance of the function. */
export interface Delivery {
  /** Which payments' records, by their place; in any order, as often as it likes. */
  readonly batch: readonly number[];
  /** What strikes, at which of the points where something can. @default nothing */
  readonly fault?: { readonly point: number; readonly kind: FaultKind };
  /** What becomes of the authority just before which booking of the batch. @default nothing */
  readonly move?: { readonly beforeBooking: number; readonly action: Move };
}

/** A change of authority. `open` freezes first, and brings what was booked to the side that it opens. */
export type Move = { readonly type: 'freeze' } | { readonly type: 'open'; readonly side: Side };

/** `deliver` runs its batches at the same time. */
export type Action = Move | { readonly type: 'deliver'; readonly deliveries: readonly Delivery[] };

export interface Scenario {
  /** Payments; those of the same request are retries of a client under another transaction id. */
  readonly payments: readonly { readonly request: number; readonly amount: number }[];
  readonly actions: readonly Action[];
}

export interface ScenarioEnvironment {
  readonly dynamodb: LocalDynamoDb;
  readonly ledgers: TwoLedgers;
  /** Where the authority stands; goes on from scenario to scenario. */
  readonly state: { authority: Side | 'frozen'; writer: Side; epoch: number };
  /** Two instances of the function, made once: connections stay. */
  readonly instances: readonly [World, World];
}

export function createEnvironment(dynamodb: LocalDynamoDb, ledgers: TwoLedgers): ScenarioEnvironment {
  const instance = () => createWorld({ dynamodb, ledgers: ledgers.connectLedgers() });
  return {
    dynamodb,
    ledgers,
    state: { authority: 'on-prem', writer: 'on-prem', epoch: 1 },
    instances: [instance(), instance()],
  };
}

/** What must hold, and does not. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

const demand = (holds: boolean, rule: string, got: unknown): void => {
  if (!holds) throw new Violation(`${rule}, got ${JSON.stringify(got)}`);
};

/**
 * Plays a scenario against real ledgers, then lets everything work again and drives all payments until they are done.
 * @throws Violation when the ledger is not the one in which each request was booked once
 */
export async function play({ payments: wanted, actions }: Scenario, environment: ScenarioEnvironment): Promise<void> {
  const { ledgers, state, instances } = environment;
  const [first] = instances;
  const clientId = randomUUID();
  const payments = wanted.map(({ request, amount }) =>
    approved({ clientId, idempotencyKey: `request-${request}`, amount, merchantId: `merchant-${request}` }),
  );
  /** What was booked at each epoch that is over. */
  const ended = new Map<number, readonly string[]>();
  const idsAt = async (epoch: number): Promise<readonly string[]> =>
    (await ledgers.rowsOf(state.writer, clientId)).filter((row) => row.epoch === epoch).map((row) => row.transactionId);

  const freeze = async () => {
    if (state.authority === 'frozen') return;
    const epoch = state.epoch;
    Object.assign(state, { authority: 'frozen', epoch: epoch + 1 });
    await first.setAuthority({ authority: 'frozen', epoch: state.epoch });
    await ledgers.setRow(state.writer, state.epoch, false);
    ended.set(epoch, await idsAt(epoch));
  };
  const open = async (side: Side) => {
    await freeze();
    if (side !== state.writer) await ledgers.replicate(state.writer, side);
    Object.assign(state, { authority: side, writer: side, epoch: state.epoch + 1 });
    await first.setAuthority({ authority: side, epoch: state.epoch });
    await ledgers.setRow(side, state.epoch, true);
  };
  const move = (action: Move) => (action.type === 'freeze' ? freeze() : open(action.side));

  const deliver = async (world: World, { batch, fault, move: change }: Delivery, records: Records) => {
    let points = 0;
    let bookings = 0;
    world.strikeWith(async ({ call, when }) => {
      if (change !== undefined && call === 'ledger.book' && when === 'before' && bookings++ === change.beforeBooking) {
        await move(change.action);
      }
      return points++ === fault?.point ? fault.kind : undefined;
    });
    await world.invoke(batch.flatMap((index) => records[index % records.length] ?? []));
    world.strikeWith(() => undefined);
  };

  await first.setAuthority(state);
  const records: Records = [];
  for (const payment of payments) records.push(await first.store(payment));
  for (const action of actions) {
    if (action.type !== 'deliver') await move(action);
    else await Promise.all(action.deliveries.map((d, n) => deliver(instances[n % 2 === 0 ? 0 : 1], d, records)));
  }

  if (state.authority === 'frozen') await open(state.writer);
  await sweep(first, payments);
  await check(environment, clientId, payments, ended);
}

type Records = Awaited<ReturnType<World['store']>>[];

/** Drives what is not done, as the reconciliation does. */
async function sweep(world: World, payments: readonly Transaction[]): Promise<void> {
  for (const payment of payments) {
    if ((await world.stored(payment)).status === 'PROCESSED') continue;
    await world.deliver([await world.redrive(payment)]);
  }
}

async function check(
  { ledgers, state, instances }: ScenarioEnvironment,
  clientId: string,
  payments: readonly Transaction[],
  ended: ReadonlyMap<number, readonly string[]>,
): Promise<void> {
  const rows = await ledgers.rowsOf(state.writer, clientId);
  const keys = (list: readonly { readonly idempotencyKey: string }[]) =>
    list.map(({ idempotencyKey }) => idempotencyKey).sort();
  const requests = [...new Set(keys(payments))];
  demand(keys(rows).join() === requests.join(), `each of ${requests.join()} must be booked once`, keys(rows));
  const other = state.writer === 'aurora' ? 'on-prem' : 'aurora';
  const known = new Set(rows.map(({ transactionId }) => transactionId));
  const stray = (await ledgers.rowsOf(other, clientId)).filter(({ transactionId }) => !known.has(transactionId));
  demand(stray.length === 0, 'the side without authority must hold nothing of its own', stray);
  for (const [epoch, ids] of ended) {
    const now = rows.filter((row) => row.epoch === epoch).map((row) => row.transactionId);
    demand(now.join() === ids.join(), `nothing must be booked with epoch ${epoch} after its end: ${ids.join()}`, now);
  }
  const sums = [...(await ledgers.sumsOf('on-prem')), ...(await ledgers.sumsOf('aurora'))];
  demand(
    sums.every((sum) => sum === '0'),
    'the sum of all entries must be 0',
    sums,
  );
  for (const payment of payments) {
    const row = rows.find(({ idempotencyKey }) => idempotencyKey === payment.idempotencyKey);
    const { status, booking } = await instances[0].stored(payment);
    demand(status === 'PROCESSED', 'every payment must be PROCESSED in the end', status);
    const said = [booking?.bookingId, booking?.bookedEpoch, booking?.bookedAt];
    demand(said.join() === [row?.transactionId, row?.epoch, row?.bookedAt].join(), 'the item must name its booking', {
      said,
      row,
    });
    const decisions = new Map(instances.flatMap(({ audited }) => [...audited])).values();
    const outcomes = [...decisions].filter(({ transactionId }) => transactionId === payment.transactionId);
    const outcome = row?.transactionId === payment.transactionId ? 'booked' : 'duplicate';
    demand(
      outcomes.map((record) => record.outcome).join() === outcome,
      `one audit record must say ${outcome}`,
      outcomes,
    );
    if (outcome === 'duplicate' || row === undefined) continue;
    const { amount, currency, merchantId, userId } = payment;
    const entries = [`merchant/${merchantId}/${currency}:${amount}`, `user/${userId}/${currency}:${-amount}`];
    demand(
      row.amount === amount && row.entries.join() === entries.join(),
      `its entries must be ${entries.join()}`,
      row,
    );
  }
}
