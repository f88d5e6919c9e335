import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Execution, Executor } from '../migration/executor';
import { DIRECTIONS, ENDS } from '../replication/replication';
import type { Clock } from '../runtime/clock';
import { ExplainedError } from '../runtime/error-fields';
import type { Clearance } from '../traffic/clearance';
import type { AuthorityState, Side } from './authority';
import { AuthorityHistory } from './authority-history';
import { type ConditionalUpdate, updateAuthorityItem } from './authority-update';
import { readAuthorityItem } from './dynamodb-authority';
import { DynamoDbLease, leaseLost, requireLease } from './dynamodb-lease';
import type { Executions } from './executions';
import {
  AuthorityMoved,
  type Change,
  type Freeze,
  type MigrationAuthority,
  type MigrationRecord,
} from './migration-authority';
import { changeAttributes, clearanceAttributes, freezeAttributes, parseRecord } from './record-item';

export interface MigrationAuthorityOptions {
  readonly client: DynamoDBDocumentClient;
  /** The table `migration-state`. */
  readonly tableName: string;
  readonly executions: Executions;
  readonly clock: Pick<Clock, 'now'>;
}

/**
 * The authority item of the table `migration-state`, as migrations change it: one conditional write a change, on the lease's
 * token and the state that the change starts from. A write that was refused is explained by what the item says then: the same
 * change by the same execution is a repeat, and anything else an error.
 *
 * What the item was is kept beside it. Each change first stores what the item is, then changes it, then stores what it became: a crash in
 * between leaves the last change on the item, and the next one stores it.
 */
export class DynamoDbMigrationAuthority implements MigrationAuthority {
  private readonly history: AuthorityHistory;
  private readonly lease: DynamoDbLease;

  constructor(private readonly options: MigrationAuthorityOptions) {
    this.history = new AuthorityHistory(options.client, options.tableName);
    this.lease = new DynamoDbLease({
      ...options,
      history: this.history,
      record: () => this.record(),
      update: (update) => this.update(update),
    });
  }

  async read(): Promise<AuthorityState> {
    const { authority, epoch, frozenFrom } = await this.record();
    return { authority, epoch, ...(frozenFrom === undefined ? {} : { frozenFrom }) };
  }

  async record(): Promise<MigrationRecord> {
    const { client, tableName } = this.options;
    return parseRecord(await readAuthorityItem(client, tableName), tableName);
  }

  acquire(execution: Execution): Promise<Executor> {
    return this.lease.acquire(execution);
  }

  takeOver(execution: Execution): Promise<Executor> {
    return this.lease.takeOver(execution);
  }

  release(executor: Executor): Promise<void> {
    return this.lease.release(executor);
  }

  async confirm(executor: Executor): Promise<void> {
    requireLease(await this.record(), executor);
  }

  async freeze(executor: Executor, from: Side, epoch: number, reason: string): Promise<MigrationRecord> {
    const change = this.change(executor, reason);
    const freeze = { drains: awayFrom(from), startedAt: change.at };
    return this.move(executor, { authority: from, epoch }, change, {
      set: { authority: 'frozen', frozen_from: from, freeze: freezeAttributes(freeze) },
      isDone: ({ authority, frozenFrom }) => authority === 'frozen' && frozenFrom === from,
    });
  }

  async note(executor: Executor, epoch: number, done: Partial<Freeze>): Promise<MigrationRecord> {
    const attributes = Object.entries(freezeAttributes(done));
    const changed =
      attributes.length === 0
        ? undefined
        : await this.update({
            expected: { ...holds(executor), authority: 'frozen', epoch },
            mustExist: ['freeze'],
            set: Object.fromEntries(attributes.map(([name, value]) => [`freeze.${name}`, value])),
          });
    const record = changed ?? (await this.record());
    requireLease(record, executor);
    if (record.authority !== 'frozen' || record.epoch !== epoch || record.freeze === undefined) {
      throw new AuthorityMoved(
        `what was done must belong to the freeze of epoch ${epoch}, got ${described(record)}${record.authority === 'frozen' && record.freeze === undefined ? ', which no migration froze' : ''}`,
      );
    }
    return record;
  }

  async grant(executor: Executor, to: Side, epoch: number, reason: string): Promise<MigrationRecord> {
    return this.move(executor, { authority: 'frozen', epoch }, this.change(executor, reason), {
      // Where undoing has begun, what still runs of the same execution cannot hand authority on.
      anyOf: [
        { attribute: 'freeze.abandoned_by', isNot: executor.token },
        { attribute: 'frozen_from', is: to },
      ],
      set: { authority: to },
      remove: ['frozen_from', 'freeze'],
      isDone: ({ authority }) => authority === to,
    });
  }

  async setClearance(executor: Executor, wanted: Omit<Clearance, 'by' | 'at'>): Promise<Clearance> {
    requireClearance(wanted);
    const { minAwsWeight, maxAwsWeight, reason } = wanted;
    const at = new Date(this.options.clock.now()).toISOString();
    const clearance = { minAwsWeight, maxAwsWeight, reason, by: executor.execution, at };
    const changed = await this.update({
      expected: holds(executor),
      set: { clearance: clearanceAttributes(clearance) },
    });
    if (changed === undefined) throw leaseLost(await this.record(), executor);
    return clearance;
  }

  /** One change of authority: from a state, to the next epoch. */
  private async move(
    executor: Executor,
    from: Pick<AuthorityState, 'authority' | 'epoch'>,
    change: Change,
    to: Pick<ConditionalUpdate, 'anyOf' | 'set' | 'remove'> & { readonly isDone: (record: MigrationRecord) => boolean },
  ): Promise<MigrationRecord> {
    const { authority, epoch } = from;
    const before = await this.record();
    await this.history.state(before);
    if (before.authority === 'frozen' && authority === 'frozen' && before.epoch === epoch) {
      await this.history.freeze(before);
    }
    const changed = await this.update({
      expected: { ...holds(executor), authority, epoch },
      set: { ...to.set, epoch: epoch + 1, last_change: changeAttributes(change) },
      anyOf: to.anyOf ?? [],
      remove: to.remove ?? [],
    });
    const record = changed ?? (await this.record());
    if (changed === undefined) {
      requireLease(record, executor);
      const isRepeat = record.epoch === epoch + 1 && record.change?.execution === executor.execution;
      if (!isRepeat || !to.isDone(record)) {
        throw new AuthorityMoved(
          `authority must be ${authority} at epoch ${epoch} for this move, got ${described(record)}; look at who moved it, and start from there`,
        );
      }
    }
    await this.history.state(record);
    return record;
  }

  private change({ machine: by, execution }: Executor, reason: string): Change {
    return { by, reason, execution, at: this.options.clock.now() };
  }

  private async update(update: ConditionalUpdate): Promise<MigrationRecord | undefined> {
    const { client, tableName } = this.options;
    const item = await updateAuthorityItem(client, tableName, update);
    return item === undefined ? undefined : parseRecord(item, tableName);
  }
}

/** What the item says while an executor holds the lease. */
const holds = ({ token, execution }: Executor): ConditionalUpdate['expected'] => ({
  lease_token: token,
  lease_execution: execution,
});

function requireClearance({ minAwsWeight: min, maxAwsWeight: max }: Omit<Clearance, 'by' | 'at'>): void {
  const isPercent = (value: number): boolean => Number.isInteger(value) && value >= 0 && value <= 100;
  if (isPercent(min) && isPercent(max) && min <= max) return;
  throw new ExplainedError(
    `clearance must be whole percents from 0 to 100, minAwsWeight not above maxAwsWeight, got ${min} and ${max}`,
  );
}

/** The direction that reads a side. */
function awayFrom(side: Side): Freeze['drains'] {
  return DIRECTIONS.find((direction) => ENDS[direction].source === side) ?? 'forward';
}

function described({ authority, epoch, frozenFrom, change, freeze }: MigrationRecord): string {
  const from = frozenFrom === undefined ? '' : ` (from ${frozenFrom})`;
  const by = change === undefined ? '' : `, moved by ${change.execution}`;
  const undone = freeze?.abandonedBy === undefined ? '' : `, being undone under token ${freeze.abandonedBy}`;
  return `${authority}${from} at epoch ${epoch}${by}${undone}`;
}
