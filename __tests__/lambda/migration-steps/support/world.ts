import type { AuthorityState, Side } from '../../../../lambda/shared/authority/authority';
import type { MigrationRecord } from '../../../../lambda/shared/authority/migration-authority';
import type { WriterRow } from '../../../../lambda/shared/fence/fence';
import type { Machine } from '../../../../lambda/shared/migration/executor';
import type { Clock } from '../../../../lambda/shared/runtime/clock';
import type { Direction } from '../../../../lambda/shared/replication/replication';
import type { Clearance } from '../../../../lambda/shared/traffic/clearance';
import { NO_CLEARANCE } from '../../../../lambda/shared/traffic/clearance-bounds';
import { MemoryLink } from './memory-link';

/** A change in a database's WAL: its position is its index, plus one. */
export type Change =
  | { readonly kind: 'payment'; readonly id: string }
  | { readonly kind: 'account'; readonly version: number }
  | { readonly kind: 'marker'; readonly direction: Direction; readonly id: number };

/** A logical slot: what lies behind `confirmed` is still to be read by its consumer. */
export interface Slot {
  readonly name: string;
  /** Where it began. */
  readonly from: number;
  confirmed: number;
}

/** One database: what is committed, its WAL, and who may do what. */
export interface Database {
  readonly side: Side;
  row: WriterRow;
  /** The highest token of an executor that had an effect. */
  token: number;
  readonly wal: Change[];
  readonly payments: Set<string>;
  /** The version of a row that is updated: replication sets it to whatever it brings. */
  account: number;
  readonly markers: Set<string>;
  readonly slots: Map<string, Slot>;
  /** Whether replication's role may log in. */
  admitted: boolean;
  /** What the sequence last gave. */
  sequence: number;
  readonly problems: string[];
  /** Transactions in flight that share the row: they hold up who closes. */
  readonly open: Set<string>;
}

/** How long things take, in milliseconds. */
export interface Durations {
  readonly start: number;
  readonly stop: number;
  /** How many changes are applied in a millisecond. */
  readonly applyPerMs: number;
}

export const NATIVE: Durations = { start: 30, stop: 20, applyPerMs: 2 };
export const DMS: Durations = { start: 40_000, stop: 20_000, applyPerMs: 1 };

export const lsnText = (position: number): string => `0/${position.toString(16).toUpperCase()}`;
export const markerKey = (direction: Direction, id: number): string => `${direction}#${id}`;

/** An item as the authority keeps it, with what the machines told it. */
export interface StoredItem extends AuthorityState, Omit<MigrationRecord, keyof AuthorityState> {}

/**
 * The migration in memory: two databases with their writers, the two directions between them, the authority item. Time passes
 * only where somebody sleeps; then clients write, and replication moves on. The same calls have the same course.
 */
export class World {
  now = 1_000_000;
  readonly databases: Readonly<Record<Side, Database>>;
  readonly links: Readonly<Record<Direction, MemoryLink>>;
  item: StoredItem = { authority: 'on-prem', epoch: 1, lastToken: 0 };
  readonly history: StoredItem[] = [];
  readonly told: string[] = [];
  /** Executions that have not ended. */
  readonly running = new Set<string>();
  /** Every payment whose commit a client has seen, and where. */
  readonly committed: { readonly id: string; readonly side: Side; readonly epoch: number }[] = [];
  /** Accepted, to be booked as soon as a database is open. */
  readonly intake: string[] = [];
  readonly rejected = new Set<string>();
  readonly violations: string[] = [];
  /** What Terraform reads as clearance. */
  parameter: Clearance = NO_CLEARANCE;
  /** Whether clients write while time passes. */
  busy = true;
  private clients = 0;
  private readonly found: Record<Side, number> = { 'on-prem': 0, aurora: 0 };
  private highestEpoch = 1;

  constructor(
    readonly kind: 'dms' | 'native' = 'native',
    readonly durations: Durations = kind === 'dms' ? DMS : NATIVE,
  ) {
    this.databases = { 'on-prem': database('on-prem', true), aurora: database('aurora', false) };
    this.links = { forward: new MemoryLink(this, 'forward'), reverse: new MemoryLink(this, 'reverse') };
  }

  readonly clock: Clock = {
    now: () => this.now,
    sleep: (milliseconds) => {
      this.pass(milliseconds);
      return Promise.resolve();
    },
  };

  /** Lets time pass, in slices: clients write, replication applies. */
  pass(milliseconds: number): void {
    const slice = Math.max(10, Math.ceil(milliseconds / 20));
    for (let left = milliseconds; left > 0; left -= slice) {
      const step = Math.min(slice, left);
      this.now += step;
      if (this.busy) this.writeAsClients();
      for (const link of Object.values(this.links)) link.pass(step);
      this.check();
    }
  }

  /** The application in AWS, which reads the item and comes with its epoch, and the old one, which knows of neither. */
  writeAsClients(): void {
    this.clients += 1;
    const { authority, epoch } = this.item;
    if (authority !== 'frozen') this.write(authority, `aws-${this.clients}`, epoch);
    this.write('on-prem', `old-${this.clients}`);
    if (authority !== 'frozen') {
      for (const id of [...this.intake])
        if (this.write(authority, id, epoch)) this.intake.splice(this.intake.indexOf(id), 1);
    }
  }

  /** Commits a payment, unless the fence refuses. @returns whether it is committed */
  write(side: Side, id: string, epoch?: number): boolean {
    const { row, payments, wal } = this.databases[side];
    if (!row.writable || (epoch !== undefined && row.epoch !== epoch) || payments.has(id)) return false;
    payments.add(id);
    wal.push({ kind: 'payment', id });
    this.databases[side].sequence += 1;
    this.committed.push({ id, side, epoch: row.epoch });
    return true;
  }

  /** What must hold at every moment. */
  check(): void {
    const { 'on-prem': home, aurora } = this.databases;
    if (home.row.writable && aurora.row.writable) this.violate('both databases may be written');
    if (this.item.epoch < this.highestEpoch) this.violate('the epoch has gone back');
    this.highestEpoch = this.item.epoch;
    const { authority } = this.item;
    if (authority === 'frozen') return;
    const open = this.databases[authority];
    if (!open.row.writable || open.row.epoch !== this.item.epoch) return;
    // Nothing is ever removed: what was found there stays there.
    for (; this.found[authority] < this.committed.length; this.found[authority] += 1) {
      const id = this.committed[this.found[authority]]?.id ?? '';
      if (!open.payments.has(id)) this.violate(`${authority} is open without ${id}`);
    }
  }

  /** Replication has set a row to what it was before. */
  overwritten(side: Side, newer: number, older: number): void {
    this.violate(`replication overwrote version ${newer} of the account on ${side} with version ${older}`);
  }

  /** Also noted, for a machine goes on after an error. */
  private violate(what: string): never {
    this.violations.push(what);
    throw new Violation(what);
  }

  /** Before anything was copied: what only DMS has is made by Terraform, and stopped. */
  static fresh(kind: 'dms' | 'native' = 'native'): World {
    const world = new World(kind);
    for (let n = 1; n <= 3; n += 1) world.write('on-prem', `before-${n}`);
    if (kind === 'dms') for (const link of Object.values(world.links)) link.state = 'stopped';
    return world;
  }

  /** Replication as it stands while payments go to a side, everything copied. */
  static migrated(kind: 'dms' | 'native' = 'native'): World {
    const world = new World(kind);
    const { 'on-prem': home, aurora } = world.databases;
    for (let n = 1; n <= 3; n += 1) world.write('on-prem', `before-${n}`);
    for (const id of home.payments) aurora.payments.add(id);
    aurora.sequence = 0;
    const name = world.links.forward.names.load;
    home.slots.set(name, { name, from: home.wal.length, confirmed: home.wal.length });
    world.links.forward.slot = name;
    world.links.forward.state = 'running';
    aurora.admitted = true;
    return world;
  }

  lease(machine: Machine, execution = `${machine}-1`): { machine: Machine; execution: string; token: number } {
    const token = this.item.lastToken + 1;
    this.item = { ...this.item, lastToken: token, lease: { machine, execution, token, takenAt: this.now } };
    this.running.add(execution);
    return { machine, execution, token };
  }
}

/** Something that must never be. No step may catch it. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

const database = (side: Side, writable: boolean): Database => ({
  side,
  row: { side, epoch: 1, writable },
  token: 0,
  wal: [],
  payments: new Set(),
  account: 0,
  markers: new Set(),
  slots: new Map(),
  admitted: false,
  sequence: 0,
  problems: [],
  open: new Set(),
});
