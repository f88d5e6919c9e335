import type { Executor, Machine } from './executor';

/** How far the migration is, for people and tools: one item, which each step writes. */
export interface Progress {
  readonly machine: Machine;
  readonly execution: string;
  /** The name of the state in the machine's definition. */
  readonly step: string;
  /** What is happening, or awaited, in one sentence without values of payments. */
  readonly message: string;
  /** Since when this step, in milliseconds since 1970. */
  readonly since: number;
  /** When this was written, in milliseconds since 1970. */
  readonly updatedAt: number;
  /** @default not known */
  readonly lagSeconds?: number;
  /** @default not known */
  readonly rows?: { readonly done: number; readonly estimated: number };
  /** About how long the step, or the freeze, still takes, in seconds. @default not known */
  readonly estimatedSeconds?: number;
  /** What a human must do now. @default nothing */
  readonly waitingFor?: string;
}

export type ProgressReport = Omit<Progress, 'machine' | 'execution' | 'since' | 'updatedAt'>;

/** The item `progress`/`current` of the table `migration-state`. */
export interface ProgressBoard {
  /** @default nothing ran yet */
  read(): Promise<Progress | undefined>;
  /** Tells how far an executor is. What an overtaken one tells is dropped. */
  report(executor: Executor, report: ProgressReport): Promise<void>;
}
