import { DIRECTIONS } from '../../shared/replication/replication';
import type { Step } from '../step';
import { done, refused, unmet } from './answers';
import type { DataPathDependencies } from './dependencies';
import { stopAndWait, untilAccepted } from './replication-waits';
import { Round } from './round';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'fence' | 'replication' | 'progress' | 'clock'>;

/** How long it may take from the moment that the machine took the lease, in milliseconds. */
const LIMIT_MS = 60 * 60_000;

/**
 * Ends the way back: replication is stopped, its slots, publications and subscriptions are removed on both sides, and
 * on-premises is left closed, also to replication.
 */
export const retireReverse: Step<Dependencies> = async (dependencies, context) => {
  const { authority, fence, replication, clock } = dependencies;
  const { executor } = context;
  await authority.confirm(executor);
  const { authority: side, epoch, lease } = await authority.record();
  if (side !== 'aurora') {
    return refused('replication is kept', [`authority must be aurora before the way back is removed, got ${side}`]);
  }
  const round = new Round(clock, context, (lease?.takenAt ?? clock.now()) + LIMIT_MS);
  const confirm = (): Promise<void> => authority.confirm(executor);
  for (const direction of [...DIRECTIONS].reverse()) {
    await tell(dependencies, context, `replication ${direction} is removed`);
    await confirm();
    const stopped = await stopAndWait(replication, direction, round);
    if (stopped !== true) return unmet(stopped, `replication ${direction} is stopped`);
    let reason = '';
    const removed = await untilAccepted(
      async () => {
        await confirm();
        await replication.dropSlots(direction, executor.token);
        await confirm();
        await replication.cleanUp(direction, executor.token);
      },
      round,
      (text) => {
        reason = text;
      },
    );
    if (removed !== true) return unmet(removed, `what replication ${direction} used is removed`, [reason]);
  }
  await confirm();
  await fence.admitReplication('on-prem', executor.token, false);
  await confirm();
  await fence.proveClosed('on-prem', executor.token, epoch);
  const message = 'replication is removed on both sides, and on-prem stays closed';
  await tell(dependencies, context, message);
  return done(message, { epoch });
};
