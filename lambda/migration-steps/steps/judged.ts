import type { StepAnswer } from '../step';
import { done, refused } from './answers';

type Data = Readonly<Record<string, unknown>>;

/** It is not yet: the step is to be called again after a pause. */
export const wait = (message: string, data: Data = {}): StepAnswer => ({ ...data, outcome: 'wait', message });

/**
 * Refuses with all reasons in the message too: people are told the message.
 * @param what was asked for, for instance `the advance to 50`
 * @param reasons at least one
 */
export const refusedFor = (what: string, reasons: readonly string[], data: Data = {}): StepAnswer => ({
  ...data,
  ...refused(`${what} is refused: ${reasons.join(' | ')}`, reasons),
});

/** Done where nothing speaks against it, else refused with everything that does. */
export const judged = (what: string, reasons: readonly string[], data: Data = {}): StepAnswer =>
  reasons.length === 0 ? done(`nothing speaks against ${what}`, data) : refusedFor(what, reasons, data);
