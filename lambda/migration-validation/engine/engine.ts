import type { Client } from 'pg';
import type { Role } from '../database/session';
import type { Pair, TablePlan } from '../rows/chunk';
import type { Databases, Observer, RowComparisonOptions } from '../rows/run';
import { type Control, TRIES } from './connect';
import { describe, faultOf, MomentLost, type ServerLost, TableProblem } from './faults';
import { BEGIN_NOW, type Begin, type Lane, type Lanes } from './lanes';
import type { Pacing } from './pacing';
import { NotSettled, type Settling } from './position';
import { quoted, type SharedMoment } from './snapshot';
import type { Entry } from './state';

/** How often a part is read again because of a lock. */
const LOCK_TRIES = 3;

export interface EngineParts {
  readonly databases: Databases;
  readonly mode: RowComparisonOptions['mode'];
  readonly seed: string;
  readonly parallel: number;
  readonly chunkRows: number;
  readonly maxDifferences: number;
  readonly maxRechecks: number;
  readonly lanes: Lanes;
  readonly control: Readonly<Record<Role, Control>>;
  readonly pacing: Pacing;
  /** Exact mode. */
  readonly shared?: SharedMoment;
  /** Live mode. */
  readonly settling?: Settling;
  readonly observer?: Observer;
  readonly signal?: AbortSignal;
  append(entry: Entry): Promise<void>;
}

/** What all tables are compared with. */
export class Engine {
  /** Once a server is out of reach, nothing waits for it a second time. */
  lost: ServerLost | undefined;
  /** Why nothing can be compared at all. */
  refused: TableProblem | undefined;
  readonly mode: EngineParts['mode'];
  readonly seed: EngineParts['seed'];
  readonly parallel: EngineParts['parallel'];
  readonly chunkRows: EngineParts['chunkRows'];
  readonly maxDifferences: EngineParts['maxDifferences'];
  readonly maxRechecks: EngineParts['maxRechecks'];
  readonly control: EngineParts['control'];
  readonly pacing: EngineParts['pacing'];
  readonly settling: EngineParts['settling'];
  readonly observer: EngineParts['observer'];
  readonly signal: EngineParts['signal'];

  constructor(private readonly parts: EngineParts) {
    this.mode = parts.mode;
    this.seed = parts.seed;
    this.parallel = parts.parallel;
    this.chunkRows = parts.chunkRows;
    this.maxDifferences = parts.maxDifferences;
    this.maxRechecks = parts.maxRechecks;
    this.control = parts.control;
    this.pacing = parts.pacing;
    this.settling = parts.settling;
    this.observer = parts.observer;
    this.signal = parts.signal;
  }

  append(entry: Entry): Promise<void> {
    return this.parts.append(entry);
  }

  /** The moment that a table is read at, in exact mode. */
  reading(): { readonly era: number; check(plan: TablePlan): void } {
    const { shared } = this.parts;
    return {
      era: shared?.era ?? 0,
      check: (plan) => {
        const problem = shared?.problem(plan);
        if (problem !== undefined) throw new TableProblem(problem);
      },
    };
  }

  /** Both sides, each in one transaction: in exact mode at the shared moment. */
  onBoth<T>(plan: TablePlan, era: number, work: (pair: Pair) => Promise<T>): Promise<T> {
    return this.repeated((lane) => lane.inTransactions(this.begin(plan, era), work), era);
  }

  /** One side, as it is now. */
  onSide<T>(plan: TablePlan, role: Role, work: (client: Client) => Promise<T>): Promise<T> {
    return this.repeated((lane) => lane.onSide(role, beginNow(plan), work), 0);
  }

  /**
   * A table is done. As long as its snapshot is held, so are the locks on it; without them TRUNCATE shows in every snapshot.
   * @throws MomentLost when something was written since
   */
  async stillHeld(era: number): Promise<void> {
    const { shared } = this.parts;
    if (shared === undefined) return;
    const { held } = shared;
    if (shared.era === era && (await shared.isHeld())) return;
    this.signal?.throwIfAborted();
    await shared.renew(held);
    if (shared.era !== era) throw new MomentLost('the snapshot was lost');
  }

  private begin(plan: TablePlan, era: number): Begin {
    const { shared } = this.parts;
    if (shared === undefined) return { source: beginNow(plan), target: beginNow(plan) };
    if (shared.era !== era) throw new MomentLost('the snapshot was lost, and something was written since');
    this.reading().check(plan);
    const { source, target } = shared.held;
    return {
      source: `${BEGIN_NOW}; SET TRANSACTION SNAPSHOT '${source.id}'`,
      target: `${BEGIN_NOW}; SET TRANSACTION SNAPSHOT '${target.id}'`,
    };
  }

  /** @throws TableProblem, MomentLost, or a statement's timeout as it is */
  private async repeated<T>(work: (lane: Lane) => Promise<T>, era: number): Promise<T> {
    const { shared, lanes, signal } = this.parts;
    let locks = 0;
    for (let tries = 1; ; tries += 1) {
      signal?.throwIfAborted();
      const held = shared?.held;
      try {
        return await lanes.use(work);
      } catch (error) {
        signal?.throwIfAborted();
        if (error instanceof TableProblem || error instanceof MomentLost || error instanceof NotSettled) throw error;
        const fault = faultOf(error);
        if (fault === 'timeout') throw error;
        if (fault === 'lock') locks += 1;
        const again = fault === 'lock' ? locks < LOCK_TRIES : fault !== 'table' && tries < TRIES;
        if (!again)
          throw new TableProblem(`${describe(error)}${tries > 1 ? ` (after ${tries} tries)` : ''}`, { cause: error });
        if (fault === 'snapshot' && shared !== undefined && held !== undefined) {
          await shared.renew(held);
          if (shared.era !== era) throw new MomentLost('the snapshot was lost', { cause: error });
        }
      }
    }
  }
}

/**
 * The lock first, as it takes no snapshot: whoever waited for a lock with a snapshot in hand would see a table without a row
 * when it was rewritten, or emptied and filled, under that lock.
 */
const beginNow = (plan: TablePlan): string =>
  `${BEGIN_NOW}; LOCK TABLE ${plan.kind === 'ordinary' ? 'ONLY ' : ''}${quoted(plan)} IN ACCESS SHARE MODE`;
