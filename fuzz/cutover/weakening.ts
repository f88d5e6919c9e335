import type { Setting } from './stage';

/** What the model finds when a guard is gone, and in which setting it finds it soon. */
interface Expected {
  readonly says: RegExp;
  readonly setting: Partial<Setting>;
  /** Whether executors that were overtaken bring it: `scripted` where chance does so too rarely. @default false */
  readonly zombies: boolean | 'scripted';
}

const expected = (says: RegExp, setting: Partial<Setting> = {}): Expected => ({ says, setting, zombies: false });
const withZombies = (says: RegExp, setting: Partial<Setting>): Expected => ({ says, setting, zombies: true });
const scripted = (says: RegExp): Expected => ({ says, setting: {}, zombies: 'scripted' });

/**
 * Guards that the model can do without, each to see that an invariant fails then: a model that finds nothing could be blind.
 */
export const WEAKENINGS = {
  /** Databases obey every executor at every epoch. */
  'rows obey anyone': scripted(/may be written/),
  /** Closing does not close, and nobody asks for a proof before the other side is opened. */
  'closing is not proved': expected(/may be written/),
  /** What was committed before the freeze is not waited for, and not compared. */
  'the drain is not awaited': expected(/is open with(out| version)/),
  /** Transactions in flight outlive the closing. */
  'late writers are spared': expected(/is open without/),
  /** The role of replication may log in to the side that is opened. */
  'replication is not kept out': scripted(
    /replication overwrote version \d+ of the account on aurora with version \d+/,
  ),
  /** The item is changed whatever it says. */
  'the item is written unconditionally': withZombies(/epoch|may be written/, { onTable: true, begins: 'aurora' }),
  /** The lease stays with its holder. */
  'the lease is not taken over': expected(/the rollback ended .*LeaseHeld/, { abortsAtEnd: false }),
  /** Nothing carries back what is written at Aurora. */
  'the way back is not armed': expected(/the rollback ended/, { begins: 'aurora' }),
  /** The guard of the weights sees no clearance. */
  'the guard does not look': expected(/weights/),
  /** Aurora gets authority while weights may still be lowered. */
  'weights are not required': expected(/clearance/),
} as const satisfies Record<string, Expected>;

export type Weakening = keyof typeof WEAKENINGS;
