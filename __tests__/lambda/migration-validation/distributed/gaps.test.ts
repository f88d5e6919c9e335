import { expect, test } from '@jest/globals';
import { gapIn } from '../../../../lambda/migration-validation/distributed/summarize';

type Chunk = Parameters<typeof gapIn>[0][number];

const range = (after?: string, upTo?: string): Chunk => ({
  kind: 'range',
  ...(after === undefined ? {} : { after: [after] }),
  ...(upTo === undefined ? {} : { upTo: [upTo] }),
});
const partition = (index: number, of: number): Chunk => ({ kind: 'partition', index, of });

test.each<[string, Chunk[]]>([
  ['one range without bounds', [range()]],
  ['ranges that join', [range(undefined, '5'), range('5', '9'), range('9')]],
  ['every partition', [partition(0, 2), partition(1, 2)]],
])('chunks are a whole table: %s', (_, chunks) => {
  expect(gapIn(chunks)).toBeUndefined();
});

test.each<[string, Chunk[], string]>([
  ['none', [], 'it was not cut into chunks'],
  ['no beginning', [range('1', '5'), range('5')], 'its ranges do not join'],
  ['no end', [range(undefined, '5'), range('5', '9')], 'its ranges do not join'],
  ['a gap', [range(undefined, '5'), range('6')], 'its ranges do not join'],
  ['an end in the middle', [range(undefined, '5'), range('5'), range('5')], 'its ranges do not join'],
  ['another kind between them', [range(undefined, '5'), partition(0, 1)], 'its ranges do not join'],
  ['a partition that is missing', [partition(0, 2)], 'its partitions are not all of it'],
  ['a partition twice', [partition(0, 2), partition(0, 2)], 'its partitions are not all of it'],
  ['partitions of two cuts', [partition(0, 2), partition(1, 3)], 'its partitions are not all of it'],
])('chunks are no whole table: %s', (_, chunks, problem) => {
  expect(gapIn(chunks)).toBe(problem);
});
