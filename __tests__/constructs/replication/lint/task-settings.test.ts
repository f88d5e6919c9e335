import { describe, expect, test } from '@jest/globals';
import type { DeclaredTable } from '../../../../constructs/replication/declared-table';
import { findingText, lintTaskSettings, type TaskContext } from '../../../../constructs/replication/lint';
import { TASK_SETTING_RULES } from '../../../../constructs/replication/lint/task-setting-rules';
import { taskSettings } from '../../../../constructs/replication/task-settings';
import { withValue } from './with-value';

const BLOCKS: DeclaredTable = {
  schema: 'payments',
  name: 'notes',
  primaryKey: ['id'],
  columns: [{ name: 'body', type: 'text', longestValueKib: 512 }],
};

const LOAD: TaskContext = { migrationType: 'full-load-and-cdc', schemas: ['payments'], tables: [BLOCKS] };
const SAFE = taskSettings({ migrationType: 'full-load-and-cdc', lobMaxSizeKib: 1024 });

/** For each rule: its setting, unsafe values (undefined is the setting left out), and safe ones. */
const CASES: readonly (readonly [
  rule: string,
  setting: string,
  unsafe: readonly unknown[],
  safe: readonly unknown[],
])[] = [
  [
    'table-preparation',
    'FullLoadSettings.TargetTablePrepMode',
    ['DROP_AND_CREATE', 'TRUNCATE_BEFORE_LOAD', undefined],
    ['DO_NOTHING'],
  ],
  ['stop-after-load', 'FullLoadSettings.StopTaskCachedChangesApplied', [false, undefined], [true]],
  ['target-schema', 'TargetMetadata.TargetSchema', ['other'], ['', undefined]],
  ['lob-support', 'TargetMetadata.SupportLobs', [false, undefined], [true]],
  ['lob-size', 'TargetMetadata.LobMaxSize', [32, 1023, undefined], [1024, 102_400]],
  [
    'data-error',
    'ErrorBehavior.DataErrorPolicy',
    ['IGNORE_RECORD', 'LOG_ERROR', undefined],
    ['STOP_TASK', 'SUSPEND_TABLE'],
  ],
  [
    'data-truncation',
    'ErrorBehavior.DataTruncationErrorPolicy',
    ['IGNORE_RECORD', 'LOG_ERROR', undefined],
    ['STOP_TASK', 'SUSPEND_TABLE'],
  ],
  [
    'apply-error-insert',
    'ErrorBehavior.ApplyErrorInsertPolicy',
    ['IGNORE_RECORD', 'LOG_ERROR', 'INSERT_RECORD', undefined],
    ['STOP_TASK', 'SUSPEND_TABLE'],
  ],
  [
    'apply-error-update',
    'ErrorBehavior.ApplyErrorUpdatePolicy',
    ['IGNORE_RECORD', 'LOG_ERROR', 'UPDATE_RECORD', undefined],
    ['STOP_TASK', 'SUSPEND_TABLE'],
  ],
  [
    'apply-error-delete',
    'ErrorBehavior.ApplyErrorDeletePolicy',
    ['IGNORE_RECORD', 'LOG_ERROR', undefined],
    ['STOP_TASK', 'SUSPEND_TABLE'],
  ],
  [
    'apply-error-escalation',
    'ErrorBehavior.ApplyErrorEscalationPolicy',
    ['LOG_ERROR', undefined],
    ['STOP_TASK', 'SUSPEND_TABLE'],
  ],
  ['recovery-attempts', 'ErrorBehavior.RecoverableErrorCount', [0, 3, undefined], [-1]],
  ['recovery-throttling', 'ErrorBehavior.RecoverableErrorStopRetryAfterThrottlingMax', [true, undefined], [false]],
  ['no-tables', 'ErrorBehavior.FailOnNoTablesCaptured', [false, undefined], [true]],
  ['truncation-ddl', 'ErrorBehavior.ApplyErrorFailOnTruncationDdl', [false, undefined], [true]],
  ['source-table-dropped', 'ChangeProcessingDdlHandlingPolicy.HandleSourceTableDropped', [true, undefined], [false]],
  [
    'source-table-truncated',
    'ChangeProcessingDdlHandlingPolicy.HandleSourceTableTruncated',
    [true, undefined],
    [false],
  ],
  ['batch-apply', 'TargetMetadata.BatchApplyEnabled', [true, undefined], [false]],
  ['parallel-apply', 'TargetMetadata.ParallelApplyThreads', [4], [0, undefined]],
  ['control-schema', 'ControlTablesSettings.ControlSchema', ['', 'public', 'payments', undefined], ['awsdms_control']],
  ['validation', 'ValidationSettings.EnableValidation', [false, undefined], [true]],
  ['validation-only', 'ValidationSettings.ValidationOnly', [true], [false, undefined]],
  ['validation-lobs', 'ValidationSettings.SkipLobColumns', [true], [false, undefined]],
  ['validation-partial-lobs', 'ValidationSettings.ValidationPartialLobSize', [32], [0, undefined]],
  ['validation-collation', 'ValidationSettings.HandleCollationDiff', [false, undefined], [true]],
  ['data-resync', 'ResyncSettings.EnableResync', [true], [false, undefined]],
  ['logging', 'Logging.EnableLogging', [false, undefined], [true]],
  [
    'log-severity',
    'Logging.LogComponents',
    [
      [{ Id: 'SORTER', Severity: 'LOGGER_SEVERITY_DEBUG' }],
      [{ Id: 'SORTER', Severity: 'LOGGER_SEVERITY_DETAILED_DEBUG' }],
    ],
    [[{ Id: 'SORTER', Severity: 'LOGGER_SEVERITY_DEFAULT' }], undefined],
  ],
  ['log-group', 'Logging.CloudWatchLogGroup', ['dms-tasks', null], [undefined]],
  ['log-stream', 'Logging.CloudWatchLogStream', ['dms-task', null], [undefined]],
];

const rulesAt = (setting: string, value: unknown): string[] =>
  lintTaskSettings(withValue(SAFE, setting, value), LOAD).map(({ rule }) => rule);

describe('the linter of task settings', () => {
  test('finds nothing in the settings of this project', () => {
    expect(lintTaskSettings(SAFE, LOAD)).toEqual([]);
    const cdc = taskSettings({ migrationType: 'cdc', lobMaxSizeKib: 1024 });
    expect(lintTaskSettings(cdc, { ...LOAD, migrationType: 'cdc' })).toEqual([]);
  });

  test('is tested rule by rule', () => {
    expect(CASES.map(([rule, setting]) => `${rule} ${setting}`)).toEqual(
      expect.arrayContaining(TASK_SETTING_RULES.map(({ id, setting }) => `${id} ${setting}`)),
    );
    expect(new Set(CASES.map(([rule]) => rule)).size).toBe(TASK_SETTING_RULES.length);
  });

  test.each(CASES.flatMap(([rule, setting, unsafe]) => unsafe.map((value) => [rule, setting, value] as const)))(
    '%s refuses %s %p',
    (rule, setting, value) => {
      expect(rulesAt(setting, value)).toEqual([rule]);
    },
  );

  test.each(CASES.flatMap(([rule, setting, , safe]) => safe.map((value) => [rule, setting, value] as const)))(
    '%s accepts %s %p',
    (_, setting, value) => {
      expect(rulesAt(setting, value)).toEqual([]);
    },
  );

  test('every finding names setting, rule, value, reason and page', () => {
    const found = lintTaskSettings(withValue(SAFE, 'ErrorBehavior.ApplyErrorDeletePolicy', 'IGNORE_RECORD'), LOAD);
    expect(found.map(findingText)).toEqual([
      'ErrorBehavior.ApplyErrorDeletePolicy must be "STOP_TASK" or "SUSPEND_TABLE", got "IGNORE_RECORD"; ' +
        'the other policies keep a row that is gone at the source ' +
        '(https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.ErrorHandling.html)',
    ]);
    const [missing] = lintTaskSettings(withValue(SAFE, 'ErrorBehavior.RecoverableErrorCount', undefined), LOAD);
    expect(missing).toMatchObject({
      severity: 'error',
      value: undefined,
      path: ['ErrorBehavior', 'RecoverableErrorCount'],
    });
    expect(missing === undefined ? '' : findingText(missing)).toContain('must be -1, got nothing; ');
  });

  test('says how large LOBs may be, by the longest declared one', () => {
    const [found] = lintTaskSettings(withValue(SAFE, 'TargetMetadata.LobMaxSize', 32), LOAD);
    expect(found).toMatchObject({ must: 'must be at least 1024 (KiB, for the longest declared LOB)', value: 32 });
  });

  test('says that a read-only setting must be left out', () => {
    const [found] = lintTaskSettings(withValue(SAFE, 'Logging.CloudWatchLogGroup', 'x'), LOAD);
    expect(found?.must).toBe('must be left out');
  });

  test('wants no pause of a task without a load, and no LOB size without a declared LOB', () => {
    const paused = withValue(SAFE, 'FullLoadSettings.StopTaskCachedChangesApplied', false);
    expect(lintTaskSettings(paused, { ...LOAD, migrationType: 'cdc' })).toEqual([]);
    const small = withValue(SAFE, 'TargetMetadata.LobMaxSize', 1);
    expect(lintTaskSettings(small, { migrationType: 'cdc' })).toEqual([]);
  });

  test('finds every unsafe value of an empty document: the defaults of DMS', () => {
    const silent = ['target-schema', 'parallel-apply', 'validation-only', 'validation-lobs', 'validation-partial-lobs'];
    const harmless = [...silent, 'data-resync', 'log-severity', 'log-group', 'log-stream'];
    expect(lintTaskSettings({}, LOAD).map(({ rule }) => rule)).toEqual(
      TASK_SETTING_RULES.map(({ id }) => id).filter((id) => !harmless.includes(id)),
    );
  });
});
