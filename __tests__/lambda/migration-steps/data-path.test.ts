import { describe, expect, test } from '@jest/globals';
import type { StepAnswer } from '../../../lambda/migration-steps/step';
import type { Side } from '../../../lambda/shared/authority/authority';
import type { Executor } from '../../../lambda/shared/migration/executor';
import { Crash, type Fault, faulty } from './support/crash';
import { portsOf } from './support/memory-ports';
import { moveSteps, PROBE, rollback, runAll, runStep, settle } from './support/run-steps';
import { World } from './support/world';

const KINDS = ['native', 'dms'] as const;
type Kind = (typeof KINDS)[number];

const CUTOVER = [...moveSteps('on-prem', 'aurora'), PROBE];
const ROLLBACK = moveSteps('aurora', 'on-prem');

/** A world in which payments went to on-premises for a while. */
function beforeCutover(kind: Kind): World {
  const world = World.migrated(kind);
  world.pass(200);
  return world;
}

/** A world whose data has been switched to Aurora. */
async function afterCutover(kind: Kind): Promise<World> {
  const world = beforeCutover(kind);
  const executor = world.lease('cutover');
  await runAll(portsOf(world), executor, CUTOVER);
  world.running.delete(executor.execution);
  world.pass(200);
  return world;
}

/** How everything stands, in words that two worlds can be compared by. */
function standing(world: World) {
  world.pass(world.kind === 'dms' ? 120_000 : 500);
  const { 'on-prem': home, aurora } = world.databases;
  return {
    authority: world.item.authority,
    epoch: world.item.epoch,
    rows: [home.row, aurora.row].map(({ epoch, writable }) => ({ epoch, writable })),
    replication: [world.links.forward.state, world.links.reverse.state],
    problems: [...world.links.forward.problems, ...world.links.reverse.problems],
    slots: [...home.slots.keys(), ...aurora.slots.keys()],
    admitted: [home.admitted, aurora.admitted],
  };
}

/** Everything that a client has seen committed is on the side that has authority; with replication at rest, on both. */
function expectNothingLost(world: World): void {
  world.busy = false;
  world.pass(world.kind === 'dms' ? 120_000 : 1_000);
  const { authority } = world.item;
  const sides: readonly Side[] = authority === 'frozen' ? [] : [authority];
  for (const side of sides) {
    expect(world.committed.filter(({ id }) => !world.databases[side].payments.has(id))).toEqual([]);
  }
}

const ON_AURORA = (epoch: number) => ({
  authority: 'aurora',
  epoch,
  rows: [
    { epoch: epoch - 1, writable: false },
    { epoch, writable: true },
  ],
  replication: ['stopped', 'running'],
  problems: [],
  slots: ['forward_load', 'reverse_cdc'],
  admitted: [true, false],
});
/** Undone: as before, at a later epoch. The row of Aurora was lifted to the freeze's epoch when it was proved closed. */
const BACK_ON_PREM = (epoch: number) => ({
  authority: 'on-prem',
  epoch,
  rows: [
    { epoch, writable: true },
    { epoch: epoch - 1, writable: false },
  ],
  replication: ['running', expect.stringMatching(/^(absent|stopped)$/)],
  problems: [],
  slots: ['forward_load'],
  admitted: [false, true],
});
const HOME_AGAIN = (epoch: number) => ({
  ...BACK_ON_PREM(epoch),
  replication: ['running', 'stopped'],
  slots: ['forward_cdc'],
});

/** How many calls of ports a course makes. */
async function callsOf(course: (fault?: Fault) => Promise<{ calls: string[] }>): Promise<readonly Fault[]> {
  const { calls } = await course();
  return calls.flatMap((_, call) => (['before', 'after'] as const).map((when) => ({ call, when })));
}

/** Runs steps until they end or the process is gone. */
async function attempt(run: () => Promise<StepAnswer>): Promise<StepAnswer | undefined> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof Crash) return undefined;
    throw error;
  }
}

describe.each(KINDS)('the path of the data with %s replication', (kind) => {
  test('leads to Aurora, with the way back armed and a probe on both sides', async () => {
    const world = beforeCutover(kind);
    const answer = await runAll(portsOf(world), world.lease('cutover'), CUTOVER);
    expect(answer).toMatchObject({ outcome: 'done', transactionId: 'probe-cutover-1/3' });
    expect(standing(world)).toEqual(ON_AURORA(3));
    expectNothingLost(world);
    expect(world.databases['on-prem'].payments).toEqual(world.databases.aurora.payments);
    expect(world.databases.aurora.sequence).toBeGreaterThan(1_000);
  });

  test('leads home again, with a fresh slot forward', async () => {
    const world = await afterCutover(kind);
    expect(await rollback(portsOf(world), 'rollback-1')).toMatchObject({ outcome: 'done', epoch: 5 });
    expect(standing(world)).toEqual(HOME_AGAIN(5));
    expectNothingLost(world);
    expect(world.databases['on-prem'].payments).toEqual(world.databases.aurora.payments);
  });

  test('can be gone back and forth', async () => {
    const world = await afterCutover(kind);
    await rollback(portsOf(world), 'rollback-1');
    world.running.clear();
    world.pass(500);
    expect(await runAll(portsOf(world), world.lease('cutover', 'cutover-2'), CUTOVER)).toMatchObject({
      outcome: 'done',
    });
    expect(standing(world)).toMatchObject({ authority: 'aurora', epoch: 7, slots: ['forward_cdc', 'reverse_cdc'] });
    expect(await rollback(portsOf(world), 'rollback-2')).toMatchObject({ outcome: 'done', epoch: 9 });
    expect(standing(world)).toEqual(HOME_AGAIN(9));
    expectNothingLost(world);
  });
});

describe.each(KINDS)('a crash anywhere on the way to Aurora with %s replication', (kind) => {
  /** The cutover up to a fault. */
  async function course(fault?: Fault) {
    const world = beforeCutover(kind);
    const executor = world.lease('cutover');
    const { ports, calls } = faulty(portsOf(world), fault);
    await attempt(() => runAll(ports, executor, CUTOVER));
    return { world, executor, calls };
  }

  test('is repaired by the same steps', async () => {
    for (const fault of await callsOf(course)) {
      const { world, executor } = await course(fault);
      expect({ fault, ...(await repeat(world, executor)) }).toMatchObject({ fault, outcome: 'done' });
      expect({ fault, ...standing(world) }).toEqual({ fault, ...ON_AURORA(3) });
      expectNothingLost(world);
    }
  }, 60_000);

  test('is undone before the commit point, and stays after it', async () => {
    const outcomes = new Set<string>();
    for (const fault of await callsOf(course)) {
      const { world, executor } = await course(fault);
      const { outcome } = await settle(portsOf(world), executor);
      outcomes.add(outcome);
      const { authority, epoch } = world.item;
      const after = { fault, ...standing(world) };
      const untouched = { authority: 'on-prem', epoch: 1, replication: ['running', 'absent'] };
      const expected =
        outcome === 'stay' ? { authority: 'aurora', epoch: 3 } : epoch === 1 ? untouched : BACK_ON_PREM(3);
      expect({ ...after, authority }).toMatchObject({ fault, ...expected });
      expectNothingLost(world);
    }
    expect([...outcomes].sort()).toEqual(['done', 'stay']);
  }, 60_000);

  test('leaves a rollback its way, and the overtaken execution can do nothing more', async () => {
    for (const fault of await callsOf(course)) {
      const { world, executor } = await course(fault);
      const answer = await rollback(portsOf(world), 'rollback-1');
      expect({ fault, ...answer }).toMatchObject({ fault, outcome: expect.stringMatching(/^(done|on-prem)$/) });
      const before = standing(world);
      expect({ fault, ...before }).toMatchObject({ fault, authority: 'on-prem', problems: [] });
      for (const called of [...CUTOVER, ...ROLLBACK]) {
        await expect(runStep(portsOf(world), executor, called)).rejects.toThrow();
      }
      expect(await settle(portsOf(world), executor)).toMatchObject({ outcome: 'overtaken' });
      expect({ fault, ...standing(world) }).toEqual({ fault, ...before });
      expectNothingLost(world);
    }
  }, 60_000);

  test('and a second one in the undoing is undone', async () => {
    // Every place of the undoing, from a few places of the way: where nothing, something and everything was armed.
    const faults = await callsOf(course);
    for (const first of faults.filter((_, index) => index % (kind === 'dms' ? 29 : 7) === 3)) {
      const undoing = async (fault?: Fault) => {
        const { world, executor } = await course(first);
        const { ports, calls } = faulty(portsOf(world), fault);
        await attempt(() => settle(ports, executor));
        return { world, executor, calls };
      };
      for (const second of await callsOf(undoing)) {
        const { world, executor } = await undoing(second);
        await settle(portsOf(world), executor);
        const where = { first, second };
        const { authority } = world.item;
        expect({ where, ...standing(world) }).toMatchObject({ where, authority, problems: [] });
        expect(authority).not.toBe('frozen');
        expect(standing(world).replication[authority === 'on-prem' ? 0 : 1]).toBe('running');
        expectNothingLost(world);
      }
    }
  }, 120_000);

  async function repeat(world: World, executor: Executor): Promise<StepAnswer> {
    if (world.item.authority === 'aurora') return runAll(portsOf(world), executor, CUTOVER.slice(-2));
    return runAll(portsOf(world), executor, CUTOVER);
  }
});

describe.each(KINDS)('a crash anywhere on the way home with %s replication', (kind) => {
  async function course(fault?: Fault) {
    const world = await afterCutover(kind);
    const executor = world.lease('rollback');
    const { ports, calls } = faulty(portsOf(world), fault);
    await attempt(() => runAll(ports, executor, ROLLBACK));
    return { world, executor, calls };
  }

  test('is repaired by the same steps', async () => {
    for (const fault of await callsOf(course)) {
      const { world, executor } = await course(fault);
      const steps = world.item.authority === 'on-prem' ? ROLLBACK.slice(-1) : ROLLBACK;
      expect({ fault, ...(await runAll(portsOf(world), executor, steps)) }).toMatchObject({ fault, outcome: 'done' });
      expect({ fault, ...standing(world) }).toEqual({ fault, ...HOME_AGAIN(5) });
      expectNothingLost(world);
    }
  }, 60_000);

  test('is repaired by another rollback', async () => {
    for (const fault of await callsOf(course)) {
      const { world } = await course(fault);
      const answer = await rollback(portsOf(world), 'rollback-2');
      expect({ fault, ...answer }).toMatchObject({ fault, outcome: expect.stringMatching(/^(done|on-prem)$/) });
      expect({ fault, ...standing(world) }).toEqual({ fault, ...HOME_AGAIN(5) });
      expectNothingLost(world);
    }
  }, 60_000);

  test('lets a resume go back to Aurora, with replication home still lossless', async () => {
    for (const fault of await callsOf(course)) {
      const { world } = await course(fault);
      if (world.item.authority !== 'frozen') continue;
      const executor = world.lease('resume');
      expect({ fault, ...(await settle(portsOf(world), executor)) }).toMatchObject({ fault, outcome: 'done' });
      const after = standing(world);
      expect({ fault, ...after }).toMatchObject({ fault, authority: 'aurora', epoch: 5, problems: [] });
      expect({ fault, reverse: after.replication[1] }).toEqual({ fault, reverse: 'running' });
      expectNothingLost(world);
      expect(world.databases['on-prem'].payments).toEqual(world.databases.aurora.payments);
    }
  }, 60_000);

  test('proves a slot that was made anew by a marker of its own', async () => {
    const { calls } = await course();
    const { world } = await course({ call: calls.indexOf('fence.writeMarker'), when: 'after' });
    const resume = world.lease('resume');
    await portsOf(world).replication.stop('forward');
    world.pass(120_000);
    await portsOf(world).replication.dropSlots('forward', resume.token);
    expect(await rollback(portsOf(world), 'rollback-2')).toMatchObject({ outcome: 'done', epoch: 5 });
    expect(standing(world)).toEqual(HOME_AGAIN(5));
  });

  test('lets a rollback overtake a resume that was cut off anywhere', async () => {
    const faults = await callsOf(course);
    for (const first of faults.filter((_, index) => index % (kind === 'dms' ? 37 : 9) === 5)) {
      const resuming = async (fault?: Fault) => {
        const { world } = await course(first);
        const { ports, calls } = faulty(portsOf(world), fault);
        if (world.item.authority === 'frozen') await attempt(() => settle(ports, world.lease('resume')));
        return { world, calls };
      };
      for (const second of await callsOf(resuming)) {
        const { world } = await resuming(second);
        const answer = await rollback(portsOf(world), 'rollback-2');
        const where = { first, second };
        expect({ where, ...answer }).toMatchObject({ where, outcome: expect.stringMatching(/^(done|on-prem)$/) });
        expect({ where, ...standing(world) }).toMatchObject({ where, authority: 'on-prem', problems: [] });
        expect({ where, slots: standing(world).slots }).toEqual({ where, slots: ['forward_cdc'] });
        expectNothingLost(world);
      }
    }
  }, 120_000);
});

describe.each(KINDS)('a rollback that takes the lease in the midst of a cutover with %s replication', (kind) => {
  test('is not disturbed by what the cutover does next', async () => {
    const course = async (fault?: Fault, world = beforeCutover(kind)) => {
      const overtaken = world.lease('cutover');
      const { ports, calls } = faulty(portsOf(world), fault);
      await runAll(ports, overtaken, CUTOVER).catch((error: unknown) => error);
      return { calls, overtaken };
    };
    for (const { call, when } of await callsOf(course)) {
      const world = beforeCutover(kind);
      let answer: StepAnswer | undefined;
      const happens = async () => {
        answer = await rollback(portsOf(world), 'rollback-1');
      };
      const { overtaken } = await course({ call, when, happens }, world);
      const where = { call, when };
      expect({ where, ...answer }).toMatchObject({ where, outcome: expect.stringMatching(/^(done|on-prem)$/) });
      expect({ where, ...(await settle(portsOf(world), overtaken)) }).toMatchObject({ where, outcome: 'overtaken' });
      expect({ where, ...standing(world) }).toMatchObject({ where, authority: 'on-prem', problems: [] });
      expectNothingLost(world);
    }
  }, 60_000);

  test('what still runs of an execution that undoes cannot hand authority on', async () => {
    const course = async (fault?: Fault, world = beforeCutover(kind), executor = world.lease('cutover')) => {
      const { ports, calls } = faulty(portsOf(world), fault);
      await runAll(ports, executor, CUTOVER.slice(0, -1)).catch((error: unknown) => error);
      return { calls };
    };
    for (const { call, when } of await callsOf(course)) {
      const world = beforeCutover(kind);
      const executor = world.lease('cutover');
      // The same token in both: only the item can tell them apart.
      const happens = async () => {
        await settle(portsOf(world), executor);
      };
      await course({ call, when, happens }, world, executor);
      world.pass(500);
      const { authority, epoch } = world.item;
      const where = { call, when };
      expect({ where, standing: `${authority} ${epoch}` }).toMatchObject({
        where,
        standing: expect.stringMatching(/^(on-prem 3|aurora 3)$/),
      });
      expect({ where, row: world.databases[authority as Side].row }).toMatchObject({
        where,
        row: { writable: true, epoch },
      });
      expectNothingLost(world);
    }
  }, 60_000);

  test('a call that is delivered twice does nothing twice', async () => {
    const world = beforeCutover(kind);
    const executor = world.lease('cutover');
    const ports = portsOf(world);
    for (const called of CUTOVER.slice(0, -2)) {
      const [first, second] = await Promise.all([runStep(ports, executor, called), runStep(ports, executor, called)]);
      expect([first.outcome, second.outcome]).toEqual(['done', 'done']);
    }
    await Promise.all(CUTOVER.slice(-2, -1).map((called) => runStep(ports, executor, called)));
    for (const called of CUTOVER.slice(0, -2)) {
      // Late ones find that the freeze is over.
      await expect(runStep(ports, executor, called)).rejects.toThrow(/^(authority must be|this execution)/);
    }
    expect(standing(world)).toEqual(ON_AURORA(3));
    expectNothingLost(world);
  });
});
