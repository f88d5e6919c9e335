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

/** Compares inside a freeze what the known comparison cannot have seen, within the freeze's budget. */
export const verifyDelta = (tasks: Tasks, name: string, next: string, otherwise: Route): States =>
  tasks.call(name, {
    function: 'validation',
    payload: {
      action: 'delta',
      'id.$': '$$.Execution.Name',
      'base.$': KNOWN_COMPARISON,
      appendOnly: tasks.props.appendOnly,
      ...BEFORE_SEQUENCES,
    },
    resultPath: '$.verification',
    next,
    otherwise,
    retry: 'frozen',
    atMostSeconds: tasks.props.limits.freezeBudgetSeconds,
  });
