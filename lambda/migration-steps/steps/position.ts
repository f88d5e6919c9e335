import type { Side } from '../../shared/authority/authority';
import { LeaseLost } from '../../shared/authority/migration-authority';
import { ExplainedError } from '../../shared/runtime/error-fields';
import type { Step, StepContext } from '../step';
import type { DataPathDependencies } from './dependencies';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'fence' | 'progress'>;

/**
 * Says where the right to write is: `on-prem`, `aurora`, `frozen-from-on-prem` or `frozen-from-aurora`. An opening that was cut
 * off between the item and the row is completed; a database that does not answer now keeps nobody from going on.
 */
export const position: Step<Dependencies> = async (dependencies, context) => {
  await dependencies.authority.confirm(context.executor);
  const { authority, epoch, frozenFrom } = await dependencies.authority.record();
  if (authority !== 'frozen') {
    const reasons = await completeOpening(dependencies, context, authority, epoch);
    const message = `${authority} may be written, since epoch ${epoch}`;
    await tell(dependencies, context, message);
    return { outcome: authority, message, epoch, ...(reasons.length === 0 ? {} : { reasons }) };
  }
  if (frozenFrom === undefined) {
    throw new ExplainedError(
      `the authority item must say what it was frozen from, got nothing (epoch ${epoch}); find out which database is complete, and set frozen_from to it`,
    );
  }
  const message = `no database may be written: frozen from ${frozenFrom} at epoch ${epoch}`;
  await tell(dependencies, context, message);
  return { outcome: `frozen-from-${frozenFrom}`, message, epoch };
};

async function completeOpening(
  { authority, fence }: Dependencies,
  { executor }: StepContext,
  side: Side,
  epoch: number,
): Promise<readonly string[]> {
  try {
    const row = await fence.read(side);
    if (row.writable && row.epoch === epoch) return [];
    await authority.confirm(executor);
    await fence.open(side, executor.token, epoch);
    return [];
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    const reason = error instanceof ExplainedError ? error.message : 'it could not be asked';
    return [`whether ${side} is open as authority says cannot be told: ${reason}`];
  }
}
