import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { migrationProperty } from '../../../fuzz/cutover/property';
import { Stage } from '../../../fuzz/cutover/stage';
import { WEAKENINGS, type Weakening } from '../../../fuzz/cutover/weakening';

describe('the migration, whatever happens', () => {
  test('has one writable side, loses nothing, and can be rolled back', async () => {
    const details = await fc.check(migrationProperty(), { numRuns: 2_000, seed: 6 });
    expect(details.failed ? fc.defaultReportMessage(details) : undefined).toBeUndefined();
    expect(details.numRuns).toBe(2_000);
  }, 600_000);
});

const guards = Object.entries(WEAKENINGS);

describe('without a guard the model finds what it guards', () => {
  test.each(guards.filter(([, { zombies }]) => zombies !== 'scripted'))(
    '%s',
    async (weakening, { says, setting, zombies }) => {
      const weak = new Set([weakening as Weakening]);
      const property = migrationProperty({ weak, setting, zombies: zombies === true });
      const { failed, errorInstance } = await fc.check(property, { numRuns: 5_000, seed: 6, endOnFailure: true });
      expect({ failed, message: String(errorInstance) }).toEqual({
        failed: true,
        message: expect.stringMatching(says) as unknown,
      });
    },
    120_000,
  );
});

const SETTING = { kind: 'native', begins: 'all traffic on AWS', onTable: false, abortsAtEnd: false } as const;

/** A cutover stands right before it opens Aurora, a rollback goes all the way, and then the cutover wakes up. */
async function wakeBeforeOpening(stage: Stage): Promise<void> {
  const cutover = stage.start('cutover', { approved: true });
  await stage.stepTo(cutover, ['fence.open']);
  await stage.finish(stage.start('rollback'));
  await stage.step(cutover, 1);
}

/** A lost invocation of the drain stands right before it resumes forward replication, and wakes up when Aurora is open. */
async function wakeBeforeResuming(stage: Stage): Promise<void> {
  const cutover = stage.start('cutover', { approved: true });
  await stage.stepTo(cutover, ['fence.close']);
  stage.world.links.forward.fail();
  await stage.stepTo(cutover, ['replication.resume']);
  const orphan = await cutover.lose();
  await stage.finish(cutover);
  if (orphan === undefined) throw new Error('nothing was lost');
  // Until those who write in AWS have read the item anew, and something has come back to on-premises.
  stage.world.pass(10_000);
  stage.world.pay('aws');
  stage.world.pass(1_000);
  await stage.step(orphan, 1);
  stage.world.pass(1_000);
  stage.world.requireSound();
}

describe.each([['rows obey anyone', wakeBeforeOpening]] as const)('%s', (weakening, happen) => {
  test('with the guard nothing is found, and a rollback is possible', async () => {
    const stage = await Stage.set(SETTING);
    await happen(stage);
    await stage.rollBack();
    expect(stage.world.item.authority).toBe('on-prem');
  });

  test('without it the model finds it', async () => {
    const stage = await Stage.set(SETTING, new Set([weakening]));
    await expect(happen(stage)).rejects.toThrow(WEAKENINGS[weakening].says);
  });
});

test('forward replication that an overtaken step resumes does not write to an open Aurora', async () => {
  const stage = await Stage.set(SETTING);
  await wakeBeforeResuming(stage);
  await stage.rollBack();
  expect(stage.world.item.authority).toBe('on-prem');
});
