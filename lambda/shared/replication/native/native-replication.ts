import type { Client } from 'pg';
import { type Side, SIDES } from '../../authority/authority';
import { withToken } from '../../fence/with-token';
import type { Clock } from '../../runtime/clock';
import { ExplainedError } from '../../runtime/error-fields';
import {
  type Direction,
  DIRECTIONS,
  ENDS,
  type FoundSlot,
  OPPOSITE,
  type Replication,
  type ReplicationStatus,
  type SlotPosition,
} from '../replication';
import type { DatabaseSessions } from '../sessions';
import { dropSlotsWhere, findSlot, listSlots, type LogicalSlot, makeFreshSlot } from '../slots';
import { WalLag } from '../wal-lag';
import { readSource, readTarget } from './facts';
import { isStreaming, nativeStatus } from './native-status';
import { dropPublication, ensurePublication } from './publication';
import {
  createSubscription,
  disableSubscription,
  dropSubscription,
  enableSubscription,
  noteErrand,
  readSubscription,
} from './subscription';
import { WorkerWatch } from './worker-watch';

export interface NativeReplicationOptions {
  /** Both databases. On version 14 a subscription belongs to a superuser, so this side's user is one. */
  readonly sessions: DatabaseSessions;
  /**
   * How the server of a side's opposite reaches that side, as libpq's keywords: `host=… port=… dbname=… user=… password=…
   * sslmode=verify-full`. The user may replicate and read every table. Asked anew whenever a direction starts.
   */
  readonly connectionTo: (side: Side) => Promise<string>;
  /**
   * What the names of publications, subscriptions and slots begin with: `<prefix>_forward`, `<prefix>_reverse`. Slots belong to
   * the whole server. Lower-case letters, digits and _, at most 55.
   */
  readonly prefix: string;
  readonly clock: Pick<Clock, 'now'>;
  /** @default 'payments' */
  readonly schema?: string;
  /** How long a worker may take to begin before that is a failure, in seconds, from 0. @default 10 */
  readonly startupSeconds?: number;
}

const PLUGIN = 'pgoutput';
const PREFIX = /^[a-z0-9_]{1,55}$/;

/**
 * PostgreSQL's own logical replication. Everything of a direction has one name: the publication and the slot on its source, the
 * subscription on its target. Publications hold each direction's own tables; a subscription never makes or drops a slot by
 * itself, for slots are made and dropped under the executor's token.
 *
 * Versions before 16 cannot tell what was replicated from what was written, so one direction runs at a time, and each begins
 * from a slot that was made after the other one had ended: an older one would send back what the other one brought.
 */
export class NativeReplication implements Replication {
  readonly kind = 'native';
  private readonly schema: string;
  private readonly startupSeconds: number;
  private readonly lag: WalLag;
  private readonly watch: WorkerWatch;

  constructor(private readonly options: NativeReplicationOptions) {
    if (!PREFIX.test(options.prefix)) {
      throw new Error(`prefix must be 1 to 55 lower-case letters, digits and _, got ${options.prefix}`);
    }
    this.schema = options.schema ?? 'payments';
    this.startupSeconds = options.startupSeconds ?? 10;
    this.lag = new WalLag(options.clock);
    this.watch = new WorkerWatch(options.clock);
  }

  async status(direction: Direction): Promise<ReplicationStatus> {
    const name = this.name(direction);
    const source = await this.onSource(direction, (client) => readSource(client, name));
    const target = await this.onTarget(direction, (client) => readTarget(client, name));
    const history = this.watch.look(direction, {
      ...target,
      pid: target.workerPid,
      streaming: isStreaming(source, target),
    });
    const confirmed = source.slot?.confirmedLsn;
    return nativeStatus({
      direction,
      name,
      source,
      target,
      history,
      walLagSeconds: confirmed === undefined ? undefined : this.lag.seconds(direction, source.lsn, confirmed),
      startupSeconds: this.startupSeconds,
    });
  }

  /** A subscription that copies is left alone; what an attempt left without one goes first. */
  async startLoad(): Promise<void> {
    const name = this.name('forward');
    if ((await this.onTarget('forward', (client) => readSubscription(client, name))) !== undefined) return;
    await this.onSource('forward', async (client) => {
      await ensurePublication(client, { name, schema: this.schema, direction: 'forward' });
      // Without a subscription nobody reads from a slot of that name. One that is there may be older than the publication,
      // which then does not exist for what it decodes.
      if ((await findSlot(client, name)) !== undefined)
        await client.query('SELECT pg_drop_replication_slot($1)', [name]);
      await client.query('SELECT pg_create_logical_replication_slot($1, $2)', [name, PLUGIN]);
    });
    const connection = await this.options.connectionTo(ENDS.forward.source);
    await this.onTarget('forward', async (client) => {
      // A unit may be run twice.
      if ((await readSubscription(client, name)) !== undefined) return;
      await createSubscription(client, { name, publication: name, connection, errand: 'load' });
    });
  }

  async resume(direction: Direction): Promise<void> {
    const name = this.name(direction);
    const { subscription, tables } = await this.onTarget(direction, (client) => readTarget(client, name));
    const slot = await this.onSource(direction, (client) => findSlot(client, name));
    if (subscription === undefined || slot === undefined || slot.lost) {
      const found =
        subscription === undefined ? 'no subscription' : slot === undefined ? 'no slot' : 'a slot that lost WAL';
      throw new ExplainedError(
        `replication ${direction} must have a subscription and a slot named ${name} to go on from, got ${found}; make a slot while nothing is written and start from it, or load anew`,
      );
    }
    await this.refuseOpposite(direction);
    const loaded = tables.every(({ state }) => state === 'r');
    const errand = subscription.errand === 'load' && !loaded ? 'load' : 'run';
    if (!subscription.enabled) {
      this.watch.forget(direction);
      const connection = await this.options.connectionTo(ENDS[direction].source);
      await this.onTarget(direction, (client) => enableSubscription(client, name, connection, errand));
    } else if (subscription.errand !== errand) {
      await this.onTarget(direction, (client) => noteErrand(client, name, errand));
    }
  }

  async stop(direction: Direction): Promise<void> {
    const name = this.name(direction);
    this.watch.forget(direction);
    await this.onTarget(direction, async (client) => {
      const subscription = await readSubscription(client, name);
      if (subscription?.enabled === true) await disableSubscription(client, name);
    });
  }

  async makeSlot(direction: Direction, token: number, known?: SlotPosition): Promise<SlotPosition> {
    const name = this.name(direction);
    await this.refuseEnabled(direction, known);
    this.lag.forget(direction);
    return this.onSource(direction, async (client) => {
      await withToken(client, token, () => ensurePublication(client, { name, schema: this.schema, direction }));
      return makeFreshSlot(client, token, { slot: name, plugin: PLUGIN }, known);
    });
  }

  async startFrom(direction: Direction, { slot }: SlotPosition): Promise<void> {
    const name = this.name(direction);
    if (slot !== name)
      throw new ExplainedError(`replication ${direction} must start from the slot ${name}, got ${slot}`);
    const source = await this.onSource(direction, (client) => readSource(client, name));
    if (source.slot === undefined) {
      throw new ExplainedError(
        `replication ${direction} must have the slot ${name} to start from, got none; make it first`,
      );
    }
    await this.refuseOpposite(direction);
    const connection = await this.options.connectionTo(ENDS[direction].source);
    await this.onTarget(direction, async (client) => {
      const { subscription, tables } = await readTarget(client, name);
      if (subscription?.enabled === true && subscription.errand === 'run') return;
      this.watch.forget(direction);
      // One that was made for other tables, or that never finished its copy, is made anew: nothing is written now.
      const published = source.published.map(({ table }) => table).join();
      const ready = tables.filter(({ state }) => state === 'r').map(({ table }) => table);
      if (subscription !== undefined && ready.join() !== published) await dropSubscription(client, name);
      if (subscription === undefined || ready.join() !== published) {
        await createSubscription(client, { name, publication: name, connection, errand: 'run' });
      }
      await enableSubscription(client, name, connection, 'run');
    });
  }

  async dropSlots(direction: Direction, token: number): Promise<void> {
    await this.refuseEnabled(direction);
    const owns = await this.owner(direction);
    await this.onSource(direction, (client) => dropSlotsWhere(client, token, owns));
    this.lag.forget(direction);
  }

  async cleanUp(direction: Direction, token: number): Promise<void> {
    const name = this.name(direction);
    await this.onTarget(direction, (client) => withToken(client, token, () => dropSubscription(client, name)));
    await this.onSource(direction, (client) => withToken(client, token, () => dropPublication(client, name)));
    this.watch.forget(direction);
  }

  async slots(): Promise<readonly FoundSlot[]> {
    const owners = await Promise.all(
      DIRECTIONS.map(async (direction) => [direction, await this.owner(direction)] as const),
    );
    const found = await Promise.all(
      SIDES.map(async (side) => {
        const slots = await this.options.sessions[side].run(listSlots);
        return slots.map((slot) => {
          const direction = owners.find(([of, owns]) => ENDS[of].source === side && owns(slot))?.[0];
          return foundSlot(side, slot, direction);
        });
      }),
    );
    return found.flat();
  }

  slotNames(direction: Direction): readonly string[] {
    return [this.name(direction)];
  }

  private name(direction: Direction): string {
    return `${this.options.prefix}_${direction}`;
  }

  private onSource<Result>(direction: Direction, unit: (client: Client) => Promise<Result>): Promise<Result> {
    return this.options.sessions[ENDS[direction].source].run(unit);
  }

  private onTarget<Result>(direction: Direction, unit: (client: Client) => Promise<Result>): Promise<Result> {
    return this.options.sessions[ENDS[direction].target].run(unit);
  }

  /** A direction's slots: its own, and those with which its subscription copies single tables. */
  private async owner(direction: Direction): Promise<(slot: LogicalSlot) => boolean> {
    const name = this.name(direction);
    const subscription = await this.onTarget(direction, (client) => readSubscription(client, name));
    const copies = subscription === undefined ? undefined : `pg_${subscription.oid}_sync_`;
    return ({ slot }) => slot === name || (copies !== undefined && slot.startsWith(copies));
  }

  /** Between two attempts of a worker its slot looks free. */
  private async refuseEnabled(direction: Direction, known?: SlotPosition): Promise<void> {
    const name = this.name(direction);
    const subscription = await this.onTarget(direction, (client) => readSubscription(client, name));
    if (subscription?.enabled !== true) return;
    // A step that is repeated after it had started from the slot.
    if (known !== undefined && (await this.onSource(direction, (client) => findSlot(client, name))) !== undefined)
      return;
    throw new ExplainedError(
      `replication ${direction} must be stopped before its slot ${name} is dropped or made anew, got an enabled subscription; stop it first`,
    );
  }

  private async refuseOpposite(direction: Direction): Promise<void> {
    const opposite = OPPOSITE[direction];
    const subscription = await this.onTarget(opposite, (client) => readSubscription(client, this.name(opposite)));
    if (subscription?.enabled !== true) return;
    throw new ExplainedError(
      `replication ${direction} must not run beside ${opposite}: each would send back what the other one brings, got an enabled subscription ${this.name(opposite)}; stop it first`,
    );
  }
}

const foundSlot = (side: Side, slot: LogicalSlot, direction: Direction | undefined): FoundSlot => ({
  side,
  slot: slot.slot,
  active: slot.active,
  retainedBytes: slot.retainedBytes,
  ...(slot.confirmedLsn === undefined ? {} : { confirmedLsn: slot.confirmedLsn }),
  ...(direction === undefined ? {} : { direction }),
});
