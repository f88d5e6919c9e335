import { PAGES } from './pages';
import type { TaskSettingRule } from './task-context';

const STOPPING = ['STOP_TASK', 'SUSPEND_TABLE'] as const;

const errorPolicy = (id: string, setting: string, reason: string): TaskSettingRule => ({
  id,
  setting: `ErrorBehavior.${setting}`,
  safe: STOPPING,
  severity: 'error',
  reason,
  page: PAGES.errorHandling,
});

/** Rules about errors: a stopped task can be resumed, a lost row is noticed by nobody. */
export const TASK_ERROR_RULES: readonly TaskSettingRule[] = [
  errorPolicy('data-error', 'DataErrorPolicy', 'the other policies skip the row'),
  errorPolicy('data-truncation', 'DataTruncationErrorPolicy', 'the other policies keep a value that was cut'),
  errorPolicy(
    'apply-error-insert',
    'ApplyErrorInsertPolicy',
    'the other policies skip the row or overwrite another one',
  ),
  errorPolicy('apply-error-update', 'ApplyErrorUpdatePolicy', 'the other policies skip the change or drop LOB columns'),
  errorPolicy(
    'apply-error-delete',
    'ApplyErrorDeletePolicy',
    'the other policies keep a row that is gone at the source',
  ),
  errorPolicy('apply-error-escalation', 'ApplyErrorEscalationPolicy', 'LOG_ERROR goes on losing rows'),
  {
    id: 'recovery-attempts',
    setting: 'ErrorBehavior.RecoverableErrorCount',
    safe: [-1],
    severity: 'error',
    reason: '0 never tries again after a lost connection, and a stopped task pins WAL on the source',
    page: PAGES.errorHandling,
  },
  {
    id: 'recovery-throttling',
    setting: 'ErrorBehavior.RecoverableErrorStopRetryAfterThrottlingMax',
    safe: [false],
    severity: 'error',
    reason: 'the task gives up when the longest interval is reached, for instance while the link is down for an hour',
    page: PAGES.errorHandling,
  },
  {
    id: 'no-tables',
    setting: 'ErrorBehavior.FailOnNoTablesCaptured',
    safe: [true],
    severity: 'error',
    reason: 'a task that finds no table runs and replicates nothing',
    page: PAGES.errorHandling,
  },
  {
    id: 'truncation-ddl',
    setting: 'ErrorBehavior.ApplyErrorFailOnTruncationDdl',
    safe: [true],
    severity: 'error',
    reason: 'TRUNCATE is not replicated: the target keeps the rows',
    page: PAGES.errorHandling,
  },
  {
    id: 'source-table-dropped',
    setting: 'ChangeProcessingDdlHandlingPolicy.HandleSourceTableDropped',
    safe: [false],
    severity: 'error',
    reason: 'a DROP TABLE at the source destroys the copy too',
    page: PAGES.ddlHandling,
  },
  {
    id: 'source-table-truncated',
    setting: 'ChangeProcessingDdlHandlingPolicy.HandleSourceTableTruncated',
    safe: [false],
    severity: 'error',
    reason: 'a TRUNCATE at the source destroys the copy too',
    page: PAGES.ddlHandling,
  },
];
