import { expect, test } from '@jest/globals';
import { openRun, type PartEntry, tableText } from '../../../../lambda/migration-validation/engine/state';
import { MemoryState, planOf, SEED } from './support';

const plan = planOf('t');
const startedAt = '2026-01-01T00:00:00.000Z';
const IDENTITY = { mode: 'live', seed: SEED, startedAt, source: 'one', target: 'other' } as const;

/** Rows of `size` numbers each. */
const part = (from: number, size: number, end = false): PartEntry => ({
  ...{ kind: 'part', table: tableText(plan), from, to: from, rechecked: false, differences: [] },
  part: {
    kind: 'range',
    ...(from === 0 ? {} : { after: [`${from * size}`] }),
    ...(end ? {} : { upTo: [`${(from + 1) * size}`] }),
  },
  rows: { source: size, target: size },
  counts: { missingOnTarget: 0, missingOnSource: 0, changed: 0 },
});

async function goOn(parts: readonly PartEntry[]) {
  const state = new MemoryState();
  await openRun(state, [plan], IDENTITY, 10);
  await state.append({ kind: 'begin', table: tableText(plan), rangeKey: ['id'] });
  for (const entry of parts) await state.append(entry);
  return openRun(state, [plan], IDENTITY, 10);
}

test('goes on with parts of one run, in whatever order they were done', async () => {
  const { tables, note } = await goOn([part(2, 100), part(0, 100), part(4, 100), part(3, 100)]);
  expect(note).toContain('4 parts of tables were compared before');
  expect(tables.get(tableText(plan))?.chunks.ranges()).toEqual({
    gaps: [{ from: 1, to: 1, part: { kind: 'range', after: ['100'], upTo: ['200'] } }],
    open: { from: 5, after: ['500'] },
  });
});

test.each([
  ['one after the other', [part(0, 100), part(1, 500)], 'part 1 of ["public","t"] does not begin where'],
  ['beyond a gap', [part(0, 100), part(2, 100), part(3, 500)], 'part 3 of ["public","t"] does not begin where'],
  ['after the end', [part(0, 100, true), part(1, 100)], 'part 1 of ["public","t"] does not begin where'],
  ['twice', [part(0, 100), part(1, 100), part(0, 100)], 'part 0 of ["public","t"] is there twice'],
  ['twice beyond a gap', [part(2, 100), part(2, 100)], 'part 2 of ["public","t"] is there twice'],
])('refuses parts that different runs have cut, %s: rows between them would be left out', async (_, parts, problem) => {
  await expect(goOn(parts)).rejects.toThrow('the state must be of one run alone, got lines of several (' + problem);
});
