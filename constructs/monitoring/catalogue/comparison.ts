import type { AlarmRow } from '../alarm-row';

/** The state machine that compares the databases. It succeeds only if they are equal. */
export const COMPARISON_ROWS = [
  {
    id: 'comparison-not-equal',
    title: 'A comparison of the databases did not end as equal',
    source: 'comparison',
    metric: {
      expression: 'FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)',
      metrics: {
        failed: { name: 'ExecutionsFailed', statistic: 'Sum' },
        timedOut: { name: 'ExecutionsTimedOut', statistic: 'Sum' },
        aborted: { name: 'ExecutionsAborted', statistic: 'Sum' },
      },
    },
    comparison: '>',
    threshold: 0,
    unit: 'Count',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    // Comparisons run when somebody starts one.
    missingData: 'notBreaching',
    severity: 'warning',
    runbook: 'comparison-not-equal',
    reason:
      'A difference, something that could not be compared, or a fault: nothing advances until it is known which. By day is ' +
      'soon enough, because the gates read the verdict themselves.',
  },
] as const satisfies readonly AlarmRow[];
