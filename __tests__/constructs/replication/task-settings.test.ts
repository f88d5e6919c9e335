import { describe, expect, test } from '@jest/globals';
import { canonicalJson } from '../../../constructs/replication/canonical-json';
import {
  taskSettings,
  taskSettingsJson,
  type TaskSettingsOptions,
} from '../../../constructs/replication/task-settings';

const LOAD: TaskSettingsOptions = { migrationType: 'full-load-and-cdc', lobMaxSizeKib: 1024 };

/** The sections that every version of DMS gives back. */
const SECTIONS = [
  'BeforeImageSettings',
  'ChangeProcessingDdlHandlingPolicy',
  'ChangeProcessingTuning',
  'CharacterSetSettings',
  'ControlTablesSettings',
  'ErrorBehavior',
  'FailTaskWhenCleanTaskResourceFailed',
  'FullLoadSettings',
  'Logging',
  'LoopbackPreventionSettings',
  'PostProcessingRules',
  'StreamBufferSettings',
  'TargetMetadata',
  'ValidationSettings',
];

describe('task settings', () => {
  test('hold every section, sorted as text', () => {
    const text = taskSettingsJson(taskSettings(LOAD));
    expect(Object.keys(JSON.parse(text) as object)).toEqual(SECTIONS);
    expect(text).toBe(canonicalJson(JSON.parse(text)));
    expect(text).not.toMatch(/CloudWatchLog/);
  });

  test.each(['LogConfiguration', 'TTSettings', 'CommitPositionTableEnabled'])(
    'leave out %s, which not every version of DMS gives back: a difference in every plan',
    (name) => {
      expect(taskSettingsJson(taskSettings(LOAD))).not.toContain(name);
    },
  );

  test('are the same text in every synthesis', () => {
    expect(taskSettingsJson(taskSettings(LOAD))).toBe(taskSettingsJson(taskSettings({ ...LOAD })));
  });

  test('hold no null inside a section: the provider cannot compare it', () => {
    const values = Object.values(taskSettings(LOAD)).flatMap((section) => Object.values(section ?? {}) as unknown[]);
    expect(values.length).toBeGreaterThan(80);
    expect(values).not.toContain(null);
  });

  test('stop at whatever would lose a row', () => {
    const { ErrorBehavior } = taskSettings(LOAD);
    const policies = Object.entries(ErrorBehavior).filter(
      ([name]) => name.endsWith('Policy') && name !== 'EventErrorPolicy',
    );
    expect(policies).toHaveLength(10);
    expect(new Set(policies.map(([, policy]) => policy))).toEqual(new Set(['STOP_TASK']));
  });

  test('touch no table of the target before the load, and pause after it', () => {
    expect(taskSettings(LOAD).FullLoadSettings).toEqual({
      CommitRate: 10_000,
      CreatePkAfterFullLoad: false,
      MaxFullLoadSubTasks: 8,
      StopTaskCachedChangesApplied: true,
      StopTaskCachedChangesNotApplied: false,
      TargetTablePrepMode: 'DO_NOTHING',
      TransactionConsistencyTimeout: 600,
    });
    expect(taskSettings({ ...LOAD, migrationType: 'cdc' }).FullLoadSettings.StopTaskCachedChangesApplied).toBe(false);
  });

  test('take the limit for LOBs, the tables loaded at a time, and the threads that compare', () => {
    const settings = taskSettings({ ...LOAD, lobMaxSizeKib: 7, maxFullLoadSubTasks: 3, validationThreadCount: 2 });
    expect(settings.TargetMetadata).toMatchObject({ LobMaxSize: 7, LimitedSizeLobMode: true, FullLobMode: false });
    expect(settings.FullLoadSettings.MaxFullLoadSubTasks).toBe(3);
    expect(settings.ValidationSettings.ThreadCount).toBe(2);
    expect(taskSettings(LOAD).ValidationSettings).toMatchObject({
      EnableValidation: true,
      HandleCollationDiff: true,
      ThreadCount: 5,
    });
  });

  test('keep the tables of DMS in a schema of their own', () => {
    expect(taskSettings(LOAD).ControlTablesSettings.ControlSchema).toBe('awsdms_control');
  });

  test('log every component, by name, at the default severity', () => {
    const { LogComponents } = taskSettings(LOAD).Logging;
    expect(LogComponents).toHaveLength(19);
    expect(LogComponents.map(({ Id }) => Id)).toEqual(LogComponents.map(({ Id }) => Id).sort());
    expect(new Set(LogComponents.map(({ Severity }) => Severity))).toEqual(new Set(['LOGGER_SEVERITY_DEFAULT']));
  });
});

describe('canonical JSON', () => {
  test('sorts keys at every depth and keeps the order of lists', () => {
    expect(canonicalJson({ b: [{ d: 1, c: null }, 2], a: 'x' })).toBe('{"a":"x","b":[{"c":null,"d":1},2]}');
  });
});
