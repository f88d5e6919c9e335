import type { Side } from '../../../../lambda/shared/authority/authority';
import {
  AuthorityMoved,
  type Freeze,
  LeaseHeld,
  LeaseLost,
  type MigrationAuthority,
  type MigrationRecord,
} from '../../../../lambda/shared/authority/migration-authority';
import type { Execution, Executor } from '../../../../lambda/shared/migration/executor';
import type { Clearance } from '../../../../lambda/shared/traffic/clearance';
import type { World } from './world';

/** The authority item of a world: every change is one conditional write. */
export class MemoryAuthority implements MigrationAuthority {
  constructor(private readonly world: World) {}

  read = () => Promise.resolve(this.state());
  record = () => Promise.resolve<MigrationRecord>({ ...this.world.item });

  async acquire(execution: Execution): Promise<Executor> {
    const { lease } = this.world.item;
    if (lease !== undefined && lease.execution !== execution.execution && this.world.running.has(lease.execution)) {
      throw new LeaseHeld(`${lease.execution} holds the lease`);
    }
    return this.takeOver(execution);
  }

  takeOver(execution: Execution): Promise<Executor> {
    const { lease } = this.world.item;
    if (lease?.execution === execution.execution) return Promise.resolve({ ...execution, token: lease.token });
    return Promise.resolve(this.world.lease(execution.machine, execution.execution));
  }

  release(executor: Executor): Promise<void> {
    const { lease, ...rest } = this.world.item;
    if (lease?.token === executor.token && lease.execution === executor.execution) this.world.item = rest;
    return Promise.resolve();
  }

  async confirm(executor: Executor): Promise<void> {
    await Promise.resolve();
    this.requireLease(executor);
  }

  async freeze(executor: Executor, from: Side, epoch: number, reason: string): Promise<MigrationRecord> {
    await Promise.resolve();
    this.requireLease(executor);
    const { item, now } = this.world;
    if (item.authority === 'frozen' && item.epoch === epoch + 1 && item.change?.execution === executor.execution) {
      return item;
    }
    if (item.authority !== from || item.epoch !== epoch) throw moved(item);
    const freeze: Freeze = { drains: from === 'on-prem' ? 'forward' : 'reverse', startedAt: now };
    return this.move({ ...item, authority: 'frozen', frozenFrom: from, freeze }, executor, reason);
  }

  async note(executor: Executor, epoch: number, done: Partial<Freeze>): Promise<MigrationRecord> {
    await Promise.resolve();
    this.requireLease(executor);
    const { item } = this.world;
    if (item.authority !== 'frozen' || item.epoch !== epoch || item.freeze === undefined) throw moved(item);
    this.world.item = { ...item, freeze: { ...item.freeze, ...done } };
    return this.world.item;
  }

  async grant(executor: Executor, to: Side, epoch: number, reason: string): Promise<MigrationRecord> {
    await Promise.resolve();
    this.requireLease(executor);
    const { item } = this.world;
    if (item.authority === to && item.epoch === epoch + 1 && item.change?.execution === executor.execution) return item;
    if (item.authority !== 'frozen' || item.epoch !== epoch) throw moved(item);
    if (item.freeze?.abandonedBy === executor.token && to !== item.frozenFrom) throw moved(item);
    const { frozenFrom: _, freeze: _freeze, ...rest } = item;
    return this.move({ ...rest, authority: to }, executor, reason);
  }

  async setClearance(executor: Executor, wanted: Omit<Clearance, 'by' | 'at'>): Promise<Clearance> {
    await Promise.resolve();
    this.requireLease(executor);
    const clearance = { ...wanted, by: executor.execution, at: new Date(this.world.now).toISOString() };
    this.world.item = { ...this.world.item, clearance };
    return clearance;
  }

  private state() {
    const { authority, epoch, frozenFrom } = this.world.item;
    return { authority, epoch, ...(frozenFrom === undefined ? {} : { frozenFrom }) };
  }

  private move(next: MigrationRecord, { machine, execution }: Executor, reason: string): MigrationRecord {
    this.world.history.push(this.world.item);
    const change = { by: machine, reason, execution, at: this.world.now };
    this.world.item = { ...next, epoch: next.epoch + 1, change };
    return this.world.item;
  }

  private requireLease({ token, execution }: Executor): void {
    const { lease } = this.world.item;
    if (lease?.token !== token || lease.execution !== execution) {
      throw new LeaseLost(`the lease must be held with token ${token}, got ${lease?.token ?? 'none'}`);
    }
  }
}

const moved = ({ authority, epoch }: MigrationRecord): AuthorityMoved =>
  new AuthorityMoved(`authority is ${authority} at epoch ${epoch}`);
