import type { Client } from 'pg';
import type { Database } from '../database/session';
import { connect, disconnect } from '../engine/connect';
import { rawId, type Snapshot } from './window';

/** A connection that reads at one side's snapshot. */
export interface Reader {
  readonly client: Client;
  /** age() of the baseline's xmin in this reader's transaction. */
  readonly age: number;
}

/** Some connections to one side that all see one moment, and take work in turn. */
export class SnapshotReaders {
  readonly #all: readonly Reader[];
  readonly #idle: Reader[];
  readonly #waiting: ((reader: Reader) => void)[] = [];

  private constructor(
    /** pg_current_snapshot() of all of them. */
    readonly snapshot: string,
    readers: readonly Reader[],
  ) {
    this.#all = readers;
    this.#idle = [...readers];
  }

  /**
   * @param then the baseline's snapshot
   * @param count how many connections, from 1
   */
  static async open(database: Database, then: Snapshot, count: number): Promise<SnapshotReaders> {
    const clients: Client[] = [];
    try {
      const first = await connect(database, RECONNECTING);
      clients.push(first);
      await first.query(BEGIN);
      const { rows } = await first.query<{ snapshot: string; exported: string }>(
        'SELECT pg_current_snapshot()::text AS snapshot, pg_export_snapshot() AS exported',
      );
      const [row] = rows;
      if (row === undefined) throw new Error('pg_export_snapshot() must give a row');
      for (let index = 1; index < count; index++) {
        const client = await connect(database, RECONNECTING);
        clients.push(client);
        await client.query(BEGIN);
        await client.query(`SET TRANSACTION SNAPSHOT '${row.exported}'`);
      }
      const readers: Reader[] = [];
      for (const client of clients) readers.push({ client, age: await ageOf(client, then) });
      return new SnapshotReaders(row.snapshot, readers);
    } catch (error) {
      clients.forEach(disconnect);
      throw error;
    }
  }

  /** The age of the baseline's xmin. */
  get age(): number {
    return this.#all[0]?.age ?? 0;
  }

  /** Waits for a reader and works with it. What fails leaves the reader's transaction as it was. */
  async use<Result>(work: (reader: Reader) => Promise<Result>): Promise<Result> {
    const reader = this.#idle.pop() ?? (await new Promise<Reader>((resolve) => this.#waiting.push(resolve)));
    try {
      await reader.client.query('SAVEPOINT work');
      const result = await work(reader);
      await reader.client.query('RELEASE work');
      return result;
    } catch (error) {
      // A connection that is gone fails here too, and again for whoever uses it next: none of that is ever taken for equal.
      await reader.client.query('ROLLBACK TO work').catch(() => undefined);
      throw error;
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#idle.push(reader);
      else next(reader);
    }
  }

  /** Ends at once, also what is being read. */
  close(): void {
    for (const { client } of this.#all) disconnect(client);
  }
}

/** A server that is starting is waited for: not for long, there is a freeze. */
const RECONNECTING = { seconds: 10 };

const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';

async function ageOf(client: Client, { xmin }: Snapshot): Promise<number> {
  const { rows } = await client.query<{ age: number }>('SELECT age($1::xid) AS age', [rawId(xmin)]);
  const [row] = rows;
  if (row === undefined) throw new Error('age() must give a row');
  return row.age;
}
