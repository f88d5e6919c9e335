import type { AlarmRow } from '../alarm-row';
import { GIB } from './units';

/** However an execution ends, but for success: a refusal ends as a failure, as whoever started it expects. */
const NOT_ENDED_WELL = {
  expression: 'FILL(failed, 0) + FILL(timedOut, 0) + FILL(aborted, 0)',
  metrics: {
    failed: { name: 'ExecutionsFailed', statistic: 'Sum' },
    timedOut: { name: 'ExecutionsTimedOut', statistic: 'Sum' },
    aborted: { name: 'ExecutionsAborted', statistic: 'Sum' },
  },
} as const;

/** How the migration could go back now. The function that measures runs each minute, and counts slots each hour. */
export const MIGRATION_ROWS = [
  {
    id: 'rollback-time',
    title: 'Going back would take longer than five minutes',
    source: 'migration',
    metric: { name: 'RollbackTimeSeconds', statistic: 'Maximum' },
    comparison: '>',
    threshold: 300,
    unit: 'Seconds',
    periodSeconds: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
    missingData: 'missing',
    severity: 'warning',
    runbook: 'rollback-time',
    reason: 'Traffic is promised to be back within five minutes; nothing is lost while it is longer, so it warns.',
    gates: ['advance'],
  },
  {
    id: 'recovery-point',
    title: 'The other side is more than a minute behind the one in authority',
    source: 'migration',
    metric: { name: 'RecoveryPointSeconds', statistic: 'Maximum' },
    comparison: '>',
    threshold: 60,
    unit: 'Seconds',
    periodSeconds: 60,
    evaluationPeriods: 5,
    datapointsToAlarm: 5,
    missingData: 'missing',
    severity: 'critical',
    runbook: 'recovery-point',
    reason: 'Were the side in authority lost now, so would that minute be: the recovery point promised is one minute.',
    gates: ['advance'],
  },
  {
    id: 'traffic-outside-clearance',
    title: 'Weights of DNS stood outside of the clearance',
    source: 'migration',
    metric: { name: 'TrafficOutsideClearance', statistic: 'Maximum' },
    comparison: '>',
    threshold: 0,
    unit: 'Count',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    // The guard reports each minute, also that all is well.
    missingData: 'missing',
    severity: 'critical',
    runbook: 'traffic-outside-clearance',
    reason: 'Payments were sent to a side that may not be written, or were about to be; the guard put them back.',
    gates: ['advance'],
  },
  {
    id: 'clearance-parameter-repaired',
    title: 'The parameter of the clearance did not say what the clearance is',
    source: 'migration',
    metric: { name: 'ClearanceParameterRepaired', statistic: 'Maximum' },
    comparison: '>',
    threshold: 0,
    unit: 'Count',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    // The guard reports each minute, also that all is well.
    missingData: 'missing',
    severity: 'warning',
    runbook: 'clearance-parameter-repaired',
    reason:
      'Plans go by the parameter, so one that was made meanwhile may set weights that nobody cleared; the guard put it right ' +
      'and holds the weights.',
  },
  {
    id: 'migration-machine-failed',
    title: 'A cutover or a rollback did not end well',
    source: 'migration-machine',
    metric: NOT_ENDED_WELL,
    comparison: '>',
    threshold: 0,
    unit: 'Count',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    // Executions run when somebody starts one.
    missingData: 'notBreaching',
    severity: 'critical',
    runbook: 'migration-machine-failed',
    reason:
      'It failed, ran out of time or was stopped: the databases may be frozen, and then intake waits for somebody to go on or ' +
      'back. The machines page themselves; this one pages also where they could not, and for a refusal, which is rare here.',
  },
  {
    id: 'migration-attempt-failed',
    title: 'An execution of replicate, advance, resume or finish was refused or failed',
    source: 'migration-attempt',
    metric: NOT_ENDED_WELL,
    comparison: '>',
    threshold: 0,
    unit: 'Count',
    periodSeconds: 60,
    evaluationPeriods: 1,
    datapointsToAlarm: 1,
    missingData: 'notBreaching',
    severity: 'warning',
    runbook: 'migration-attempt-failed',
    reason:
      'Mostly a gate that was closed: who may write is as it was before, so it wakes nobody. What went wrong on the way, the ' +
      'machines page themselves.',
  },
  {
    id: 'orphaned-slots',
    title: 'A replication slot belongs to nobody',
    source: 'migration',
    metric: { name: 'OrphanedReplicationSlots', statistic: 'Maximum' },
    comparison: '>',
    threshold: 0,
    unit: 'Count',
    periodSeconds: 300,
    // Counted once an hour.
    evaluationPeriods: 13,
    datapointsToAlarm: 1,
    missingData: 'missing',
    severity: 'warning',
    runbook: 'orphaned-slots',
    reason: 'It keeps WAL until the disk is full; that takes hours or days, so the day is soon enough.',
  },
  {
    id: 'retained-wal-on-premises',
    title: 'A replication slot of the migration keeps more than 20 GiB of WAL on-premises',
    source: 'migration',
    metric: { name: 'RetainedWalBytesOnPremises', statistic: 'Maximum' },
    comparison: '>',
    threshold: 20 * GIB,
    unit: 'Bytes',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: 'missing',
    severity: 'warning',
    runbook: 'retained-wal',
    reason:
      'It grows until the disk is full and payments stop, or max_slot_wal_keep_size is over and the slot is lost: then forward ' +
      'has to be loaded anew. The old forward slot keeps it through the whole rollback window, with nobody to read it. Set the ' +
      'threshold to half of what that server can spare.',
  },
  {
    id: 'retained-wal-aurora',
    title: 'A replication slot of the migration keeps more than 20 GiB of WAL in Aurora',
    source: 'migration',
    metric: { name: 'RetainedWalBytesAurora', statistic: 'Maximum' },
    comparison: '>',
    threshold: 20 * GIB,
    unit: 'Bytes',
    periodSeconds: 300,
    evaluationPeriods: 3,
    datapointsToAlarm: 3,
    missingData: 'missing',
    severity: 'warning',
    runbook: 'retained-wal',
    reason:
      'Whoever reads it is stopped or does not keep up: the way back falls behind, and the storage of the cluster grows. ' +
      'database-retained-wal sees the WAL of all slots; this one only ours, so it says whose it is.',
  },
] as const satisfies readonly AlarmRow[];
