import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Judgement, Prediction, ValidationParts } from '../../../../lambda/migration-validation/handler';
import type { PlanProgress } from '../../../../lambda/migration-validation/distributed/plan-comparison';
import type { Report } from '../../../../lambda/migration-validation/report/model';
import { withClient } from '../../../support/ledger-database';
import { type LocalPostgres, startPostgres } from '../../../support/postgres';
import { Bench } from './support';

let source: LocalPostgres;
let target: LocalPostgres;
let bench: Bench;

// It writes, and the exact mode sees that.
const settings = { autovacuum: 'off' };
jest.setTimeout(60_000);

beforeAll(async () => {
  [source, target] = await Promise.all([
    startPostgres({ major: 14, settings }),
    startPostgres({ major: 16, settings }),
  ]);
  bench = await Bench.start(source, target);
}, 60_000);

afterAll(async () => {
  await Promise.all([source.stop(), target.stop(), bench.s3.stop()]);
});

let id = '';
let runs = 0;
beforeEach(async () => {
  await bench.fresh();
  runs += 1;
  id = `run-${runs}`;
});

/** What two reports must agree in, whichever way the rows were compared. */
const essence = ({ verdict, tables }: Report): unknown => ({
  verdict,
  tables: tables.map((table) => ({
    name: table.name,
    verdict: table.verdict,
    rows: table.rows,
    counts: table.counts,
    keys: table.differences.map(({ kind, key }) => `${kind} ${JSON.stringify(key)}`).sort(),
  })),
});

const table = (report: Report, name: string): Report['tables'][number] => {
  const found = report.tables.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no table ${name}`);
  return found;
};

const CHANGES = `
  UPDATE shop.orders SET amount = amount + 0.01 WHERE id = 4321;
  DELETE FROM shop.orders WHERE id = 17;
  INSERT INTO shop.orders VALUES (900000, 'secret customer', 1, now());
  UPDATE shop.tokens SET owner = 'somebody else' WHERE id = md5('500');
  DELETE FROM shop.notes WHERE body = 'note 7';`;

describe('a comparison chunk by chunk', () => {
  test('of equal databases is equal, as it is in one invocation', async () => {
    const distributed = await bench.run(id);
    expect(distributed.reasons).toEqual([]);
    expect(table(distributed, 'orders')).toMatchObject({
      method: 'ranges',
      chunks: 11,
      rows: { source: 5000, target: 5000 },
    });
    await bench.invoke({ action: 'compare', id: `${id}-whole` });
    expect(essence(distributed)).toEqual(essence(bench.report(`${id}-whole`)));
    expect(distributed.verdict).toBe('equal');
  });

  test.each(['exact', 'live'] as const)('finds what a whole comparison finds (%s)', async (mode) => {
    await bench.on(target, CHANGES);
    const distributed = await bench.run(id, { mode });
    await bench.invoke({ action: 'compare', id: `${id}-whole`, request: { mode } });
    expect(essence(distributed)).toEqual(essence(bench.report(`${id}-whole`)));
    expect(distributed.verdict).toBe('different');
    expect(table(distributed, 'orders').counts).toEqual({ missingOnTarget: 1, missingOnSource: 1, changed: 1 });
    expect(table(distributed, 'notes').counts).toEqual({ missingOnTarget: 1, missingOnSource: 0, changed: 0 });
  });

  test('writes no values of rows, unless they are asked for', async () => {
    await bench.on(target, CHANGES);
    await bench.run(id, { mode: 'exact' });
    const texts = bench.texts(id).join('\n');
    for (const value of ['somebody else', 'secret customer', 'note 7', '5401.26']) expect(texts).not.toContain(value);
    expect(table(bench.report(id), 'orders').differences).toContainEqual(
      expect.objectContaining({ kind: 'changed', key: { id: '4321' }, columns: [{ name: 'amount' }] }),
    );
    const shown = await bench.run(`${id}-values`, { mode: 'exact', values: true });
    expect(table(shown, 'orders').differences).toContainEqual(
      expect.objectContaining({ columns: [{ name: 'amount', source: '5401.25', target: '5401.26' }] }),
    );
  });

  test('is the same in the other direction, with the sides exchanged', async () => {
    await bench.on(target, CHANGES);
    const reverse = await bench.run(id, { mode: 'exact', direction: 'reverse' });
    expect(table(reverse, 'notes').counts).toEqual({ missingOnTarget: 0, missingOnSource: 1, changed: 0 });
  });

  test('leaves out what is asked for, and says so', async () => {
    await bench.on(target, CHANGES);
    const report = await bench.run(id, { mode: 'exact', excludeTables: ['shop.orders', 'shop.notes', 'shop.tokens'] });
    expect(report.tables).toEqual([]);
    expect(report.verdict).toBe('unknown');
    expect(report.notCompared.map(({ object }) => object)).toEqual(expect.arrayContaining(['shop.orders']));
  });
});

describe('a batch', () => {
  test('that is repeated changes nothing', async () => {
    await bench.on(target, CHANGES);
    const once = await bench.run(id, { mode: 'exact' });
    for (const batch of bench.batches(id, 7)) await bench.invoke(batch);
    expect(new Set(bench.resultVersions(id))).toEqual(new Set([1]));
    expect(essence(await bench.summarize(id))).toEqual(essence(once));
  });

  test('says how many chunks it compared, and how many are not equal', async () => {
    await bench.on(target, CHANGES);
    await bench.plan(id, { mode: 'exact' });
    const [batch] = bench.batches(id, 1000);
    expect(await bench.invoke(batch)).toEqual({ chunks: 15, different: 5 });
  });

  test('fails whole when one of its chunks cannot be compared, and then nothing is called equal', async () => {
    await bench.plan(id, { mode: 'exact' });
    await bench.on(target, 'REVOKE SELECT ON shop.tokens FROM comparison_reader');
    const outcomes = await Promise.allSettled(bench.batches(id, 2).map((batch) => bench.invoke(batch)));
    const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
    expect(failed.map(({ name }) => name)).toContain('ChunkFailed');
    expect(failed[0]?.message).toMatch(
      /^chunk \d+ of part 0, of shop\.tokens, could not be compared: on the target: permission denied for table tokens/,
    );
    const report = await bench.summarize(id, { Error: 'States.ExceedToleratedFailureThreshold', Cause: 'ChunkFailed' });
    expect(report.verdict).toBe('unknown');
    expect(table(report, 'tokens')).toMatchObject({
      verdict: 'unknown',
      problem: expect.stringMatching(
        /^3 of 3 chunks were not compared: States.ExceedToleratedFailureThreshold: ChunkFailed/,
      ),
    });
    expect(report.reasons.join(' ')).toContain('shop.tokens');
  });

  test('that nobody compared leaves its table unknown', async () => {
    await bench.plan(id, { mode: 'exact' });
    for (const batch of bench.batches(id, 1).slice(0, -1)) await bench.invoke(batch);
    const report = await bench.summarize(id);
    expect(report.verdict).toBe('unknown');
    expect(report.tables.filter(({ verdict }) => verdict === 'unknown').map(({ problem }) => problem)).toEqual([
      '1 of 3 chunks were not compared',
    ]);
  });

  test('that does not fit into the invocation says so in time', async () => {
    await bench.plan(id);
    const [batch] = bench.batches(id, 12);
    await expect(bench.invoke(batch, { remainingMs: 20_001 })).rejects.toMatchObject({
      name: 'OutOfTime',
      message: expect.stringMatching(
        /^the work must fit into one invocation, got 0 s for it; put fewer chunks into a batch/,
      ),
    });
  });
});

describe('planning', () => {
  test('goes on where it stood when its time was over, and a repeated call takes what is there', async () => {
    const call = (parts: number, remainingMs?: number): Promise<PlanProgress> =>
      bench.invoke<PlanProgress>({ action: 'plan', id, request: { rowsPerChunk: 5 }, parts }, { remainingMs });
    const first = await call(0, 200_000);
    expect(first).toMatchObject({ finished: false, parts: 1 });
    const texts = bench.texts(id);
    expect(await call(0, 200_000)).toEqual(first);
    expect(bench.texts(id)).toEqual(texts);
    const last = await call(1);
    expect(last.finished).toBe(true);
    // 5,000 orders in fives and an open end; a thousand tokens likewise; a table without key.
    expect(last.chunks).toBe(1001 + 201 + 1);
    expect(last.parts).toBe(3);
  });

  test('refuses the name of another comparison', async () => {
    await bench.plan(id, { mode: 'exact' });
    await expect(bench.plan(id, { mode: 'live' })).rejects.toThrow(
      `the comparison ${id} exists with another request; start one of another name`,
    );
  });
});

describe('the exact mode', () => {
  test('is unknown where something was written meanwhile', async () => {
    await bench.plan(id, { mode: 'exact' });
    for (const batch of bench.batches(id, 100)) await bench.invoke(batch);
    await bench.on(source, 'CREATE TABLE public.elsewhere (id int)');
    const report = await bench.summarize(id);
    expect(report.verdict).toBe('unknown');
    expect(table(report, 'orders').problem).toBe(
      'something was written on the source while it was compared, so that chunks are of different moments; stop what writes, or compare live',
    );
  });

  test('does not compare what was changed since the plan', async () => {
    await bench.plan(id);
    for (const batch of bench.batches(id, 100)) await bench.invoke(batch);
    await bench.on(
      'both',
      "ALTER TABLE shop.notes ADD COLUMN later text DEFAULT 'x'; CREATE TABLE shop.new (id int PRIMARY KEY); GRANT SELECT ON shop.new TO comparison_reader",
    );
    const report = await bench.summarize(id);
    expect(table(report, 'notes').problem).toBe('its definition has changed since the comparison was planned');
    expect(table(report, 'new').problem).toBe('it was not there when the comparison was planned');
    expect(report.verdict).toBe('unknown');
  });
});

/** Version 14 dates a database's statistics from when it is first told of something: later than a baseline, that is a reset. */
async function untilCounting(): Promise<void> {
  await withClient({ ...source.superuser, database: bench.name }, async (client) => {
    const sql = 'SELECT stats_reset IS NOT NULL AS done FROM pg_stat_database WHERE datname = current_database()';
    while ((await client.query<{ done: boolean }>(sql)).rows[0]?.done !== true) await sleep(50);
  });
}

test('the delta after a comparison reads append-only tables no more than it must', async () => {
  await untilCounting();
  await bench.run(id, { mode: 'exact' });
  expect(bench.report(id).reasons).toEqual([]);
  const add = (amount: number) => `INSERT INTO shop.orders VALUES (7000, 'late', ${amount}, now())`;
  await bench.on(source, add(1));
  await bench.on(target, add(2));
  const appendOnly = [{ schema: 'shop', name: 'orders' }];
  expect(await bench.invoke<Judgement>({ action: 'delta', id: `${id}-delta`, base: id, appendOnly })).toEqual({
    verdict: 'different',
    reasons: ['shop.orders: 1 row changed.'],
    ledger: 'absent',
    report: `s3://comparisons-test/comparisons/${id}-delta/report.json`,
  });
  const report = bench.report(`${id}-delta`);
  expect(report.mode).toBe('delta');
  expect(report.basis.filter((line) => line.includes('shop.orders'))).toEqual([
    expect.stringMatching(/^Of shop\.orders only rows were read that the baseline did not see/),
  ]);
  expect(table(report, 'orders')).toMatchObject({ method: 'delta', counts: { changed: 1 } });
  expect(table(report, 'tokens').verdict).toBe('equal');
});

test('a delta leaves out nothing that is replicated, and its prediction refuses what did', async () => {
  await bench.run(id, { mode: 'exact', excludeTables: ['shop.tokens'] });
  await bench.on(source, "INSERT INTO shop.tokens VALUES ('late', 'nobody')");
  const replicated = { schemas: ['shop'], excludedTables: [] };
  const asked = { base: id, appendOnly: [{ schema: 'shop', name: 'tokens' }] };
  expect(await bench.invoke({ ...asked, action: 'predict', id, replicated })).toMatchObject({
    refusal: 'it left out what is replicated: shop.tokens',
  });
  expect(await bench.invoke({ ...asked, action: 'delta', id: `${id}-all`, replicated })).toMatchObject({
    verdict: 'different',
    reasons: ['shop.tokens: 1 row missing on the target.'],
  });
  expect(await bench.invoke({ ...asked, action: 'delta', id: `${id}-less` })).toMatchObject({ verdict: 'equal' });
});

test('what has to end with a freeze does so, however much time the invocation has', async () => {
  await bench.run(id, { mode: 'exact' });
  const delta = { action: 'delta', id: `${id}-delta`, base: id, appendOnly: [] };
  const over = {
    name: 'OutOfTime',
    message: expect.stringMatching(
      /^the work must fit into what is left of the freeze, got 0 s for it; declare more tables append-only/,
    ),
  };
  await expect(bench.invoke({ ...delta, until: 1 })).rejects.toMatchObject(over);
  await expect(bench.invoke({ action: 'compare', id: `${id}-all`, until: 1 })).rejects.toMatchObject({
    message: expect.stringMatching(/^the work must fit into what is left of the freeze, got 0 s for it; start/),
  });
  // Also one that is shorter than what an invocation sets aside for its report.
  let given: number | undefined;
  const parts = {
    reconcileLedger: ((pair) =>
      pair.source
        .query<{ given: string }>("SELECT setting AS given FROM pg_settings WHERE name = 'statement_timeout'")
        .then(({ rows }) => {
          given = Number(rows[0]?.given);
          return undefined;
        })) satisfies ValidationParts['reconcileLedger'],
  };
  expect(await bench.invoke({ ...delta, until: Date.now() + 25_000 }, { parts })).toMatchObject({ verdict: 'equal' });
  expect(given).toBeGreaterThan(5_000);
  await expect(bench.invoke({ ...delta, until: Date.now() + 60_000 }, { remainingMs: 19_000 })).rejects.toThrow(
    /^the work must fit into one invocation, got 0 s for it/,
  );
});

describe('while sequences are not set on the target', () => {
  const ADDED = 'CREATE SEQUENCE shop.numbers; GRANT SELECT ON shop.numbers TO comparison_reader';
  beforeEach(async () => {
    await bench.on('both', ADDED);
    await bench.on(source, "SELECT setval('shop.numbers', 100)");
  });

  test('they can be left out of the comparison, and so of its delta', async () => {
    expect(await bench.run(id, { mode: 'exact', without: ['sequences'] })).toMatchObject({
      verdict: 'equal',
      notCompared: [{ object: 'sequences', reason: 'left out as asked', asked: true }],
    });
    const delta = { action: 'delta', id: `${id}-delta`, base: id, appendOnly: [] };
    expect(await bench.invoke(delta)).toMatchObject({ verdict: 'equal', reasons: [] });
    expect(await bench.invoke({ ...delta, without: [] })).toMatchObject({
      verdict: 'different',
      reasons: [
        'Sequence shop.numbers: the target stands at nothing, the source at 100, the highest used value is none.',
      ],
    });
  });

  test('they can be left out of the delta alone', async () => {
    expect((await bench.run(id, { mode: 'exact' })).verdict).toBe('different');
    const delta = { action: 'delta', id: `${id}-delta`, base: id, appendOnly: [], without: ['sequences'] };
    expect(await bench.invoke(delta)).toMatchObject({ verdict: 'equal', reasons: [] });
  });

  test('the ledger cannot be left out', async () => {
    const delta = { action: 'delta', id, base: id, appendOnly: [], without: ['ledger'] };
    await expect(bench.invoke(delta)).rejects.toThrow(/missing, wrong or unknown: without\.0$/);
  });
});

describe('the prediction of a delta', () => {
  const predict = { action: 'predict', appendOnly: [{ schema: 'shop', name: 'orders' }] };

  test('is of its rows and of the ledger, measured, and writes nothing', async () => {
    await untilCounting();
    await bench.run(id, { mode: 'exact' });
    const before = bench.s3.objects.size;
    const reconcileLedger = () => sleep(300).then(() => undefined);
    const found = await bench.invoke<Prediction>(
      { ...predict, id: `${id}-predict`, base: id },
      { parts: { reconcileLedger } },
    );
    expect(Object.keys(found)).toEqual(['seconds', 'rowsSeconds', 'ledgerSeconds']);
    expect(found.ledgerSeconds).toBeGreaterThanOrEqual(0.29);
    expect(found.rowsSeconds).toBeGreaterThanOrEqual(0.2);
    expect(found.seconds).toBe(found.rowsSeconds + found.ledgerSeconds);
    expect(bench.s3.objects.size).toBe(before);
  });

  test('says when the delta would be refused', async () => {
    await bench.run(id, { mode: 'exact' });
    const predictDelta = () => Promise.resolve({ seconds: 1, tables: [], basis: [], refusal: 'it is another server' });
    expect(await bench.invoke({ ...predict, id, base: id }, { parts: { predictDelta } })).toMatchObject({
      rowsSeconds: 1,
      refusal: 'it is another server',
    });
  });

  test('needs a comparison that has come to its end', async () => {
    await bench.plan(id);
    await expect(bench.invoke({ ...predict, id, base: id })).rejects.toThrow(
      `the comparison ${id} must have come to its end, got no report of it`,
    );
  });
});

test('an assessment lies beside the comparisons, and its answer says what stands in the way', async () => {
  const { verdict, reasons, report } = await bench.invoke<Judgement>({ action: 'assess', id });
  expect(verdict).not.toBe('ready');
  expect(reasons).toEqual(expect.arrayContaining([expect.stringMatching(/^[a-z-]+, .+[:;] /)]));
  expect(report).toBe(`s3://comparisons-test/comparisons/${id}/assessment.json`);
  expect(bench.texts(id).map((text) => (JSON.parse(text) as { verdict: string }).verdict)).toEqual([verdict]);
});
