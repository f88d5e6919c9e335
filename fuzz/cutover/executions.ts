import { CUTOVER_DEFINITIONS, type CutoverMachine } from '../../constructs/cutover/definitions';
import { createHandler as createStepsHandler } from '../../lambda/migration-steps/handler';
import { createStepTable } from '../../lambda/migration-steps/step-table';
import { createHandler as createGuard } from '../../lambda/traffic-guard/handler';
import { createHandler as createTrafficHandler } from '../../lambda/traffic-shift/handler';
import type { MemoryTable } from './memory-table';
import type { ModelWorld } from './model-world';
import { makeTable, portsFor } from './ports';
import { Invocation, type Orphan, Unit } from './units';
import { type Definition, type End, walk } from './walker';
import { lies } from './weakened-ports';

type Json = Readonly<Record<string, unknown>>;

const called = (functionArn: string) => ({ functionArn, timeoutSeconds: 120 });

const PROPS = {
  functions: {
    steps: called('steps'),
    validation: called('validation'),
    schema: called('schema'),
    traffic: called('traffic'),
  },
  limits: { weightTimeoutMinutes: 2, bakeMinutes: 1, approvalTimeoutMinutes: 2, freezeBudgetSeconds: 900 },
  appendOnly: [],
};

const DEFINITIONS = Object.fromEntries(
  Object.entries(CUTOVER_DEFINITIONS).map(([machine, define]) => [machine, define(PROPS) as unknown as Definition]),
) as Readonly<Record<CutoverMachine, Definition>>;

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const metrics = { add: () => undefined, publish: () => undefined };

/** Where executions live: one world, and how its item is kept. */
export interface Place {
  readonly world: ModelWorld;
  /** @default the authority of the tests of the steps, in place of the real one on a table */
  readonly table?: MemoryTable;
}

export const makePlace = (world: ModelWorld, onTable: boolean): Place => ({
  world,
  ...(onTable ? { table: makeTable(world) } : {}),
});

interface Delivery {
  readonly functionName: string;
  readonly payload: Json;
  readonly at: number;
}

/** One execution of a machine: its states, and the invocation that it waits for. */
export class Execution extends Unit {
  /** What it ended with. @default it runs, or was aborted */
  outcome: End | undefined;
  readonly deliveries: Delivery[] = [];
  /** The states that it has entered. */
  readonly visited: string[] = [];
  private current: Invocation | undefined;

  constructor(
    private readonly place: Place,
    readonly machine: CutoverMachine,
    readonly id: string,
    readonly input: Json = {},
  ) {
    super(id, place.world);
    place.world.running.add(id);
    void this.run();
  }

  private async run(): Promise<void> {
    const { machine, id, input } = this;
    const context = {
      Execution: { Id: id, Name: id, Input: input, StartTime: new Date(this.place.world.now).toISOString() },
      StateMachine: { Name: machine },
    };
    try {
      this.outcome = await walk(DEFINITIONS[machine], context, {
        invoke: (_, functionName, payload) => this.invoke(functionName, payload),
        sleep: (seconds) => this.pause(seconds * 1000, 'wait'),
        entered: (state) => this.visited.push(state),
      });
    } catch (error) {
      const { name, message } = error as Error;
      this.outcome = { failure: { error: name, cause: message } };
    }
    this.place.world.running.delete(id);
    this.end();
  }

  private async invoke(functionName: string, payload: Json): Promise<unknown> {
    const invocation = new Invocation(this, this.place.world);
    this.current = invocation;
    this.deliveries.push({ functionName, payload, at: this.place.world.now });
    try {
      return await invocation.run(() => perform(this.place, functionName, payload, invocation));
    } finally {
      if (this.current === invocation) this.current = undefined;
    }
  }

  /** Its invocation ends before, or right after, the next call of a port. */
  async crash(when: 'before' | 'after'): Promise<void> {
    await this.settled();
    if (this.current === undefined) return;
    if (when === 'before') this.current.die('Lambda.Unknown');
    else await this.current.dieAfterEffect('Lambda.Unknown');
    await this.settled();
  }

  /** The answer of its invocation is lost, which still goes on. */
  async lose(): Promise<Orphan | undefined> {
    await this.settled();
    const orphan = this.current?.detach('Lambda.SdkClientException');
    await this.settled();
    return orphan;
  }

  /** An operator ends it: what it invoked still goes on. */
  async abort(): Promise<Orphan | undefined> {
    await this.settled();
    const orphan = this.current?.detach(undefined);
    this.place.world.running.delete(this.id);
    this.end();
    return orphan;
  }
}

/** A delivery that comes a second time, for nobody. */
export function redeliver(place: Place, { functionName, payload }: Delivery): Orphan {
  const invocation = new Invocation(new Unit('redelivery', place.world), place.world);
  const orphan = invocation.detach(undefined);
  void invocation.run(() => perform(place, functionName, payload, invocation)).catch(() => undefined);
  return orphan;
}

/** The guard of the weights, once. */
export function guard(place: Place): Unit {
  const { world } = place;
  const unit = new Unit('guard', world);
  const invocation = new Invocation(unit, world);
  const { traffic, authority, parameter, clock } = portsFor(world, place.table, invocation);
  const before = world.disturbances;
  let own = 0;
  const blind = world.weak.has('the guard does not look');
  const ANY = { minAwsWeight: 0, maxAwsWeight: 100, reason: 'any', by: 'nobody', at: '2026-01-01T00:00:00.000Z' };
  const run = createGuard({
    traffic: {
      read: () => traffic.read(),
      shift: async (weights) => {
        own += 1;
        return traffic.shift(weights);
      },
    },
    authority: {
      record: async () => ({ ...(await authority.record()), ...(blind ? { clearance: ANY } : {}) }),
    },
    parameter,
    pager: { page: () => Promise.resolve() },
    metrics: metrics,
    logger: silent,
    clock,
  });
  void invocation
    .run(run)
    .then(
      () => {
        if (world.disturbances === before + own) world.guarded();
      },
      () => undefined,
    )
    .finally(() => unit.end());
  return unit;
}

/** What a function does. */
async function perform(place: Place, name: string, payload: Json, invocation: Invocation): Promise<unknown> {
  const { world, table } = place;
  const ports = portsFor(world, table, invocation);
  switch (name) {
    case 'steps': {
      if (payload['step'] === 'retire-reverse') world.wayBackGone = true;
      const { progress } = ports.steps;
      const handler = createStepsHandler({ steps: createStepTable(ports.steps), progress, logger: silent });
      return handler(payload, { getRemainingTimeInMillis: invocation.remainingMs });
    }
    case 'traffic':
      return createTrafficHandler({ traffic: ports.traffic, authority: ports.authority, logger: silent })(payload);
    case 'validation':
      return invocation.call('validation', () => validate(world, String(payload['action'])));
    default:
      return {};
  }
}

function validate(world: ModelWorld, action: string): Promise<unknown> {
  if (action === 'assess') return Promise.resolve({ verdict: 'ready', reasons: [], report: 'report' });
  if (action === 'predict') return Promise.resolve({ seconds: 1 });
  if (world.down.size > 0) return Promise.reject(new Error('no answer'));
  const { 'on-prem': home, aurora } = world.databases;
  const isEqual =
    home.account === aurora.account &&
    home.payments.size === aurora.payments.size &&
    [...home.payments].every((id) => aurora.payments.has(id));
  const verdict = isEqual || lies(world) ? 'equal' : 'different';
  return Promise.resolve({ verdict, reasons: [], ledger: verdict });
}
