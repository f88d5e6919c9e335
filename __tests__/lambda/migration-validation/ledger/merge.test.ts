import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { byTime } from '../../../../lambda/migration-validation/ledger/by-time';
import {
  compareKeys,
  compareText,
  type Keyed,
  merge,
  type Merged,
} from '../../../../lambda/migration-validation/ledger/merge';

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

/** Pages of so many values, an empty page before each. */
async function* pagesOf<Value>(size: number, values: readonly Value[]): AsyncGenerator<readonly Value[]> {
  for (let start = 0; start < values.length; start += size) {
    await Promise.resolve();
    yield [];
    yield values.slice(start, start + size);
  }
}

const rows = (keys: readonly (string | null)[], side = ''): Keyed<string>[] =>
  keys.map((key) => ({ key: [key], value: `${key ?? 'null'}${side}` }));

async function merged(
  source: AsyncIterable<readonly Keyed<string>[]>,
  target: AsyncIterable<readonly Keyed<string>[]>,
): Promise<Merged<string>[]> {
  const all: Merged<string>[] = [];
  await merge(source, target, (each) => all.push(each));
  return all;
}

test.each([1, 2, 3, 10])('two streams are paired by their keys, in pages of %d', async (size) => {
  const all = await merged(pagesOf(size, rows(['a', 'c', null], '<')), pagesOf(size, rows(['b', 'c', 'd', 'e'], '>')));

  expect(all).toStrictEqual([
    { key: ['a'], source: 'a<', target: undefined },
    { key: ['b'], source: undefined, target: 'b>' },
    { key: ['c'], source: 'c<', target: 'c>' },
    { key: ['d'], source: undefined, target: 'd>' },
    { key: ['e'], source: undefined, target: 'e>' },
    { key: [null], source: 'null<', target: undefined },
  ]);
});

test.each([
  ['back', ['b', 'a'], 1],
  ['back within a page', ['b', 'a'], 2],
  ['twice', ['a', 'a'], 1],
])('a stream that comes %s is an error', async (_, keys, size) => {
  const wrong = () => pagesOf(size, rows(keys));
  const message = 'the groups of a database must come in the order of their keys, each once, got others';

  await expect(merged(pagesOf(1, []), wrong())).rejects.toThrow(message);
  await expect(merged(wrong(), pagesOf(1, []))).rejects.toThrow(message);
});

test('a stream that is not read to its end is closed', async () => {
  let closed = 0;
  async function* watched(): AsyncGenerator<readonly Keyed<string>[]> {
    try {
      yield* pagesOf(1, rows(['a', 'b']));
    } finally {
      closed += 1;
    }
  }
  const failed = new Error('no use');

  await expect(
    merge(watched(), watched(), () => {
      throw failed;
    }),
  ).rejects.toBe(failed);

  expect(closed).toBe(2);
});

const times = (...values: readonly number[]) =>
  pagesOf(
    2,
    values.map((timestamp) => ({ timestamp })),
  );

test('streams are joined by their moments', async () => {
  const moments: number[][] = [];
  await byTime([times(1, 1, 1, 4), times(1, 2), times()], ({ timestamp, members }) => {
    moments.push([timestamp, ...members.map(({ length }) => length)]);
    return undefined;
  });

  expect(moments).toStrictEqual([
    [1, 3, 1, 0],
    [2, 0, 1, 0],
    [4, 1, 0, 0],
  ]);
});

test.each([
  ['goes back', [2, 1]],
  ['goes back on the next page', [1, 2, 1]],
  ['has no number', [1, Number.NaN]],
  ['begins with no number', [Number.NaN, 1]],
])('a stream that %s in time is an error', async (_, values) => {
  await expect(byTime([times(1, 2), times(...values)], () => undefined)).rejects.toThrow(
    'payments must come in the order of their times, got others',
  );
});
