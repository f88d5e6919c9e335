import { LeaseLost } from '../../shared/authority/migration-authority';
import type { ReplicationStatus } from '../../shared/replication/replication';
import { hasReached } from '../../shared/replication/lsn';
import { ExplainedError } from '../../shared/runtime/error-fields';
import type { Step, StepAnswer, StepContext } from '../step';
import { done, expired, refused, unmet } from './answers';
import type { DataPathDependencies } from './dependencies';
import { freezeDeadline } from './freeze-budget';
import { confirmFreeze, type Frozen, standingFreeze, targetOf } from './freeze-state';
import { isIdle, STATUS_MS, unlessBusy } from './replication-waits';
import { interval, Round } from './round';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'fence' | 'replication' | 'progress' | 'clock' | 'budget'>;

/** How often the marker is looked for, in milliseconds. */
const MARKER_MS = 20;
/** How often the progress item is written, in milliseconds. */
const TELL_MS = 2_000;

/** As `drained`. Every answer says until when the freeze may last, in milliseconds since 1970: what verifies it ends before. */
export const drain: Step<Dependencies> = async (dependencies, context) => {
  const frozen = await standingFreeze(dependencies, context);
  const until = freezeDeadline(frozen.record, dependencies.budget);
  return { ...(await drained(dependencies, context, frozen, until)), until };
};

/**
 * Waits until everything that was committed before the freeze is on the other side: the marker that was written when the
 * database was closed is seen there, nothing speaks against replication, and, where PostgreSQL itself replicates, the slot has
 * confirmed the position of the closing. DMS confirms a slot when it likes to: with it that proves nothing.
 */
async function drained(
  dependencies: Dependencies,
  context: StepContext,
  frozen: Frozen,
  deadline: number,
): Promise<StepAnswer> {
  const { authority, clock, budget } = dependencies;
  const { epoch, drains, freeze, to } = frozen;
  const what = `${to} has everything that was committed before the freeze`;
  if (freeze.drainedAt !== undefined) return done(what, { epoch });
  const { closedLsn } = freeze;
  if (closedLsn === undefined) {
    return refused(`nothing can be drained`, [`${frozen.from} must be closed first, and nothing notes that it is`]);
  }
  const round = new Round(clock, context, deadline);
  if (round.expired) return expired(`${what}: not within ${budget.seconds} s`);
  const look = createLook(dependencies, context, frozen, closedLsn);
  const found = await round.until(look, MARKER_MS);
  if (found === 'again' || found === 'expired') return unmet(found, what);
  if (found.reasons.length > 0) return refused(`replication ${drains} cannot be relied on`, found.reasons);
  await authority.note(context.executor, epoch, { drainedAt: clock.now() });
  await tell(dependencies, context, what);
  return done(what, { epoch });
}

/** Drained, without reasons, or why it will not be. */
interface Found {
  readonly reasons: readonly string[];
}

function createLook(dependencies: Dependencies, context: StepContext, frozen: Frozen, closedLsn: string) {
  const { fence, replication, clock } = dependencies;
  const { epoch, drains } = frozen;
  const isStatusDue = interval(clock, STATUS_MS[replication.kind]);
  const isTellingDue = interval(clock, TELL_MS);
  let seen = false;
  let resumed = false;
  return async (): Promise<Found | undefined> => {
    const sawBefore = seen;
    seen ||= await fence.seesMarker(targetOf(drains), drains, epoch);
    // The status that counts is one of after the marker: an error of the last rows is in no earlier one.
    if (!isStatusDue() && (sawBefore || !seen)) return undefined;
    const status = await replication.status(drains);
    if (isTellingDue()) await tell(dependencies, context, `waiting for ${frozen.to}`, lagOf(status));
    // What stopped by itself may have met a fault that is over: it is told to go on once, and judged then.
    const isRetried = status.state === 'failed' && !resumed;
    if (status.problems.length > 0 && !isRetried) return { reasons: status.problems };
    if (seen && !isRetried && isConfirmed(replication.kind, status, closedLsn)) return { reasons: [] };
    if (!isIdle(status.state)) return undefined;
    if (resumed || status.state === 'absent') {
      return { reasons: [`replication ${drains} must run until everything has arrived, got ${status.state}`] };
    }
    await confirmFreeze(dependencies, context, epoch);
    await fence.admitReplication(targetOf(drains), context.executor.token, true);
    await confirmFreeze(dependencies, context, epoch);
    try {
      resumed = await unlessBusy(() => replication.resume(drains));
    } catch (error) {
      // There is nothing to go on from: what was wrong before says more.
      if (status.problems.length === 0 || !(error instanceof ExplainedError) || error instanceof LeaseLost) throw error;
      return { reasons: [...status.problems, error.message] };
    }
    return undefined;
  };
}

const isConfirmed = (kind: 'dms' | 'native', { confirmedLsn }: ReplicationStatus, closedLsn: string): boolean =>
  kind === 'dms' || (confirmedLsn !== undefined && hasReached(confirmedLsn, closedLsn));

const lagOf = ({ lagSeconds }: ReplicationStatus) => (lagSeconds === undefined ? {} : { lagSeconds });
