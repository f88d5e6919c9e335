import { type Client, escapeIdentifier } from 'pg';
import type { TableName } from '../catalog/catalog';
import type { Database, Role } from '../database/session';
import type { Databases } from '../rows/run';
import { connect, disconnect, type Reconnecting, TRIES } from './connect';
import { describe, faultOf, ServerLost } from './faults';
import { POSITION_SQL } from './position';

/** What is visible on a server. Equal ones: nothing was written in between. Plain data: it goes into the state. */
export interface Moment {
  /** pg_current_snapshot(): it changes with each transaction that was given an id and is over. */
  readonly snapshot: string;
  /** When the server started: after a crash ids may be given out again. */
  readonly started: string;
}

export interface Moments {
  readonly source: Moment;
  readonly target: Moment;
}

const MOMENT_SQL = `SELECT pg_current_snapshot()::text AS snapshot, pg_postmaster_start_time()::text AS started`;

export async function readMoment(client: Client): Promise<Moment> {
  const { rows } = await client.query<Moment>(MOMENT_SQL);
  const [moment] = rows;
  if (moment === undefined) throw new Error('pg_current_snapshot() must give a row, got none');
  return { snapshot: moment.snapshot, started: moment.started };
}

export const isSameMoment = (a: Moment, b: Moment): boolean => a.snapshot === b.snapshot && a.started === b.started;

/** The name of a table in statements. */
export const quoted = ({ schema, name }: TableName): string => `${escapeIdentifier(schema)}.${escapeIdentifier(name)}`;

/** A moment of one database that several sessions can read, as long as the one that holds it lives. */
export interface HeldSnapshot {
  readonly role: Role;
  readonly id: string;
  readonly moment: Moment;
  /** The position of the WAL; `not known` where the server does not say. */
  readonly position: string;
  /** Tables that could not be locked, by their quoted names, with the reason. */
  readonly problems: ReadonlyMap<string, string>;
  readonly client: Client;
}

/**
 * Locks the tables against what a snapshot does not protect from (TRUNCATE, rewriting, DROP), then exports a snapshot. In this
 * order: a table that was emptied before its lock would look empty to an older snapshot.
 */
export async function holdSnapshot(
  database: Database,
  tables: readonly TableName[],
  reconnecting: Reconnecting,
): Promise<HeldSnapshot> {
  const client = await connect(database, reconnecting);
  try {
    // LOCK TABLE takes no snapshot, so that the transaction's is later than all locks.
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const problems = new Map<string, string>();
    for (const table of tables) {
      const problem = await lock(client, quoted(table));
      if (problem !== undefined) problems.set(quoted(table), problem);
    }
    const { rows } = await client.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    const id = rows[0]?.id;
    if (id === undefined) throw new Error('pg_export_snapshot() must give a row, got none');
    const moment = await readMoment(client);
    return { role: database.role, id, moment, position: await readPosition(client), problems, client };
  } catch (error) {
    disconnect(client);
    throw error;
  }
}

async function lock(client: Client, table: string): Promise<string | undefined> {
  await client.query('SAVEPOINT one_table');
  try {
    await client.query(`LOCK TABLE ${table} IN ACCESS SHARE MODE`);
    await client.query('RELEASE SAVEPOINT one_table');
    return undefined;
  } catch (error) {
    if (faultOf(error) === 'connection') throw error;
    // Released too: a snapshot cannot be exported from within.
    await client.query('ROLLBACK TO SAVEPOINT one_table; RELEASE SAVEPOINT one_table');
    return describe(error);
  }
}

/** Evidence only: there are servers that do not tell. */
async function readPosition(client: Client): Promise<string> {
  await client.query('SAVEPOINT position');
  try {
    const { rows } = await client.query<{ position: string | null }>(`SELECT ${POSITION_SQL}::text AS position`);
    return rows[0]?.position ?? 'not known';
  } catch (error) {
    if (faultOf(error) === 'connection') throw error;
    await client.query('ROLLBACK TO SAVEPOINT position; RELEASE SAVEPOINT position');
    return 'not known';
  }
}

/** One moment of both sides. When a server forgets it, a new one is taken, and it is known whether anything was written since. */
export class SharedMoment {
  /** Changes when what was read before can differ from what is read now. */
  era = 0;
  readonly log: string[] = [];
  private renewing: Promise<void> | undefined;
  private asking: Promise<boolean> = Promise.resolve(true);

  private constructor(
    private readonly databases: Databases,
    private readonly tables: readonly TableName[],
    private readonly reconnecting: Reconnecting,
    public held: Readonly<Record<Role, HeldSnapshot>>,
  ) {
    this.tell();
  }

  static async take(
    databases: Databases,
    tables: readonly TableName[],
    reconnecting: Reconnecting,
  ): Promise<SharedMoment> {
    return new SharedMoment(databases, tables, reconnecting, await holdBoth(databases, tables, reconnecting));
  }

  get moments(): Moments {
    return { source: this.held.source.moment, target: this.held.target.moment };
  }

  problem(table: TableName): string | undefined {
    return this.held.source.problems.get(quoted(table)) ?? this.held.target.problems.get(quoted(table));
  }

  /** @param lost what was held when the loss was noticed: others may have renewed it already */
  async renew(lost: Readonly<Record<Role, HeldSnapshot>>): Promise<void> {
    if (this.held !== lost) return;
    this.renewing ??= this.renewNow().finally(() => {
      this.renewing = undefined;
    });
    await this.renewing;
  }

  /** Whether both sessions live that hold snapshots and locks. */
  isHeld(): Promise<boolean> {
    // One after the other: several tables may ask.
    const { source, target } = this.held;
    this.asking = this.asking.then(async () => (await answers(source.client)) && (await answers(target.client)));
    return this.asking;
  }

  /** What can be said at the end, about the time since the moment was taken. */
  async conclude(): Promise<void> {
    for (const { role, client, moment } of Object.values(this.held)) {
      const now = await momentNow(client);
      this.log.push(
        now === undefined
          ? `Whether transactions ended on the ${role} while it was read could not be told: the connection was cut.`
          : isSameMoment(now, moment)
            ? `On the ${role} no transaction that wrote anything ended while it was read (pg_current_snapshot() ${moment.snapshot} at the beginning and at the end).`
            : `On the ${role} transactions were given ids while it was read (pg_current_snapshot() ${moment.snapshot} at the beginning, ${now.snapshot} at the end): the two sides may not show the same moment, a difference may be a change under way.`,
      );
    }
  }

  release(): void {
    disconnect(this.held.source.client);
    disconnect(this.held.target.client);
  }

  private async renewNow(): Promise<void> {
    const before = this.moments;
    this.release();
    this.held = await holdBoth(this.databases, this.tables, this.reconnecting);
    const unchanged =
      isSameMoment(before.source, this.moments.source) && isSameMoment(before.target, this.moments.target);
    if (!unchanged) this.era += 1;
    this.log.push(
      unchanged
        ? 'A server forgot the snapshot; nothing had been written, so a new one shows the same.'
        : 'A server forgot the snapshot; tables that were not done were compared again from their beginning, at a later moment.',
    );
    this.tell();
  }

  private tell(): void {
    for (const { role, id, moment, position } of Object.values(this.held)) {
      this.log.push(
        `The ${role} was read in the snapshot ${id} (pg_current_snapshot() ${moment.snapshot}) at the WAL position ${position}.`,
      );
    }
  }
}

async function answers(client: Client): Promise<boolean> {
  try {
    await client.query('SELECT 1');
    return true;
  } catch {
    return false;
  }
}

async function momentNow(client: Client): Promise<Moment | undefined> {
  try {
    // Within the transaction that holds the snapshot nothing would change.
    await client.query('COMMIT');
    return await readMoment(client);
  } catch {
    return undefined;
  }
}

/** Again when a connection is cut meanwhile. */
async function holdBoth(
  databases: Databases,
  tables: readonly TableName[],
  reconnecting: Reconnecting,
): Promise<Readonly<Record<Role, HeldSnapshot>>> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await holdBothOnce(databases, tables, reconnecting);
    } catch (error) {
      reconnecting.signal?.throwIfAborted();
      if (error instanceof ServerLost || faultOf(error) !== 'connection' || tries === TRIES) throw error;
    }
  }
}

async function holdBothOnce(
  databases: Databases,
  tables: readonly TableName[],
  reconnecting: Reconnecting,
): Promise<Readonly<Record<Role, HeldSnapshot>>> {
  const [source, target] = await Promise.allSettled([
    holdSnapshot(databases.source, tables, reconnecting),
    holdSnapshot(databases.target, tables, reconnecting),
  ]);
  if (source.status === 'fulfilled' && target.status === 'fulfilled')
    return { source: source.value, target: target.value };
  for (const side of [source, target]) if (side.status === 'fulfilled') disconnect(side.value.client);
  throw source.status === 'rejected' ? source.reason : target.status === 'rejected' ? target.reason : undefined;
}
