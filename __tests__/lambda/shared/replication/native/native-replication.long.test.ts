import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Side } from '../../../../../lambda/shared/authority/authority';
import { NativeReplication } from '../../../../../lambda/shared/replication/native/native-replication';
import {
  type Direction,
  ENDS,
  OPPOSITE,
  type ReplicationState,
  type ReplicationStatus,
} from '../../../../../lambda/shared/replication/replication';
import type { LocalPostgres } from '../../../../support/postgres';
import { withClient } from '../../../../support/ledger-database';
import { createPair, eventually, type Pair, seesMarker, startServers, writeMarker, Writer } from '../support';

jest.setTimeout(120_000);

let servers: Readonly<Record<Side, LocalPostgres>>;
let pair: Pair;
let replication: NativeReplication;
let number = 0;
let token = 0;

const make = (): NativeReplication =>
  new NativeReplication({
    sessions: pair.sessions,
    connectionTo: pair.connectionTo,
    prefix: `payment_t${number}`,
    clock: { now: Date.now },
    startupSeconds: 2,
  });

const until = (direction: Direction, ...states: ReplicationState[]): Promise<ReplicationStatus> =>
  eventually(
    () => replication.status(direction),
    ({ state }) => states.includes(state),
  );

const accounts = async (side: Side): Promise<string[]> =>
  (await pair.query<{ account_id: string }>(side, 'SELECT account_id FROM payments.accounts ORDER BY 1')).map(
    ({ account_id: id }) => id,
  );

const insert = (side: Side, owner: string) =>
  pair.query(
    side,
    `INSERT INTO payments.accounts (account_id, kind, owner_id, currency) VALUES ($1, 'client', $2, 'EUR')`,
    [`client/${owner}/EUR`, owner],
  );

const has = (side: Side, owner: string) =>
  eventually(
    () => accounts(side),
    (ids) => ids.includes(`client/${owner}/EUR`),
  );

async function load(): Promise<void> {
  await replication.startLoad();
  await until('forward', 'load-stopped');
  await replication.resume('forward');
  await until('forward', 'running');
}

/** Moves the right to write from the source of a direction to its target, as a cutover does. */
async function switchOver(direction: Direction, epoch: number): Promise<void> {
  const { source, target } = ENDS[direction];
  const opposite = OPPOSITE[direction];
  await pair.databases[source].setWriterEpoch({ writable: false, epoch });
  await writeMarker(pair, source, direction, epoch);
  await eventually(
    () => seesMarker(pair, target, direction, epoch),
    (seen) => seen,
  );
  await replication.stop(direction);
  await until(direction, 'stopped');
  const position = await replication.makeSlot(opposite, ++token);
  await replication.startFrom(opposite, position);
  await until(opposite, 'running');
  await writeMarker(pair, target, opposite, epoch);
  await eventually(
    () => seesMarker(pair, source, opposite, epoch),
    (seen) => seen,
  );
  await pair.databases[target].setWriterEpoch({ writable: true, epoch: epoch + 1 });
}

beforeAll(async () => {
  servers = await startServers();
});
beforeEach(async () => {
  number += 1;
  pair = await createPair(servers, `ledger${number}`);
  replication = make();
});
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
});

/** What a test leaves would go on replicating, and slots are few. */
async function tearDown(): Promise<void> {
  for (const direction of ['forward', 'reverse'] as const) {
    await replication.stop(direction);
    await until(direction, 'stopped', 'absent');
    await replication.dropSlots(direction, ++token);
    await replication.cleanUp(direction, ++token);
  }
}

describe('the load', () => {
  test('copies everything that is there and what is written meanwhile, then says so, and goes on when it is resumed', async () => {
    await pair.query(
      'on-prem',
      `INSERT INTO payments.accounts (account_id, kind, owner_id, currency)
       SELECT 'client/' || n || '/EUR', 'client', n::text, 'EUR' FROM generate_series(1, 20000) AS n`,
    );
    expect(await replication.status('forward')).toEqual({ state: 'absent', problems: [] });
    const writer = new Writer(pair, 'w');
    await sleep(50);
    await replication.startLoad();
    // Repeated, as after a crash.
    await replication.startLoad();
    const loaded = await until('forward', 'load-stopped');
    expect(loaded.problems).toEqual([]);
    expect(loaded.rows?.copied).toBe(loaded.rows?.estimated);
    expect(loaded.confirmedLsn).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    await replication.resume('forward');
    await replication.resume('forward');
    const running = await until('forward', 'running');
    expect(running).toMatchObject({ state: 'running', problems: [] });
    expect(running.lagSeconds).toBeLessThan(5);
    expect(running.rows).toBeUndefined();
    await writer.stop();
    expect(writer.committed.length).toBeGreaterThan(20);
    await eventually(
      async () => (await accounts('aurora')).length,
      (count) => count === 20_000 + writer.committed.length,
    );
    expect(await accounts('aurora')).toEqual(await accounts('on-prem'));
    await tearDown();
  });

  test('publishes neither the row of the fence nor the marker of the other direction', async () => {
    await load();
    const published = await pair.query<{ tablename: string }>(
      'on-prem',
      'SELECT tablename FROM pg_publication_tables WHERE pubname = $1 ORDER BY 1',
      [`payment_t${number}_forward`],
    );
    expect(published.map(({ tablename }) => tablename)).toEqual([
      'accounts',
      'drain_marker_forward',
      'entries',
      'transactions',
    ]);
    expect(replication.slotNames('forward')).toEqual([`payment_t${number}_forward`]);
    expect(replication.slotNames('reverse')).toEqual([`payment_t${number}_reverse`]);
    await tearDown();
  });

  test('refuses to publish a table without an identity: its source could not be updated any more', async () => {
    await pair.query('on-prem', 'CREATE TABLE payments.notes (note text)');
    await expect(replication.startLoad()).rejects.toThrow(
      'every replicated table of the schema payments must have a primary key or another replica identity, got none for notes; give them one',
    );
    expect(await replication.status('forward')).toMatchObject({ state: 'absent' });
  });

  test('starts anew after it was broken off with a slot and without a subscription', async () => {
    await pair.query('on-prem', 'SELECT pg_create_logical_replication_slot($1, $2)', [
      `payment_t${number}_forward`,
      'pgoutput',
    ]);
    await insert('on-prem', 'early');
    await load();
    expect(await has('aurora', 'early')).toEqual(['client/early/EUR']);
    await tearDown();
  });
});

describe('a direction', () => {
  test('stops, and goes on with what was written meanwhile', async () => {
    await load();
    await replication.stop('forward');
    await replication.stop('forward');
    const stopped = await until('forward', 'stopped');
    expect(stopped.problems).toEqual([]);
    await insert('on-prem', 'meanwhile');
    await replication.resume('forward');
    await has('aurora', 'meanwhile');
    await until('forward', 'running');
    await tearDown();
  });

  test('cannot go on from nothing', async () => {
    await expect(replication.resume('reverse')).rejects.toThrow(
      `replication reverse must have a subscription and a slot named payment_t${number}_reverse to go on from, got no subscription; make a slot while nothing is written and start from it, or load anew`,
    );
    await replication.stop('reverse');
    expect(await replication.status('reverse')).toEqual({ state: 'absent', problems: [] });
  });

  test('is not started beside the other one', async () => {
    await load();
    const position = await replication.makeSlot('reverse', ++token);
    await expect(replication.startFrom('reverse', position)).rejects.toThrow(
      `replication reverse must not run beside forward: each would send back what the other one brings, got an enabled subscription payment_t${number}_forward; stop it first`,
    );
    await tearDown();
  });

  test('loses its slot and says so: it failed, and cannot be resumed', async () => {
    await load();
    await replication.stop('forward');
    await until('forward', 'stopped');
    await pair.query('on-prem', 'SELECT pg_drop_replication_slot($1)', [`payment_t${number}_forward`]);
    expect(await replication.status('forward')).toMatchObject({ state: 'absent' });
    await expect(replication.resume('forward')).rejects.toThrow('got no slot');
    await pair.query('aurora', `ALTER SUBSCRIPTION payment_t${number}_forward ENABLE`);
    const failed = await until('forward', 'failed');
    expect(failed.problems).toContain(`the slot payment_t${number}_forward is gone: nothing can go on from it`);
    await tearDown();
  });

  test('says that what it applies fails, on the version that counts and on the one that does not', async () => {
    await load();
    await switchOver('forward', 2);
    // The same key on both sides, past the fence.
    for (const side of ['on-prem', 'aurora'] as const) {
      await withClient(pair.databases[side].superuser, async (client) => {
        if (side === 'on-prem') await client.query("SET session_replication_role = 'replica'");
        await client.query(
          "INSERT INTO payments.accounts (account_id, kind, owner_id, currency) VALUES ('client/twice/EUR', 'client', 'twice', 'EUR')",
        );
      });
    }
    const failing = await eventually(
      () => replication.status('reverse'),
      ({ problems }) => problems.length > 0,
    );
    expect(failing.problems.join()).toMatch(/the log of the target's server says why/);
    await pair.query('on-prem', "SET session_replication_role = 'replica'; DELETE FROM payments.accounts");
    await tearDown();
  });

  test('names a published table that is not subscribed', async () => {
    await load();
    for (const side of ['on-prem', 'aurora'] as const) {
      await pair.query(side, 'CREATE TABLE payments.notes (id int PRIMARY KEY)');
    }
    await pair.query('on-prem', `ALTER PUBLICATION payment_t${number}_forward ADD TABLE payments.notes`);
    expect((await replication.status('forward')).problems).toEqual([
      `the subscription payment_t${number}_forward must hold every published table, got none for payments.notes: what is written there does not arrive`,
    ]);
    await tearDown();
  });
});

describe('slots', () => {
  test('are made afresh, or serve again where they are known, and not for an executor that was overtaken', async () => {
    const first = await replication.makeSlot('reverse', 10);
    expect(await replication.makeSlot('reverse', 10, first)).toEqual(first);
    await insert('on-prem', 'unrelated');
    const second = await replication.makeSlot('reverse', 11);
    expect(second.slot).toBe(first.slot);
    expect(second.lsn).not.toBe(first.lsn);
    await pair.query('aurora', 'SELECT pg_drop_replication_slot($1)', [second.slot]);
    const third = await replication.makeSlot('reverse', 11, second);
    expect(third.lsn).not.toBe(second.lsn);
    await expect(replication.makeSlot('reverse', 10, third)).rejects.toMatchObject({ name: 'LeaseLost' });
    await expect(replication.dropSlots('reverse', 10)).rejects.toMatchObject({ name: 'LeaseLost' });
    expect(await replication.slots()).toEqual([
      expect.objectContaining({ side: 'aurora', slot: third.slot, active: false, direction: 'reverse' }),
    ]);
    await replication.dropSlots('reverse', 11);
    await replication.dropSlots('reverse', 11);
    expect(await replication.slots()).toEqual([]);
    token = 11;
  });

  test('that somebody reads are not dropped, and one that nobody knows is an orphan', async () => {
    await load();
    await expect(replication.dropSlots('forward', ++token)).rejects.toThrow(
      `replication forward must be stopped before its slot payment_t${number}_forward is dropped or made anew, got an enabled subscription; stop it first`,
    );
    await pair.query('on-prem', "SELECT pg_create_logical_replication_slot('somebody', 'test_decoding')");
    expect(await replication.slots()).toEqual([
      expect.objectContaining({
        side: 'on-prem',
        slot: `payment_t${number}_forward`,
        active: true,
        direction: 'forward',
      }),
      expect.not.objectContaining({ direction: expect.anything() }),
    ]);
    await pair.query('on-prem', "SELECT pg_drop_replication_slot('somebody')");
    await tearDown();
    expect(await replication.slots()).toEqual([]);
  });
});

describe('switching', () => {
  test('there and back five times loses no row and brings none twice, while writers write', async () => {
    await load();
    const writers = ['a', 'b', 'c'].map((name) => new Writer(pair, name));
    for (let round = 0; round < 5; round += 1) {
      await switchOver('forward', 2 + round * 4);
      await sleep(30);
      await switchOver('reverse', 4 + round * 4);
      await sleep(30);
    }
    await Promise.all(writers.map((writer) => writer.stop()));
    const committed = writers.flatMap((writer) => writer.committed).sort();
    await eventually(
      async () => (await accounts('aurora')).length,
      (count) => count === committed.length,
    );
    expect((await accounts('on-prem')).sort()).toEqual(committed);
    expect((await accounts('aurora')).sort()).toEqual(committed);
    expect((await replication.status('forward')).problems).toEqual([]);
    await tearDown();
  });

  test('that is undone goes on from the old slot, and its marker does not come back', async () => {
    await load();
    await pair.databases['on-prem'].setWriterEpoch({ writable: false, epoch: 2 });
    await writeMarker(pair, 'on-prem', 'forward', 2);
    await eventually(
      () => seesMarker(pair, 'aurora', 'forward', 2),
      (seen) => seen,
    );
    await replication.stop('forward');
    await until('forward', 'stopped');
    await replication.startFrom('reverse', await replication.makeSlot('reverse', ++token));
    await until('reverse', 'running');
    await writeMarker(pair, 'aurora', 'reverse', 2);
    await eventually(
      () => seesMarker(pair, 'on-prem', 'reverse', 2),
      (seen) => seen,
    );
    // Undo, each step twice.
    for (const _ of [1, 2]) await replication.stop('reverse');
    await until('reverse', 'stopped');
    for (const _ of [1, 2]) await replication.dropSlots('reverse', token);
    for (const _ of [1, 2]) await replication.resume('forward');
    await until('forward', 'running');
    await pair.databases['on-prem'].setWriterEpoch({ writable: true, epoch: 3 });
    await insert('on-prem', 'after');
    await has('aurora', 'after');
    expect((await replication.status('forward')).problems).toEqual([]);
    await tearDown();
  });

  test('ends the same when each call is repeated by another executor that knows nothing of the first', async () => {
    await load();
    await pair.databases['on-prem'].setWriterEpoch({ writable: false, epoch: 2 });
    await writeMarker(pair, 'on-prem', 'forward', 2);
    await eventually(
      () => seesMarker(pair, 'aurora', 'forward', 2),
      (seen) => seen,
    );
    const again = async <Result>(call: () => Promise<Result>): Promise<Result> => {
      await call();
      replication = make();
      return call();
    };
    await again(() => replication.stop('forward'));
    await until('forward', 'stopped');
    // Made, and the answer lost: made again.
    const position = await again(() => replication.makeSlot('reverse', ++token));
    await again(() => replication.startFrom('reverse', position));
    await until('reverse', 'running');
    expect(await again(() => replication.makeSlot('reverse', token, position))).toEqual(position);
    expect((await until('reverse', 'running')).problems).toEqual([]);
    await pair.databases.aurora.setWriterEpoch({ writable: true, epoch: 3 });
    await insert('aurora', 'there');
    await has('on-prem', 'there');
    await tearDown();
  });
});

describe('a restart', () => {
  test.each(['on-prem', 'aurora'] as const)('of %s is survived in both directions', async (side) => {
    await load();
    await servers[side].restart();
    await until('forward', 'running');
    await insert('on-prem', 'forward');
    await has('aurora', 'forward');
    await switchOver('forward', 2);
    await servers[side].restart();
    await insert('aurora', 'reverse');
    await has('on-prem', 'reverse');
    expect((await until('reverse', 'running')).problems).toEqual([]);
    await tearDown();
  });
});
