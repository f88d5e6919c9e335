import { DEFAULT_FREEZE_BUDGET_SECONDS } from '../../lambda/migration-steps/settings';
import type { StepDependencies } from '../../lambda/migration-steps/step-table';
import type { Authority, Side } from '../../lambda/shared/authority/authority';
import { SIDES } from '../../lambda/shared/authority/authority';
import { DynamoDbMigrationAuthority } from '../../lambda/shared/authority/dynamodb-migration-authority';
import type { MigrationAuthority } from '../../lambda/shared/authority/migration-authority';
import { clearanceAttributes, parseRecord } from '../../lambda/shared/authority/record-item';
import { type Direction, ENDS } from '../../lambda/shared/replication/replication';
import type { ClearanceParameter } from '../../lambda/shared/traffic/clearance';
import type { Traffic } from '../../lambda/shared/traffic/traffic';
import { sameWeights } from '../../lambda/shared/traffic/weights';
import { MemoryAuthority } from '../../__tests__/lambda/migration-steps/support/memory-authority';
import { MemoryFence } from '../../__tests__/lambda/migration-steps/support/memory-fence';
import { portsOf } from '../../__tests__/lambda/migration-steps/support/memory-ports';
import { MemoryReplication } from '../../__tests__/lambda/migration-steps/support/memory-replication';
import { MemoryTable } from './memory-table';
import type { ModelWorld } from './model-world';
import type { Invocation } from './units';
import { weakened } from './weakened-ports';

const SETTINGS = {
  freezeBudgetSeconds: DEFAULT_FREEZE_BUDGET_SECONDS.dms,
  freezeGraceSeconds: 1,
  maxLagSeconds: 60,
  weightTimeoutMinutes: 2,
  bakeMinutes: 1,
  approvalTimeoutMinutes: 2,
  rollbackWindowHours: 1,
  requireSecondPerson: true,
  loadHours: 48,
  comparisonHours: 24,
};

const AUTHORITY_ITEM = 'authority/current';
const TABLE = 'migration-state';

/** The real authority, on a table in memory that the world follows. */
export function makeTable(world: ModelWorld): MemoryTable {
  const table = new MemoryTable((key, item) => {
    if (key === AUTHORITY_ITEM) world.item = parseRecord(item, TABLE);
  }, world.weak.has('the item is written unconditionally'));
  const { clearance } = world.item;
  table.items.set(AUTHORITY_ITEM, {
    pk: 'authority',
    sk: 'current',
    authority: 'on-prem',
    epoch: 1,
    ...(clearance === undefined ? {} : { clearance: clearanceAttributes(clearance) }),
  });
  return table;
}

/** What an invocation sees of the world: each call of a port is one of its turns. */
export function portsFor(world: ModelWorld, table: MemoryTable | undefined, invocation: Invocation) {
  const { clock } = invocation;
  const view = Object.create(world, { clock: { value: clock } }) as ModelWorld;
  const ports = portsOf(world);
  const raw = weakened(world, {
    authority: table === undefined ? new MemoryAuthority(world) : onTable(world, table, invocation),
    fence: new MemoryFence(view),
    replication: new MemoryReplication(world),
    traffic: trafficOf(world),
    parameter: parameterOf(world),
    clock,
  });
  const turn = <Port extends object>(name: string, port: Port): Port => taking(world, invocation, name, port);
  const authority = table === undefined ? turn('authority', raw.authority) : raw.authority;
  const steps: StepDependencies = {
    ...ports,
    authority,
    clock,
    fence: turn('fence', raw.fence),
    replication: turn('replication', raw.replication),
    sequences: turn('sequences', ports.sequences),
    checks: turn('checks', ports.checks),
    probe: turn('probe', ports.probe),
    archive: turn('archive', ports.archive),
    clearance: turn('clearance', raw.parameter),
    budget: { seconds: DEFAULT_FREEZE_BUDGET_SECONDS[world.kind], graceMs: 100 },
    settings: SETTINGS,
    progress: {
      read: () => Promise.resolve(world.progress),
      report: (executor, report) => {
        if (world.item.lease?.token !== executor.token) return Promise.resolve();
        const { machine, execution } = executor;
        const known = world.progress;
        const since = known?.execution === execution && known.step === report.step ? known.since : world.now;
        world.progress = { ...report, machine, execution, since, updatedAt: world.now };
        return Promise.resolve();
      },
    },
    statements: {
      about: (request) => Promise.resolve(world.statements.filter((each) => each.request === request)),
      make: () => Promise.reject(new Error('only people make statements')),
    },
    alarms: {
      safeToAdvance: () =>
        Promise.resolve({
          composite: { name: 'safe', verdict: 'ok', changedAt: 0 },
          children: [{ name: 'lag', verdict: 'ok' }],
        }),
    },
    release: { read: () => Promise.resolve({ blue: '1', green: '1', moving: false, health: 'ok' }) },
    comparisons: {
      start: () => Promise.resolve(),
      read: (name) => Promise.resolve({ name, result: 'equal', endedAt: world.now }),
      last: () => Promise.resolve({ name: 'first', result: 'equal', endedAt: world.now }),
      lastEqual: () => Promise.resolve('first'),
    },
    trafficSteps: { read: () => Promise.resolve([10, 50, 100]) },
    applyRoles: { problems: () => Promise.resolve([]) },
    notifier: { notify: () => Promise.resolve() },
  };
  return {
    steps,
    authority,
    traffic: turn('traffic', raw.traffic),
    parameter: turn('parameter', raw.parameter),
    clock,
  };
}

function onTable(world: ModelWorld, table: MemoryTable, invocation: Invocation): MigrationAuthority & Authority {
  const client = {
    send: (command: { readonly constructor: { readonly name: string } }) =>
      invocation.call(`table.${command.constructor.name}`, () => table.send(command)),
  };
  return new DynamoDbMigrationAuthority({
    client: client as never,
    tableName: TABLE,
    executions: { isRunning: (execution) => Promise.resolve(world.running.has(execution)) },
    clock: invocation.clock,
  });
}

const trafficOf = (world: ModelWorld): Traffic => ({
  read: () => Promise.resolve(world.weights),
  shift: (weights) => {
    const previous = world.weights;
    if (!sameWeights(previous, weights)) world.setWeights(weights);
    return Promise.resolve(previous);
  },
});

const parameterOf = (world: ModelWorld): ClearanceParameter => ({
  read: () => Promise.resolve(world.parameter),
  write: (clearance) => {
    world.parameter = clearance;
    return Promise.resolve();
  },
});

/** Calls of a port, each in its turn; one to a database that does not answer fails. */
function taking<Port extends object>(world: ModelWorld, invocation: Invocation, name: string, port: Port): Port {
  return new Proxy(port, {
    get(target, method) {
      const member: unknown = Reflect.get(target, method);
      if (typeof member !== 'function' || method === 'slotNames') return member;
      const label = `${name}.${String(method)}`;
      return (...values: unknown[]): Promise<unknown> =>
        invocation.call(label, () => {
          if (sidesOf(world, label, values).some((side) => world.down.has(side))) {
            return label === 'probe.isSeen' ? Promise.resolve(false) : Promise.reject(new Error('no answer'));
          }
          return Promise.resolve().then(() => Reflect.apply(member, target, values) as unknown);
        });
    },
  });
}

/** The databases that a call needs. */
function sidesOf({ kind }: ModelWorld, label: string, [first]: readonly unknown[]): readonly Side[] {
  const [port] = label.split('.');
  if (label === 'replication.slots' || label === 'sequences.plan') return SIDES;
  if (port === 'fence' || port === 'checks' || port === 'sequences' || label === 'probe.isSeen') return [first as Side];
  if (port !== 'replication' || first === undefined) return [];
  const { source, target } = ENDS[first as Direction];
  if (label === 'replication.makeSlot' || label === 'replication.dropSlots') return [source];
  if (label === 'replication.cleanUp') return [source, target];
  // A task of DMS is asked by its API, a subscription where it is.
  return kind === 'dms' ? [] : [target];
}
