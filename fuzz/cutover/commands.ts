import fc from 'fast-check';
import type { CutoverMachine } from '../../constructs/cutover/definitions';
import { SIDES } from '../../lambda/shared/authority/authority';
import { DIRECTIONS } from '../../lambda/shared/replication/replication';
import type { Stage } from './stage';

/** What fast-check keeps beside the stage: nothing, for the world knows everything. */
type Nothing = Record<never, never>;

/** One thing that happens. */
class Command implements fc.AsyncCommand<Nothing, Stage> {
  constructor(
    private readonly text: string,
    private readonly act: (stage: Stage) => Promise<void> | void,
  ) {}

  check = (): boolean => true;

  async run(_: Nothing, stage: Stage): Promise<void> {
    stage.told.push(`> ${this.text}`);
    await this.act(stage);
    stage.world.requireSound();
  }

  toString = (): string => this.text;
}

const chosen = <Item>(items: readonly Item[], which: number): Item | undefined => items[which % items.length];
const who = fc.nat({ max: 5 });
const command = <Value>(arbitrary: fc.Arbitrary<Value>, make: (value: Value) => Command): fc.Arbitrary<Command> =>
  arbitrary.map(make);

/** How many calls of ports a unit makes before another one may go on: a few, a step, or a whole machine. */
const calls = fc.oneof(
  { weight: 3, arbitrary: fc.integer({ min: 1, max: 4 }) },
  { weight: 4, arbitrary: fc.integer({ min: 5, max: 40 }) },
  { weight: 3, arbitrary: fc.integer({ min: 41, max: 250 }) },
);

const run = command(fc.tuple(who, calls), ([which, count]) => {
  return new Command(`run ${which} ${count}`, async (stage) => {
    const unit = chosen(stage.alive(), which);
    if (unit !== undefined) await stage.step(unit, count);
  });
});

/** Calls right before which it matters most who else acts: between a look at the lease and the effect. */
const EFFECTS = [
  ['fence.open'],
  ['fence.close'],
  ['fence.admitReplication'],
  ['fence.proveClosed'],
  ['authority.grant', 'authority.freeze', 'table.UpdateCommand'],
  ['authority.note', 'table.UpdateCommand'],
  ['authority.setClearance', 'clearance.write', 'traffic.shift'],
  ['replication.resume', 'replication.startFrom'],
  ['replication.stop'],
  ['replication.makeSlot', 'replication.dropSlots'],
] as const;

const runTo = command(fc.tuple(who, fc.constantFrom(...EFFECTS)), ([which, labels]) => {
  return new Command(`run ${which} to ${labels.join(' or ')}`, async (stage) => {
    const unit = chosen(stage.alive(), which);
    if (unit !== undefined) await stage.stepTo(unit, labels);
  });
});

const MACHINES: readonly CutoverMachine[] = [
  'cutover',
  'cutover',
  'rollback',
  'resume',
  'advance',
  'finish',
  'replicate',
];

const start = command(
  fc.tuple(fc.constantFrom(...MACHINES), fc.constantFrom(10, 50, 100), fc.boolean()),
  ([machine, to, approved]) =>
    new Command(`start ${machine} ${to}${approved ? ' approved' : ''}`, (stage) => {
      stage.start(machine, { to, approved });
    }),
);

const onExecution = (
  name: string,
  act: (stage: Stage, execution: ReturnType<Stage['running']>[number]) => Promise<void> | void,
) =>
  command(who, (which) => {
    return new Command(`${name} ${which}`, async (stage) => {
      const execution = chosen(stage.running(), which);
      if (execution === undefined) return;
      await act(stage, execution);
    });
  });

const failures = [
  onExecution('crash before', (_, execution) => execution.crash('before')),
  onExecution('crash after', (_, execution) => execution.crash('after')),
  onExecution('lose the answer of', async (stage, execution) => {
    stage.adopt(await execution.lose());
  }),
  onExecution('abort', async (stage, execution) => {
    stage.adopt(await execution.abort());
  }),
  command(fc.tuple(who, fc.nat({ max: 2 })), ([which, delivery]) => {
    return new Command(`redeliver ${which} ${delivery}`, (stage) => {
      const execution = chosen(stage.running(), which);
      if (execution !== undefined) stage.redeliver(execution, delivery);
    });
  }),
];

const people = [
  onExecution('approve', (stage, { id }) => {
    stage.state(id, 'bob', 'approval');
    stage.state(id, 'carol', 'approval');
  }),
  onExecution('refuse', (stage, { id }) => stage.state(id, 'dave', 'refusal')),
  command(fc.constantFrom(0, 10, 50, 100), (aws) => new Command(`plan ${aws}`, (stage) => void stage.world.plan(aws))),
  command(fc.constantFrom(10, 50, 100), (aws) => {
    return new Command(`deploy ${aws}`, (stage) => {
      if (stage.world.plan(aws)) stage.world.setWeights({ aws, 'on-prem': 100 - aws });
    });
  }),
  fc.constant(new Command('apply the oldest plan', (stage) => stage.deploy())),
  fc.constant(new Command('guard', (stage) => stage.guard())),
];

const writer = fc.constantFrom('old' as const, 'aws' as const);
const writers = [
  command(writer, (by) => new Command(`pay ${by}`, (stage) => stage.world.pay(by))),
  command(writer, (by) => new Command(`adjust ${by}`, (stage) => stage.world.adjust(by))),
  command(writer, (by) => new Command(`begin ${by}`, (stage) => stage.world.begin(by))),
  fc.constant(new Command('commit', (stage) => stage.world.commit())),
];

const pass = command(fc.constantFrom(10, 200, 3_000, 30_000, 600_000), (ms) => {
  return new Command(`pass ${ms} ms`, (stage) => stage.world.pass(ms));
});

const direction = fc.constantFrom(...DIRECTIONS);
const faults = [
  command(fc.tuple(direction, fc.boolean()), ([which, stuck]) => {
    return new Command(`${which} ${stuck ? 'hangs' : 'goes on'}`, (stage) => {
      stage.world.links[which].stuck = stuck;
    });
  }),
  command(fc.tuple(direction, fc.boolean()), ([which, says]) => {
    return new Command(`${which} fails${says ? ' and says why' : ''}`, (stage) => {
      const link = stage.world.links[which];
      if (link.usesSlot) link.fail(says ? 'an error of the network' : undefined);
    });
  }),
  command(fc.tuple(direction, fc.integer({ min: 1, max: 3 })), ([which, times]) => {
    return new Command(`${which} cannot be started ${times} times`, (stage) => {
      stage.world.links[which].failingStarts = times;
    });
  }),
  command(fc.tuple(direction, fc.integer({ min: 1, max: 3 })), ([which, times]) => {
    return new Command(`the slot of ${which} lingers ${times} times`, (stage) => {
      stage.world.links[which].lingering = times;
    });
  }),
  command(fc.constantFrom(...SIDES), (side) => {
    return new Command(`${side} is down`, (stage) => void stage.world.down.add(side));
  }),
  fc.constant(new Command('everything works again', (stage) => stage.world.heal())),
];

const repeated = <Item>(times: number, item: Item): Item[] => Array.from({ length: times }, () => item);

/** Everything that may happen, the usual more often. */
export const COMMANDS: fc.Arbitrary<Command>[] = [
  ...repeated(14, run),
  ...repeated(10, runTo),
  ...repeated(5, start),
  ...failures,
  ...people,
  ...repeated(2, people[0] ?? start),
  ...writers,
  ...repeated(2, writers[2] ?? start),
  ...repeated(2, pass),
  ...faults,
];

const startOften = command(fc.constantFrom('cutover' as const, 'rollback' as const, 'rollback' as const), (machine) => {
  return new Command(`start ${machine} approved`, (stage) => {
    stage.start(machine, { approved: true });
  });
});

/** What brings executors that were overtaken right before an effect. */
export const ZOMBIES: fc.Arbitrary<Command>[] = [
  ...repeated(8, runTo),
  ...repeated(3, run),
  ...repeated(3, startOften),
  ...failures.slice(1, 4),
  ...repeated(2, pass),
  ...faults.slice(1, 2),
];
