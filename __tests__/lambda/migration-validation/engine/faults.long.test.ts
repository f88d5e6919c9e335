import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { Client } from 'pg';
import type { Role } from '../../../../lambda/migration-validation/database/session';
import type { TableResult } from '../../../../lambda/migration-validation/report/model';
import { compareTables } from '../../../../lambda/migration-validation/rows/compare-tables';
import type { Observer, RowComparisonOptions } from '../../../../lambda/migration-validation/rows/run';
import {
  databasesOf,
  EXACT,
  MemoryState,
  on,
  onBothSides,
  planOf,
  type Servers,
  startServers,
  stopServers,
} from './support';

let servers: Servers;

jest.setTimeout(60_000);

beforeAll(async () => {
  servers = await startServers();
  await onBothSides(
    servers,
    `CREATE TABLE keyed (id int PRIMARY KEY, v text);
     INSERT INTO keyed SELECT i, 'row ' || i FROM generate_series(1, 400) AS i;
     CREATE TABLE heap (id int, v text);
     INSERT INTO heap SELECT i, 'row ' || i FROM generate_series(1, 1000) AS i;
     CREATE TABLE gone (id int PRIMARY KEY, v text);
     CREATE ROLE reader LOGIN PASSWORD 'reader'; GRANT SELECT ON keyed, heap TO reader;`,
  );
  await on(servers.target, `UPDATE keyed SET v = 'other' WHERE id IN (5, 250, 400); DELETE FROM heap WHERE id = 3`);
}, 60_000);
afterAll(() => stopServers(servers));

const heap = planOf('heap', { id: {}, others: { id: 'int4', v: 'text' }, rangeKey: null });
const plans = [planOf('keyed'), heap];
const TIME = { kind: 'time', seconds: 0 } as const;

/** Without what depends on the time it took. */
const facts = (results: readonly TableResult[]) =>
  results.map((result) => ({ ...result, seconds: 0, rowsPerSecond: 0 }));

const watching = (done: (chunks: number) => void): Observer => {
  let chunks = 0;
  return {
    tableStarted: () => undefined,
    chunkDone: () => done((chunks += 1)),
    tableDone: () => undefined,
    paused: () => undefined,
  };
};

const cut = (client: Client | undefined) =>
  (client as unknown as { connection?: { stream: { destroy(): void } } } | undefined)?.connection?.stream.destroy();

describe.each(['exact', 'live'] as const)('in mode %s', (mode) => {
  const options: RowComparisonOptions & { seed: string } = {
    ...EXACT,
    mode,
    settle: TIME,
    parallel: 1,
    maxRechecks: 2,
  };
  let undisturbed: ReturnType<typeof facts>;

  beforeAll(async () => {
    undisturbed = facts((await compareTables(databasesOf(servers), plans, options)).results);
  });

  test('undisturbed, it finds what differs', () => {
    expect(undisturbed.map(({ verdict, counts }) => [verdict, counts.changed, counts.missingOnTarget])).toEqual([
      ['different', 3, 0],
      ['different', 0, 1],
    ]);
  });

  test('all connections to one side are ended at any chunk: the result is the same', async () => {
    const chunks = undisturbed.reduce((sum, table) => sum + table.chunks, 0);
    for (let at = 1; at <= chunks; at += 1) {
      let ended = false;
      const observer = watching((done) => {
        if (done !== at) return;
        ended = true;
        void on(
          at % 2 === (mode === 'exact' ? 0 : 1) ? servers.source : servers.target,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'migration-validation'`,
        );
      });
      // Slow enough for the end to come in between.
      const slowly = { ...options, observer, rateRowsPerSecond: 20_000 };
      const { results } = await compareTables(databasesOf(servers), plans, slowly);
      expect({ at, ended, facts: facts(results) }).toEqual({ at, ended: true, facts: undisturbed });
    }
  });

  test('each connection is cut once at its k-th statement: the result is the same', async () => {
    for (let k = 2; k <= 26; k += 4) {
      const seen = new Set<Role>();
      const connected = (role: Role, client: Client) => {
        if (seen.has(role)) return;
        let statements = 0;
        const query = client.query.bind(client) as (...args: unknown[]) => unknown;
        Object.assign(client, {
          query: (...args: unknown[]) => {
            statements += 1;
            if (statements === k) {
              seen.add(role);
              cut(client);
            }
            return query(...args);
          },
        });
      };
      const { results } = await compareTables(databasesOf(servers, { connected }), plans, options);
      expect({ k, facts: facts(results) }).toEqual({ k, facts: undisturbed });
    }
  });

  test('a run that is stopped after any line of its state goes on to the same result', async () => {
    const whole = new MemoryState();
    await compareTables(databasesOf(servers), plans, { ...options, state: whole });
    for (let at = 1; at < whole.lines.length; at += 1) {
      const stop = new AbortController();
      const state = new MemoryState((lines) => lines === at && stop.abort(new Error('stopped')));
      await expect(
        compareTables(databasesOf(servers), plans, { ...options, state, signal: stop.signal }),
      ).rejects.toThrow('stopped');
      const before = state.lines.length;
      const { results, basis } = await compareTables(databasesOf(servers), plans, { ...options, seed: '5', state });
      expect({ at, facts: facts(results) }).toEqual({ at, facts: undisturbed });
      expect(basis.join()).toContain('This goes on with the run begun at ');
      expect(before).toBeLessThanOrEqual(at + 2);
      expect(state.lines.length).toBe(whole.lines.length);
    }
  });
});

test('a table that may not be read, one that is gone and one without a column are unknown, the others are compared', async () => {
  const reader = { user: 'reader', password: 'reader' };
  await on(servers.target, 'DROP TABLE gone; CREATE TABLE secret (id int PRIMARY KEY, v text)');
  await on(servers.source, 'CREATE TABLE secret (id int PRIMARY KEY, v text); GRANT SELECT ON gone, secret TO reader');
  const short = planOf('heap', { id: {}, others: { id: 'int4', w: 'text' }, rangeKey: null });
  for (const mode of ['exact', 'live'] as const) {
    const { results } = await compareTables(
      databasesOf(servers, { config: { source: reader, target: reader } }),
      [planOf('secret'), planOf('gone'), { ...short, name: 'heap' }, planOf('keyed')],
      { ...EXACT, mode, settle: TIME, maxRechecks: 2 },
    );
    expect(results.map(({ name, verdict, problem }) => [name, verdict, problem])).toEqual([
      ['secret', 'unknown', 'on the target: permission denied for table secret'],
      ['gone', 'unknown', 'on the target: relation "public.gone" does not exist'],
      ['heap', 'unknown', expect.stringContaining('column t.w does not exist')],
      ['keyed', 'different', undefined],
    ]);
  }
});

test('a statement that takes too long is cut in parts, until it cannot be', async () => {
  await onBothSides(
    servers,
    `CREATE TABLE large_rows (id int PRIMARY KEY, v text);
     INSERT INTO large_rows SELECT i, repeat('x', 500000) FROM generate_series(1, 32) AS i;
     CREATE TABLE huge_row (id int PRIMARY KEY, v text);
     INSERT INTO huge_row VALUES (1, repeat('x', 30000000));`,
  );
  await on(servers.target, `UPDATE large_rows SET v = 'y' WHERE id = 13`);
  const { results } = await compareTables(
    databasesOf(servers, { session: { statementTimeoutMs: 40 } }),
    [planOf('large_rows'), planOf('huge_row')],
    EXACT,
  );
  expect(results[0]).toMatchObject({ verdict: 'different', rows: { source: 32, target: 32 }, counts: { changed: 1 } });
  expect(results[1]?.verdict).toBe('unknown');
  expect(results[1]?.problem).toMatch(
    /^on the (source|target): canceling statement due to statement timeout, however small the chunk$/,
  );
});

test('a table that somebody holds a lock on is unknown', async () => {
  await onBothSides(servers, 'CREATE TABLE locked (id int PRIMARY KEY, v text)');
  let release: () => void = () => undefined;
  const { Client } = await import('pg');
  const holder = new Client(servers.target.superuser);
  await holder.connect();
  await holder.query('BEGIN; LOCK TABLE locked IN ACCESS EXCLUSIVE MODE');
  release = () => void holder.end();
  try {
    const { results } = await compareTables(
      databasesOf(servers, { session: { lockTimeoutMs: 100 } }),
      [planOf('locked'), planOf('keyed')],
      EXACT,
    );
    expect(results.map(({ verdict, problem }) => [verdict, problem])).toEqual([
      ['unknown', 'on the target: canceling statement due to lock timeout'],
      ['different', undefined],
    ]);
  } finally {
    release();
  }
});

test('a server that starts again in the middle: the table is compared anew, to the same result', async () => {
  let restarted: Promise<void> | undefined;
  const observer = watching((done) => {
    if (done === 3) restarted = servers.target.restart();
  });
  const { results, basis } = await compareTables(databasesOf(servers), plans, {
    ...EXACT,
    observer,
    rateRowsPerSecond: 1000,
  });
  await restarted;
  expect(results.map(({ verdict, counts }) => [verdict, counts.changed, counts.missingOnTarget])).toEqual([
    ['different', 3, 0],
    ['different', 0, 1],
  ]);
  expect(basis.join('\n')).toContain('compared again from their beginning, at a later moment');
});

test('rows that were written anew under a lock, while the comparison waited for that, are not overlooked', async () => {
  await onBothSides(
    servers,
    `CREATE TABLE rewritten (id int PRIMARY KEY, v text);
     INSERT INTO rewritten SELECT i, 'row ' || i FROM generate_series(1, 50) AS i`,
  );
  await on(servers.target, 'DELETE FROM rewritten WHERE id > 20');
  const { Client } = await import('pg');
  const holders = [servers.source, servers.target].map((server) => new Client(server.superuser));
  await Promise.all(holders.map((holder) => holder.connect()));
  const rewrite = async () => {
    const sql = `BEGIN; ALTER TABLE rewritten ALTER v TYPE text USING v || ''`;
    await Promise.all(holders.map((holder) => holder.query(sql)));
    setTimeout(() => holders.forEach((holder) => void holder.query('COMMIT')), 300);
  };
  let rewriting: Promise<void> | undefined;
  const connected = (_role: Role, client: Client) => {
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    const late = (...args: unknown[]) => {
      if (typeof args[0] !== 'string' || !args[0].startsWith('BEGIN')) return query(...args);
      return (rewriting ??= rewrite()).then(() => query(...args));
    };
    Object.assign(client, { query: late });
  };
  const { results } = await compareTables(databasesOf(servers, { connected }), [planOf('rewritten')], {
    ...{ ...EXACT, mode: 'live', settle: TIME },
  });
  await Promise.all(holders.map((holder) => holder.end()));
  expect(results[0]).toMatchObject({ verdict: 'different', rows: { source: 50, target: 20 } });
  expect(results[0]?.counts.missingOnTarget).toBe(30);
});

test('a state of another run is refused', async () => {
  const state = new MemoryState();
  await compareTables(databasesOf(servers), plans, { ...EXACT, state });
  const go = (more: Partial<RowComparisonOptions>, other = plans, databases = databasesOf(servers)) =>
    compareTables(databases, other, { ...EXACT, state, ...more });
  await expect(go({ mode: 'live', settle: TIME })).rejects.toThrow(
    'the state must be that of a run in mode live, got exact; remove the state to begin anew, or give another one',
  );
  await expect(go({}, [planOf('keyed', { others: { v: 'varchar' } }), heap])).rejects.toThrow(
    /^the state must be that of the same tables, .* \["public","keyed"\];/,
  );
  await expect(go({}, [heap])).rejects.toThrow(/^the state must be that of the same tables/);
  const elsewhere = databasesOf(servers, { config: { target: { database: 'template1' } } });
  await expect(go({}, plans, elsewhere)).rejects.toThrow(
    /^the state must be that of the same target \(database template1/,
  );
  state.header = JSON.stringify({ format: 'row comparison 0' });
  await expect(go({})).rejects.toThrow('the state must be that of a run in the form "row comparison 1"; remove');
});

test('in exact mode nothing is kept of a state when transactions have ended since', async () => {
  const state = new MemoryState();
  await compareTables(databasesOf(servers), plans, { ...EXACT, state });
  await on(servers.target, `UPDATE keyed SET v = 'row 5' WHERE id = 5`);
  const { results, basis } = await compareTables(databasesOf(servers), plans, { ...EXACT, state });
  expect(results[0]?.counts.changed).toBe(2);
  expect(basis.join('\n')).toMatch(/The state of the run begun at .* was left/);
});

test('a server that stays away leaves everything unknown, after the time to wait for it', async () => {
  let stopped: Promise<void> | undefined;
  const observer = watching((done) => {
    if (done === 2) stopped = servers.target.stop();
  });
  const { results } = await compareTables(databasesOf(servers), [...plans, planOf('keyed')], {
    ...{ ...EXACT, observer, reconnectSeconds: 0.3, rateRowsPerSecond: 1000 },
  });
  await stopped;
  expect(results.map(({ verdict }) => verdict)).toEqual(['unknown', 'unknown', 'unknown']);
  expect(results[0]?.problem).toMatch(/^the target could not be reached for 0.3 s: /);
});
