import { isPresent, type States } from './states';
import type { Route, Tasks } from './tasks';

/** The name of the comparison that a delta builds on, where `checkKnownComparison` puts it. */
export const KNOWN_COMPARISON = '$.comparison.base';

/**
 * Keeps the comparison that `position` named, right after that step. What is not there may not be referred to: that error
 * no state can catch.
 */
export const checkKnownComparison = (name: string, known: string, unknown: string): States => ({
  [name]: {
    Type: 'Choice',
    Choices: [
      {
        And: [isPresent('$.step.answer.comparison'), { Variable: '$.step.answer.comparison', IsString: true }],
        Next: 'Keep comparison',
      },
    ],
    Default: unknown,
  },
  'Keep comparison': {
    Type: 'Pass',
    Parameters: { 'base.$': '$.step.answer.comparison' },
    ResultPath: '$.comparison',
    Next: known,
  },
});

/** Sequences are set after what is compared here, and before that stand behind on the side that will be opened. */
export const BEFORE_SEQUENCES = { without: ['sequences'] } as const;

/**
 * Until when a freeze may last, as its drain answered. The comparison is given the time itself and stops in time: a limit in
 * seconds would begin anew with each repetition.
 */
export const UNTIL = { 'until.$': '$.step.until' } as const;

/** The step before a verification, with what that needs to know. */
export const DRAIN = { step: 'drain', keep: ['until'] } as const;

/** Which tables a comparison inside a freeze is of, and of which it reads the new rows only. */
export const tablesOf = ({ props: { appendOnly, replicated } }: Tasks) => ({
  appendOnly,
  ...(replicated === undefined ? {} : { replicated }),
});

/** Compares inside a freeze what the known comparison cannot have seen, within what is left of the freeze's budget. */
export const verifyDelta = (tasks: Tasks, name: string, next: string, otherwise: Route): States =>
  tasks.call(name, {
    function: 'validation',
    payload: {
      action: 'delta',
      'id.$': '$$.Execution.Name',
      'base.$': KNOWN_COMPARISON,
      ...tablesOf(tasks),
      ...BEFORE_SEQUENCES,
      ...UNTIL,
    },
    resultPath: '$.verification',
    next,
    otherwise,
    retry: 'frozen',
    atMostSeconds: tasks.props.limits.freezeBudgetSeconds,
  });
