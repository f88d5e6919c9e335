import type { Step } from '../step';
import { done } from './answers';
import type { DataPathDependencies } from './dependencies';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'archive' | 'progress'>;

/** Puts the history of authority and leases where auditors find it and nobody can change it. */
export const archiveHistory: Step<Dependencies> = async (dependencies, context) => {
  await dependencies.authority.confirm(context.executor);
  await tell(dependencies, context, 'the history is archived');
  const { items, location } = await dependencies.archive.archive();
  return done(`${items} items of the history are archived`, { items, location });
};
