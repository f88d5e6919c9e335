import { otherSide } from '../../lambda/migration-steps/steps/freeze-state';
import type { Side } from '../../lambda/shared/authority/authority';
import type { AuthorityState } from '../../lambda/shared/authority/authority';
import type { Statement } from '../../lambda/shared/migration/approvals';
import { ENDS } from '../../lambda/shared/replication/replication';
import { isWithin, NO_CLEARANCE } from '../../lambda/shared/traffic/clearance-bounds';
import type { Weights } from '../../lambda/shared/traffic/traffic';
import { weightsText } from '../../lambda/shared/traffic/weights';
import type { Progress } from '../../lambda/shared/migration/progress';
import { Violation, World } from '../../__tests__/lambda/migration-steps/support/world';
import type { Weakening } from './weakening';

/** How long caches keep an answer of DNS, in milliseconds. */
const TTL_MS = 60_000;
/** Writers in AWS believe for so long what they read of the item, in milliseconds. */
const CACHE_MS = 5_000;
/** So many payments are made by the way; more are made by commands. */
const MOST_PAYMENTS = 60;

export type Writer = 'old' | 'aws';

/** A transaction that has looked at the row and is not committed yet. */
interface Transaction {
  readonly id: string;
  readonly side: Side;
}

/** The world of the tests of the steps, with everything around it that acts on its own. */
export class ModelWorld extends World {
  weights: Weights = { aws: 0, 'on-prem': 100 };
  /** Plans that were made and accepted, and are not applied yet. */
  readonly plans: Weights[] = [];
  readonly down = new Set<Side>();
  readonly statements: Statement[] = [];
  progress: Progress | undefined;
  /** Whether `finish` has begun to take the way back down. */
  wayBackGone = false;
  /** Whether reverse replication is said to run, and does not. */
  pretendsReverse = false;
  private readonly transactions: Transaction[] = [];
  private believed: { readonly state: AuthorityState; readonly at: number } | undefined;
  private made = 0;
  /** The last version of the account that was committed. */
  private version = 0;
  /** The first thing that must never be. */
  private violation: Violation | undefined;
  private last = { epoch: 1, authority: 'on-prem', bounds: '' };
  private readonly rowEpochs: Record<Side, number> = { 'on-prem': 1, aurora: 1 };
  /** Counts what speaks against the weights being as the guard left them. */
  disturbances = 0;
  private guardedAt: number | undefined;
  /** Until when caches lead to on-premises. */
  private onPremCachedUntil = Infinity;

  constructor(
    kind: 'dms' | 'native',
    readonly weak: ReadonlySet<Weakening> = new Set(),
  ) {
    super(kind);
    this.busy = true;
  }

  /** Replication as it stands while on-premises is written, everything copied. */
  static replicating(kind: 'dms' | 'native', weak?: ReadonlySet<Weakening>): ModelWorld {
    const world = new ModelWorld(kind, weak);
    const { 'on-prem': home, aurora } = world.databases;
    for (let n = 1; n <= 3; n += 1) world.write('on-prem', `before-${n}`);
    for (const id of home.payments) aurora.payments.add(id);
    const { load } = world.links.forward.names;
    home.slots.set(load, { name: load, from: home.wal.length, confirmed: home.wal.length });
    world.links.forward.slot = load;
    world.links.forward.state = 'running';
    // The tasks of DMS are deployed before they run.
    if (kind === 'dms') world.links.reverse.state = 'stopped';
    aurora.admitted = true;
    return world;
  }

  /** As after an advance to 100. */
  clear(): void {
    const clearance = {
      ...NO_CLEARANCE,
      maxAwsWeight: 100,
      reason: 'The advance to 100 was found safe.',
      by: 'advance',
    };
    this.item = { ...this.item, clearance };
    this.parameter = clearance;
    this.setWeights({ aws: 100, 'on-prem': 0 });
  }

  advanceTo(moment: number): void {
    if (moment > this.now) this.pass(moment - this.now);
  }

  override pass(milliseconds: number): void {
    const slice = Math.max(10, Math.ceil(milliseconds / 4));
    for (let left = milliseconds; left > 0; left -= slice) {
      const step = Math.min(slice, left);
      this.now += step;
      if (this.busy && this.committed.length < MOST_PAYMENTS) {
        for (const writer of ['old', 'aws'] as const) {
          this.adjust(writer);
          this.pay(writer);
        }
      }
      this.book();
      this.replicate(step);
    }
    this.check();
  }

  private replicate(milliseconds: number): void {
    for (const link of Object.values(this.links)) {
      const { source, target } = ENDS[link.direction];
      if (link.state === 'running' && (this.down.has(source) || this.down.has(target))) continue;
      const { wal, row } = this.databases[target];
      const before = wal.length;
      const wasRunning = link.state === 'running';
      link.pass(milliseconds);
      // A row that is there already fails, and was written all the same where replication updates it.
      const failed = wasRunning && link.problems.some((problem) => problem.startsWith('duplicate key'));
      if (row.writable && (wal.length > before || failed)) {
        this.breach(`replication writes to ${target}, which applications write`);
      }
    }
  }

  /** A payment by one of the two applications. The old one asks nobody; the one in AWS may have asked seconds ago. */
  pay(writer: Writer): void {
    this.made += 1;
    const id = `${writer}-${this.made}`;
    if (writer === 'old') {
      this.requireCachesExpired();
      this.write('on-prem', id);
      return;
    }
    const { authority, epoch } = this.belief();
    if (authority !== 'frozen') this.write(authority, id, epoch);
  }

  /** An update of the account by one of the two applications. */
  adjust(writer: Writer): void {
    const { authority, epoch } = writer === 'old' ? { authority: 'on-prem' as const } : this.belief();
    if (authority === 'frozen' || this.down.has(authority)) return;
    const database = this.databases[authority];
    if (!database.row.writable || (epoch !== undefined && database.row.epoch !== epoch)) return;
    this.version += 1;
    database.account = this.version;
    database.wal.push({ kind: 'account', version: this.version });
  }

  override overwritten(side: Side, newer: number, older: number): void {
    this.breach(`replication overwrote version ${newer} of the account on ${side} with version ${older}`);
  }

  /** Books what was accepted, as the queue does it again and again. */
  private book(): void {
    if (this.intake.length === 0) return;
    const { authority, epoch } = this.belief();
    if (authority === 'frozen') return;
    for (const id of [...this.intake]) {
      if (this.write(authority, id, epoch)) this.intake.splice(this.intake.indexOf(id), 1);
    }
  }

  override write(side: Side, id: string, epoch?: number): boolean {
    return !this.down.has(side) && super.write(side, id, epoch);
  }

  /** A transaction looks at the row, and holds it. */
  begin(writer: Writer): void {
    const { authority, epoch } = writer === 'old' ? { authority: 'on-prem' as const } : this.belief();
    if (authority === 'frozen' || this.down.has(authority)) return;
    const { row, open } = this.databases[authority];
    if (!row.writable || (epoch !== undefined && row.epoch !== epoch)) return;
    this.made += 1;
    const id = `slow-${this.made}`;
    open.add(id);
    this.transactions.push({ id, side: authority });
  }

  /** The oldest of those transactions is committed, unless its session was terminated. */
  commit(): void {
    const transaction = this.transactions.shift();
    if (transaction === undefined) return;
    const { id, side } = transaction;
    const database = this.databases[side];
    if (!database.open.delete(id)) return;
    database.payments.add(id);
    database.wal.push({ kind: 'payment', id });
    this.committed.push({ id, side, epoch: database.row.epoch });
  }

  /** Whom the writers in AWS believe to have authority. */
  private belief(): AuthorityState {
    if (this.believed === undefined || this.now - this.believed.at > CACHE_MS) {
      const { authority, epoch } = this.item;
      this.believed = { state: { authority, epoch }, at: this.now };
    }
    return this.believed.state;
  }

  /** A weight as an operator deploys it: refused unless the parameter allows it when the plan is made. */
  plan(aws: number): boolean {
    const weights = { aws, 'on-prem': 100 - aws };
    if (!isWithin(weights, this.parameter)) return false;
    this.plans.push(weights);
    return true;
  }

  setWeights(weights: Weights): void {
    if (this.weights['on-prem'] > 0) this.onPremCachedUntil = this.now + TTL_MS;
    if (weights['on-prem'] > 0) this.onPremCachedUntil = Infinity;
    this.weights = weights;
    this.disturbances += 1;
    this.guardedAt = undefined;
  }

  /** What must hold when the guard has looked and nothing was moved meanwhile. */
  guarded(): void {
    const { authority, clearance = NO_CLEARANCE } = this.item;
    if (!isWithin(this.weights, clearance) || (authority === 'aurora' && this.weights['on-prem'] > 0)) {
      this.breach(`the weights are ${weightsText(this.weights)} after the guard, with authority ${authority}`);
    }
    this.guardedAt = this.now;
  }

  private requireCachesExpired(): void {
    const isOld = this.guardedAt !== undefined && this.now > this.guardedAt + TTL_MS;
    if (isOld && this.item.authority === 'aurora' && this.onPremCachedUntil > this.now) {
      this.breach('weights lead to on-premises after caches have expired, which may not be written');
    }
  }

  /** Notes what must never be. The first one stands. */
  breach(what: string): void {
    this.violation ??= new Violation(what);
  }

  /** @throws Violation when there was one: nothing can have caught it */
  requireSound(): void {
    this.check();
    if (this.violation !== undefined) throw this.violation;
  }

  /** The invariants of every moment. */
  override check(): void {
    this.checkEpochs();
    const { item, databases } = this;
    const { 'on-prem': home, aurora } = databases;
    if (home.row.writable && aurora.row.writable) this.breach('both databases may be written');
    const { authority } = item;
    const side = authority === 'frozen' ? item.frozenFrom : authority;
    if (side !== undefined && databases[otherSide(side)].row.writable) {
      this.breach(
        `no database but that of the authority may be written: it is ${authority}, ${otherSide(side)} is open`,
      );
    }
    if (authority === 'frozen') {
      if (item.freeze?.closedLsn !== undefined && side !== undefined && databases[side].row.writable) {
        this.breach(`${side} may be written although it was noted as closed`);
      }
      return;
    }
    if (authority === 'aurora' && (item.clearance ?? NO_CLEARANCE).minAwsWeight < 100) {
      this.breach('aurora has authority while the clearance lets traffic go elsewhere');
    }
    const { row, payments, account } = databases[authority];
    if (!row.writable || row.epoch !== item.epoch) return;
    if (account !== this.version) {
      this.breach(`${authority} is open with version ${account} of the account, not ${this.version}`);
    }
    if (payments.size === this.committed.length) return;
    const missing = this.committed.filter(({ id }) => !payments.has(id)).map(({ id }) => id);
    if (missing.length > 0) this.breach(`${authority} is open without ${missing.join(', ')}`);
  }

  private checkEpochs(): void {
    const { epoch, authority, clearance = NO_CLEARANCE } = this.item;
    const { last } = this;
    const bounds = `${clearance.minAwsWeight}..${clearance.maxAwsWeight}`;
    if (epoch < last.epoch) this.breach(`the epoch has gone back from ${last.epoch} to ${epoch}`);
    if (authority !== last.authority && epoch <= last.epoch) {
      this.breach(`the epoch is ${epoch} still, and authority went to ${authority}`);
    }
    if (authority !== last.authority || bounds !== last.bounds) {
      this.disturbances += 1;
      this.guardedAt = undefined;
    }
    this.last = { epoch, authority, bounds };
    for (const { side, row } of Object.values(this.databases)) {
      if (row.epoch < this.rowEpochs[side]) this.breach(`the epoch of ${side} has gone back`);
      this.rowEpochs[side] = row.epoch;
    }
  }

  /** Everything that was broken works again. */
  heal(): void {
    this.down.clear();
    for (const link of Object.values(this.links)) {
      link.stuck = false;
      link.failingStarts = 0;
      link.lingering = 0;
      link.problems = [];
    }
  }

  describe(): string {
    const { authority, epoch, frozenFrom, freeze, lease, clearance } = this.item;
    const rows = Object.values(this.databases).map(
      ({ side, row, payments, account, token, admitted, slots }) =>
        `${side}: ${row.writable ? 'open' : 'closed'}@${row.epoch}, ${payments.size} payments, account ${account}, token ${token}, ${admitted ? '' : 'not '}admitted, slots ${[...slots.values()].map(({ name, from, confirmed }) => `${name} ${from}..${confirmed}`).join(' ')}`,
    );
    const links = Object.values(this.links).map(
      ({ direction, state, slot, problems }) => `${direction}: ${state} from ${slot ?? 'nothing'} ${problems.join()}`,
    );
    return [
      `item: ${JSON.stringify({ authority, epoch, frozenFrom, freeze, lease, clearance })}`,
      ...rows,
      ...links,
      `${this.committed.length} committed; weights ${weightsText(this.weights)}; parameter ${this.parameter.minAwsWeight}..${this.parameter.maxAwsWeight}; down ${[...this.down].join()}; now ${this.now}`,
    ].join('\n');
  }
}
