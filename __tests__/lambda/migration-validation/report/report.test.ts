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
  test('are shown as they were read: long ones were cut then', () => {
    const difference = changed(`${'x'.repeat(200)}… (cut at 200 of 201 characters)`, null);
    expect(shownOf(difference, true)).toEqual(difference);
    const row: RowDifference = { kind: 'missing-on-source', key: { note: `${'x'.repeat(200)}… (cut at …)`, b: null } };
    expect(shownOf(row, true, [])).toEqual(row);
  });

  test.each([true, false])('are cut where they are a long key, with other values (%p) or without', (values) => {
    const row: RowDifference = { kind: 'missing-on-target', key: { id: 'x'.repeat(201) } };
    expect(shownOf(row, values)).toEqual({
      kind: 'missing-on-target',
      key: { id: `${'x'.repeat(200)}… (cut at 200 of 201 characters)` },
    });
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
