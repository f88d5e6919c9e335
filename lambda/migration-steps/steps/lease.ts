import type { Execution } from '../../shared/migration/executor';
import type { ControlDependencies } from '../dependencies';
import type { Step } from '../step';
import { done } from './answers';

type Dependencies = Pick<ControlDependencies, 'authority'>;

/** Takes the lease if nobody has it: what is running may not be disturbed. @throws LeaseHeld */
export const acquire: Step<Dependencies, Execution> = async ({ authority }, { executor }) => {
  const { token } = await authority.acquire(executor);
  return done(`the lease was taken, token ${token}`, { token });
};

/** Takes the lease whoever holds it. */
export const takeOver: Step<Dependencies, Execution> = async ({ authority }, { executor }) => {
  const { token } = await authority.takeOver(executor);
  return done(`the lease was taken over, token ${token}`, { token });
};

/** Gives the lease back. */
export const release: Step<Dependencies> = async ({ authority }, { executor }) => {
  await authority.release(executor);
  return done('the lease was given back');
};
