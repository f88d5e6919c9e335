import * as z from 'zod/mini';
import type { Step } from '../step';
import { done, expired, refused } from './answers';
import type { DataPathDependencies } from './dependencies';
import { freezeDeadline } from './freeze-budget';
import { standingFreeze } from './freeze-state';
import { tell } from './tell';

type Dependencies = Pick<DataPathDependencies, 'authority' | 'progress' | 'clock' | 'budget'>;

const GIVEN = z.object({
  verification: z.object({
    verdict: z.string(),
    reasons: z.optional(z.array(z.string())),
    ledger: z.optional(z.string()),
  }),
});

/**
 * Judges the comparison that was made after the drain: both sides must be equal, and the sums of the ledger must have been
 * compared and be equal.
 */
export const judgeVerification: Step<Dependencies> = async (dependencies, context) => {
  const { authority, clock, budget } = dependencies;
  const { record, epoch, freeze } = await standingFreeze(dependencies, context);
  const what = 'both databases hold the same';
  if (freeze.verifiedAt !== undefined) return done(what, { epoch });
  const reasons =
    freeze.drainedAt === undefined ? ['nothing notes that the freeze was drained first'] : judged(context.given);
  if (reasons.length > 0) return refused('the databases are not proved equal', reasons);
  if (clock.now() >= freezeDeadline(record, budget)) return expired(`${what}, but proved so after ${budget.seconds} s`);
  await authority.note(context.executor, epoch, { verifiedAt: clock.now() });
  await tell(dependencies, context, what);
  return done(what, { epoch });
};

function judged(given: unknown): readonly string[] {
  const { success, data } = GIVEN.safeParse(given);
  if (!success) return ['the comparison must answer a verdict, got none'];
  const { verdict, reasons = [], ledger = 'none' } = data.verification;
  return [
    ...(verdict === 'equal' ? [] : [`the verdict of the comparison must be equal, got ${verdict}`]),
    ...(ledger === 'equal' ? [] : [`the sums of the ledger must be equal, got ${ledger}`]),
    ...(verdict === 'equal' ? [] : reasons),
  ];
}
