import type { HistoryArchive } from '../../../../lambda/migration-steps/ports/history-archive';
import type { Probe, ProbePayment } from '../../../../lambda/migration-steps/ports/probe';
import type { SchemaChecks } from '../../../../lambda/migration-steps/ports/schema-checks';
import type { SequencePlan, Sequences } from '../../../../lambda/migration-steps/ports/sequences';
import type { DataPathDependencies } from '../../../../lambda/migration-steps/steps/dependencies';
import { otherSide } from '../../../../lambda/migration-steps/steps/freeze-state';
import type { Side } from '../../../../lambda/shared/authority/authority';
import type { ProgressBoard } from '../../../../lambda/shared/migration/progress';
import type { Clearance, ClearanceParameter } from '../../../../lambda/shared/traffic/clearance';
import { MemoryAuthority } from './memory-authority';
import { MemoryFence, withToken } from './memory-fence';
import { MemoryReplication } from './memory-replication';
import type { World } from './world';

const GAP = 1_000;

class MemorySequences implements Sequences {
  constructor(private readonly world: World) {}

  plan(side: Side): Promise<SequencePlan> {
    const used = this.world.databases[otherSide(side)].sequence;
    const isBehind = this.world.databases[side].sequence < used;
    return Promise.resolve({ statements: isBehind ? [`setval ${used + GAP}`] : [], problems: [] });
  }

  async apply(side: Side, token: number, { statements }: SequencePlan): Promise<void> {
    await Promise.resolve();
    withToken(this.world.databases[side], token);
    for (const statement of statements) this.world.databases[side].sequence = Number(statement.split(' ')[1]);
  }
}

class MemoryProbe implements Probe {
  constructor(private readonly world: World) {}

  accept(key: string): Promise<ProbePayment> {
    const transactionId = `probe-${key}`;
    const { intake, databases } = this.world;
    const isBooked = Object.values(databases).some(({ payments }) => payments.has(transactionId));
    if (!isBooked && !intake.includes(transactionId)) intake.push(transactionId);
    return Promise.resolve({ transactionId });
  }

  rejection = ({ transactionId }: ProbePayment): Promise<string | undefined> =>
    Promise.resolve(this.world.rejected.has(transactionId) ? 'fraud detection rejected it' : undefined);

  isSeen = (side: Side, { transactionId }: ProbePayment): Promise<boolean> =>
    Promise.resolve(this.world.databases[side].payments.has(transactionId));
}

class MemoryClearance implements ClearanceParameter {
  constructor(private readonly world: World) {}

  read = (): Promise<Clearance> => Promise.resolve(this.world.parameter);

  write(clearance: Clearance): Promise<void> {
    this.world.parameter = clearance;
    return Promise.resolve();
  }
}

/** Every port of the data's path, on one world. */
export function portsOf(world: World): DataPathDependencies {
  const checks: SchemaChecks = { problems: (side) => Promise.resolve([...world.databases[side].problems]) };
  const archive: HistoryArchive = {
    archive: () => Promise.resolve({ items: world.history.length, location: 'memory' }),
  };
  const progress: ProgressBoard = {
    read: () => Promise.resolve(undefined),
    report: (executor, { step, message }) => {
      if (world.item.lease?.token === executor.token) world.told.push(`${step}: ${message}`);
      return Promise.resolve();
    },
  };
  return {
    authority: new MemoryAuthority(world),
    fence: new MemoryFence(world),
    replication: new MemoryReplication(world),
    clock: world.clock,
    progress,
    sequences: new MemorySequences(world),
    checks,
    probe: new MemoryProbe(world),
    budget: { seconds: world.kind === 'dms' ? 900 : 30, graceMs: 100 },
    archive,
    clearance: new MemoryClearance(world),
  };
}
