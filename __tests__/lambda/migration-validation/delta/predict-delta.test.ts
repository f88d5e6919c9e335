import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { estimateTable, totalSeconds } from '../../../../lambda/migration-validation/delta/estimate';
import { predictDelta } from '../../../../lambda/migration-validation/delta/predict-delta';
import type { TableResult } from '../../../../lambda/migration-validation/report/model';
import { deltaOfOne, earlierPass, planOf, startWorld, type World } from './world';

describe('an estimate', () => {
  const earlier = { rows: { source: 1000, target: 1000 }, rowsPerSecond: 500 } as TableResult;
  const MIB = 1024 * 1024;
  const input = { plan: planOf('t', { bytes: 640 * MIB }), earlier, rates: { bytesPerSecond: 64 * MIB }, parallel: 2 };

  test('is a scan, shared by the connections, and the rows of the delta at the rate of the earlier pass', () => {
    expect(estimateTable({ ...input, newRows: 250, newRowsBasis: 'counted' })).toEqual({
      ...{ schema: 'public', name: 't', method: 'delta', seconds: 5.5, bytes: 640 * MIB, rows: 1000, deltaRows: 250 },
      basis: 'a scan of 671088640 bytes, and 250 rows (counted) at 500 rows/s of the earlier pass',
    });
  });

  test('of a table of one slice has one connection', () => {
    const small = { ...input, plan: planOf('t', { bytes: 64 * MIB }), newRows: 0 };
    expect(estimateTable({ ...small, parallel: 8 }).seconds).toBe(1);
  });

  test('of a table that is compared whole is all its rows', () => {
    expect(estimateTable(input)).toMatchObject({
      ...{ method: 'whole', seconds: 2, basis: 'whole: 1000 rows at 500 rows/s of the earlier pass' },
    });
    expect(estimateTable({ ...input, earlier: undefined }).basis).toBe('whole: 1000 rows at 300000 rows/s assumed');
    // A pass too short to be measured says nothing.
    expect(estimateTable({ ...input, earlier: { ...earlier, rowsPerSecond: 0 } }).basis).toContain('assumed');
  });

  test('grows with bytes and rows, and all are added up', () => {
    const of = (bytes: number, newRows: number) =>
      estimateTable({ ...input, plan: planOf('t', { bytes }), newRows }).seconds;
    expect(of(200 * MIB, 0)).toBeGreaterThan(of(100 * MIB, 0));
    expect(of(200 * MIB, 10)).toBeGreaterThan(of(200 * MIB, 9));
    expect(totalSeconds([])).toBe(0);
    const tables = [estimateTable({ ...input, newRows: 0 }), estimateTable(input)];
    expect(totalSeconds(tables)).toBeCloseTo(0.2 + 5 + 2);
  });
});

describe('a prediction', () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  }, 60_000);
  afterAll(() => world.stop());

  /** Waits until the statistics of both sides know of so many rows: sessions tell of them once a second at most. */
  const counted = async (inserted: number) => {
    for (const side of [world.source, world.target]) {
      for (;;) {
        const { rows } = await side.query<{ done: boolean }>(
          `SELECT n_tup_ins = ${inserted} AS done FROM pg_stat_user_tables WHERE relname = 'big'`,
        );
        if (rows[0]?.done === true) break;
        await sleep(100);
      }
    }
  };

  test('is made from a sample, the statistics and the earlier pass, and comes near', async () => {
    await world.both('CREATE TABLE big (id bigint PRIMARY KEY, v text) WITH (autovacuum_enabled = off)');
    await world.both('INSERT INTO big SELECT g, md5(g::text) FROM generate_series(1, 280000) g');
    await counted(280_000);
    const { rows } = await world.source.query<{ bytes: number }>("SELECT pg_relation_size('big')::int AS bytes");
    const plan = planOf('big', { bytes: rows[0]?.bytes ?? 0, estimatedRows: 280_000 });
    const began = performance.now();
    const { baseline, results } = await earlierPass(world.databases, [plan]);
    const seconds = (performance.now() - began) / 1000;
    const measured = results.map((result) => ({ ...result, seconds, rowsPerSecond: 280_000 / seconds }));
    await world.both('INSERT INTO big SELECT g, md5(g::text) FROM generate_series(280001, 300000) g');
    await counted(300_000);

    const earlier = { baseline, results: measured };
    const prediction = await predictDelta(world.databases, [plan, planOf('other')], earlier, { appendOnly: [plan] });
    expect(prediction.refusal).toBeUndefined();
    expect(prediction.tables).toMatchObject([
      { name: 'big', method: 'delta', deltaRows: 20_000, rows: 280_000 },
      { name: 'other', method: 'whole' },
    ]);
    expect(prediction.basis[0]).toMatch(/^A sample of public\.big was read just now, at \d+ MiB\/s\.$/);

    const result = await deltaOfOne(world.databases, plan, earlier);
    expect(result).toMatchObject({ verdict: 'equal', rows: { source: 300_000, target: 300_000 } });
    const predicted = prediction.tables[0]?.seconds ?? 0;
    process.stdout.write(
      `predicted ${predicted.toFixed(2)} s, took ${result.seconds.toFixed(2)} s: ${(predicted / result.seconds).toFixed(1)} times\n`,
    );
    expect(predicted).toBeGreaterThan(0);
  }, 60_000);

  test('tells that the baseline would be refused', async () => {
    const plan = planOf('big');
    const earlier = await earlierPass(world.databases, []);
    const source = { ...earlier.baseline.source, systemIdentifier: '1' };
    const { refusal } = await predictDelta(
      world.databases,
      [plan],
      { ...earlier, baseline: { ...earlier.baseline, source } },
      { appendOnly: [plan] },
    );
    expect(refusal).toMatch(/^the baseline does not serve for the source: its system identifier is/);
  });
});
