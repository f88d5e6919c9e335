import type { Side } from '../../shared/authority/authority';
import { LeaseLost } from '../../shared/authority/migration-authority';
import type { Machine } from '../../shared/migration/executor';
import type { Step } from '../step';
import type { DataPathDependencies } from './dependencies';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'progress'>;

/** Where a machine brings authority to. The others bring it nowhere. */
const AIMS: Readonly<Partial<Record<Machine, Side>>> = { cutover: 'aurora', rollback: 'on-prem' };

/**
 * Says what a failure leads to, by the item and not by what the machine remembers: `stay` once authority is where the machine
 * wanted it, `undo` while it is frozen, or still where it was (then undoing finds nothing to do), `overtaken` when another
 * execution acts now.
 */
export const settleFailure: Step<Dependencies> = async (dependencies, context) => {
  const { executor } = context;
  try {
    await dependencies.authority.confirm(executor);
  } catch (error) {
    if (!(error instanceof LeaseLost)) throw error;
    return { outcome: 'overtaken', message: 'another execution holds the lease: it decides what happens' };
  }
  const { authority, epoch, frozenFrom } = await dependencies.authority.record();
  const stays = authority !== 'frozen' && authority === AIMS[executor.machine];
  const message =
    authority === 'frozen'
      ? `the freeze of ${frozenFrom ?? 'an unknown side'} at epoch ${epoch} is to be undone`
      : `authority is ${authority} at epoch ${epoch}${stays ? ', and stays' : ', as before the failure'}`;
  await tell(dependencies, context, message);
  return { outcome: stays ? 'stay' : 'undo', message, authority, epoch };
};
