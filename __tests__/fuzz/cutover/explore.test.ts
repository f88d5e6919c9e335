import { describe, expect, test } from '@jest/globals';
import { explore } from '../../../fuzz/cutover/explore';
import { modelOptions } from '../../../fuzz/cutover/options';

/** A world that fails soon, and only after some commands. */
const WEAK = { weak: new Set(['the guard does not look'] as const) };

describe('what is told of a run that failed', () => {
  test('makes that run again, with the commands that matter', async () => {
    const told = (await explore(modelOptions(['--runs=5000', '--seed=6'], 0), WEAK)) ?? '';
    const [, again = ''] = /\nagain: npm run model -- (.*)$/.exec(told) ?? [];
    expect(again).toMatch(/^--seed=6 --path=\d+(:\d+)* --replay-path=[A-Za-z0-9+/]+:[A-Za-z0-9+/]+$/);
    const [counterexample] = /Counterexample: .*/.exec(told) ?? [];

    let runs = 0;
    const replayed = await explore(modelOptions(again.split(' '), 0), { ...WEAK, onRun: () => (runs += 1) });
    expect(replayed).toContain('weights');
    expect(replayed).toContain(counterexample);
    // The run itself, and tries to make it smaller still.
    expect(runs).toBeLessThan(100);
  }, 60_000);

  test('is nothing when nothing failed', async () => {
    let runs = 0;
    expect(await explore({ runs: 3, seed: 6 }, { onRun: () => (runs += 1) })).toBeUndefined();
    expect(runs).toBe(3);
  });
});
