import { describe, expect, test } from '@jest/globals';
import { type FuzzCommand, fuzzOptions as parse, InvalidArguments, MAX_SEED } from '../../fuzz/options';

const COMMAND: FuzzCommand = { counted: 'requests', defaultCount: 10_000, example: 'npm run fuzz -- 10000' };
const fuzzOptions = (args: readonly string[], seed: number) => parse(args, seed, COMMAND);

describe('the arguments of npm run fuzz', () => {
  test('may be left out', () => {
    expect(fuzzOptions([], 7)).toEqual({ count: 10_000, seed: 7 });
    expect(fuzzOptions(['50'], 7)).toEqual({ count: 50, seed: 7 });
    expect(fuzzOptions(['50', '0'], 7)).toEqual({ count: 50, seed: 0 });
  });

  test.each([
    [['1'], { count: 1 }],
    [['10000000'], { count: 10_000_000 }],
    [['1', `${MAX_SEED}`], { seed: MAX_SEED }],
  ])('may be %j', (args, expected) => {
    expect(fuzzOptions(args, 7)).toMatchObject(expected);
  });

  test.each(['0', '10000001', '-1', '1.5', '1e3', 'abc', '--requests', ''])('may not be "%s" requests', (given) => {
    expect(() => fuzzOptions([given], 7)).toThrow(
      new InvalidArguments(
        `requests must be a whole number from 1 to 10000000, got "${given}"; write it as npm run fuzz -- 10000`,
      ),
    );
  });

  test('are refused all at once', () => {
    expect(() => fuzzOptions(['0', '2147483648', '3'], 7)).toThrow(
      new InvalidArguments(
        'requests must be a whole number from 1 to 10000000, got "0"; write it as npm run fuzz -- 10000\n' +
          'seed must be a whole number from 0 to 2147483647, got "2147483648"; take the one that an earlier run printed\n' +
          'there must be two arguments at most, requests and seed, got "3" as well; leave it out',
      ),
    );
  });
});
