import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { reportJsonSchema } from '../../../../lambda/migration-validation/report/json-schema';
import { report as reportSchema, type TableResult } from '../../../../lambda/migration-validation/report/model';
import { withShownValues } from '../../../../lambda/migration-validation/report/values';
import { readReport, writeReport } from '../../../../lambda/migration-validation/report/write-report';
import { PROJECT } from '../../../support/imports';
import { sampleReport, tableResult } from './sample-report';

const folder = mkdtempSync(join(tmpdir(), 'report-'));
afterAll(() => rm(folder, { recursive: true }));

describe('the files of a report', () => {
  test('are whole, for owner and group alone, and nothing else stays in the folder', async () => {
    const target = join(folder, 'new', 'folder');
    const paths = await writeReport(sampleReport(), target, '<p>page</p>');
    expect(paths).toEqual([join(target, 'report.json'), join(target, 'report.html')]);
    expect(readdirSync(target).sort()).toEqual(['report.html', 'report.json']);
    expect(statSync(join(target, 'report.json')).mode & 0o777 & ~0o640).toBe(0);
    expect(await readReport(join(target, 'report.json'))).toEqual(sampleReport());
    expect(readFileSync(join(target, 'report.html'), 'utf8')).toBe('<p>page</p>');
  });

  test('are refused when they are none', async () => {
    const path = join(folder, 'other.json');
    writeFileSync(path, '{"formatVersion": 2}');
    await expect(readReport(path)).rejects.toThrow(
      `${path} must be a report.json of format version 1, got another file, wrong at formatVersion`,
    );
    writeFileSync(path, 'nothing');
    await expect(readReport(path)).rejects.toThrow(`${path} must be JSON, got other text`);
  });

  test('have the schema that is in docs', () => {
    const text = readFileSync(join(PROJECT, 'docs', 'compare-report.schema.json'), 'utf8');
    // After a change of the model: npm run docs:compare-report
    expect(JSON.parse(text)).toEqual(JSON.parse(reportJsonSchema()));
  });
});

type RowDifference = TableResult['differences'][number];

const shownOf = (difference: RowDifference, values: boolean, key = ['id']): RowDifference | undefined =>
  withShownValues(sampleReport({ tables: [tableResult({ key, differences: [difference] })] }), { values }).tables[0]
    ?.differences[0];

const changed = (source: string | null, target: string | null): RowDifference => ({
  kind: 'changed',
  key: { id: '7' },
  columns: [{ name: 'note', source, target }],
});

describe('the values in a report', () => {
  test('of 200 characters are whole, NULL stays NULL', () => {
    const difference = changed('x'.repeat(200), null);
    expect(shownOf(difference, true)).toEqual(difference);
  });

  test('of 201 characters are cut, and say how long they are', () => {
    expect(shownOf(changed('x'.repeat(201), ''), true)?.columns?.[0]).toEqual({
      name: 'note',
      source: `${'x'.repeat(200)}… (cut at 200 of 201 characters)`,
      target: '',
    });
  });

  test('are counted in characters, not in halves of them', () => {
    const difference = changed('😀'.repeat(200), 'b');
    expect(shownOf(difference, true)).toEqual(difference);
    expect(shownOf(changed('😀'.repeat(201), 'b'), true)?.columns?.[0]?.source).toBe(
      `${'😀'.repeat(200)}… (cut at 200 of 201 characters)`,
    );
  });

  test('that differ far behind their beginning are shown from there', () => {
    const [column] = shownOf(changed(`${'x'.repeat(1000)}A`, `${'x'.repeat(1000)}B`), true)?.columns ?? [];
    expect(column?.source).toBe(`…${'x'.repeat(20)}A (981 to 1,001 of 1,001 characters)`);
    expect(column?.target).toBe(`…${'x'.repeat(20)}B (981 to 1,001 of 1,001 characters)`);
  });

  test('that differ in the second half of a character are shown from that character', () => {
    const [column] = shownOf(changed(`${'😀'.repeat(300)}😁x`, `${'😀'.repeat(300)}😂x`), true)?.columns ?? [];
    expect(column?.source).toBe(`…${'😀'.repeat(20)}😁x (281 to 302 of 302 characters)`);
    expect(column?.target).toBe(`…${'😀'.repeat(20)}😂x (281 to 302 of 302 characters)`);
  });

  test('may be large: no copy is made of them', () => {
    const large = 'x'.repeat(30_000_000);
    const before = process.memoryUsage().heapUsed;
    const [column] = shownOf(changed(`${large}A`, large), true)?.columns ?? [];
    expect(column?.source).toBe(`…${'x'.repeat(20)}A (29,999,981 to 30,000,001 of 30,000,001 characters)`);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100_000_000);
  });

  test('are left out on request: the key stays, no other value does', () => {
    expect(shownOf(changed('secret', 'other'), false)).toEqual({
      kind: 'changed',
      key: { id: '7' },
      columns: [{ name: 'note' }],
    });
  });

  test('of a table without a key are its whole rows: they are left out on request, how many stays', () => {
    const difference: RowDifference = { kind: 'missing-on-target', key: { a: 'secret', b: null }, count: 2 };
    expect(shownOf(difference, true, [])).toEqual(difference);
    expect(shownOf(difference, false, [])).toEqual({ kind: 'missing-on-target', key: {}, count: 2 });
  });

  test('fit the model either way', () => {
    const tables = [tableResult({ differences: [changed('a', null)] })];
    for (const values of [true, false]) {
      const report = withShownValues(sampleReport({ tables }), { values });
      expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    }
  });
});
