import type { Side } from '../../shared/authority/authority';

/** What a side's sequences need before it may be written. */
export interface SequencePlan {
  /** Statements that set those that would give values in use, each beyond every one, with a gap. */
  readonly statements: readonly string[];
  /** What no statement puts right, in sentences. */
  readonly problems: readonly string[];
}

/** Sequences, those of identity columns too: replication does not copy where they stand. */
export interface Sequences {
  /** Compares the sequences of a side that will be opened with those of the other one, and with the values in use on both. */
  plan(side: Side): Promise<SequencePlan>;
  /**
   * Runs the statements of a plan on that side. Safe to repeat while nothing is written.
   * @param token of the executor: refused when the database has seen a higher one
   */
  apply(side: Side, token: number, plan: SequencePlan): Promise<void>;
}
