import type { Client } from 'pg';
import type { Role } from '../database/session';
import type { Pair } from '../rows/chunk';
import { onBoth } from '../rows/pair';
import type { Databases } from '../rows/run';
import { connect, disconnect, type Reconnecting } from './connect';
import { faultOf } from './faults';

/** How a transaction begins on a side. */
export type Begin = Readonly<Record<Role, string>>;

/** A transaction that sees one moment, its own. */
export const BEGIN_NOW = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

/** What one worker reads over: a connection to each side, made when they are needed. */
export class Lane {
  private pair: Pair | undefined;

  constructor(
    private readonly databases: Databases,
    private readonly reconnecting: Reconnecting,
  ) {}

  /** Reads both sides, each in one transaction. */
  inTransactions<T>(begin: Begin, work: (pair: Pair) => Promise<T>): Promise<T> {
    return this.guarded(async (pair) => {
      await Promise.all([pair.source.query(begin.source), pair.target.query(begin.target)]);
      const result = await work(pair);
      await onBoth(pair, (client) => client.query('COMMIT'));
      return result;
    });
  }

  /** Reads one side in one transaction. */
  onSide<T>(role: Role, begin: string, work: (client: Client) => Promise<T>): Promise<T> {
    return this.guarded(async (pair) => {
      await pair[role].query(begin);
      const result = await work(pair[role]);
      await pair[role].query('COMMIT');
      return result;
    });
  }

  drop(): void {
    disconnect(this.pair?.source);
    disconnect(this.pair?.target);
    this.pair = undefined;
  }

  private async guarded<T>(work: (pair: Pair) => Promise<T>): Promise<T> {
    const pair = (this.pair ??= await this.connected());
    try {
      return await work(pair);
    } catch (error) {
      if (faultOf(error) === 'connection') this.drop();
      else await onBoth(pair, (client) => client.query('ROLLBACK')).catch(() => this.drop());
      throw error;
    }
  }

  private async connected(): Promise<Pair> {
    const [source, target] = await Promise.allSettled([
      connect(this.databases.source, this.reconnecting),
      connect(this.databases.target, this.reconnecting),
    ]);
    if (source.status === 'fulfilled' && target.status === 'fulfilled') {
      return { source: source.value, target: target.value };
    }
    for (const side of [source, target]) if (side.status === 'fulfilled') disconnect(side.value);
    throw source.status === 'rejected' ? source.reason : target.status === 'rejected' ? target.reason : undefined;
  }
}

/** As many workers as there may be connections to each side. Who asks first is served first. */
export class Lanes {
  private readonly free: Lane[];
  private readonly queue: ((lane: Lane) => void)[] = [];
  private readonly all: readonly Lane[];

  constructor(databases: Databases, parallel: number, reconnecting: Reconnecting) {
    this.all = Array.from({ length: parallel }, () => new Lane(databases, reconnecting));
    this.free = [...this.all];
  }

  async use<T>(work: (lane: Lane) => Promise<T>): Promise<T> {
    const lane = this.free.pop() ?? (await new Promise<Lane>((resolve) => this.queue.push(resolve)));
    try {
      return await work(lane);
    } finally {
      const next = this.queue.shift();
      if (next === undefined) this.free.push(lane);
      else next(lane);
    }
  }

  drop(): void {
    for (const lane of this.all) lane.drop();
  }
}

/**
 * Works on items as they come, some at once.
 * @throws the first error, after all work under way has ended; no more is begun then
 */
export async function forEachOf<T>(
  items: AsyncIterable<T> | Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const errors: unknown[] = [];
  try {
    for await (const item of items) {
      const one = work(item)
        .catch((error: unknown) => void errors.push(error))
        .finally(() => underWay.delete(one));
      underWay.add(one);
      if (underWay.size >= atOnce) await Promise.race(underWay);
      if (errors.length > 0) break;
    }
  } catch (error) {
    errors.push(error);
  }
  await Promise.all(underWay);
  if (errors.length > 0) throw errors[0];
}
