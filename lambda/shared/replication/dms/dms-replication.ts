import type { DatabaseMigrationServiceClient, ReplicationTask } from '@aws-sdk/client-database-migration-service';
import type { Client } from 'pg';
import type { Clock } from '../../runtime/clock';
import { ExplainedError } from '../../runtime/error-fields';
import {
  type Direction,
  ENDS,
  type FoundSlot,
  type Replication,
  ReplicationBusy,
  type ReplicationStatus,
  type SlotPosition,
} from '../replication';
import type { DatabaseSessions } from '../sessions';
import { dropSlotsWhere, listSlots, type LogicalSlot, makeFreshSlot } from '../slots';
import { WalLag } from '../wal-lag';
import { dmsStatus } from './dms-status';
import { SlotOwnership } from './slot-ownership';
import { type Start, TaskClient } from './task-client';
import { hasRun, isActive, isGoing, isLoaded } from './task-state';

export interface DmsReplicationOptions {
  readonly client: Pick<DatabaseMigrationServiceClient, 'send'>;
  readonly sessions: DatabaseSessions;
  /** The ARNs of the tasks. */
  readonly tasks: {
    /** Copies everything and follows; with a slot that DMS makes. */
    readonly load: string;
    /** Follows forward from the slot `slots.forward`. */
    readonly forward: string;
    /** Follows back from the slot `slots.reverse`. */
    readonly reverse: string;
  };
  /** The slots that the endpoints of the CDC-only tasks name (`slotName`). */
  readonly slots: Readonly<Record<Direction, string>>;
  /** How the source of each direction decodes, as PostgreSQL calls it. @default 'test_decoding' for both */
  readonly plugins?: Readonly<Partial<Record<Direction, string>>>;
  /** DMS's schema on the targets. @default 'awsdms_control' */
  readonly controlSchema?: string;
  /** How DMS names the slots that it makes. @default DMS_SLOT */
  readonly loadSlotPattern?: RegExp;
  readonly clock: Pick<Clock, 'now'>;
  /**
   * A better measure of the lag of a direction, in seconds: CloudWatch's `CDCLatencyTarget`, of the task with this ARN. Without,
   * it is bounded by positions, see `WalLag`: DMS confirms them lazily, so the bound may be minutes above the truth.
   * @default that bound
   */
  readonly lagSeconds?: (direction: Direction, taskArn: string) => Promise<number | undefined>;
}

/** The tasks and slots of a direction, as they were found. */
interface Found {
  readonly task?: ReplicationTask;
  readonly arn: string;
  /** The forward task that is not the live one. */
  readonly idle?: ReplicationTask;
  readonly idleArn?: string;
  /** The slots that the live task may read from. */
  readonly slots: readonly LogicalSlot[];
  readonly sourceLsn: string;
}

/**
 * DMS, with three tasks: forward, one that loads and follows, and one that only follows; back, one that only follows.
 *
 * Forward, which one is *live* is told by what is there. A CDC-only task that DMS works on is; else a loading one that it works
 * on; else the CDC-only one where its slot exists, for that slot is made only when authority comes back, after which resuming
 * the load's would replay what the way back has brought already; else the loading one. So `dropSlots` and `makeSlot` are what
 * hands over from one to the other, and a crash between them leaves none that could be resumed.
 *
 * DMS's answers are not trusted to have had no effect: what it refuses because of a task's state is read back.
 */
export class DmsReplication implements Replication {
  readonly kind = 'dms';
  private readonly tasks: TaskClient;
  private readonly ownership: SlotOwnership;
  private readonly lag: WalLag;

  constructor(private readonly options: DmsReplicationOptions) {
    this.tasks = new TaskClient(options.client);
    this.ownership = new SlotOwnership({ ...options, loadTaskArn: options.tasks.load });
    this.lag = new WalLag(options.clock);
  }

  async status(direction: Direction): Promise<ReplicationStatus> {
    const { task, arn, idle, slots, sourceLsn } = await this.find(direction);
    if (task === undefined) return { state: 'absent', problems: [`the task ${arn} does not exist`] };
    const tables = hasRun(task) ? await this.tasks.tables(arn) : [];
    const [slot] = slots;
    const confirmed = slot?.confirmedLsn;
    const walLag = confirmed === undefined ? undefined : this.lag.seconds(direction, sourceLsn, confirmed);
    return dmsStatus(
      {
        task,
        tables,
        slot,
        otherActive: isActive(idle),
        lagSeconds: this.options.lagSeconds === undefined ? walLag : await this.measuredLag(direction, arn),
        controlSchema: this.options.controlSchema ?? 'awsdms_control',
      },
      this.options.sessions[ENDS[direction].source],
      this.options.sessions[ENDS[direction].target],
    );
  }

  /** A drain asks for the status too, and must not end because the metrics do not answer: no gate takes that for good. */
  private async measuredLag(direction: Direction, arn: string): Promise<number | undefined> {
    return this.options.lagSeconds?.(direction, arn).catch(() => undefined);
  }

  async startLoad(): Promise<void> {
    const { load, forward } = this.options.tasks;
    const { task, arn } = await this.find('forward');
    if (arn === forward) {
      throw new ExplainedError(
        `a load must not begin where the task ${forward} goes on from the slot ${this.options.slots.forward}; finish the migration first`,
      );
    }
    if (task === undefined) throw absent(load);
    if (isGoing(task) || isLoaded(task)) return;
    const type = hasRun(task) ? 'resume-processing' : 'start-replication';
    await this.start(task, load, { StartReplicationTaskType: type });
  }

  async resume(direction: Direction): Promise<void> {
    const { task, arn, slots } = await this.find(direction);
    if (task === undefined) throw absent(arn);
    if (isGoing(task)) return;
    if (!hasRun(task) || slots.length === 0) {
      throw new ExplainedError(
        `replication ${direction} must have a task that ran and its slot to go on from, got ${
          hasRun(task) ? 'no slot' : 'no run'
        } of the task ${arn}; make a slot while nothing is written and start from it, or load anew`,
      );
    }
    await this.start(task, arn, { StartReplicationTaskType: 'resume-processing' });
  }

  async stop(direction: Direction): Promise<void> {
    const { task, arn, idle, idleArn } = await this.find(direction);
    await this.stopTask(task, arn);
    if (idleArn !== undefined) await this.stopTask(idle, idleArn);
  }

  async makeSlot(direction: Direction, token: number, known?: SlotPosition): Promise<SlotPosition> {
    const name = this.options.slots[direction];
    const found = await this.find(direction);
    // A step that is repeated after it had started from the slot finds it in use, and as it was made.
    const repeated = known !== undefined && found.slots.some(({ slot }) => slot === name);
    if (!repeated) refuseActive(direction, found);
    this.lag.forget(direction);
    return this.onSource(direction, (client) =>
      makeFreshSlot(client, token, { slot: name, plugin: this.ownership.plugin(direction) }, known),
    );
  }

  async startFrom(direction: Direction, position: SlotPosition): Promise<void> {
    const name = this.options.slots[direction];
    if (position.slot !== name) {
      throw new ExplainedError(
        `replication ${direction} must start from the slot ${name}, which its endpoint names, got ${position.slot}`,
      );
    }
    const arn = this.options.tasks[direction];
    const slots = await this.onSource(direction, listSlots);
    if (!slots.some(({ slot, lost }) => slot === name && !lost)) {
      throw new ExplainedError(
        `replication ${direction} must have the slot ${name} to start from, got none; make it first`,
      );
    }
    const task = await this.tasks.describe(arn);
    if (task === undefined) throw absent(arn);
    const { CdcStartPosition: began, RecoveryCheckpoint: checkpoint } = task;
    const same = began === position.lsn;
    if (isGoing(task)) {
      if (same || began === undefined || began === '') return;
      throw new ExplainedError(
        `replication ${direction} must start from ${position.lsn}, got a task ${arn} that runs from ${began}; stop it first`,
      );
    }
    // From a position that it began at already, it goes on: what it applied since is not confirmed yet, and would come again.
    const goesOn = same && hasRun(task) && checkpoint !== undefined && checkpoint !== '';
    await this.start(
      task,
      arn,
      goesOn
        ? { StartReplicationTaskType: 'resume-processing' }
        : { StartReplicationTaskType: 'start-replication', CdcStartPosition: position.lsn },
    );
  }

  async dropSlots(direction: Direction, token: number): Promise<void> {
    refuseActive(direction, await this.find(direction));
    const own = new Set((await this.ownership.of(direction)).map(({ slot }) => slot));
    await this.onSource(direction, (client) => dropSlotsWhere(client, token, ({ slot }) => own.has(slot)));
    this.lag.forget(direction);
  }

  /** DMS's own tables stay: they are the record of what it did. */
  cleanUp(): Promise<void> {
    return Promise.resolve();
  }

  slots(): Promise<readonly FoundSlot[]> {
    return this.ownership.list();
  }

  slotNames(direction: Direction): readonly string[] {
    return [this.options.slots[direction]];
  }

  private async find(direction: Direction): Promise<Found> {
    const sourceLsn = await this.onSource(direction, currentLsn);
    const own = await this.ownership.of(direction);
    const named = own.filter(({ slot }) => slot === this.options.slots[direction]);
    const arn = this.options.tasks[direction];
    const task = await this.tasks.describe(arn);
    if (direction === 'reverse') return { arn, slots: named, sourceLsn, ...(task && { task }) };
    const loadArn = this.options.tasks.load;
    const load = await this.tasks.describe(loadArn);
    const followerIsLive = isActive(task) || (!isActive(load) && named.length > 0);
    return followerIsLive
      ? { arn, idleArn: loadArn, slots: named, sourceLsn, ...(task && { task }), ...(load && { idle: load }) }
      : {
          arn: loadArn,
          idleArn: arn,
          slots: own.filter((slot) => !named.includes(slot)),
          sourceLsn,
          ...(load && { task: load }),
          ...(task && { idle: task }),
        };
  }

  /** Starts a task that is at rest; what DMS refuses is read back, for somebody may have started it meanwhile. */
  private async start(task: ReplicationTask, arn: string, start: Start): Promise<void> {
    if (task.Status === 'stopping') throw busy(arn, 'stopping', 'started');
    if (await this.tasks.start(arn, start)) return;
    const now = await this.tasks.describe(arn);
    if (isGoing(now)) return;
    throw busy(arn, now?.Status, 'started');
  }

  private async stopTask(task: ReplicationTask | undefined, arn: string): Promise<void> {
    if (!isGoing(task) || (await this.tasks.stop(arn))) return;
    const now = await this.tasks.describe(arn);
    if (isGoing(now)) throw busy(arn, now?.Status, 'stopped');
  }

  private onSource<Result>(direction: Direction, unit: (client: Client) => Promise<Result>): Promise<Result> {
    return this.options.sessions[ENDS[direction].source].run(unit);
  }
}

/** Between two attempts of a task its slot looks free. */
function refuseActive(direction: Direction, { task, arn, idle, idleArn }: Found): void {
  const active = isActive(task) ? { task, arn } : isActive(idle) ? { task: idle, arn: idleArn } : undefined;
  if (active === undefined) return;
  throw new ExplainedError(
    `replication ${direction} must be stopped before its slots are dropped or made anew, got the task ${active.arn ?? ''} ${active.task?.Status ?? ''}; stop it first`,
  );
}

async function currentLsn(client: Client): Promise<string> {
  const { rows } = await client.query<{ lsn: string }>('SELECT pg_current_wal_lsn()::text AS lsn');
  return rows[0]?.lsn ?? '0/0';
}

const absent = (arn: string): ExplainedError =>
  new ExplainedError(`the task ${arn} must exist to be started, got none; deploy the environment`);

const busy = (arn: string, status: string | undefined, wanted: string): ReplicationBusy =>
  new ReplicationBusy(
    `the task ${arn} cannot be ${wanted} while it is ${status ?? 'absent'}; repeat when that is over, and look into its log when it does not end`,
  );
