import type { Step } from '../step';
import { done, expired, refused, unmet } from './answers';
import type { DataPathDependencies } from './dependencies';
import { freezeDeadline } from './freeze-budget';
import { confirmFreeze, standingFreeze } from './freeze-state';
import { stopAndWait, untilAccepted } from './replication-waits';
import { Round } from './round';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'replication' | 'progress' | 'clock' | 'budget'>;

/**
 * Stops the direction that was drained. On the way back to on-premises its slot is dropped then, and the old forward ones too:
 * what reverse has brought would be replayed from them. The forward slot of a cutover stays: undoing goes on from it.
 */
export const stopDrained: Step<Dependencies> = async (dependencies, context) => {
  const { authority, replication, clock, budget } = dependencies;
  const { executor } = context;
  const { record, epoch, freeze, drains } = await standingFreeze(dependencies, context);
  const what = `replication ${drains} is stopped`;
  if (freeze.drainedAt === undefined) {
    return refused(`replication ${drains} must go on`, ['nothing notes that the freeze was drained first']);
  }
  const round = new Round(clock, context, freezeDeadline(record, budget));
  if (round.expired) return expired(`${what}: not within ${budget.seconds} s`);
  const confirm = (): Promise<void> => confirmFreeze(dependencies, context, epoch);
  await tell(dependencies, context, `replication ${drains} is being stopped`);
  await confirm();
  const stopped = await stopAndWait(replication, drains, round);
  if (stopped !== true) return unmet(stopped, what);
  if (drains === 'reverse') {
    // Once that is noted the forward slots are those that were armed in this freeze.
    const old = freeze.stoppedAt === undefined ? (['forward', 'reverse'] as const) : (['reverse'] as const);
    for (const direction of old) {
      await confirm();
      const idle = await stopAndWait(replication, direction, round);
      if (idle !== true) return unmet(idle, `replication ${direction} is stopped`);
      let reason = '';
      const dropped = await untilAccepted(
        async () => {
          await confirm();
          await replication.dropSlots(direction, executor.token);
        },
        round,
        (text) => {
          reason = text;
        },
      );
      if (dropped !== true) return unmet(dropped, `the slots of ${direction} are dropped`, [reason]);
    }
  }
  if (freeze.stoppedAt === undefined) await authority.note(executor, epoch, { stoppedAt: clock.now() });
  await tell(dependencies, context, what);
  return done(what, { epoch });
};
