import { describe, expect, jest, test } from '@jest/globals';
import type { Step } from '../../../lambda/migration-steps/step';
import { archiveHistory } from '../../../lambda/migration-steps/steps/archive-history';
import type { DataPathDependencies } from '../../../lambda/migration-steps/steps/dependencies';
import { retireReverse } from '../../../lambda/migration-steps/steps/retire-reverse';
import { portsOf } from './support/memory-ports';
import { ABANDON, moveSteps, POSITION, PROBE, rollback, runAll, runStep } from './support/run-steps';
import { World } from './support/world';

const STEPS = moveSteps('on-prem', 'aurora');
const upTo = (name: string) =>
  STEPS.slice(
    0,
    STEPS.findIndex((called) => called.name === name),
  );
const run = (step: Step<DataPathDependencies>) => ({ name: 'x', step });

/** A cutover up to a step, which has not been called. */
async function before(name: string, kind: 'native' | 'dms' = 'native') {
  const world = World.migrated(kind);
  world.pass(100);
  const executor = world.lease('cutover');
  const ports = portsOf(world);
  await runAll(ports, executor, upTo(name));
  const rest = STEPS.slice(upTo(name).length);
  return { world, executor, ports, go: () => runAll(ports, executor, rest) };
}

describe('a step of the data path', () => {
  test('waits for the marker until the budget is over, and the undoing opens on-premises', async () => {
    const { world, executor, ports, go } = await before('drain');
    world.links.forward.stuck = true;
    expect(await go()).toMatchObject({ outcome: 'expired', step: 'drain' });
    expect(await runStep(ports, executor, ABANDON)).toMatchObject({ outcome: 'done', epoch: 3 });
    expect(world.databases['on-prem'].row).toEqual({ side: 'on-prem', epoch: 3, writable: true });
  });

  test.each(['drain', 'arm-opposite'])(
    'undone before %s, lets DMS go on with the task that loaded, from the slot that DMS made',
    async (name) => {
      const { world, executor, ports } = await before(name, 'dms');
      expect(await runStep(ports, executor, ABANDON)).toEqual({
        outcome: 'done',
        message: 'on-prem is open at epoch 3',
        epoch: 3,
      });
      expect(world.links.forward).toMatchObject({ state: 'running', slot: 'forward_load' });
      expect([...world.databases['on-prem'].slots.keys()]).toEqual(['forward_load']);
    },
  );

  test('says with every answer of the drain until when the freeze may last', async () => {
    const { world, executor, ports } = await before('drain');
    const [step] = STEPS.filter(({ name }) => name === 'drain');
    const ask = () => runAll(ports, executor, step === undefined ? [] : [step]);
    const until = (world.item.freeze?.startedAt ?? 0) + ports.budget.seconds * 1000;
    world.links.forward.problems.push('the table payments.entries is suspended');
    expect(await ask()).toMatchObject({ outcome: 'refused', until });
    world.links.forward.problems.length = 0;
    expect(await ask()).toMatchObject({ outcome: 'done', until });
    expect(await ask()).toMatchObject({ outcome: 'done', until });
  });

  test('refuses to rely on replication with problems, and names them', async () => {
    const { world, go } = await before('drain');
    world.links.forward.problems.push('the table payments.entries is suspended');
    expect(await go()).toMatchObject({
      outcome: 'refused',
      step: 'drain',
      reasons: ['the table payments.entries is suspended'],
    });
  });

  test('lets replication go on that stood still before everything had arrived', async () => {
    const { world, go } = await before('drain');
    world.links.forward.state = 'stopped';
    expect(await go()).toMatchObject({ outcome: 'done', epoch: 3 });
  });

  test('lets replication go on once that failed before everything had arrived', async () => {
    const { world, go } = await before('drain', 'dms');
    world.links.forward.fail('the task failed');
    expect(await go()).toMatchObject({ outcome: 'done', epoch: 3 });
  });

  test('refuses to rely on replication that fails again once it was told to go on', async () => {
    const { world, go } = await before('drain', 'dms');
    world.links.forward.fail('the task failed');
    world.links.forward.failingStarts = 1;
    expect(await go()).toMatchObject({ outcome: 'refused', step: 'drain', reasons: expect.any(Array) });
  });

  test('names what was wrong with replication that has nothing to go on from', async () => {
    const { world, go } = await before('drain', 'dms');
    const { forward } = world.links;
    forward.source.slots.delete(forward.slot ?? '');
    forward.fail('the slot is lost');
    expect(await go()).toMatchObject({
      outcome: 'refused',
      step: 'drain',
      reasons: ['the slot is lost', 'forward has nothing to go on from'],
    });
  });

  test('does not take a difference, or a ledger that was not compared, for equal', async () => {
    const { executor, ports } = await before('judge-verification');
    const [judge] = STEPS.filter(({ name }) => name === 'judge-verification');
    const ask = (verification: unknown) =>
      runAll(ports, executor, judge === undefined ? [] : [{ ...judge, given: { verification } }]);
    expect(await ask({ verdict: 'different', reasons: ['one row'], ledger: 'equal' })).toMatchObject({
      outcome: 'refused',
      reasons: ['the verdict of the comparison must be equal, got different', 'one row'],
    });
    expect(await ask({ verdict: 'equal' })).toMatchObject({
      reasons: ['the sums of the ledger must be equal, got none'],
    });
    expect(await ask(undefined)).toMatchObject({ reasons: ['the comparison must answer a verdict, got none'] });
  });

  test('refuses a side whose constraints are not in force', async () => {
    const { world, go } = await before('constraints');
    world.databases.aurora.problems.push('not validated');
    expect(await go()).toMatchObject({ outcome: 'refused', step: 'constraints', reasons: ['not validated'] });
  });

  test('tries a start that fails again', async () => {
    const { world, go } = await before('arm-opposite');
    world.links.reverse.failingStarts = 2;
    expect(await go()).toMatchObject({ outcome: 'done', epoch: 3 });
  });

  test('opens nothing when the budget is over, or when anything was left out', async () => {
    const late = await before('open');
    late.world.pass(31_000);
    expect(await late.go()).toMatchObject({ outcome: 'expired', step: 'open' });
    expect(late.world.item).toMatchObject({ authority: 'frozen', epoch: 2 });
    const early = await before('drain');
    expect(await runAll(early.ports, early.executor, STEPS.slice(-1))).toMatchObject({
      outcome: 'refused',
      reasons: expect.arrayContaining(['the freeze must be drained first, and nothing notes that it was']),
    });
  });

  test('says that a probe was rejected, or not seen in time', async () => {
    const { world, executor, ports, go } = await before('open');
    await go();
    world.links.reverse.stuck = true;
    expect(await runStep(ports, executor, PROBE)).toMatchObject({ outcome: 'expired' });
    world.rejected.add('probe-cutover-1/3');
    expect(await runStep(ports, executor, PROBE)).toMatchObject({ outcome: 'refused' });
  });

  test('waits for a slot that lingers in use, and stays frozen when a drain home does not end', async () => {
    const { world, ports, go } = await before('open');
    await go();
    world.links.reverse.lingering = 2;
    expect(await rollback(ports, 'rollback-1')).toMatchObject({ outcome: 'done', epoch: 5 });
    const other = await before('open');
    await other.go();
    other.world.links.reverse.stuck = true;
    expect(await rollback(other.ports, 'rollback-1')).toMatchObject({ outcome: 'expired', step: 'drain' });
    expect(other.world.item).toMatchObject({ authority: 'frozen', frozenFrom: 'aurora', epoch: 4 });
  });

  test('tells where authority is, and completes an opening that was cut off', async () => {
    const world = World.migrated();
    const executor = world.lease('rollback');
    world.item = { ...world.item, epoch: 3 };
    expect(await runStep(portsOf(world), executor, POSITION)).toMatchObject({ outcome: 'on-prem', epoch: 3 });
    expect(world.databases['on-prem'].row).toMatchObject({ epoch: 3, writable: true });
  });

  test('removes replication only while authority is aurora, and archives the history', async () => {
    const { world, executor, ports, go } = await before('open');
    expect(await runStep(ports, executor, run(retireReverse))).toMatchObject({ outcome: 'refused' });
    await go();
    expect(await runStep(ports, executor, run(retireReverse))).toMatchObject({ outcome: 'done' });
    expect([...world.databases['on-prem'].slots.keys(), ...world.databases.aurora.slots.keys()]).toEqual([]);
    expect(world.databases['on-prem']).toMatchObject({ admitted: false, row: { writable: false, epoch: 3 } });
    expect(await runStep(ports, executor, run(archiveHistory))).toMatchObject({ outcome: 'done', items: 2 });
  });

  test.each(['native', 'dms'] as const)(
    'freezes nothing that could not be drained: after the end of the way back Aurora stays open (%s)',
    async (kind) => {
      const { world, executor, ports, go } = await before('open', kind);
      await go();
      await runStep(ports, executor, run(retireReverse));
      expect(await rollback(ports, 'rollback-1')).toEqual({
        outcome: 'refused',
        step: 'freeze',
        message: 'aurora is not frozen',
        reasons: [
          'replication reverse must have a slot to drain aurora through, got none: nothing that was written since would reach the other side; aurora keeps the right to write',
        ],
      });
      expect(world.item).toMatchObject({ authority: 'aurora', epoch: 3 });
      expect(world.databases.aurora.row).toMatchObject({ writable: true });
    },
  );

  test('freezes where it cannot be told what could be drained: a rollback waits for nothing', async () => {
    const { world, ports, go } = await before('open');
    await go();
    jest.spyOn(ports.replication, 'slots').mockRejectedValueOnce(new Error('unreachable'));
    expect(await rollback(ports, 'rollback-1')).toMatchObject({ outcome: 'done', epoch: 5 });
    expect(world.item).toMatchObject({ authority: 'on-prem' });
  });
});
