import * as z from 'zod/mini';
import type { ControlDependencies } from '../dependencies';
import { readGiven } from '../given';
import { SEVERITIES } from '../ports/notifier';
import type { Step } from '../step';
import { done } from './answers';

const GIVEN = z.object({
  severity: z.enum(SEVERITIES),
  subject: z.string(),
  /** What Step Functions caught, or what a step answered. @default nothing went wrong */
  failure: z.optional(z.object({ Error: z.optional(z.string()), Cause: z.optional(z.string()) })),
});

/** Tells people. Asks for no lease: that something was overtaken may be worth telling too. */
export const notify: Step<Pick<ControlDependencies, 'notifier'>> = async ({ notifier }, context) => {
  const { severity, subject, failure } = readGiven(GIVEN, context);
  const { machine, execution } = context.executor;
  await notifier.notify({
    severity,
    subject,
    lines: [
      `machine: ${machine}`,
      `execution: ${execution}`,
      `state: ${context.state}`,
      ...(failure?.Error === undefined ? [] : [`error: ${failure.Error}`]),
      ...(failure?.Cause === undefined ? [] : [`cause: ${causeText(failure.Cause)}`]),
      'what to do: docs/cutover.md',
    ],
  });
  return done(`told people: ${subject}`);
};

/** Step Functions puts an error of Lambda into JSON, with its stack. */
function causeText(cause: string): string {
  try {
    const { success, data } = z.object({ errorMessage: z.string() }).safeParse(JSON.parse(cause));
    return success ? data.errorMessage : cause;
  } catch {
    return cause;
  }
}
