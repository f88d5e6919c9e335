import type { Step } from '../step';
import { done, expired, refused } from './answers';
import type { DataPathDependencies } from './dependencies';
import { freezeDeadline } from './freeze-budget';
import { standingFreeze } from './freeze-state';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'checks' | 'progress' | 'clock' | 'budget'>;

/** Checks that the side that will be opened has every constraint, index, trigger and fence in force. */
export const checkConstraints: Step<Dependencies> = async (dependencies, context) => {
  const { authority, checks, clock, budget } = dependencies;
  const { record, epoch, freeze, to } = await standingFreeze(dependencies, context);
  const what = `every constraint, index and trigger of ${to} is in force`;
  if (freeze.constraintsAt !== undefined) return done(what, { epoch });
  if (clock.now() >= freezeDeadline(record, budget)) return expired(`${what}: not within ${budget.seconds} s`);
  await tell(dependencies, context, `the constraints of ${to} are checked`);
  const problems = await checks.problems(to);
  if (problems.length > 0) return refused(`${to} does not have everything in force`, problems);
  await authority.note(context.executor, epoch, { constraintsAt: clock.now() });
  return done(what, { epoch });
};
