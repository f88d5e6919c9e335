import { type Client, DatabaseError } from 'pg';
import { withToken } from '../fence/with-token';
import { ExplainedError } from '../runtime/error-fields';
import { hasReached } from './lsn';
import type { SlotPosition } from './replication';

/** A logical replication slot, as the server shows it. */
export interface LogicalSlot {
  readonly slot: string;
  readonly plugin: string;
  readonly database: string;
  readonly active: boolean;
  /** The process that uses it. @default nobody does */
  readonly pid?: number;
  readonly retainedBytes: number;
  readonly confirmedLsn?: string;
  /** Whether WAL that it needs is gone (`max_slot_wal_keep_size`): nothing can go on from it. */
  readonly lost: boolean;
}

const SLOTS = `
  SELECT slot_name::text AS slot, plugin::text AS plugin, database::text AS database, active, active_pid AS pid,
    coalesce(greatest(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0), 0)::text AS retained,
    confirmed_flush_lsn::text AS confirmed, wal_status IS NOT DISTINCT FROM 'lost' AS lost
  FROM pg_replication_slots
  WHERE slot_type = 'logical' AND NOT temporary
  ORDER BY slot_name
`;

interface SlotRow extends Pick<LogicalSlot, 'slot' | 'plugin' | 'database' | 'active' | 'lost'> {
  readonly pid: number | null;
  readonly retained: string;
  readonly confirmed: string | null;
}

/** Every logical slot of a server, of all its databases. */
export async function listSlots(client: Client): Promise<readonly LogicalSlot[]> {
  const { rows } = await client.query<SlotRow>(SLOTS);
  return rows.map(({ pid, retained, confirmed, ...slot }) => ({
    ...slot,
    ...(pid === null ? {} : { pid }),
    retainedBytes: Number(retained),
    ...(confirmed === null ? {} : { confirmedLsn: confirmed }),
  }));
}

/** @default there is none of that name */
export async function findSlot(client: Client, name: string): Promise<LogicalSlot | undefined> {
  return (await listSlots(client)).find(({ slot }) => slot === name);
}

export interface WantedSlot {
  readonly slot: string;
  /** The plugin that decodes for its consumer. */
  readonly plugin: string;
}

/**
 * Makes a slot afresh, under the executor's token: one of the same name goes first, unless it is the one that is known.
 *
 * A slot that a crash leaves half made is no slot: the server removes it with the session. One that was made and not answered
 * is made again by the repetition, which loses nothing as long as nothing is written meanwhile.
 * @throws ExplainedError when a slot of that name is in use
 * @throws LeaseLost
 */
export function makeFreshSlot(
  client: Client,
  token: number,
  { slot, plugin }: WantedSlot,
  known?: SlotPosition,
): Promise<SlotPosition> {
  return withToken(client, token, async () => {
    const there = await findSlot(client, slot);
    if (there !== undefined) {
      if (known?.slot === slot && serves(there, plugin, known)) return known;
      await drop(client, there);
    }
    const { rows } = await client.query<SlotPosition>(
      'SELECT slot_name::text AS slot, lsn::text AS lsn FROM pg_create_logical_replication_slot($1, $2)',
      [slot, plugin],
    );
    const [made] = rows;
    if (made === undefined) throw new Error('pg_create_logical_replication_slot must return one row, got none');
    return made;
  });
}

/**
 * Drops slots, under the executor's token. What is gone already is no error.
 * @param which of the server's slots
 * @throws ExplainedError when one of them is in use: then none is dropped
 * @throws LeaseLost
 */
export function dropSlotsWhere(client: Client, token: number, which: (slot: LogicalSlot) => boolean): Promise<void> {
  return withToken(client, token, async () => {
    const slots = (await listSlots(client)).filter(which);
    for (const slot of slots) refuseInUse(slot);
    for (const slot of slots) await drop(client, slot);
  });
}

/** A slot never goes back: one that has confirmed less than it began with is another one. */
const serves = ({ plugin, confirmedLsn, lost }: LogicalSlot, wanted: string, known: SlotPosition): boolean =>
  plugin === wanted && !lost && confirmedLsn !== undefined && hasReached(confirmedLsn, known.lsn);

async function drop(client: Client, slot: LogicalSlot): Promise<void> {
  refuseInUse(slot);
  try {
    await client.query('SELECT pg_drop_replication_slot($1)', [slot.slot]);
  } catch (error) {
    const { code } = error instanceof DatabaseError ? error : {};
    // Undefined object: somebody was faster.
    if (code === '42704') return;
    // Object in use: its consumer came back just now.
    if (code === '55006') throw inUse(slot);
    throw error;
  }
}

function refuseInUse(slot: LogicalSlot): void {
  if (slot.active) throw inUse(slot);
}

const inUse = ({ slot, pid }: LogicalSlot): ExplainedError =>
  new ExplainedError(
    `the replication slot ${slot} must not be in use to be dropped, got one that process ${pid ?? 'unknown'} of the server reads; stop what replicates from it, then repeat`,
  );
