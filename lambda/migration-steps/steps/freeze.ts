import { AuthorityMoved, type MigrationRecord } from '../../shared/authority/migration-authority';
import type { Direction, Replication } from '../../shared/replication/replication';
import type { Step } from '../step';
import { done, expired, refused } from './answers';
import type { DataPathDependencies } from './dependencies';
import { freezeDeadline } from './freeze-budget';
import { awayFrom, confirmFreeze, standingFreeze } from './freeze-state';
import { givenSide } from './given';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'fence' | 'replication' | 'progress' | 'clock' | 'budget'>;

/**
 * Takes the right to write away from a side: the item first, then the row, with the marker of the drain. Not where nothing
 * carries what is written there to the other side, as after `finish`: it could never be drained, and would stay frozen.
 */
export const freeze: Step<Dependencies> = async (dependencies, context) => {
  const { authority, fence, clock, budget } = dependencies;
  const { executor } = context;
  const from = givenSide(context, 'from');
  const found = await authority.record();
  if (found.authority === from) {
    if (found.change?.execution === executor.execution) {
      // A call that was sent twice, and came late: no machine freezes what it opened.
      throw new AuthorityMoved(`this execution has moved authority already: ${where(found)}; nothing was done`);
    }
    if (await isCutOff(dependencies.replication, awayFrom(from))) {
      return refused(`${from} is not frozen`, [
        `replication ${awayFrom(from)} must have a slot to drain ${from} through, got none: nothing that was written since would reach the other side; ${from} keeps the right to write`,
      ]);
    }
    await tell(dependencies, context, `the right to write is taken away from ${from}`);
    await authority.confirm(executor);
    await authority.freeze(executor, from, found.epoch, `${executor.machine}: ${context.name}`);
  } else if (found.authority !== 'frozen' || found.frozenFrom !== from) {
    throw new AuthorityMoved(
      `authority must be ${from} to be frozen from there, got ${where(found)}; nothing was done`,
    );
  }
  const { record, epoch, drains, freeze: noted } = await standingFreeze(dependencies, context);
  if (noted.closedLsn !== undefined) return done(closedText(from, epoch, noted.closedLsn), { epoch });
  if (clock.now() >= freezeDeadline(record, budget)) {
    return expired(`${from} must be closed within ${budget.seconds} s of the freeze, and was not`);
  }
  await confirmFreeze(dependencies, context, epoch);
  const { lsn, terminatedSessions } = await fence.close(from, executor.token, {
    epoch,
    marker: drains,
    graceMs: budget.graceMs,
  });
  await authority.note(executor, epoch, { closedLsn: lsn });
  const message = closedText(from, epoch, lsn);
  await tell(dependencies, context, message);
  return done(message, { epoch, terminatedSessions });
};

/** Whether a direction has no slot. That it cannot be told is no reason not to freeze. */
async function isCutOff(replication: Replication, direction: Direction): Promise<boolean> {
  const slots = await replication.slots().catch(() => undefined);
  return slots !== undefined && !slots.some((slot) => slot.direction === direction);
}

const closedText = (from: string, epoch: number, lsn: string): string =>
  `${from} is closed to writes at epoch ${epoch}: everything that was committed lies before ${lsn}`;

const where = ({ authority, epoch, frozenFrom }: MigrationRecord): string =>
  `${authority}${frozenFrom === undefined ? '' : ` from ${frozenFrom}`} at epoch ${epoch}`;
