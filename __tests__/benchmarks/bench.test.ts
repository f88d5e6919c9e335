import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { judge } from '../../benchmarks/goals';
import { NODE_FLAGS, type Measurement } from '../../benchmarks/measure';
import { benchCommand, parseOptions } from '../../benchmarks/options';
import { scaleEnvironments } from '../../benchmarks/scale-environments';
import { median, medians } from '../../benchmarks/statistics';
import { table } from '../../benchmarks/table';
import { projectRoot } from '../../constructs/compute/project-root';
import { loadEnvironments } from '../../environments';

const of = (milliseconds: number, maxRssMib = 1): Measurement => ({ milliseconds, cpuMilliseconds: 1, maxRssMib });

describe('the median', () => {
  test.each([
    [[3], 3],
    [[9, 1, 2], 2],
    [[4, 1, 100, 2], 3],
    [[10, 9, 1], 9],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  test('of nothing is an error', () => {
    expect(() => median([])).toThrow('median must have at least one value, got none');
  });

  test('is taken of each measure on its own', () => {
    expect(medians([of(1, 30), of(2, 10), of(9, 20)])).toEqual({
      milliseconds: 2,
      cpuMilliseconds: 1,
      maxRssMib: 20,
    });
  });
});

describe('the goals', () => {
  const verdicts = (app: Measurement, many: Measurement): boolean[] =>
    judge({ app, floor: of(100, 100), few: of(100), many }).map(({ passed }) => passed);

  test('are reached at their very limits', () => {
    expect(verdicts(of(125, 130), of(500))).toEqual([true, true, true]);
  });

  test('are missed above them, each on its own', () => {
    expect(verdicts(of(125.1, 130), of(500))).toEqual([false, true, true]);
    expect(verdicts(of(125, 130.1), of(500))).toEqual([true, false, true]);
    expect(verdicts(of(125, 130), of(500.1))).toEqual([true, true, false]);
  });
});

describe('the table', () => {
  test('has its first column to the left and the others to the right', () => {
    expect(
      table([
        ['', 'ms'],
        ['app', '1234'],
        ['floor', '5'],
      ]),
    ).toBe('         ms\napp    1234\nfloor     5');
  });

  test('of nothing is nothing', () => {
    expect(table([])).toBe('');
  });
});

describe('the command line', () => {
  test('measures ten runs and asserts nothing, unless told otherwise', () => {
    expect(parseOptions([])).toEqual({ runs: 10, assert: false });
    expect(parseOptions(['--runs=25', '--assert'])).toEqual({ runs: 25, assert: true });
  });

  test.each(['--runs=0', '--runs=1.5', '--runs', '--asert'])('refuses %s', (argument) => {
    const command = benchCommand()
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    expect(() => parseOptions([argument], command)).toThrow(/^error: /);
  });
});

describe('many environments', () => {
  test('are the originals first, then copies under other names and networks', () => {
    const originals = [
      { name: 'a', cidr: '10.1.0.0/16', other: '192.168.0.0/16' },
      { name: 'b', cidr: '10.2.0.0/16', other: '110.2.0.0' },
    ];
    expect(scaleEnvironments(originals, 4)).toEqual([
      ...originals,
      { name: 'a-2', cidr: '10.102.0.0/16', other: '192.168.0.0/16' },
      { name: 'b-3', cidr: '10.103.0.0/16', other: '110.2.0.0' },
    ]);
    expect(scaleEnvironments(originals, 1)).toEqual([originals[0]]);
  });

  test('need one to copy', () => {
    expect(() => scaleEnvironments([], 1)).toThrow('originals must have at least one environment, got none');
  });

  test('have names that are still allowed', () => {
    const names = scaleEnvironments(loadEnvironments().environments, 30).map(({ name }) => name);
    expect(new Set(names).size).toBe(30);
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(12);
  });
});

test('the programs run as npm run synth runs the app', () => {
  const { scripts } = JSON.parse(readFileSync(join(projectRoot(), 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  expect(scripts.synth).toBe(['npm run --silent build && node', ...NODE_FLAGS, 'dist/main.js'].join(' '));
});
