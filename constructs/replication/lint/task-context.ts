import type { DeclaredTable } from '../declared-table';
import type { MigrationType } from '../task-settings';
import type { SettingRule } from './setting-rules';

/** What a task's settings are judged by. */
export interface TaskContext {
  readonly migrationType: MigrationType;
  /**
   * The replicated tables that are known.
   * @default none
   */
  readonly tables?: readonly DeclaredTable[];
  /**
   * The replicated schemas.
   * @default none is known
   */
  readonly schemas?: readonly string[];
}

/** A rule about one setting of a task. */
export type TaskSettingRule = SettingRule<TaskContext>;
