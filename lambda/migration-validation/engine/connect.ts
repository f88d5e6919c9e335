import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, QueryResultRow } from 'pg';
import type { Database } from '../database/session';
import { faultOf, markSide, messageOf, ServerLost, tag } from './faults';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;
/** How often a statement is repeated over a new connection. */
export const TRIES = 6;

export interface Reconnecting {
  /** How long a server may be out of reach before the comparison gives up. */
  readonly seconds: number;
  readonly signal?: AbortSignal;
}

/**
 * Connects, again and again while the server cannot be reached: it may be starting.
 * @throws ServerLost after the time; the signal's reason; what cannot get better by waiting, such as a wrong password
 */
export async function connect(database: Database, { seconds, signal }: Reconnecting): Promise<Client> {
  const deadline = performance.now() + seconds * 1000;
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 2, LONGEST_WAIT_MS)) {
    signal?.throwIfAborted();
    try {
      return markSide(await database.connect(), database.role);
    } catch (error) {
      tag(error, database.role);
      if (faultOf(error) !== 'connection') throw error;
      if (performance.now() + wait > deadline) {
        throw new ServerLost(`the ${database.role} could not be reached for ${seconds} s: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
    await sleep(wait, undefined, { signal }).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }
}

/** Ends a connection at once, whatever it is doing, and never fails. */
export function disconnect(client: Client | undefined): void {
  if (client === undefined) return;
  client.end().catch(() => undefined);
  // A statement under way would be waited for.
  const { stream } = (client as unknown as { connection?: { stream?: { destroy(): void } } }).connection ?? {};
  stream?.destroy();
}

export type Query = <T extends QueryResultRow>(sql: string, values?: readonly unknown[]) => Promise<T[]>;

/**
 * A connection for statements that stand alone: boundaries, limits, positions. It is made when first needed, and again when it
 * was cut.
 */
export class Control {
  private client: Promise<Client> | undefined;
  private busy: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly database: Database,
    private readonly reconnecting: Reconnecting,
  ) {}

  /** Does something that may be repeated, when what was asked for before is done. */
  use<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const turn = this.busy.then(() => this.repeated(work));
    this.busy = turn.catch(() => undefined);
    return turn;
  }

  private async repeated<T>(work: (client: Client) => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      this.reconnecting.signal?.throwIfAborted();
      const connecting = (this.client ??= connect(this.database, this.reconnecting));
      try {
        return await work(await connecting);
      } catch (error) {
        if (this.client === connecting) this.drop();
        this.reconnecting.signal?.throwIfAborted();
        if (faultOf(error) !== 'connection' || error instanceof ServerLost || tries === TRIES) throw error;
      }
    }
  }

  readonly query: Query = <T extends QueryResultRow>(sql: string, values: readonly unknown[] = []) =>
    this.use(async (client) => (await client.query<T>(sql, [...values])).rows);

  drop(): void {
    this.client?.then(disconnect, () => undefined);
    this.client = undefined;
  }
}
