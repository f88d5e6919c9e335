import { expect, test } from '@jest/globals';
import { NotSettled } from '../../../../lambda/migration-validation/engine/position';
import { recheckKeys, type Rereading } from '../../../../lambda/migration-validation/engine/recheck';
import { planOf, SEED } from './support';

/** A row's hash and version; undefined: there is none. */
type Row = string | undefined;

/** Reads what a script says of the row with the key 1; the last of each side stays. */
function script(source: readonly Row[], target: readonly Row[], wait = () => Promise.resolve(), maxRechecks = 3) {
  const calls: string[] = [];
  const rows = { source: [...source], target: [...target] };
  const reading: Rereading = {
    ...{ seed: SEED, maxRechecks },
    settling: {
      wait: () => {
        calls.push('wait');
        return wait();
      },
    },
    onSide: (role) => {
      calls.push(role);
      const row = rows[role].length > 1 ? rows[role].shift() : rows[role][0];
      const [hash = '', xmin = ''] = row?.split('@') ?? [];
      return Promise.resolve(new Map(row === undefined ? [] : [['["1"]', { hash, xmin }]]) as never);
    },
    onBoth: () => Promise.reject(new Error('not needed')),
  };
  return { calls, run: () => recheckKeys(reading, planOf('t'), [['1']]) };
}

const CHANGING = 'rows kept changing while they were compared 3 times more';

test.each<[string, Row[], Row[], string[], string | undefined]>([
  ['arrives while it is waited for', ['a@1'], ['a@9'], [], undefined],
  ['is deleted on both sides', ['a@1', undefined], [undefined], [], undefined],
  ['has what the source has by now', ['a@1', 'b@2'], ['b@9'], [], undefined],
  ['differs though the source stands still', ['a@1', 'a@1'], ['b@9'], ['changed'], undefined],
  ['lacks it though the source stands still', ['a@1', 'a@1'], [undefined], ['missing-on-target'], undefined],
  ['is behind a source that has another version by now', ['a@1', 'b@2', 'b@2'], ['x@8', 'b@9'], [], undefined],
  ['differs from an equal row of another version', ['a@1', 'a@2', 'a@2'], ['b@8', 'a@9'], [], undefined],
  ['shows a row that comes and goes', [undefined], ['a@8', undefined], [], undefined],
  ['has a row of its own that stays', [undefined], ['a@8', 'a@8'], ['missing-on-source'], undefined],
  ['shows a row that comes and goes again and again', [undefined], ['a@5', 'a@6', 'a@7', 'a@8'], [], CHANGING],
  ['never catches up with a hot row', ['a@1', 'b@2', 'c@3', 'd@4', 'e@5'], ['x@6', 'y@7', 'z@8', 'w@9'], [], CHANGING],
])('the target %s', async (_title, source, target, real, reason) => {
  const { run } = script(source, target);
  const found = await run();
  expect(found.real.map(({ kind }) => kind)).toEqual(real);
  expect([found.undecided.length, found.reason]).toEqual([reason === undefined ? 0 : 1, reason]);
});

test('the target is read after the wait, and the source once more after that', async () => {
  const { run, calls } = script(['a@1'], ['b@9']);
  await run();
  expect(calls).toEqual(['source', 'wait', 'target', 'source']);
});

test('a position that does not pass leaves all rows undecided, and unread on the target', async () => {
  const { run, calls } = script(['a@1'], ['b@9'], () => Promise.reject(new NotSettled('not within 5 s')));
  expect(await run()).toEqual({ real: [], undecided: [['1']], reason: 'not within 5 s' });
  expect(calls).toEqual(['source', 'wait']);
});
