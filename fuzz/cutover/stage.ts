import type { CutoverMachine } from '../../constructs/cutover/definitions';
import type { Statement } from '../../lambda/shared/migration/approvals';
import { NO_CLEARANCE } from '../../lambda/shared/traffic/clearance-bounds';
import { Execution, guard, makePlace, type Place, redeliver } from './executions';
import { ModelWorld } from './model-world';
import { Orphan, type Unit } from './units';
import type { Weakening } from './weakening';

/** Where a run begins. */
export const BEGINNINGS = ['replicating', 'all traffic on AWS', 'aurora', 'finishing'] as const;

export interface Setting {
  readonly kind: 'dms' | 'native';
  readonly begins: (typeof BEGINNINGS)[number];
  /** Whether the authority is the real one, on a table in memory. */
  readonly onTable: boolean;
  /** Whether what runs at the end is ended before the rollback, or is overtaken by it. */
  readonly abortsAtEnd: boolean;
}

/** More calls than any execution needs. */
const MOST_CALLS = 5_000;
const MOST_CALLS_TO = 250;
const HOUR_MS = 3_600_000;

/** Executions, functions and people in one world. */
export class Stage {
  readonly place: Place;
  /** What happened, for people. */
  readonly told: string[] = [];
  private readonly units: Unit[] = [];
  private readonly executions: Execution[] = [];
  private started = 0;

  private constructor(
    readonly setting: Setting,
    weak: ReadonlySet<Weakening>,
  ) {
    const world = ModelWorld.replicating(setting.kind, weak);
    if (setting.begins !== 'replicating') world.clear();
    this.place = makePlace(world, setting.onTable);
  }

  static async set(setting: Setting, weak: ReadonlySet<Weakening> = new Set()): Promise<Stage> {
    const stage = new Stage(setting, weak);
    if (setting.begins === 'replicating' || setting.begins === 'all traffic on AWS') return stage;
    await stage.finish(stage.start('cutover', { approved: true }));
    if (setting.begins === 'finishing') stage.world.advanceTo(stage.world.now + HOUR_MS);
    return stage;
  }

  get world(): ModelWorld {
    return this.place.world;
  }

  /** Those that have not ended. */
  alive(): readonly Unit[] {
    return this.units.filter(({ ended }) => !ended);
  }

  running(): readonly Execution[] {
    return this.executions.filter(({ ended }) => !ended);
  }

  start(machine: CutoverMachine, { to = 10, approved = false }: { to?: number; approved?: boolean } = {}): Execution {
    this.started += 1;
    const id = `${machine}-${this.started}`;
    const input = { requestedBy: 'alice', to };
    this.state(id, 'alice', 'request');
    if (approved) for (const who of ['bob', 'carol']) this.state(id, who, 'approval');
    const execution = new Execution(this.place, machine, id, input);
    this.executions.push(execution);
    this.units.push(execution);
    return execution;
  }

  /** Somebody says something about an execution. */
  state(request: string, userId: string, kind: Statement['kind']): void {
    this.world.statements.push({ request, userId, kind, at: this.world.now });
  }

  guard(): void {
    this.units.push(guard(this.place));
  }

  deploy(): void {
    const weights = this.world.plans.shift();
    if (weights !== undefined) this.world.setWeights(weights);
  }

  adopt(orphan: Orphan | undefined): void {
    if (orphan !== undefined) this.units.push(orphan);
  }

  redeliver(execution: Execution, which: number): void {
    const recent = execution.deliveries.slice(-3);
    const delivery = recent[which % recent.length];
    if (delivery !== undefined) this.adopt(redeliver(this.place, delivery));
  }

  /** @throws Violation */
  async step(unit: Unit, calls: number): Promise<void> {
    for (let call = 0; call < calls && !unit.ended; call += 1) {
      const label = await unit.step();
      if (label !== undefined) this.told.push(`${unit.name}: ${label}`);
      this.world.requireSound();
    }
  }

  /** Lets a unit go on until it stands right before one of these calls, past the one that it stands before. */
  async stepTo(unit: Unit, labels: readonly string[]): Promise<void> {
    await unit.settled();
    for (let call = 0; call < MOST_CALLS_TO; call += 1) {
      await this.step(unit, 1);
      if (unit.ended || labels.includes(unit.next() ?? '')) return;
    }
  }

  async finish(execution: Execution): Promise<void> {
    await this.step(execution, MOST_CALLS);
    if (!execution.ended) this.world.breach(`${execution.id} does not end: ${execution.visited.slice(-5).join(', ')}`);
    this.world.requireSound();
  }

  /**
   * Whatever happened before, a rollback now brings everything back, unless the way back was given up.
   * @throws Violation
   */
  async rollBack(): Promise<void> {
    const { world } = this;
    const left = this.alive();
    if (this.setting.abortsAtEnd) for (const execution of this.running()) await execution.abort();
    world.heal();
    const execution = this.start('rollback');
    await this.finish(execution);
    const end = execution.outcome;
    if (world.wayBackGone && (end === undefined || 'failure' in end)) return;
    if (end === undefined || 'failure' in end) {
      world.breach(`the rollback ended ${JSON.stringify(end)} after ${execution.visited.slice(-8).join(', ')}`);
    }
    this.requireRolledBack();
    // Who was overtaken wakes up.
    for (const unit of left) await this.step(unit, 60);
    world.pass(60_000);
    world.pass(60_000);
    this.requireFollowing();
    world.requireSound();
  }

  private requireRolledBack(): void {
    const { item, databases, weights } = this.world;
    const { minAwsWeight, maxAwsWeight } = item.clearance ?? NO_CLEARANCE;
    const { row } = databases['on-prem'];
    const problems = [
      ...(item.authority === 'on-prem' ? [] : [`authority is ${item.authority}`]),
      ...(row.writable && row.epoch === item.epoch ? [] : ['on-prem is not open at the epoch of the item']),
      ...(databases.aurora.row.writable ? ['aurora is open'] : []),
      ...(minAwsWeight === 0 && maxAwsWeight === 0 ? [] : [`clearance is ${minAwsWeight}..${maxAwsWeight}`]),
      ...(weights.aws === 0 && weights['on-prem'] === 100 ? [] : [`weights are ${JSON.stringify(weights)}`]),
    ];
    if (problems.length > 0) this.world.breach(`after the rollback ${problems.join(', ')}`);
    this.world.requireSound();
  }

  /** Where replication forward runs, nothing is lost on its way either: the next cutover builds on it. */
  private requireFollowing(): void {
    const { links, databases } = this.world;
    if (links.forward.state !== 'running' || links.forward.problems.length > 0) return;
    const { 'on-prem': home, aurora } = databases;
    const missing = [...home.payments].filter((id) => !aurora.payments.has(id));
    if (missing.length > 0) this.world.breach(`replication forward runs, and has lost ${missing.join(', ')}`);
    if (aurora.account !== home.account) {
      this.world.breach(`replication forward runs, and the account is ${aurora.account}, not ${home.account}`);
    }
  }
}

export const isExecution = (unit: Unit): unit is Execution => unit instanceof Execution;
export const isOrphan = (unit: Unit): boolean => unit instanceof Orphan;
