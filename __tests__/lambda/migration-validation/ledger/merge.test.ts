import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { byTime } from '../../../../lambda/migration-validation/ledger/by-time';
import { compareKeys, compareText, type Keyed, merge } from '../../../../lambda/migration-validation/ledger/merge';

const text = fc.string({
  unit: fc.oneof(fc.constantFrom('a', '\uffee', '😀', '\ud7ff'), fc.string({ unit: 'binary' })),
});

test('texts are in the order of their bytes in UTF-8', () => {
  fc.assert(
    fc.property(text, text, (left, right) => {
      expect(Math.sign(compareText(left, right))).toBe(
        Math.sign(Buffer.compare(Buffer.from(left), Buffer.from(right))),
      );
    }),
  );
  expect(compareText('\uffee', '😀')).toBeLessThan(0);
});

test('what is null comes last, and is equal to itself', () => {
  expect(compareKeys([null], ['z'])).toBeGreaterThan(0);
  expect(compareKeys(['z', 'a'], ['z', null])).toBeLessThan(0);
  expect(compareKeys([null, 'a'], [null, 'a'])).toBe(0);
  expect(compareKeys(['a', 'b'], ['a', 'c'])).toBeLessThan(0);
});

async function* stream(...keys: readonly (string | null)[]): AsyncGenerator<Keyed<string>> {
  for (const key of keys) {
    await Promise.resolve();
    yield { key: [key], value: `value of ${key ?? 'null'}` };
  }
}

async function all<Value>(values: AsyncIterable<Value>): Promise<Value[]> {
  const collected: Value[] = [];
  for await (const value of values) collected.push(value);
  return collected;
}

test('two streams are paired by their keys', async () => {
  const merged = await all(merge(stream('a', 'c', null), stream('b', 'c')));

  expect(merged.map(({ key, source, target }) => [key[0], source !== undefined, target !== undefined])).toStrictEqual([
    ['a', true, false],
    ['b', false, true],
    ['c', true, true],
    [null, true, false],
  ]);
});

test.each([
  ['back', ['b', 'a']],
  ['twice', ['a', 'a']],
])('a stream that comes %s is an error', async (_, keys) => {
  await expect(all(merge(stream(), stream(...keys)))).rejects.toThrow(
    'the groups of a database must come in the order of their keys, each once, got others',
  );
});

test('a stream that is not read to its end is closed', async () => {
  let closed = 0;
  async function* watched(): AsyncGenerator<Keyed<string>> {
    try {
      yield* stream('a', 'b');
    } finally {
      closed += 1;
    }
  }

  for await (const _ of merge(watched(), watched())) break;

  expect(closed).toBe(2);
});

async function* times(...values: readonly number[]): AsyncGenerator<{ readonly timestamp: number }> {
  for (const timestamp of values) {
    await Promise.resolve();
    yield { timestamp };
  }
}

test('streams are joined by their moments', async () => {
  const moments = await all(byTime(times(1, 1, 4), times(1, 2), times()));

  expect(moments.map(({ timestamp, members }) => [timestamp, ...members.map(({ length }) => length)])).toStrictEqual([
    [1, 2, 1, 0],
    [2, 0, 1, 0],
    [4, 1, 0, 0],
  ]);
});

test.each([
  ['goes back', [2, 1]],
  ['has no number', [1, Number.NaN]],
  ['begins with no number', [Number.NaN, 1]],
])('a stream that %s in time is an error', async (_, values) => {
  await expect(all(byTime(times(1, 2), times(...values)))).rejects.toThrow(
    'payments must come in the order of their times, got others',
  );
});
