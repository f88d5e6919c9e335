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

const HOUR_MS = 3_600_000;
const SETTING = { kind: 'native', begins: 'all traffic on AWS', onTable: false, abortsAtEnd: false } as const;

/** A cutover stands right before it opens Aurora, a rollback goes all the way, and then the cutover wakes up. */
async function wakeBeforeOpening(stage: Stage): Promise<void> {
  const cutover = stage.start('cutover', { approved: true });
  await stage.stepTo(cutover, ['fence.open']);
  await stage.finish(stage.start('rollback'));
  await stage.step(cutover, 1);
}

/**
 * A lost invocation of the drain has confirmed its lease and stands right before it resumes forward replication, which asks for
 * no token. It wakes up when Aurora is open, and reverse has brought back what was written there. The slot of forward still
 * stands before that: undoing needed it.
 */
async function wakeBeforeResuming(stage: Stage): Promise<void> {
  const { world } = stage;
  const cutover = stage.start('cutover', { approved: true });
  await stage.stepTo(cutover, ['fence.close']);
  world.links.forward.fail();
  await stage.stepTo(cutover, ['replication.resume']);
  const orphan = await cutover.lose();
  if (orphan === undefined) throw new Error('nothing was lost');
  await stage.stepTo(cutover, ['fence.open']);
  await stage.step(cutover, 1);
  // Until those who write in AWS have read the item anew, and something has come back to on-premises.
  world.pass(10_000);
  world.adjust('aws');
  world.pass(1_000);
  world.adjust('aws');
  const resumed = await orphan.step();
  expect([resumed, world.links.forward.state]).toEqual(['replication.resume', 'starting']);
  world.pass(1_000);
  world.requireSound();
}

/** A lost invocation stands right before it freezes, and wakes up when the cutover has given Aurora authority without it. */
async function wakeBeforeFreezing(stage: Stage): Promise<void> {
  const cutover = stage.start('cutover', { approved: true });
  while (cutover.visited.at(-1) !== 'Freeze' && !cutover.ended) await stage.step(cutover, 1);
  await stage.stepTo(cutover, ['table.UpdateCommand']);
  const orphan = await cutover.lose();
  if (orphan === undefined) throw new Error('nothing was lost');
  await stage.finish(cutover);
  expect(stage.world.item).toMatchObject({ authority: 'aurora', epoch: 3 });
  expect(await orphan.step()).toBe('table.UpdateCommand');
  stage.world.requireSound();
}

describe.each([
  ['rows obey anyone', WEAKENINGS['rows obey anyone'].says, SETTING, wakeBeforeOpening],
  ['replication is not kept out', WEAKENINGS['replication is not kept out'].says, SETTING, wakeBeforeResuming],
  [
    'the item is written unconditionally',
    /the epoch has gone back from 3 to 2/,
    { ...SETTING, onTable: true },
    wakeBeforeFreezing,
  ],
] as const)('%s', (weakening, says, setting, happen) => {
  test('with the guard nothing is found, and a rollback is possible', async () => {
    const stage = await Stage.set(setting);
    await happen(stage);
    await stage.rollBack();
    expect(stage.world.item.authority).toBe('on-prem');
  });

  test('without it the model finds it', async () => {
    const stage = await Stage.set(setting, new Set([weakening]));
    await expect(happen(stage)).rejects.toThrow(says);
  });
});

describe.each(['native', 'dms'] as const)('with replication of the kind %s', (kind) => {
  test.each(['rollback', 'finish'] as const)('a cutover and then %s reach their ends in it', async (machine) => {
    const stage = await Stage.set({ ...SETTING, kind });
    const cutover = stage.start('cutover', { approved: true });
    await stage.finish(cutover);
    expect(cutover.outcome).toHaveProperty('output.machine', 'cutover');
    stage.world.pass(HOUR_MS);
    const next = stage.start(machine, { approved: true });
    await stage.finish(next);
    expect(next.outcome).toHaveProperty('output.machine', machine);
  });

  test('an advance reaches its end in it when somebody deploys the weights', async () => {
    const stage = await Stage.set({ ...SETTING, kind, begins: 'replicating' });
    const advance = stage.start('advance', { to: 10 });
    while (!stage.world.plan(10) && !advance.ended) await stage.step(advance, 1);
    stage.deploy();
    await stage.finish(advance);
    expect(advance.outcome).toHaveProperty('output.machine', 'advance');
  });
});
