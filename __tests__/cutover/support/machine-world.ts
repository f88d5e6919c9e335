import { CUTOVER_DEFINITIONS, type CutoverMachine } from '../../../constructs/cutover/definitions';
import { parseEvent as parseSchemaEvent } from '../../../lambda/ledger-migration/event';
import { createHandler } from '../../../lambda/migration-steps/handler';
import type { SafetyReading } from '../../../lambda/migration-steps/ports/alarms';
import type { Notice } from '../../../lambda/migration-steps/ports/notifier';
import { DEFAULT_FREEZE_BUDGET_SECONDS, type MigrationSettings } from '../../../lambda/migration-steps/settings';
import { createStepTable, type StepDependencies } from '../../../lambda/migration-steps/step-table';
import type { Statement } from '../../../lambda/shared/migration/approvals';
import { Route53Traffic } from '../../../lambda/shared/traffic/route53-traffic';
import type { Weights } from '../../../lambda/shared/traffic/traffic';
import { isWithin } from '../../../lambda/shared/traffic/clearance-bounds';
import { createHandler as createTrafficHandler } from '../../../lambda/traffic-shift/handler';
import { MACHINE_PROPS } from '../../constructs/cutover/machines';
import { portsOf } from '../../lambda/migration-steps/support/memory-ports';
import { World } from '../../lambda/migration-steps/support/world';
import { awsRecord, onPremRecord, RECORD_NAME } from '../../lambda/shared/traffic/fixtures';
import { FakeRoute53 } from '../../support/fake-route53';
import { type FunctionHandler, type Injection, runStateMachine, type RunResult } from '../../support/run-state-machine';
import { ComparisonsInMemory, validationOf } from './validation';
import { ProgressInMemory } from './progress';

export type Kind = 'dms' | 'native';

/** What people decide of the machines here: short, for clients write all the time. */
const MINUTES = 2;
const PAST_WINDOW_HOURS = 1;

export interface Run extends RunResult {
  readonly machine: CutoverMachine;
  /** `Succeed`, or the error it failed with. */
  readonly end: string;
  readonly execution: string;
}

export interface RunMachine {
  readonly faults?: readonly Injection[];
  readonly input?: unknown;
  /** What happens before a task's function is called. @default nothing */
  readonly onTask?: (state: string) => Promise<void>;
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * A whole migration in memory, and its machines as they are deployed: their definitions, with the functions that they call made
 * of the real handlers. Time is the world's: it passes where a state or a step waits, and clients write meanwhile.
 */
export class MachineWorld {
  readonly world: World;
  readonly route53 = new FakeRoute53();
  readonly notices: Notice[] = [];
  readonly statements: Statement[] = [];
  readonly progress: ProgressInMemory;
  readonly comparisons: ComparisonsInMemory;
  /** The parts of the schema that Aurora was given. */
  readonly schema = new Set<string>();
  archived = 0;
  safety: SafetyReading = {
    composite: { name: 'safe-to-advance-test', verdict: 'ok', changedAt: 0 },
    children: [{ name: 'lag-test', verdict: 'ok' }],
  };
  readonly settings: MigrationSettings;
  dependencies: StepDependencies;
  private handlers: Readonly<Record<string, FunctionHandler>>;
  private executions = 0;
  private onPause: (seconds: number) => Promise<void> = () => Promise.resolve();

  constructor(
    readonly kind: Kind,
    world: World,
  ) {
    this.world = world;
    this.setWeights({ aws: 0, 'on-prem': 100 });
    this.progress = new ProgressInMemory(world.clock);
    this.comparisons = new ComparisonsInMemory(world);
    this.settings = {
      freezeBudgetSeconds: DEFAULT_FREEZE_BUDGET_SECONDS[kind],
      freezeGraceSeconds: 0,
      maxLagSeconds: 60,
      weightTimeoutMinutes: MINUTES,
      bakeMinutes: MINUTES,
      approvalTimeoutMinutes: MINUTES,
      rollbackWindowHours: PAST_WINDOW_HOURS,
      requireSecondPerson: true,
      loadHours: 1,
      comparisonHours: 1,
    };
    const ports = portsOf(world);
    this.dependencies = {
      ...ports,
      progress: this.progress,
      settings: this.settings,
      statements: {
        about: (request) => Promise.resolve(this.statements.filter((statement) => statement.request === request)),
        make: (statement) => Promise.resolve(void this.statements.push(statement)),
      },
      alarms: { safeToAdvance: () => Promise.resolve(this.safety) },
      release: { read: () => Promise.resolve({ blue: '7', green: '7', moving: false, health: 'ok' }) },
      comparisons: this.comparisons,
      trafficSteps: { read: () => Promise.resolve([10, 50, 100]) },
      applyRoles: { problems: () => Promise.resolve([]) },
      notifier: { notify: (notice) => Promise.resolve(void this.notices.push(notice)) },
      archive: {
        archive: () => Promise.resolve({ items: (this.archived = world.history.length), location: 'memory' }),
      },
    };
    this.handlers = this.createHandlers();
  }

  /** Before anything: Aurora is empty. */
  static fresh(kind: Kind): MachineWorld {
    const machines = new MachineWorld(kind, World.fresh(kind));
    machines.world.databases.aurora.problems.push('indexes and keys are missing');
    return machines;
  }

  /** Replicated and compared, no traffic on AWS yet. */
  static replicated(kind: Kind): MachineWorld {
    const world = World.migrated(kind);
    if (kind === 'dms') world.links.reverse.state = 'stopped';
    const machines = new MachineWorld(kind, world);
    machines.comparisons.add('first');
    world.pass(200);
    return machines;
  }

  /** All traffic on AWS, which writes to on-premises. */
  static advanced(kind: Kind): MachineWorld {
    const machines = MachineWorld.replicated(kind);
    machines.clear(0, 100);
    machines.setWeights({ aws: 100, 'on-prem': 0 });
    return machines;
  }

  /**
   * Puts other adapters in the place of those in memory, for instance real databases.
   * @param compare the function `migration-validation` where it compares
   * @param time when it is, and what is done where a machine pauses
   */
  replace(
    ports: Partial<StepDependencies>,
    compare: () => Promise<Readonly<Record<string, unknown>>>,
    time: { readonly now: number; readonly onPause: (seconds: number) => Promise<void> },
  ): void {
    this.world.now = time.now;
    this.onPause = time.onPause;
    this.dependencies = { ...this.dependencies, ...ports };
    const { 'migration-validation-test': validation, ...others } = this.createHandlers();
    this.handlers = {
      ...others,
      'migration-validation-test': (payload) =>
        payload['action'] === 'delta' || payload['action'] === 'compare' ? compare() : validation?.(payload),
    };
  }

  get weights(): Weights {
    const weightOf = (side: string) => this.route53.record(side, RECORD_NAME, 'A')?.Weight ?? -1;
    return { aws: weightOf('aws'), 'on-prem': weightOf('on-prem') };
  }

  setWeights(weights: Weights): void {
    this.route53.put(awsRecord(weights.aws), onPremRecord(weights['on-prem']));
  }

  /** Sets the clearance, on the item and in the parameter. */
  clear(minAwsWeight: number, maxAwsWeight: number): void {
    const at = new Date(this.world.now).toISOString();
    const clearance = { minAwsWeight, maxAwsWeight, reason: 'as it was found', by: 'earlier', at };
    this.world.item = { ...this.world.item, clearance };
    this.world.parameter = clearance;
  }

  /** An operator's deployment: Terraform's precondition on the clearance holds it back. */
  deploy(to: number): void {
    const weights = { aws: to, 'on-prem': 100 - to };
    if (isWithin(weights, this.world.parameter)) this.setWeights(weights);
  }

  /** Executes a machine as it is deployed, until it ends; what it leaves to happen late has happened then, too. */
  async run(machine: CutoverMachine, { faults = [], input, onTask }: RunMachine = {}): Promise<Run> {
    const { world } = this;
    this.executions += 1;
    const name = `${machine}-${this.executions}`;
    const execution = `arn:aws:states:us-east-1:111111111111:execution:${machine}-test:${name}`;
    world.running.add(execution);
    this.say('alice', 'request', name);
    const usual =
      machine === 'advance' ? { to: 10 } : ['cutover', 'resume'].includes(machine) ? { requestedBy: 'alice' } : {};
    const limits = {
      weightTimeoutMinutes: MINUTES,
      bakeMinutes: MINUTES,
      approvalTimeoutMinutes: MINUTES,
      loadHours: 1,
      comparisonHours: 1,
      freezeBudgetSeconds: this.settings.freezeBudgetSeconds,
    };
    const result = await runStateMachine(CUTOVER_DEFINITIONS[machine]({ ...MACHINE_PROPS, limits }), {
      handlers: this.handlers,
      input: input ?? usual,
      name,
      execution,
      machine,
      startTime: new Date(world.now).toISOString(),
      faults,
      ...(onTask === undefined ? {} : { onTask }),
      onWait: async (seconds, state) => {
        world.pass(seconds * 1000);
        await this.onPause(seconds);
        this.people(name, state, input ?? usual);
      },
      mostStates: 600,
    });
    await result.settled;
    world.running.delete(execution);
    return { ...result, machine, execution, end: result.failure?.error ?? 'Succeed' };
  }

  /** What people do while a machine waits for them. */
  private people(name: string, state: string, input: unknown): void {
    if (state === 'Await weights: pause') this.deploy(Number((input as { to: number }).to));
    if (state === 'Await approval: pause') {
      this.say('bob', 'approval', name);
      this.say('carol', 'approval', name);
    }
    if (state === 'Await a human: pause') {
      const waiting = this.progress.current?.waitingFor ?? '';
      const [, request] = /approve (\S+?),/.exec(waiting) ?? [];
      if (request !== undefined) this.say('bob', 'approval', request);
    }
  }

  say(userId: string, kind: Statement['kind'], request: string): void {
    this.statements.push({ userId, kind, request, at: this.world.now });
  }

  private createHandlers(): Readonly<Record<string, FunctionHandler>> {
    const { world } = this;
    const steps = createHandler({
      steps: createStepTable(this.dependencies),
      progress: this.dependencies.progress,
      logger: silent,
    });
    const traffic = createTrafficHandler({
      traffic: new Route53Traffic(this.route53.client, {
        zoneId: this.route53.zoneId,
        recordName: RECORD_NAME,
        recordType: 'A',
        clock: world.clock,
      }),
      authority: this.dependencies.authority,
      logger: silent,
    });
    const { clock } = this.dependencies;
    const limited = (seconds: number) => {
      const end = clock.now() + seconds * 1000;
      return { getRemainingTimeInMillis: () => end - clock.now() };
    };
    return {
      'migration-steps-test': (payload) => steps(payload, limited(120)),
      'traffic-shift-test': (payload) => traffic(payload),
      'migration-validation-test': validationOf(world, this.comparisons),
      'ledger-migration-test': (payload) => {
        const parts = parseSchemaEvent(payload);
        for (const part of parts) this.schema.add(part);
        if (parts.includes('post-data')) world.databases.aurora.problems.length = 0;
        return { applied: parts };
      },
    };
  }
}
