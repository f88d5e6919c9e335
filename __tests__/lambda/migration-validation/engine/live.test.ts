import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { compareTables } from '../../../../lambda/migration-validation/rows/compare-tables';
import type { RowComparisonOptions } from '../../../../lambda/migration-validation/rows/run';
import { withClient } from '../../../support/ledger-database';
import { databasesOf, on, onBothSides, planOf, SEED, type Servers, startServers, stopServers } from './support';

jest.setTimeout(60_000);

const ROWS = 2000;
let servers: Servers;

beforeAll(async () => {
  servers = await startServers();
  await onBothSides(
    servers,
    `CREATE TABLE keyed (id int PRIMARY KEY, v text);
     CREATE TABLE moved (id int PRIMARY KEY, at int NOT NULL, v text);
     CREATE INDEX ON moved (at);
     CREATE TABLE heap (id int, v text);
     ALTER TABLE heap REPLICA IDENTITY FULL;`,
  );
  await on(
    servers.source,
    `INSERT INTO keyed SELECT i, 'row ' || i FROM generate_series(1, ${ROWS}) AS i;
     INSERT INTO moved SELECT i, i, 'row ' || i FROM generate_series(1, ${ROWS}) AS i;
     INSERT INTO heap SELECT i, 'row ' || i FROM generate_series(1, 300) AS i;
     CREATE PUBLICATION all_of_it FOR TABLE keyed, moved, heap`,
  );
  const { host, port, user, password } = servers.source.superuser;
  await on(
    servers.target,
    `CREATE SUBSCRIPTION follower CONNECTION 'host=${host ?? ''} port=${port ?? 0} user=${user} password=${password} dbname=postgres' PUBLICATION all_of_it`,
  );
  await until(`SELECT count(*) = 3 AS ok FROM pg_subscription_rel WHERE srsubstate = 'r'`);
}, 60_000);
afterAll(() => stopServers(servers));

const plans = [
  planOf('keyed'),
  planOf('moved', { others: { at: 'int4', v: 'text' }, rangeKey: { at: 'int4' } }),
  planOf('heap', { id: {}, others: { id: 'int4', v: 'text' }, rangeKey: null }),
];
const live = (timeoutSeconds: number, more: Partial<RowComparisonOptions> = {}) =>
  compareTables(databasesOf(servers), plans, {
    ...{ mode: 'live' as const, seed: SEED, chunkRows: 200, rateRowsPerSecond: 20_000, maxRechecks: 100 },
    settle: { kind: 'slot', slot: 'follower', timeoutSeconds },
    ...more,
  });

async function until(sql: string): Promise<void> {
  await withClient(servers.target.superuser, async (client) => {
    for (;;) {
      const { rows } = await client.query<{ ok: boolean }>(sql);
      if (rows[0]?.ok === true) return;
      await sleep(20);
    }
  });
}

/** Two clients that insert, update, delete, move rows, and keep some hot. */
async function whileWriting<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly written: number }> {
  let going = true;
  let written = 0;
  const write = (offset: number) =>
    withClient(servers.source.superuser, async (client) => {
      for (let n = offset; going; n += 2) {
        // Never a row of the other client's: they would wait for each other.
        const id = 10 + 4 * ((n * 7919) % 480) + 2 * offset;
        await client.query(`
          UPDATE keyed SET v = '${n}' WHERE id IN (${n % 40 < 2 ? 1 : id}, ${id});
          DELETE FROM keyed WHERE id = ${id + 1};
          INSERT INTO keyed VALUES (${id + 1}, 'again ${n}') ON CONFLICT DO NOTHING;
          INSERT INTO keyed VALUES (${ROWS + 1 + n}, 'new') ON CONFLICT DO NOTHING;
          UPDATE moved SET at = ${(n * 31) % 3000} WHERE id = ${id};`);
        // Comes and goes, so that the source shows the same before and after.
        await client.query(`INSERT INTO keyed VALUES (${-1 - offset}, 'short')`);
        if (n % 40 < 2) await client.query(`UPDATE heap SET v = '${n}' WHERE id = ${1 + (n % 100)}`);
        await client.query(`DELETE FROM keyed WHERE id = ${-1 - offset}`);
        written += 1;
        await sleep(3);
      }
    });
  const writers = [write(0), write(1)];
  try {
    return { result: await work(), written };
  } finally {
    going = false;
    await Promise.all(writers);
  }
}

test('while clients write and replication runs, nothing differs for real', async () => {
  const { result, written } = await whileWriting(() => live(20));
  expect(written).toBeGreaterThan(20);
  expect(result.results.map(({ name, verdict, problem, counts }) => ({ name, verdict, problem, counts }))).toEqual(
    plans.map(({ name }) => ({
      ...{ name, verdict: 'equal', problem: undefined },
      counts: { missingOnTarget: 0, missingOnSource: 0, changed: 0 },
    })),
  );
  expect(result.results.reduce((sum, { rechecked }) => sum + rechecked, 0)).toBeGreaterThan(0);
  expect(result.basis.join()).toContain('the slot follower of the source had confirmed the position of the reading');
});

test('true differences on the target are found, and nothing else', async () => {
  await on(
    servers.target,
    `UPDATE keyed SET v = 'wrong' WHERE id = 5; DELETE FROM keyed WHERE id = 6; INSERT INTO keyed VALUES (-100, 'more');
     UPDATE moved SET at = 9000 WHERE id = 7; DELETE FROM heap WHERE id = 200; INSERT INTO heap VALUES (999, 'more')`,
  );
  const { result } = await whileWriting(() => live(20));
  expect(result.results.map(({ name, verdict, problem, counts }) => [name, verdict, problem, counts])).toEqual([
    ['keyed', 'different', undefined, { missingOnTarget: 1, missingOnSource: 1, changed: 1 }],
    ['moved', 'different', undefined, { missingOnTarget: 0, missingOnSource: 0, changed: 1 }],
    ['heap', 'different', undefined, { missingOnTarget: 1, missingOnSource: 1, changed: 0 }],
  ]);
  expect(result.results[0]?.differences).toContainEqual({
    ...{ kind: 'changed', key: { id: '5' } },
    columns: [{ name: 'v', source: 'row 5', target: 'wrong' }],
  });
});

test('a row that moves to where was read already is not lost from sight', async () => {
  // The target does not have it, and so never gets it: applying an update of a row that is not there does nothing.
  await on(servers.target, 'DELETE FROM keyed WHERE id = 1500');
  let moved: Promise<unknown> | undefined;
  const observer = {
    ...{ tableStarted: () => undefined, tableDone: () => undefined, paused: () => undefined },
    chunkDone: () => {
      moved ??= on(servers.source, 'UPDATE keyed SET id = -1500 WHERE id = 1500');
    },
  };
  const { results } = await compareTables(databasesOf(servers), plans.slice(0, 1), {
    ...{ mode: 'live', seed: SEED, chunkRows: 100, parallel: 1, rateRowsPerSecond: 1000, observer },
    settle: { kind: 'slot', slot: 'follower', timeoutSeconds: 20 },
  });
  await moved;
  expect(results[0]).toMatchObject({
    verdict: 'unknown',
    problem: '1 row that was written while it was read differs, the first with the key -1500; compare it again',
  });
  // Found like any other the next time.
  const again = await live(20);
  expect(again.results[0]?.differences).toContainEqual({ kind: 'missing-on-target', key: { id: '-1500' } });
  await on(servers.source, 'UPDATE keyed SET id = 1500 WHERE id = -1500');
  await on(servers.target, `INSERT INTO keyed SELECT 1500, 'row 1500'`);
});

test('with the replication cut, what has not arrived is unknown and not different', async () => {
  await on(servers.target, 'ALTER SUBSCRIPTION follower DISABLE');
  await until(`SELECT count(*) = 0 AS ok FROM pg_stat_subscription WHERE pid IS NOT NULL`);
  await on(servers.source, `UPDATE keyed SET v = 'not sent' WHERE id = 1500`);
  const { results } = await live(0.3);
  expect(results.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown', 'unknown']);
  expect(results[0]?.counts).toEqual({ missingOnTarget: 0, missingOnSource: 0, changed: 0 });
  expect(results[0]?.undecided).toBeGreaterThan(0);
  expect(results[0]?.problem).toBe(
    'the position of the slot follower has not passed the reading within 0.3 s; nothing is connected to it',
  );
});

test('a slot that cannot tell is refused before anything is compared', async () => {
  await on(servers.source, `SELECT pg_create_physical_replication_slot('of_a_standby')`);
  const slot = (name: string) => live(1, { settle: { kind: 'slot', slot: name, timeoutSeconds: 1 } });
  await expect(slot('nobody')).rejects.toThrow(
    'the slot nobody on the source cannot say how far the target is: there is none of this name',
  );
  await expect(slot('of_a_standby')).rejects.toThrow('it is a physical one, not a logical one');
});

test('limits: a lag pauses, and what cannot be read is refused', async () => {
  await on(servers.source, `CREATE ROLE plain LOGIN PASSWORD 'plain'; GRANT SELECT ON keyed TO plain`);
  const plain = databasesOf(servers, { config: { source: { user: 'plain', password: 'plain' } } });
  const options = { mode: 'exact', seed: SEED } as const;
  await expect(compareTables(plain, plans, { ...options, maxActiveSessions: 5 })).rejects.toThrow(
    'maxActiveSessions must have a role that sees other sessions, got plain; on the source GRANT pg_monitor TO plain, or leave the option out',
  );
  // The subscription is disabled still: its slot falls behind.
  const stop = new AbortController();
  const reasons: (string | undefined)[] = [];
  const observer = {
    ...{ tableStarted: () => undefined, chunkDone: () => undefined, tableDone: () => undefined },
    paused: (reason: string | undefined) => {
      reasons.push(reason);
      stop.abort(new Error('seen'));
    },
  };
  const run = compareTables(databasesOf(servers), plans, { ...options, maxLagMib: 0, observer, signal: stop.signal });
  await expect(run).rejects.toThrow('seen');
  expect(reasons[0]).toMatch(/^the slot follower is \d+\.\d MiB behind, more than 0$/);
});
