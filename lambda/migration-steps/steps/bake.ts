import type { ControlDependencies } from '../dependencies';
import { safetyOf } from '../gates/gates';
import type { Step, StepContext } from '../step';
import { begunAt, overdue } from '../waiting';
import { done } from './answers';
import { refusedFor, wait } from './judged';
import { CONTINUE_SECONDS } from '../settings';

/**
 * Watches new weights: done when the alarms were good for the whole time. One that breaches, also only between two looks, is a
 * breach at once; one that cannot tell pauses for a human.
 */
export const bake: Step<Pick<ControlDependencies, 'alarms' | 'progress' | 'clock' | 'settings'>> = async (
  dependencies,
  context,
) => {
  const { alarms, clock, settings } = dependencies;
  const reading = await alarms.safeToAdvance();
  const since = await begunAt(dependencies, context);
  const left = settings.bakeMinutes * 60 - Math.floor((clock.now() - since) / 1000);
  // At the beginning the traffic is on its way still: at the end it must have been seen.
  const { verdict, reasons } = safetyOf(reading, left <= 0);
  if (verdict !== 'ok') {
    const message =
      verdict === 'breach' ? 'the new weights are not safe' : 'whether the new weights are safe cannot be told';
    return { outcome: verdict, message: `${message}: ${reasons.join(' | ')}`, reasons };
  }
  const { name, changedAt } = reading.composite;
  if (changedAt !== undefined && changedAt > since) {
    const reason = `the alarm ${name} must be OK for the whole time, got another state until ${new Date(changedAt).toISOString()}`;
    return { outcome: 'breach', message: `the new weights are not safe: ${reason}`, reasons: [reason] };
  }
  if (left <= 0) return done(`the alarms were good for ${settings.bakeMinutes} minutes`);
  return wait(`the alarms are good; ${Math.ceil(left / 60)} of ${settings.bakeMinutes} minutes are left`, {
    estimatedSeconds: left,
  });
};

/** What people say to a pause is said of this, not of the execution: each pause needs its own word. */
export const continuationOf = ({ name }: Pick<StepContext, 'name'>, since: number): string =>
  `${name}.continue-${since}`;

/** Waits until somebody says that the bake may begin again although alarms had no data, or that it may not. */
export const awaitContinue: Step<Pick<ControlDependencies, 'statements' | 'progress' | 'clock'>> = async (
  dependencies,
  context,
) => {
  const request = continuationOf(context, await begunAt(dependencies, context));
  const statements = await dependencies.statements.about(request);
  const no = statements.find(({ kind }) => kind === 'refusal');
  if (no !== undefined) return refusedFor('going on', [refusalText(no)]);
  const yes = statements.find(({ kind }) => kind === 'approval');
  if (yes !== undefined) return done(`${yes.userId} says that the watch may begin again`);
  return (
    (await overdue(dependencies, context, { seconds: CONTINUE_SECONDS, what: 'a word on how to go on' })) ??
    wait('alarms have no data: somebody must look why', {
      waitingFor: `npm run migration -- approve ${request}, when the alarms have data again; refuse ${request} goes back to the step before`,
    })
  );
};

/** What somebody who refuses has said. */
export const refusalText = ({ userId, comment }: { readonly userId: string; readonly comment?: string }): string =>
  `${userId} refused${comment === undefined ? '' : `: ${comment}`}`;
