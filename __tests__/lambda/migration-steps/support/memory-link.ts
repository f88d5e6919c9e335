import { type Direction, ENDS, type ReplicationState } from '../../../../lambda/shared/replication/replication';
import { type Change, markerKey, type Slot, type World } from './world';

/** Replication in one direction: a consumer of a slot that applies what it reads, without knowing where that came from. */
export class MemoryLink {
  state: ReplicationState = 'absent';
  /** The slot that it reads, by its name. */
  slot: string | undefined;
  problems: string[] = [];
  /** Whether nothing is applied, as if the target hung. */
  stuck = false;
  /** How many starts will fail. */
  failingStarts = 0;
  /** For so many calls the slot is still in use after a stop. */
  lingering = 0;
  readonly names: { readonly load: string; readonly cdc: string };
  private left = 0;

  constructor(
    private readonly world: World,
    readonly direction: Direction,
  ) {
    this.names = { load: `${direction}_load`, cdc: `${direction}_cdc` };
  }

  get source() {
    return this.world.databases[ENDS[this.direction].source];
  }

  get target() {
    return this.world.databases[ENDS[this.direction].target];
  }

  get position(): Slot | undefined {
    return this.slot === undefined ? undefined : this.source.slots.get(this.slot);
  }

  get usesSlot(): boolean {
    return ['starting', 'running', 'stopping'].includes(this.state);
  }

  start(slot: string): void {
    this.slot = slot;
    this.problems = [];
    this.state = 'starting';
    this.left = this.world.durations.start;
  }

  /** Copies what is there, and keeps a slot for what comes meanwhile. */
  load(): void {
    const from = this.source.wal.length;
    this.source.slots.set(this.names.load, { name: this.names.load, from, confirmed: from });
    this.slot = this.names.load;
    this.problems = [];
    this.state = 'loading';
    this.left = 10 * this.world.durations.start;
    this.target.account = this.source.account;
    for (const id of this.source.payments) {
      if (this.target.payments.has(id)) continue;
      this.target.payments.add(id);
      this.target.wal.push({ kind: 'payment', id });
    }
  }

  stop(): void {
    if (this.state !== 'starting' && this.state !== 'running') {
      if (this.state === 'failed') this.state = 'stopped';
      return;
    }
    this.state = 'stopping';
    this.left = this.world.durations.stop;
  }

  fail(problem?: string): void {
    this.state = 'failed';
    if (problem !== undefined) this.problems = [problem];
  }

  pass(milliseconds: number): void {
    if (this.state === 'running') {
      this.apply(milliseconds * this.world.durations.applyPerMs);
      return;
    }
    if (this.state !== 'starting' && this.state !== 'stopping' && this.state !== 'loading') return;
    this.left -= milliseconds;
    if (this.left > 0) return;
    if (this.state === 'loading') this.state = 'load-stopped';
    else if (this.state === 'stopping') this.state = 'stopped';
    else if (this.failingStarts > 0) {
      this.failingStarts -= 1;
      this.fail();
    } else this.state = 'running';
  }

  private apply(most: number): void {
    const { position } = this;
    if (position === undefined) {
      this.fail(`the slot of ${this.direction} is gone`);
      return;
    }
    if (!this.target.admitted) {
      this.fail();
      return;
    }
    if (this.stuck) return;
    for (let count = 0; count < most; count += 1) {
      const change = this.source.wal[position.confirmed];
      if (change === undefined) return;
      if (!this.applyOne(change)) return;
      position.confirmed += 1;
    }
  }

  /** @returns whether it went well */
  private applyOne(change: Change): boolean {
    const { payments, markers, wal } = this.target;
    // Each table of markers is published in its own direction only.
    if (change.kind === 'marker' && change.direction !== this.direction) return true;
    if (change.kind === 'account') {
      const { account, side } = this.target;
      if (change.version < account) this.world.overwritten(side, account, change.version);
      this.target.account = change.version;
      wal.push(change);
      return true;
    }
    const [known, key] =
      change.kind === 'marker' ? [markers, markerKey(change.direction, change.id)] : [payments, change.id];
    if (known.has(key)) {
      this.fail(`duplicate key while ${this.direction} was applied`);
      return false;
    }
    known.add(key);
    wal.push(change);
    return true;
  }
}
