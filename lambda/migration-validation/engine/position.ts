import { setTimeout as sleep } from 'node:timers/promises';
import type { Settle } from '../rows/run';
import type { Query } from './connect';

/** How often a slot's position is read while it is waited for. */
const POLL_MS = 25;
const PAGE_BYTES = 8192n;
/** The longer of the two headers that a page of WAL begins with. @see src/include/access/xlog_internal.h of PostgreSQL */
const PAGE_HEADER_BYTES = 40n;

/** How far the WAL goes; on a standby, how far it is applied, which is what its readers see. */
export const POSITION_SQL =
  '(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END)';

const SLOT_SQL = `
  SELECT slot_type AS type, database, current_database() AS here, active, wal_status AS status,
    (confirmed_flush_lsn - '0/0')::text AS confirmed
  FROM pg_replication_slots WHERE slot_name = $1`;

interface Slot {
  readonly type: string;
  readonly database: string | null;
  readonly here: string;
  readonly active: boolean;
  readonly status: string | null;
  readonly confirmed: string | null;
}

/** The source's changes up to a moment have not reached the target, or nothing tells. */
export class NotSettled extends Error {}

/** Waits until what the source held at a moment must have reached the target. */
export class Settling {
  /** The first position that was waited for in vain, since when. */
  private behind: { readonly position: bigint; readonly since: number } | undefined;

  /** @param query asks the source */
  constructor(
    private readonly query: Query,
    private readonly settle: Settle,
    private readonly signal?: AbortSignal,
  ) {}

  /** @throws Error when the slot can never tell anything: a wrong name, another database's, one that is lost */
  async check(): Promise<void> {
    if (this.settle.kind === 'slot') await this.slot(this.settle.slot);
  }

  /**
   * Begins after the source was read, ends when the target may be read.
   * @throws NotSettled when the replication does not get there, with the reason
   */
  async wait(): Promise<void> {
    if (this.settle.kind === 'time') {
      await this.sleep(this.settle.seconds * 1000);
      return;
    }
    const { slot: name, timeoutSeconds } = this.settle;
    // Not the written position: with synchronous_commit off a change is seen before its WAL is written.
    const [row] = await this.query<{ position: string }>(`SELECT (${POSITION_SQL} - '0/0')::text AS position`);
    const position = withoutHeader(BigInt(row?.position ?? '0'));
    const since = performance.now();
    for (;;) {
      const slot = await this.slot(name);
      const confirmed = BigInt(slot.confirmed ?? '0');
      if (this.behind !== undefined && confirmed >= this.behind.position) this.behind = undefined;
      if (confirmed >= position) return;
      this.behind ??= { position, since };
      // What an earlier row waited for in vain, all that come later would wait for too.
      if (performance.now() - this.behind.since >= timeoutSeconds * 1000) {
        const inactive = slot.active ? '' : '; nothing is connected to it';
        throw new NotSettled(
          `the position of the slot ${name} has not passed the reading within ${timeoutSeconds} s${inactive}`,
        );
      }
      await this.sleep(POLL_MS);
    }
  }

  private async slot(name: string): Promise<Slot> {
    const [slot] = await this.query<Slot>(SLOT_SQL, [name]);
    const problem = slot === undefined ? 'there is none of this name' : problemOf(slot);
    if (slot === undefined || problem !== undefined) {
      throw new NotSettled(`the slot ${name} on the source cannot say how far the target is: ${problem ?? ''}`);
    }
    return slot;
  }

  private async sleep(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.signal }).catch((error: unknown) => {
      this.signal?.throwIfAborted();
      throw error;
    });
  }
}

function problemOf({ type, database, here, status, confirmed }: Slot): string | undefined {
  if (type !== 'logical') return `it is a ${type} one, not a logical one`;
  if (database !== here) return `it belongs to the database ${database ?? 'of nobody'}, not to ${here}`;
  if (status === 'lost') return 'it is lost: the WAL that it needed was removed (wal_status lost)';
  return confirmed === null ? 'it has confirmed nothing yet' : undefined;
}

/** Right after a page's end the next record's place lies behind a header that nobody confirms before there is a record. */
function withoutHeader(position: bigint): bigint {
  const inPage = position % PAGE_BYTES;
  return inPage <= PAGE_HEADER_BYTES ? position - inPage : position;
}
