import type { Step } from '../step';
import { done, expired, refused } from './answers';
import type { DataPathDependencies } from './dependencies';
import { freezeDeadline } from './freeze-budget';
import { confirmFreeze, standingFreeze } from './freeze-state';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'sequences' | 'progress' | 'clock' | 'budget'>;

/** Sets the sequences of the side that will be opened beyond every value in use, and looks again whether they are. */
export const setSequences: Step<Dependencies> = async (dependencies, context) => {
  const { authority, sequences, clock, budget } = dependencies;
  const { executor } = context;
  const { record, epoch, freeze, to } = await standingFreeze(dependencies, context);
  const what = `the sequences of ${to} go on beyond every value in use`;
  if (freeze.sequencesAt !== undefined) return done(what, { epoch });
  if (freeze.drainedAt === undefined) {
    return refused(`the sequences of ${to} cannot be set`, ['nothing notes that the freeze was drained first']);
  }
  if (clock.now() >= freezeDeadline(record, budget)) return expired(`${what}: not within ${budget.seconds} s`);
  await tell(dependencies, context, `the sequences of ${to} are compared and set`);
  const plan = await sequences.plan(to);
  if (plan.problems.length === 0 && plan.statements.length > 0) {
    await confirmFreeze(dependencies, context, epoch);
    await sequences.apply(to, executor.token, plan);
  }
  const left = plan.problems.length === 0 && plan.statements.length > 0 ? await sequences.plan(to) : plan;
  const reasons = [...left.problems, ...left.statements.map((statement) => `still to be run on ${to}: ${statement}`)];
  if (reasons.length > 0) return refused(`the sequences of ${to} are not safe`, reasons);
  await authority.note(executor, epoch, { sequencesAt: clock.now() });
  return done(what, { epoch, set: plan.statements.length });
};
