import type { StepAnswer } from '../step';

/** A step's effect is there. */
export const done = (message: string, data: Readonly<Record<string, unknown>> = {}): StepAnswer => ({
  ...data,
  outcome: 'done',
  message,
});

/** To be called again at once: this invocation's time is over. */
export const again = (message: string): StepAnswer => ({ outcome: 'again', message });

/** The time limit is over. */
export const expired = (message: string, reasons: readonly string[] = []): StepAnswer => ({
  outcome: 'expired',
  message,
  ...(reasons.length === 0 ? {} : { reasons }),
});

/** Something speaks against going on, and waiting will not change it. */
export const refused = (message: string, reasons: readonly string[]): StepAnswer => ({
  outcome: 'refused',
  message,
  reasons,
});

/** What a wait that found nothing answers. */
export const unmet = (end: 'again' | 'expired', what: string, reasons: readonly string[] = []): StepAnswer =>
  end === 'again' ? again(`${what}: not yet`) : expired(`${what}: not within the time limit`, reasons);
