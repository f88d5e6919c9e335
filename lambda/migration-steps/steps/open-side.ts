import type { Side } from '../../shared/authority/authority';
import { AuthorityMoved } from '../../shared/authority/migration-authority';
import type { StepContext } from '../step';
import type { DataPathDependencies } from './dependencies';
import { otherSide } from './freeze-state';

export type OpeningDependencies = Pick<DataPathDependencies, 'authority' | 'fence'>;

/**
 * Opens a side while authority is frozen: replication is kept out of it, the other side is proved closed, the item is changed,
 * which is the commit point, and then the row. A side that authority has been given to already only has its row opened.
 * @param epoch of the freeze
 * @param confirm asks before each effect whether it still may be
 */
export async function openSide(
  { authority, fence }: OpeningDependencies,
  { executor, name }: StepContext,
  side: Side,
  epoch: number,
  confirm: () => Promise<void>,
): Promise<void> {
  try {
    await confirm();
    await fence.admitReplication(side, executor.token, false);
    await confirm();
    await fence.proveClosed(otherSide(side), executor.token, epoch);
    await confirm();
    await authority.grant(executor, side, epoch, `${executor.machine}: ${name}`);
  } catch (error) {
    if (!(error instanceof AuthorityMoved)) throw error;
    // Another invocation of the same execution was faster.
    const present = await authority.record();
    if (present.authority !== side || present.epoch !== epoch + 1) throw error;
  }
  await openRow({ authority, fence }, { executor }, side, epoch + 1);
}

/** Opens the row of the side that has the right to write. */
export async function openRow(
  { authority, fence }: OpeningDependencies,
  { executor }: Pick<StepContext, 'executor'>,
  side: Side,
  epoch: number,
): Promise<void> {
  await authority.confirm(executor);
  await fence.open(side, executor.token, epoch);
}
