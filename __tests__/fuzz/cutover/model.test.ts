import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { migrationProperty } from '../../../fuzz/cutover/property';
import { WEAKENINGS, type Weakening } from '../../../fuzz/cutover/weakening';

describe('the migration, whatever happens', () => {
  test('has one writable side, loses nothing, and can be rolled back', async () => {
    await fc.assert(migrationProperty(), { numRuns: 2_000, seed: 6 });
  }, 300_000);
});

describe('without a guard the model finds what it guards', () => {
  test.each(Object.entries(WEAKENINGS))(
    '%s: %s',
    async (weakening, { says, setting, zombies }) => {
      const weak = new Set([weakening as Weakening]);
      const { failed, errorInstance } = await fc.check(migrationProperty({ weak, setting, zombies }), {
        numRuns: 10_000,
        seed: 6,
        endOnFailure: true,
      });
      expect({ failed, message: String(errorInstance) }).toEqual({
        failed: true,
        message: expect.stringMatching(says) as unknown,
      });
    },
    120_000,
  );
});
