/**
 * Guards that the model can do without, each to see that an invariant fails then: a model that finds nothing could be blind.
 */
export const WEAKENINGS = {
  /** Databases obey every executor at every epoch. */
  'rows obey anyone': 'no database but that of the authority may be written',
  /** Closing does not close, and nobody asks for a proof before the other side is opened. */
  'closing is not proved': 'both databases may be written',
  /** What was committed before the freeze is not waited for, and not compared. */
  'the drain is not awaited': 'is open without',
  /** Transactions in flight outlive the closing. */
  'late writers are spared': 'is open without',
  /** The role of replication may log in to the side that is opened. */
  'replication is not kept out': 'replication writes to',
  /** The item is changed whatever it says. */
  'the item is written unconditionally': 'the epoch',
  /** The lease stays with its holder. */
  'the lease is not taken over': 'the rollback ended',
  /** Nothing carries back what is written at Aurora. */
  'the way back is not armed': 'the rollback ended',
  /** The guard of the weights sees no clearance. */
  'the guard does not look': 'weights',
  /** Aurora gets authority while weights may still be lowered. */
  'weights are not required': 'clearance',
} as const;

export type Weakening = keyof typeof WEAKENINGS;
