import type { AlarmRow } from '../alarm-row';

/** The queues that hold what could not be handled. Nobody reads them but people. */
export const QUEUE_ROWS = [
  {
    id: 'failed-queue-messages',
    title: 'Something that could not be handled waits in a queue',
    source: 'failed-queue',
    metric: { name: 'ApproximateNumberOfMessagesVisible', statistic: 'Maximum' },
    comparison: '>',
    threshold: 0,
    unit: 'Count',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    // A queue that stays empty stops to report.
    missingData: 'notBreaching',
    severity: 'warning',
    runbook: 'failed-queue',
    reason: 'Nothing takes messages out by itself: each waits for somebody, and one is one payment.',
  },
  {
    id: 'failed-queue-age',
    title: 'Something waits in a queue of failures for three days',
    source: 'failed-queue',
    metric: { name: 'ApproximateAgeOfOldestMessage', statistic: 'Maximum' },
    comparison: '>',
    threshold: 259_200,
    unit: 'Seconds',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: 'notBreaching',
    severity: 'critical',
    runbook: 'failed-queue',
    reason: 'SQS deletes after 14 days at most; three days are a weekend in which the warning was overlooked.',
  },
] as const satisfies readonly AlarmRow[];
