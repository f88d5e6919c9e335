import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SIDES } from '../../../lambda/shared/authority/authority';
import { type LocalDynamoDb, startDynamoDb } from '../../support/dynamodb';
import { type Action, createEnvironment, type Delivery, type Move, play, type Scenario } from './scenario';
import { createTwoLedgers, startTwoServers, type TwoLedgers, type TwoServers } from './two-ledgers';

// More of them: PROPERTY_RUNS=500 npx jest exactly-once
const RUNS = Number(process.env.PROPERTY_RUNS ?? 20);

let dynamodb: LocalDynamoDb;
let servers: TwoServers;
beforeAll(async () => {
  [dynamodb, servers] = await Promise.all([startDynamoDb(), startTwoServers()]);
}, 60_000);
afterAll(async () => {
  await Promise.all([dynamodb.stop(), servers.stop()]);
});

const move: fc.Arbitrary<Move> = fc.oneof(
  fc.constant({ type: 'freeze' as const }),
  fc.record({ type: fc.constant('open' as const), side: fc.constantFrom(...SIDES) }),
);
const delivery: fc.Arbitrary<Delivery> = fc.record(
  {
    batch: fc.array(fc.nat(4), { minLength: 1, maxLength: 6 }),
    fault: fc.record({ point: fc.nat(30), kind: fc.constantFrom('crash' as const, 'error' as const) }),
    move: fc.record({ beforeBooking: fc.nat(2), action: move }),
  },
  { requiredKeys: ['batch'] },
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { arbitrary: move, weight: 1 },
  {
    arbitrary: fc.record({
      type: fc.constant('deliver' as const),
      // Two at a time move the authority nowhere: who moves it is one.
      deliveries: fc.oneof(
        fc.tuple(delivery),
        fc.tuple(
          delivery.map(({ batch, fault }) => ({ batch, fault })),
          delivery.map(({ batch, fault }) => ({ batch, fault })),
        ),
      ),
    }),
    weight: 4,
  },
);
const scenario: fc.Arbitrary<Scenario> = fc.record({
  payments: fc.array(fc.record({ request: fc.nat(3), amount: fc.integer({ min: 1, max: 100_000 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
  actions: fc.array(action, { maxLength: 6 }),
});

/** Plays in databases of their own. */
async function inScratch<Result>(name: string, run: (ledgers: TwoLedgers) => Promise<Result>): Promise<Result> {
  const ledgers = await createTwoLedgers(servers, name);
  try {
    return await run(ledgers);
  } finally {
    await ledgers.close();
  }
}

test('whatever is delivered, struck and moved, the ledger is the one in which each request was booked once', async () => {
  await inScratch('exactly_once', async (ledgers) => {
    const environment = createEnvironment(dynamodb, ledgers);
    const property = fc.asyncProperty(scenario, (given) => play(given, environment));
    await expect(fc.assert(property, { numRuns: RUNS, endOnFailure: true })).resolves.toBeUndefined();
  });
  process.stdout.write(
    `exactly once: ${RUNS} scenarios against ${servers['on-prem'].version.split(',')[0]} and ${servers.aurora.version.split(',')[0]}, DynamoDB by dynalite\n`,
  );
}, 600_000);

describe('the property does not hold without', () => {
  const one = { request: 0, amount: 1250 };
  const deliver = (...batch: number[]): Action => ({ type: 'deliver', deliveries: [{ batch }] });
  /** The authority moves after it was read and before the payment is booked. */
  const moved = (...actions: readonly Move[]): Scenario => ({
    payments: [one],
    actions: actions.map((next) => ({
      type: 'deliver',
      deliveries: [{ batch: [0], move: { beforeBooking: 0, action: next } }],
    })),
  });
  const UNCHECKED = `CREATE OR REPLACE FUNCTION payments.require_epoch(expected bigint) RETURNS bigint
    LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS 'SELECT expected'`;
  const UNFENCED = ['accounts', 'transactions', 'entries']
    .map((table) => `DROP TRIGGER fence ON payments.${table}`)
    .join('; ');

  test.each<[string, string, Scenario, RegExp]>([
    [
      'the unique key of client and idempotency key',
      'ALTER TABLE payments.transactions DROP CONSTRAINT transactions_client_id_idempotency_key_key',
      { payments: [one, one], actions: [deliver(0, 1)] },
      /^each of request-0 must be booked once, got \["request-0","request-0"\]$/,
    ],
    [
      'the fence and the check of the epoch, when the other side is opened',
      `${UNCHECKED}; ${UNFENCED}`,
      moved({ type: 'open', side: 'aurora' }),
      /^(each of request-0 must be booked once|the side without authority must hold nothing of its own), got /,
    ],
    [
      'the check of the epoch, when the same side is opened again',
      UNCHECKED,
      moved({ type: 'open', side: 'on-prem' }),
      /^nothing must be booked with epoch \d+ after its end/,
    ],
  ])(
    '%s',
    async (name, sql, given, rule) => {
      const database = name.replace(/\W+/g, '_').slice(0, 60);
      await inScratch(database, async (ledgers) => {
        const environment = createEnvironment(dynamodb, ledgers);
        // With the guard it holds; the connections are made, too, which look at the schema when they are new.
        await play(given, environment);
        await play({ payments: [one], actions: [deliver(0)] }, environment);
        for (const side of SIDES) await ledgers.tamper(side, sql);
        if (environment.state.writer === 'aurora')
          await play({ payments: [one], actions: [{ type: 'open', side: 'on-prem' }] }, environment);
        await expect(play(given, environment)).rejects.toThrow(rule);
      });
    },
    120_000,
  );
});
