import type { AlarmRow } from '../alarm-row';

/**
 * How the payments themselves go, whatever the parts say of themselves. Accepted payments are kept in the table, so none of
 * these is a lost payment; each is one that waits.
 */
export const PAYMENT_ROWS = [
  {
    id: 'payments-waiting',
    title: 'A payment waits for its booking for more than half an hour',
    source: 'payments',
    metric: { name: 'OldestOpenPaymentAge', statistic: 'Maximum' },
    comparison: '>',
    threshold: 1800,
    unit: 'Seconds',
    periodSeconds: 300,
    evaluationPeriods: 6,
    datapointsToAlarm: 2,
    missingData: 'missing',
    severity: 'warning',
    runbook: 'payments-waiting',
    reason:
      'A payment takes seconds, and the sweep drives it again after minutes: this one did not go at the second try.',
    gates: ['advance'],
  },
  {
    id: 'payments-waiting-long',
    title: 'A payment waits for its booking for more than four hours, or nobody knows',
    source: 'payments',
    metric: { name: 'OldestOpenPaymentAge', statistic: 'Maximum' },
    comparison: '>',
    threshold: 14_400,
    unit: 'Seconds',
    periodSeconds: 300,
    evaluationPeriods: 6,
    datapointsToAlarm: 6,
    // The sweep reports the age whenever it runs, also when it is 0: without data nothing drives payments again.
    missingData: 'breaching',
    severity: 'critical',
    runbook: 'payments-waiting',
    reason: 'The stream forgets after 24 hours, and merchants ask within the day; four hours leave a night to act in.',
  },
  {
    id: 'payments-unfinished',
    title: 'Payments come in and fewer than half are finished',
    source: 'payments',
    metric: {
      expression: '100 * (FILL(booked, 0) + FILL(rejected, 0) + FILL(duplicate, 0) + FILL(failed, 0)) / received',
      metrics: {
        received: { name: 'PaymentsReceived', statistic: 'Sum' },
        booked: { name: 'PaymentsBooked', statistic: 'Sum' },
        rejected: { name: 'PaymentsRejected', statistic: 'Sum' },
        duplicate: { name: 'PaymentsDuplicate', statistic: 'Sum' },
        failed: { name: 'PaymentsFailed', statistic: 'Sum' },
      },
    },
    comparison: '<',
    threshold: 50,
    unit: 'Percent',
    periodSeconds: 300,
    evaluationPeriods: 6,
    datapointsToAlarm: 6,
    // While nothing comes in there is nothing to divide by.
    missingData: 'notBreaching',
    silentWhile: 'no-traffic',
    severity: 'critical',
    runbook: 'payments-unfinished',
    reason:
      'The API accepts what the rest does not finish, so nothing else pages; half an hour is longer than the most that a ' +
      'freeze is given (1,500 s), so one that lasts on, or whose undoing does, pages.',
    gates: ['advance', 'rollback'],
  },
  {
    id: 'payments-failed',
    title: 'Payments were set aside because they cannot be booked',
    source: 'payments',
    metric: { name: 'PaymentsFailed', statistic: 'Sum' },
    comparison: '>',
    threshold: 0,
    unit: 'Count',
    periodSeconds: 300,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    missingData: 'notBreaching',
    silentWhile: 'nothing-wrong',
    severity: 'warning',
    runbook: 'payments-failed',
    reason:
      'What the API accepted must be bookable, so each is a defect; each waits whole in its queue, so by day is soon enough.',
    gates: ['advance'],
  },
  {
    id: 'payments-latency',
    title: 'One payment in a hundred takes longer than a minute until it is booked',
    source: 'payments',
    metric: { name: 'EndToEndLatency', statistic: 'p99' },
    comparison: '>',
    threshold: 60_000,
    unit: 'Milliseconds',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: 'notBreaching',
    severity: 'warning',
    runbook: 'payments-latency',
    reason:
      'Stream, screening and booking take seconds together; a quarter of an hour above a minute is a queue that grows.',
  },
] as const satisfies readonly AlarmRow[];
