import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { FakeStateBackend, Interruption } from '../../support/fake-state-backend';
import { emptyAccount, run } from './support';
import { weakAccount } from './weak-account';

const EFFECTS = ['none', 'done'] as const;

/** How many calls an undisturbed run makes, and what it leaves. */
async function undisturbed(start: () => FakeStateBackend): Promise<{ calls: number; state: unknown }> {
  const account = start();
  const { error } = await run(account);
  if (error !== undefined) throw error;
  return { calls: account.calls.length, state: account.state };
}

async function interrupted(account: FakeStateBackend, interruption: Interruption): Promise<void> {
  account.interruption = interruption;
  await run(account);
  account.interruption = undefined;
}

/** Expects that a run now ends as if nothing had ever happened, and that the next one finds nothing to do. */
async function expectRecovery(account: FakeStateBackend, state: unknown, keys: number): Promise<void> {
  const { error } = await run(account);
  expect(error).toBeUndefined();
  expect(account.state).toEqual(state);
  expect(account.keys.keys.size).toBe(keys);
  await run(account);
  expect(account.mutations).toEqual([]);
}

describe.each([
  { name: 'an empty account', start: emptyAccount, keys: 1, fewest: 30 },
  { name: 'an account with weaker settings', start: weakAccount, keys: 1, fewest: 50 },
])('a bootstrap of $name', ({ start, keys, fewest }) => {
  test('ends the same after an interruption at any call, whether or not AWS had done it', async () => {
    const { calls, state } = await undisturbed(start);
    expect(calls).toBeGreaterThan(fewest);
    for (let call = 1; call <= calls; call++) {
      for (const effect of EFFECTS) {
        const account = start();
        account.interruption = { call, effect };
        const { error } = await run(account);
        expect(error?.message).toContain('socket hang up');
        await expectRecovery(account, state, keys);
      }
    }
  });

  test('ends the same after any series of interruptions', async () => {
    const { calls, state } = await undisturbed(start);
    const interruption = fc.record({ call: fc.integer({ min: 1, max: calls }), effect: fc.constantFrom(...EFFECTS) });
    await fc.assert(
      fc.asyncProperty(fc.array(interruption, { minLength: 2, maxLength: 5 }), async (interruptions) => {
        const account = start();
        for (const each of interruptions) await interrupted(account, each);
        await expectRecovery(account, state, keys);
      }),
      { numRuns: 40, seed: 20260101 },
    );
  });
});

test('an interruption while reading changes nothing', async () => {
  const account = emptyAccount();
  const before = account.state;
  for (let call = 2; call <= 6; call++) {
    account.interruption = { call, effect: 'none' };
    const { error } = await run(account);
    expect(error?.name).toBe('BootstrapRefused');
  }
  expect(account.state).toEqual(before);
});
