import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Side } from '../../../../lambda/shared/authority/authority';
import { AUTHORITY_KEY } from '../../../../lambda/shared/authority/dynamodb-authority';
import { DynamoDbMigrationAuthority } from '../../../../lambda/shared/authority/dynamodb-migration-authority';
import type { WriterRow } from '../../../../lambda/shared/fence/fence';
import type { Statement } from '../../../../lambda/shared/migration/approvals';
import { DynamoDbProgressBoard } from '../../../../lambda/shared/migration/dynamodb-progress-board';
import { DynamoDbStatements } from '../../../../lambda/shared/migration/dynamodb-statements';
import type { Executor, Machine } from '../../../../lambda/shared/migration/executor';
import type { Replication, ReplicationStatus } from '../../../../lambda/shared/replication/replication';
import type { Clearance } from '../../../../lambda/shared/traffic/clearance';
import type { ControlDependencies } from '../../../../lambda/migration-steps/dependencies';
import type { SafetyReading } from '../../../../lambda/migration-steps/ports/alarms';
import type { ComparisonRun } from '../../../../lambda/migration-steps/ports/comparison-runs';
import type { Notice } from '../../../../lambda/migration-steps/ports/notifier';
import type { ReleaseState } from '../../../../lambda/migration-steps/ports/release';
import type { MigrationSettings } from '../../../../lambda/migration-steps/settings';
import type { Step, StepAnswer, StepContext } from '../../../../lambda/migration-steps/step';
import type { LocalDynamoDb } from '../../../support/dynamodb';
import { ManualClock } from '../../../support/manual-clock';

/** When everything begins. */
export const T0 = Date.UTC(2026, 10, 21, 20);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const SETTINGS: MigrationSettings = {
  freezeBudgetSeconds: 900,
  freezeGraceSeconds: 5,
  maxLagSeconds: 60,
  weightTimeoutMinutes: 60,
  bakeMinutes: 30,
  approvalTimeoutMinutes: 60,
  rollbackWindowHours: 72,
  requireSecondPerson: true,
  loadHours: 48,
  comparisonHours: 24,
};

/** What lets every gate pass. */
export const READY = { verdict: 'ready', reasons: [], report: 's3://bucket/assessment.json' };

/** The ports of the steps, with the items in a real table and the rest as a test says. */
export class ControlWorld {
  readonly clock = new ManualClock(T0);
  private said = 0;
  readonly effects: string[] = [];
  readonly notices: Notice[] = [];
  readonly written: Clearance[] = [];
  readonly started: [string, unknown][] = [];
  forward: ReplicationStatus = { state: 'running', lagSeconds: 2, problems: [] };
  reverse: ReplicationStatus = { state: 'stopped', problems: [] };
  kind: Replication['kind'] = 'dms';
  rows: Record<Side, WriterRow> = {
    'on-prem': { side: 'on-prem', epoch: 1, writable: true },
    aurora: { side: 'aurora', epoch: 0, writable: false },
  };
  safety: SafetyReading = {
    composite: { name: 'safe-to-advance-test', verdict: 'ok', changedAt: T0 - HOUR },
    children: [{ name: 'lag-test', verdict: 'ok' }],
  };
  running: ReleaseState = { blue: '7', green: '7', moving: false, health: 'ok' };
  comparison: ComparisonRun | undefined = { name: 'replicate-1', result: 'equal', endedAt: T0 - HOUR };
  steps: readonly number[] = [10, 50, 100];
  missing: readonly string[] = [];
  roles: readonly string[] = [];
  settings: MigrationSettings = SETTINGS;
  readonly authority: DynamoDbMigrationAuthority;
  readonly progress: DynamoDbProgressBoard;
  readonly statements: DynamoDbStatements;
  executor: Executor = { machine: 'advance', execution: 'arn:execution:advance-1', token: 0 };

  constructor(private readonly dynamodb: LocalDynamoDb) {
    const { client, stateTable: tableName } = dynamodb;
    const executions = { isRunning: () => Promise.resolve(true) };
    this.authority = new DynamoDbMigrationAuthority({ client, tableName, executions, clock: this.clock });
    this.progress = new DynamoDbProgressBoard(client, tableName, this.clock);
    this.statements = new DynamoDbStatements(client, tableName);
  }

  /** The item as it is, and the lease of an execution of this machine. */
  async begin(machine: Machine = 'advance', item: Readonly<Record<string, unknown>> = {}): Promise<this> {
    await this.dynamodb.client.send(
      new PutCommand({
        TableName: this.dynamodb.stateTable,
        Item: { ...AUTHORITY_KEY, authority: 'on-prem', epoch: 1, ...item },
      }),
    );
    this.executor = await this.authority.takeOver({ machine, execution: `arn:execution:${machine}-1` });
    return this;
  }

  say(userId: string, kind: Statement['kind'], request = 'night-1', comment?: string): Promise<void> {
    return this.statements.make({
      userId,
      kind,
      request,
      at: T0 + (this.said += 1),
      ...(comment === undefined ? {} : { comment }),
    });
  }

  /** Runs a step as the handler does: what it tells stands in the progress item. */
  async run(
    step: Step<ControlDependencies>,
    { state = 'A state', input = {}, given = {} }: Partial<Pick<StepContext, 'state' | 'input' | 'given'>> = {},
  ): Promise<StepAnswer> {
    const { executor } = this;
    const answer = await step(this.ports, {
      executor,
      state,
      name: 'night-1',
      input,
      given,
      remainingMs: () => 60_000,
    });
    await this.progress.report(executor, { step: state, message: answer.message });
    return answer;
  }

  wait(milliseconds: number): Promise<void> {
    return this.clock.sleep(milliseconds);
  }

  get ports(): ControlDependencies {
    const effect = (name: string) => () => {
      this.effects.push(name);
      return Promise.resolve();
    };
    return {
      authority: this.authority,
      progress: this.progress,
      statements: this.statements,
      clock: this.clock,
      settings: this.settings,
      fence: {
        read: (side: Side) => Promise.resolve(this.rows[side]),
        admitReplication: (side: Side, token: number, admitted: boolean) =>
          effect(`admit ${side} ${token} ${admitted}`)(),
      } as unknown as ControlDependencies['fence'],
      replication: {
        kind: this.kind,
        status: (direction: string) => Promise.resolve(direction === 'forward' ? this.forward : this.reverse),
        startLoad: effect('start load'),
        resume: (direction: string) => effect(`resume ${direction}`)(),
      } as unknown as Replication,
      clearance: {
        read: () => Promise.reject(new Error('nothing reads the parameter')),
        write: (clearance) => {
          this.written.push(clearance);
          return Promise.resolve();
        },
      },
      alarms: { safeToAdvance: () => Promise.resolve(this.safety) },
      release: { read: () => Promise.resolve(this.running) },
      comparisons: {
        start: (name, input) => {
          this.started.push([name, input]);
          return Promise.resolve();
        },
        read: (name) => Promise.resolve(this.comparison?.name === name ? this.comparison : undefined),
        last: () => Promise.resolve(this.comparison),
        lastEqual: () => Promise.resolve(this.comparison?.name),
      },
      trafficSteps: { read: () => Promise.resolve(this.steps) },
      checks: { problems: (side) => Promise.resolve(this.missing.filter((problem) => problem.startsWith(side))) },
      applyRoles: { problems: () => Promise.resolve(this.roles) },
      notifier: {
        notify: (notice) => {
          this.notices.push(notice);
          return Promise.resolve();
        },
      },
    };
  }
}
