import { AuthorityMoved, type Freeze } from '../../shared/authority/migration-authority';
import type { Step } from '../step';
import { done, expired, refused } from './answers';
import type { DataPathDependencies } from './dependencies';
import { freezeDeadline } from './freeze-budget';
import { confirmFreeze, standingFreeze } from './freeze-state';
import { givenSide } from './given';
import { openRow, openSide } from './open-side';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'fence' | 'progress' | 'clock' | 'budget'>;

/** What must have been done in a freeze before authority goes to the other side, and how it is said when it was not. */
const REQUIRED = {
  closedLsn: 'closed',
  drainedAt: 'drained',
  verifiedAt: 'verified',
  sequencesAt: 'followed by sequences that are set',
  constraintsAt: 'followed by a check of the constraints',
  stoppedAt: 'followed by the end of the drained direction',
  armedAt: 'followed by an armed way back',
} as const satisfies Partial<Record<keyof Freeze, string>>;

/**
 * Gives the right to write to a side. On the way to Aurora not later than the budget allows: who waits is told to go back. On
 * the way home, where everything is done, nothing is won by waiting for another decision.
 */
export const open: Step<Dependencies> = async (dependencies, context) => {
  const { authority, clock, budget } = dependencies;
  const to = givenSide(context, 'to');
  await authority.confirm(context.executor);
  const found = await authority.record();
  if (found.authority === to) {
    await openRow(dependencies, context, to, found.epoch);
    return done(openText(to, found.epoch), { epoch: found.epoch });
  }
  const { record, epoch, freeze, from } = await standingFreeze(dependencies, context);
  if (to === from) {
    throw new AuthorityMoved(
      `${to} must not be opened as if it were new: it was frozen from there; undo the freeze instead`,
    );
  }
  const missing = Object.entries(REQUIRED)
    .filter(([part]) => freeze[part as keyof Freeze] === undefined)
    .map(([, text]) => `the freeze must be ${text} first, and nothing notes that it was`);
  if (missing.length > 0) return refused(`${to} is not opened`, missing);
  if (from === 'on-prem' && clock.now() >= freezeDeadline(record, budget)) {
    return expired(`${to} is not opened: ${budget.seconds} s after the freeze it is time to go back`);
  }
  await tell(dependencies, context, `${to} gets the right to write`);
  await openSide(dependencies, context, to, epoch, () => confirmFreeze(dependencies, context, epoch));
  await tell(dependencies, context, openText(to, epoch + 1));
  return done(openText(to, epoch + 1), { epoch: epoch + 1 });
};

const openText = (side: string, epoch: number): string => `${side} is open at epoch ${epoch}`;
