import type { Freeze } from '../authority/migration-authority';
import type { RollbackDurations, RollbackTermName } from './rollback-durations';

/** A freeze that moved the right to write to the other side. */
export interface PastFreeze {
  readonly epoch: number;
  readonly freeze: Freeze;
  /** When the other side got the right to write, in milliseconds since 1970. */
  readonly endedAt: number;
}

/** The freezes that there were. */
export interface PastFreezes {
  /** The newest one whose times tell how long its steps take. @default none of the last ones does */
  newest(): Promise<PastFreeze | undefined>;
}

/** How long steps took, and where that was measured. */
export interface MeasuredDurations {
  readonly seconds: Partial<RollbackDurations>;
  readonly sources: Readonly<Partial<Record<RollbackTermName, string>>>;
}

/** The longest that a freeze may take (`cutover.freezeBudgetSeconds`): in one that took longer, people were waited for. */
export const LONGEST_FREEZE_SECONDS = 1_500;

/** Whether the times of a freeze tell how long its steps take: it was neither undone, nor stood until somebody came. */
export const tellsDurations = ({ freeze, endedAt }: PastFreeze): boolean =>
  freeze.abandonedBy === undefined &&
  freeze.armedAt !== undefined &&
  endedAt - freeze.startedAt <= LONGEST_FREEZE_SECONDS * 1000;

/**
 * What a freeze tells of a rollback's. A cutover stops one direction and arms the other one as a rollback does: what it took is
 * worth more than what is assumed. Drain and verification depend on what was written, so of these it tells nothing.
 */
export function durationsOf({ epoch, freeze, endedAt }: PastFreeze): MeasuredDurations {
  const { verifiedAt, sequencesAt, constraintsAt, stoppedAt, armedAt } = freeze;
  const preparedAt = latest(sequencesAt, constraintsAt);
  const took = {
    prepare: between(verifiedAt, preparedAt),
    stop: between(preparedAt, stoppedAt),
    arm: between(stoppedAt, armedAt),
    open: between(armedAt, endedAt),
  };
  const known = Object.entries(took).filter(([, seconds]) => seconds !== undefined);
  const source = `measured: in the freeze of epoch ${epoch}, of replication ${freeze.drains}`;
  return {
    seconds: Object.fromEntries(known),
    sources: Object.fromEntries(known.map(([name]) => [name, source])),
  };
}

/** When both were done. @default one of them was not */
const latest = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? undefined : Math.max(one, other);

/** Whole seconds, rather too many. @default it cannot be told */
const between = (from: number | undefined, to: number | undefined): number | undefined =>
  from === undefined || to === undefined || to < from ? undefined : Math.ceil((to - from) / 1000);
