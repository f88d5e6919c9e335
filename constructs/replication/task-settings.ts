import { canonicalJson } from './canonical-json';
import { DMS_CONTROL_SCHEMA } from './names';

/** How a task starts: with a copy of every table, or from the position of a slot. */
export type MigrationType = 'full-load-and-cdc' | 'cdc';

export interface TaskSettingsOptions {
  readonly migrationType: MigrationType;
  /** The longest LOB that is copied whole, in KiB: 1 to 102400. The endpoint stops the task at a longer one. */
  readonly lobMaxSizeKib: number;
  /**
   * Tables that are loaded at the same time: 1 to 49.
   * @default 8
   */
  readonly maxFullLoadSubTasks?: number;
  /**
   * Threads that compare source and target: 1 or more. Each holds a connection on both sides.
   * @default 5
   */
  readonly validationThreadCount?: number;
}

/** The parts of a task that log. */
const LOG_COMPONENTS = [
  'ADDONS',
  'COMMON',
  'COMMUNICATION',
  'DATA_STRUCTURE',
  'FILE_FACTORY',
  'FILE_TRANSFER',
  'IO',
  'METADATA_MANAGER',
  'PERFORMANCE',
  'REST_SERVER',
  'SORTER',
  'SOURCE_CAPTURE',
  'SOURCE_UNLOAD',
  'TABLES_MANAGER',
  'TARGET_APPLY',
  'TARGET_LOAD',
  'TASK_MANAGER',
  'TRANSFORMATION',
  'VALIDATOR_EXT',
] as const;

/** The settings of a task, in DMS's own terms. */
export type TaskSettings = ReturnType<typeof taskSettings>;

/**
 * The settings of a task. Where DMS's default loses rows, the value here stops the task instead: a stopped task can be
 * resumed, a lost row is noticed by nobody. `CloudWatchLogGroup` and `CloudWatchLogStream` are read-only and never written.
 *
 * A setting that is left out here and comes back from DMS is no difference to the provider. One that stands here and does
 * not come back is a difference in every plan, and each apply then stops the running task. So only what every version of
 * DMS gives back is written, without `Logging.LogConfiguration`, `TTSettings` and `CommitPositionTableEnabled`.
 * @see https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Tasks.CustomizingTasks.TaskSettings.html
 */
export function taskSettings(options: TaskSettingsOptions) {
  return {
    BeforeImageSettings: null,
    ChangeProcessingDdlHandlingPolicy: {
      HandleSourceTableAltered: false,
      HandleSourceTableDropped: false,
      HandleSourceTableTruncated: false,
    },
    ChangeProcessingTuning,
    CharacterSetSettings: null,
    ControlTablesSettings,
    ErrorBehavior,
    FailTaskWhenCleanTaskResourceFailed: false,
    FullLoadSettings: fullLoadSettings(options),
    Logging: {
      EnableLogContext: false,
      EnableLogging: true,
      LogComponents: LOG_COMPONENTS.map((Id) => ({ Id, Severity: 'LOGGER_SEVERITY_DEFAULT' })),
    },
    LoopbackPreventionSettings: null,
    PostProcessingRules: null,
    StreamBufferSettings: { CtrlStreamBufferSizeInMB: 5, StreamBufferCount: 3, StreamBufferSizeInMB: 8 },
    TargetMetadata: targetMetadata(options),
    ValidationSettings: validationSettings(options),
  };
}

/** The settings as the JSON text that the task takes, the same for the same settings. */
export const taskSettingsJson = (settings: TaskSettings): string => canonicalJson(settings);

const ChangeProcessingTuning = {
  BatchApplyMemoryLimit: 500,
  BatchApplyPreserveTransaction: true,
  BatchApplyTimeoutMax: 30,
  BatchApplyTimeoutMin: 1,
  BatchSplitSize: 0,
  CommitTimeout: 1,
  MemoryKeepTime: 60,
  MemoryLimitTotal: 1024,
  MinTransactionSize: 1000,
  // Without limit: a task that gave up looking for its position would have to load everything again.
  RecoveryTimeout: -1,
  StatementCacheSize: 50,
};

const ControlTablesSettings = {
  ControlSchema: DMS_CONTROL_SCHEMA,
  FullLoadExceptionTableEnabled: true,
  HistoryTableEnabled: true,
  HistoryTimeslotInMinutes: 5,
  StatusTableEnabled: true,
  SuspendedTablesTableEnabled: true,
};

const ErrorBehavior = {
  ApplyErrorDeletePolicy: 'STOP_TASK',
  ApplyErrorEscalationCount: 0,
  ApplyErrorEscalationPolicy: 'STOP_TASK',
  ApplyErrorFailOnTruncationDdl: true,
  ApplyErrorInsertPolicy: 'STOP_TASK',
  ApplyErrorUpdatePolicy: 'STOP_TASK',
  DataErrorEscalationCount: 0,
  DataErrorEscalationPolicy: 'STOP_TASK',
  DataErrorPolicy: 'STOP_TASK',
  DataMaskingErrorPolicy: 'STOP_TASK',
  DataTruncationErrorPolicy: 'STOP_TASK',
  EventErrorPolicy: 'IGNORE',
  FailOnNoTablesCaptured: true,
  FailOnTransactionConsistencyBreached: true,
  // Changes made during the load are captured and may be in the copy already: only those conflicts are ignored. They show
  // as conflicts only where the target has its primary keys during the load; without, such rows are there twice.
  FullLoadIgnoreConflicts: true,
  RecoverableErrorCount: -1,
  RecoverableErrorInterval: 5,
  RecoverableErrorStopRetryAfterThrottlingMax: false,
  RecoverableErrorThrottling: true,
  RecoverableErrorThrottlingMax: 1800,
  TableErrorEscalationCount: 0,
  TableErrorEscalationPolicy: 'STOP_TASK',
  TableErrorPolicy: 'STOP_TASK',
};

const fullLoadSettings = ({ migrationType, maxFullLoadSubTasks }: TaskSettingsOptions) => ({
  CommitRate: 10_000,
  CreatePkAfterFullLoad: false,
  MaxFullLoadSubTasks: maxFullLoadSubTasks ?? 8,
  // The pause in which indexes, foreign keys and triggers are built on the target.
  StopTaskCachedChangesApplied: migrationType === 'full-load-and-cdc',
  StopTaskCachedChangesNotApplied: false,
  TargetTablePrepMode: 'DO_NOTHING',
  TransactionConsistencyTimeout: 600,
});

const targetMetadata = ({ lobMaxSizeKib }: TaskSettingsOptions) => ({
  BatchApplyEnabled: false,
  FullLobMode: false,
  InlineLobMaxSize: 0,
  LimitedSizeLobMode: true,
  LoadMaxFileSize: 0,
  LobChunkSize: 64,
  LobMaxSize: lobMaxSizeKib,
  ParallelApplyBufferSize: 0,
  ParallelApplyQueuesPerThread: 0,
  ParallelApplyThreads: 0,
  ParallelLoadBufferSize: 0,
  ParallelLoadQueuesPerThread: 0,
  ParallelLoadThreads: 0,
  SupportLobs: true,
  TargetSchema: '',
  // Keeps the position on the target too, with the data it belongs to: a lost instance does not lose it.
  TaskRecoveryTableEnabled: true,
});

const validationSettings = ({ validationThreadCount }: TaskSettingsOptions) => ({
  EnableValidation: true,
  FailureMaxCount: 10_000,
  HandleCollationDiff: true,
  MaxKeyColumnSize: 8096,
  PartitionSize: 10_000,
  RecordFailureDelayInMinutes: 5,
  RecordFailureDelayLimitInMinutes: 0,
  RecordSuspendDelayInMinutes: 30,
  SkipLobColumns: false,
  TableFailureMaxCount: 1000,
  ThreadCount: validationThreadCount ?? 5,
  ValidationMode: 'ROW_LEVEL',
  ValidationOnly: false,
  ValidationPartialLobSize: 0,
  ValidationQueryCdcDelaySeconds: 0,
});
