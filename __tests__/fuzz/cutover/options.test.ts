import { describe, expect, test } from '@jest/globals';
import { modelOptions } from '../../../fuzz/cutover/options';
import { InvalidArguments, MAX_SEED } from '../../../fuzz/options';

describe('the arguments of npm run model', () => {
  test('may be left out', () => {
    expect(modelOptions([], 7)).toEqual({ runs: 100_000, seed: 7 });
  });

  test.each([
    [['--runs=1'], { runs: 1, seed: 7 }],
    [['--runs=10000000'], { runs: 10_000_000, seed: 7 }],
    [['--seed=0'], { runs: 100_000, seed: 0 }],
    [[`--seed=${MAX_SEED}`], { runs: 100_000, seed: MAX_SEED }],
    [[`--seed=${-MAX_SEED - 1}`], { runs: 100_000, seed: -MAX_SEED - 1 }],
    [
      ['--seed=1', '--path=12:0:3', '--replay-path=AAB:C'],
      { runs: 100_000, seed: 1, path: '12:0:3', replayPath: 'AAB:C' },
    ],
  ])('may be %j', (args, expected) => {
    expect(modelOptions(args, 7)).toEqual(expected);
  });

  test.each(['0', '10000001', '-1', '1.5', '1e3', 'abc', ''])('may not be "%s" runs', (given) => {
    expect(() => modelOptions([`--runs=${given}`], 7)).toThrow(
      new InvalidArguments(`--runs must be a whole number from 1 to 10000000, got "${given}"`),
    );
  });

  test('are refused all at once', () => {
    expect(() => modelOptions(['--runs=0', `--seed=${MAX_SEED + 1}`, '--path=a'], 7)).toThrow(
      new InvalidArguments(
        '--runs must be a whole number from 1 to 10000000, got "0"\n' +
          '--seed must be a whole number from -2147483648 to 2147483647, got "2147483648"\n' +
          '--path must be numbers between colons, as a run that failed printed them, got "a"',
      ),
    );
  });

  test('name the seed that a path belongs to', () => {
    expect(() => modelOptions(['--path=1:2'], 7)).toThrow(
      new InvalidArguments('--seed must be there with --path: a path is one of a seed'),
    );
  });

  test('are those that it knows', () => {
    expect(() => modelOptions(['--count=1'], 7)).toThrow(
      /^Unknown option '--count'.*; write it as npm run model -- --runs=100000 --seed=1$/,
    );
  });
});
