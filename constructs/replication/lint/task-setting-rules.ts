import { isLob, requiredLobSizeKib } from '../declared-table';
import { PAGES } from './pages';
import type { TaskContext, TaskSettingRule } from './task-context';
import { TASK_ERROR_RULES } from './task-error-rules';

const requiredLobSize = ({ tables = [] }: TaskContext): number =>
  Math.max(0, ...tables.flatMap(({ columns = [] }) => columns.map((column) => requiredLobSizeKib(column) ?? 0)));

/** Rules about how tables are loaded. */
const LOAD_RULES: readonly TaskSettingRule[] = [
  {
    id: 'table-preparation',
    setting: 'FullLoadSettings.TargetTablePrepMode',
    safe: ['DO_NOTHING'],
    severity: 'error',
    reason: 'the others wipe the target, and DROP_AND_CREATE makes tables without defaults, constraints and indexes',
    page: PAGES.fullLoad,
  },
  {
    id: 'stop-after-load',
    setting: 'FullLoadSettings.StopTaskCachedChangesApplied',
    safe: [true],
    appliesTo: ({ migrationType }) => migrationType === 'full-load-and-cdc',
    severity: 'error',
    reason: 'indexes, foreign keys and triggers are built in this pause; DMS copies none of them',
    page: PAGES.fullLoad,
  },
  {
    id: 'target-schema',
    setting: 'TargetMetadata.TargetSchema',
    safe: ['', undefined],
    must: 'must be empty',
    severity: 'error',
    reason: 'it puts the tables of every schema into one',
    page: PAGES.targetMetadata,
  },
  {
    id: 'lob-support',
    setting: 'TargetMetadata.SupportLobs',
    safe: [true],
    severity: 'error',
    reason: 'LOB columns (text, JSON, bytea, arrays) are left out of the copy',
    page: PAGES.lobs,
  },
  {
    id: 'lob-size',
    setting: 'TargetMetadata.LobMaxSize',
    safe: (value, context) => typeof value === 'number' && value >= requiredLobSize(context),
    must: (context) => `must be at least ${requiredLobSize(context)} (KiB, for the longest declared LOB)`,
    appliesTo: ({ tables = [] }) => tables.some(({ columns = [] }) => columns.some(isLob)),
    severity: 'error',
    reason: 'a longer LOB is cut, or stops the task; text takes two bytes a character',
    page: PAGES.lobs,
  },
];

/** Rules about how changes are applied. */
const APPLY_RULES: readonly TaskSettingRule[] = [
  {
    id: 'batch-apply',
    setting: 'TargetMetadata.BatchApplyEnabled',
    safe: [false],
    severity: 'error',
    reason:
      'net changes of a table in one batch break the commit order (a marker row then proves nothing), fail on unique keys ' +
      'beside the primary one, and switch loop prevention off',
    page: PAGES.targetMetadata,
  },
  {
    id: 'parallel-apply',
    setting: 'TargetMetadata.ParallelApplyThreads',
    safe: [0, undefined],
    severity: 'error',
    reason: 'several threads break the commit order, and a marker row then proves nothing',
    page: PAGES.targetMetadata,
  },
  {
    id: 'control-schema',
    setting: 'ControlTablesSettings.ControlSchema',
    safe: (value, { schemas = [] }) =>
      typeof value === 'string' && value !== '' && value !== 'public' && !schemas.includes(value),
    must: 'must be a schema of its own, neither public nor a replicated one',
    severity: 'error',
    reason: "control tables among the application's are granted, compared and replicated with them",
    page: PAGES.controlTables,
  },
];

/** Rules about proving that both sides hold the same. */
const VALIDATION_RULES: readonly TaskSettingRule[] = [
  {
    id: 'validation',
    setting: 'ValidationSettings.EnableValidation',
    safe: [true],
    severity: 'error',
    reason: 'nothing would compare the rows while they change',
    page: PAGES.validation,
  },
  {
    id: 'validation-only',
    setting: 'ValidationSettings.ValidationOnly',
    safe: [false, undefined],
    severity: 'error',
    reason: 'the task would compare and replicate nothing; the setting cannot be changed afterwards',
    page: PAGES.validation,
  },
  {
    id: 'validation-lobs',
    setting: 'ValidationSettings.SkipLobColumns',
    safe: [false, undefined],
    severity: 'error',
    reason: 'text and JSON columns would not be compared',
    page: PAGES.validation,
  },
  {
    id: 'validation-partial-lobs',
    setting: 'ValidationSettings.ValidationPartialLobSize',
    safe: [0, undefined],
    severity: 'error',
    reason: 'only the beginning of each LOB would be compared',
    page: PAGES.validation,
  },
  {
    id: 'validation-collation',
    setting: 'ValidationSettings.HandleCollationDiff',
    safe: [true],
    severity: 'error',
    reason: 'where the two servers sort text differently, equal rows are reported as different, and real ones drown',
    page: PAGES.validation,
  },
  {
    id: 'data-resync',
    setting: 'ResyncSettings.EnableResync',
    safe: [false, undefined],
    severity: 'error',
    reason: 'differences would be written over on a schedule, outside the commit order, before anybody has seen why',
    page: PAGES.dataResync,
  },
];

const isDebug = (component: unknown): boolean => /DEBUG/.test(JSON.stringify(component) ?? '');

/** Rules about the task's log. */
const LOGGING_RULES: readonly TaskSettingRule[] = [
  {
    id: 'logging',
    setting: 'Logging.EnableLogging',
    safe: [true],
    severity: 'error',
    reason: 'without a log nobody can tell why a task stopped',
    page: PAGES.logging,
  },
  {
    id: 'log-severity',
    setting: 'Logging.LogComponents',
    safe: (value) => value === undefined || (Array.isArray(value) && !value.some(isDebug)),
    must: 'must not log at debug severity',
    severity: 'error',
    reason: 'debug logs hold row values (cardholder data), slow the task and fill the instance',
    page: PAGES.logging,
  },
  {
    id: 'log-group',
    setting: 'Logging.CloudWatchLogGroup',
    safe: [undefined],
    severity: 'error',
    reason: 'the setting is read-only: the task cannot be created',
    page: PAGES.logging,
  },
  {
    id: 'log-stream',
    setting: 'Logging.CloudWatchLogStream',
    safe: [undefined],
    severity: 'error',
    reason: 'the setting is read-only: the task cannot be created',
    page: PAGES.logging,
  },
];

/** Every rule about the settings of a task. */
export const TASK_SETTING_RULES: readonly TaskSettingRule[] = [
  ...LOAD_RULES,
  ...TASK_ERROR_RULES,
  ...APPLY_RULES,
  ...VALIDATION_RULES,
  ...LOGGING_RULES,
];
