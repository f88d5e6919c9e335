import { describe, expect, test } from '@jest/globals';
import { ALARM_ROWS, type AlarmRow } from '../../../constructs/monitoring';

/**
 * When each alarm goes off and who is woken, once more and by hand: a threshold that is changed must be changed here too,
 * and a review sees both. `<condition> <unit>, <datapoints> of <periods> x <period>, <missing data>, <severity>, <runbook>`
 */
const ALARMS = {
  'payments-waiting': '> 1800 Seconds, 2 of 6 x 300 s, missing, warning, payments-waiting',
  'payments-waiting-long': '> 14400 Seconds, 6 of 6 x 300 s, breaching, critical, payments-waiting',
  'payments-unfinished': '< 50 Percent, 6 of 6 x 300 s, notBreaching, critical, payments-unfinished',
  'payments-failed': '> 0 Count, 1 of 1 x 300 s, notBreaching, warning, payments-failed',
  'payments-latency': '> 60000 Milliseconds, 3 of 3 x 300 s, notBreaching, warning, payments-latency',
  'alb-error-rate': '> 0.1 Percent, 3 of 5 x 60 s, notBreaching, critical, alb-errors',
  'alb-elb-5xx': '> 5 Count, 3 of 5 x 60 s, notBreaching, critical, alb-errors',
  'alb-target-5xx': '> 5 Count, 3 of 5 x 60 s, notBreaching, critical, alb-errors',
  'alb-4xx-rate': '> 5 Percent, 2 of 3 x 300 s, notBreaching, warning, alb-refused-requests',
  'alb-latency-p99': '> 1 Seconds, 3 of 5 x 60 s, notBreaching, critical, alb-latency',
  'alb-latency-p99-slow': '> 0.2 Seconds, 10 of 15 x 60 s, notBreaching, warning, alb-latency',
  'alb-rejected-connections': '> 0 Count, 2 of 3 x 60 s, notBreaching, critical, alb-rejected-connections',
  'alb-tls-errors': '> 100 Count, 2 of 3 x 300 s, notBreaching, warning, alb-tls-errors',
  'alb-unhealthy-target': '> 0 Count, 3 of 3 x 60 s, missing, warning, alb-unhealthy-target',
  'alb-function-errors': '> 0 Count, 3 of 5 x 60 s, notBreaching, critical, alb-function-errors',
  'alb-function-internal-errors': '> 0 Count, 3 of 5 x 60 s, notBreaching, warning, alb-function-errors',
  'function-errors': '> 0 Count, 2 of 6 x 300 s, notBreaching, warning, function-errors',
  'function-throttles': '> 0 Count, 3 of 5 x 60 s, notBreaching, warning, function-throttles',
  'function-duration': '> 80 Percent, 3 of 3 x 300 s, notBreaching, warning, function-duration',
  'function-concurrency': '> 80 Percent, 5 of 5 x 60 s, notBreaching, warning, function-throttles',
  'stream-late': '> 900000 Milliseconds, 3 of 5 x 60 s, notBreaching, warning, stream-late',
  'stream-very-late': '> 7200000 Milliseconds, 3 of 5 x 60 s, notBreaching, critical, stream-late',
  'rotation-failed': '> 0 Count, 1 of 1 x 300 s, notBreaching, warning, rotation-failed',
  'failed-queue-messages': '> 0 Count, 1 of 1 x 300 s, notBreaching, warning, failed-queue',
  'failed-queue-age': '> 259200 Seconds, 3 of 3 x 300 s, notBreaching, critical, failed-queue',
  'table-read-throttles': '> 0 Count, 3 of 5 x 60 s, notBreaching, warning, table-throttles',
  'table-write-throttles': '> 0 Count, 3 of 5 x 60 s, notBreaching, critical, table-throttles',
  'table-index-throttles': '> 0 Count, 3 of 5 x 60 s, notBreaching, warning, table-throttles',
  'table-system-errors': '> 0 Count, 3 of 5 x 60 s, notBreaching, warning, table-system-errors',
  'database-replica-lag': '> 1000 Milliseconds, 5 of 5 x 60 s, notBreaching, warning, database-replica-lag',
  'database-retained-wal': '> 21474836480 Bytes, 3 of 3 x 300 s, missing, warning, database-retained-wal',
  'database-transaction-ids': '> 1000000000 Count, 3 of 3 x 300 s, missing, warning, database-transaction-ids',
  'database-cpu': '> 80 Percent, 3 of 3 x 300 s, breaching, warning, database-cpu',
  'database-connections': '> 500 Count, 5 of 5 x 60 s, missing, warning, database-connections',
  'database-deadlocks': '> 0.05 Count/Second, 2 of 3 x 300 s, missing, warning, database-deadlocks',
  'database-memory': '< 1073741824 Bytes, 3 of 3 x 300 s, missing, warning, database-memory',
  'database-local-storage': '< 5368709120 Bytes, 5 of 5 x 60 s, missing, critical, database-local-storage',
  'database-acu': '> 90 Percent, 3 of 3 x 300 s, missing, warning, database-acu',
  'database-serverless-memory': '< 268435456 Bytes, 3 of 3 x 300 s, missing, warning, database-memory',
  'dms-cpu': '> 80 Percent, 3 of 3 x 300 s, missing, warning, dms-instance',
  'dms-memory': '< 536870912 Bytes, 3 of 3 x 300 s, missing, warning, dms-instance',
  'dms-swap': '> 536870912 Bytes, 3 of 3 x 300 s, missing, warning, dms-instance',
  'dms-storage': '< 21474836480 Bytes, 2 of 2 x 300 s, missing, critical, dms-storage',
  'dms-latency-source': '> 60 Seconds, 5 of 5 x 60 s, breaching, warning, dms-latency',
  'dms-latency-target': '> 60 Seconds, 5 of 5 x 60 s, breaching, critical, dms-latency',
  'dms-incoming-changes': '> 100000 Count, 15 of 15 x 60 s, missing, warning, dms-latency',
  'dms-validation-failed': '> 0 Count, 1 of 1 x 300 s, missing, critical, dms-validation',
  'dms-validation-suspended': '> 0 Count, 3 of 3 x 300 s, missing, warning, dms-validation',
  'dms-validation-pending': '> 10000 Count, 12 of 12 x 300 s, missing, warning, dms-validation',
  'comparison-not-equal': '> 0 Count, 1 of 1 x 300 s, notBreaching, warning, comparison-not-equal',
  'rollback-time': '> 300 Seconds, 5 of 5 x 60 s, missing, warning, rollback-time',
  'recovery-point': '> 60 Seconds, 5 of 5 x 60 s, missing, critical, recovery-point',
  'traffic-outside-clearance': '> 0 Count, 1 of 1 x 60 s, missing, critical, traffic-outside-clearance',
  'clearance-parameter-repaired': '> 0 Count, 1 of 1 x 60 s, missing, warning, clearance-parameter-repaired',
  'migration-machine-failed': '> 0 Count, 1 of 1 x 60 s, notBreaching, critical, migration-machine-failed',
  'migration-attempt-failed': '> 0 Count, 1 of 1 x 60 s, notBreaching, warning, migration-attempt-failed',
  'orphaned-slots': '> 0 Count, 1 of 13 x 300 s, missing, warning, orphaned-slots',
  'retained-wal-on-premises': '> 21474836480 Bytes, 3 of 3 x 300 s, missing, warning, retained-wal',
  'retained-wal-aurora': '> 21474836480 Bytes, 3 of 3 x 300 s, missing, warning, retained-wal',
  'nat-port-allocation': '> 0 Count, 3 of 5 x 60 s, missing, warning, nat-gateway',
  'nat-packet-drops': '> 0.01 Percent, 3 of 3 x 300 s, notBreaching, warning, nat-gateway',
  'vpn-down': '<= 0 None, 1 of 1 x 300 s, breaching, critical, vpn-down',
  'vpn-tunnel-down': '< 1 None, 3 of 3 x 300 s, missing, warning, vpn-tunnel-down',
};

const summary = (row: AlarmRow): string =>
  [
    `${row.comparison} ${row.threshold} ${row.unit}`,
    `${row.datapointsToAlarm} of ${row.evaluationPeriods} x ${row.periodSeconds} s`,
    row.missingData,
    row.severity,
    row.runbook,
  ].join(', ');

const ROWS: readonly AlarmRow[] = ALARM_ROWS;

describe('the alarms', () => {
  test.each(Object.entries(ALARMS))('%s: %s', (id, expected) => {
    expect(ROWS.filter((row) => row.id === id).map(summary)).toEqual([expected]);
  });

  test('are all in this table', () => {
    expect(ROWS.map(({ id }) => id)).toEqual(Object.keys(ALARMS));
  });

  test.each([
    [
      'advance',
      [
        'payments-waiting payments-unfinished payments-failed',
        'alb-error-rate alb-elb-5xx alb-target-5xx alb-latency-p99 alb-rejected-connections alb-unhealthy-target',
        'alb-function-errors stream-late table-write-throttles database-local-storage',
        'dms-storage dms-latency-source dms-latency-target dms-validation-failed dms-validation-suspended',
        'rollback-time recovery-point traffic-outside-clearance vpn-down vpn-tunnel-down',
      ],
    ],
    ['rollback', ['payments-unfinished alb-error-rate alb-latency-p99 alb-rejected-connections alb-function-errors']],
  ] as const)('that decide together: %s', (gate, ids) => {
    expect(ROWS.filter(({ gates }) => gates?.includes(gate) === true).map(({ id }) => id)).toEqual(
      ids.flatMap((line) => line.split(' ')),
    );
  });

  test('start no rollback for want of data, nor for what wakes nobody', () => {
    const rows = ROWS.filter(({ gates }) => gates?.includes('rollback') === true);
    expect(rows.map(({ missingData, severity }) => [missingData, severity])).toEqual(
      rows.map(() => ['notBreaching', 'critical']),
    );
  });

  test('are for every environment, but the one that cold starts would set off', () => {
    expect(ROWS.filter(({ onlyInProduction }) => onlyInProduction === true).map(({ id }) => id)).toEqual([
      'alb-latency-p99-slow',
    ]);
  });
});

test('a row that gates an advance, and takes missing data for good, says why there may be none', () => {
  const silent = ROWS.filter(({ silentWhile }) => silentWhile !== undefined).map(({ id }) => id);
  expect(silent).toEqual(
    ROWS.filter(({ gates, missingData }) => gates?.includes('advance') === true && missingData === 'notBreaching').map(
      ({ id }) => id,
    ),
  );
  expect(ROWS.filter(({ silentWhile }) => silentWhile === 'no-traffic').map(({ id }) => id)).toEqual(
    expect.arrayContaining(['alb-error-rate', 'alb-latency-p99', 'payments-unfinished', 'stream-late']),
  );
});
