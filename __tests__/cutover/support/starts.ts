import type { Side } from '../../../lambda/shared/authority/authority';
import { portsOf } from '../../lambda/migration-steps/support/memory-ports';
import { type Call, moveSteps, PROBE, runAll } from '../../lambda/migration-steps/support/run-steps';
import { type Kind, MachineWorld } from './machine-world';

/** Where a machine may start, each without the machines that lead there: by their steps. */
export const STARTS = {
  empty: (kind: Kind) => Promise.resolve(MachineWorld.fresh(kind)),
  replicated: (kind: Kind) => Promise.resolve(MachineWorld.replicated(kind)),
  advanced: (kind: Kind) => Promise.resolve(MachineWorld.advanced(kind)),
  switched,
  /** The window of the rollback is over. */
  settled: async (kind: Kind) => {
    const machines = await switched(kind);
    machines.world.now += machines.settings.rollbackWindowHours * 3_600_000;
    return machines;
  },
  /** A cutover that ended right before the commit point. */
  'frozen from on-prem': (kind: Kind) => frozen(MachineWorld.advanced(kind), 'on-prem'),
  /** A rollback that ended right before its commit point: reverse is gone, forward armed. */
  'frozen from aurora': async (kind: Kind) => frozen(await switched(kind), 'aurora'),
} as const satisfies Record<string, (kind: Kind) => Promise<MachineWorld>>;

export type Start = keyof typeof STARTS;

async function switched(kind: Kind): Promise<MachineWorld> {
  const machines = MachineWorld.advanced(kind);
  await move(machines, 'cutover', [...moveSteps('on-prem', 'aurora'), PROBE]);
  machines.clear(100, 100);
  machines.world.pass(200);
  return machines;
}

async function frozen(machines: MachineWorld, from: Side): Promise<MachineWorld> {
  const to = from === 'on-prem' ? 'aurora' : 'on-prem';
  await move(machines, to === 'aurora' ? 'cutover' : 'rollback', moveSteps(from, to).slice(0, -1));
  machines.clear(100, 100);
  return machines;
}

async function move({ world }: MachineWorld, machine: 'cutover' | 'rollback', calls: readonly Call[]): Promise<void> {
  const executor = world.lease(machine, `arn:aws:states:us-east-1:111111111111:execution:${machine}-test:earlier`);
  const { outcome } = await runAll(portsOf(world), executor, calls);
  if (outcome !== 'done') throw new Error(`the start must be reached, got ${outcome}`);
  world.running.delete(executor.execution);
}
