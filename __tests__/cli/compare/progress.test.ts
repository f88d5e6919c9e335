import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { Progress } from '../../../cli/compare/progress';
import { resumeCommand } from '../../../cli/compare/resume';
import type { TablePlan } from '../../../lambda/migration-validation/rows/chunk';
import { tableResult } from '../../lambda/migration-validation/report/sample-report';

let texts: string[] = [];
let now = 0;

beforeEach(() => {
  texts = [];
  now = 0;
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const progressOn = (isTerminal: boolean): Progress => {
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      texts.push(chunk.toString());
      done();
    },
  });
  return new Progress({
    isTerminal,
    stream: Object.assign(stream, { isTTY: isTerminal, columns: 120 }),
    now: () => now,
  });
};

const plan = (name: string, estimatedRows: number): TablePlan => ({
  schema: 's',
  name,
  kind: 'ordinary',
  columns: [],
  key: [],
  estimatedRows,
  bytes: 1,
});

/** A comparison of two tables, half of one done after two seconds. */
function half(progress: Progress): void {
  const [one, other] = [plan('one', 1000), plan('other', 3000)];
  progress.part('reading the catalogs');
  progress.planned([one, other]);
  progress.part('comparing the rows');
  progress.tableStarted(one);
  now = 2000;
  progress.chunkDone(one, 500);
}

describe('the progress of a comparison', () => {
  test('is rows, percent, rows a second, the time left and the table', () => {
    const progress = progressOn(false);
    half(progress);
    expect(progress.text()).toBe('500 rows, about 12 %, 250 rows/s, 14 s left, s.one');
    progress.stop();
  });

  test('knows the rows of a table that is done, and a table that outgrew its estimate', () => {
    const progress = progressOn(false);
    half(progress);
    progress.tableDone(tableResult({ schema: 's', name: 'one', rows: { source: 3000, target: 3000 } }));
    expect(progress.text()).toBe('3,000 rows, about 50 %, 250 rows/s, 12 s left');
    progress.chunkDone(plan('other', 3000), 9000);
    expect(progress.text()).toBe('12,000 rows, about 100 %, 4,750 rows/s');
    progress.stop();
  });

  test('of tables that were never analyzed has no percent, and of none at all no number that is none', () => {
    const progress = progressOn(false);
    progress.planned([plan('new', -1)]);
    progress.part('comparing the rows');
    expect(progress.text()).toBe('0 rows, 0 rows/s');
    progress.stop();
  });

  test('says why it waits', () => {
    const progress = progressOn(false);
    half(progress);
    progress.paused('the slot is behind');
    expect(progress.text()).toBe('500 rows, about 12 %, 250 rows/s, 14 s left, paused: the slot is behind');
    progress.paused(undefined);
    expect(progress.text()).not.toContain('paused');
    progress.stop();
  });

  test('is a line every ten seconds without a terminal, and none after the end', () => {
    const progress = progressOn(false);
    half(progress);
    expect(texts).toEqual(['reading the catalogs\n', 'comparing the rows\n']);
    jest.advanceTimersByTime(9_999);
    expect(texts).toHaveLength(2);
    jest.advanceTimersByTime(1);
    expect(texts.slice(2)).toEqual(['500 rows, about 12 %, 250 rows/s, 14 s left, s.one\n']);
    progress.stop();
    jest.advanceTimersByTime(60_000);
    expect(texts).toHaveLength(3);
  });

  test('is a bar on a terminal', () => {
    const progress = progressOn(true);
    half(progress);
    jest.advanceTimersByTime(1000);
    progress.stop();
    expect(texts.join('')).toContain('###');
    expect(texts.join('')).toContain('12 % | 500 rows, 250 rows/s, 14 s left, s.one');
  });
});

describe('the command that goes on', () => {
  test.each([
    [['--state', 'a b'], "npm run compare -- --state 'a b'"],
    [
      ['--source', 'postgres://u:p%40ss@h/d?sslmode=require&password=x&sslpassword=y'],
      "npm run compare -- --source 'postgres://u@h/d?sslmode=require'",
    ],
    [['--source=postgres://u:pass@h/d?password=x'], 'npm run compare -- --source=postgres://u@h/d'],
    [['--source', "postgres://u:it's?#@h/d"], 'npm run compare -- --source postgres://u@h/d'],
    [["it's"], "npm run compare -- 'it'\\''s'"],
  ])('%j has no password, and is quoted', (args, command) => {
    expect(resumeCommand(args)).toBe(command);
  });
});
