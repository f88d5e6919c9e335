/** What a comparison came to; `failed`: it ended without a verdict. */
export type ComparisonResult = 'running' | 'equal' | 'different' | 'unknown' | 'failed';

export interface ComparisonRun {
  /** By which a delta names it as its base. */
  readonly name: string;
  readonly result: ComparisonResult;
  /** Where its report is, or what went wrong. @default nothing */
  readonly detail?: string;
  /** In milliseconds since 1970. @default it is running */
  readonly endedAt?: number;
}

/** The input of the machine `comparison`, as docs/comparison-at-scale.md has it. */
export type ComparisonInput = Readonly<Record<string, unknown>>;

/** Executions of the state machine `comparison`. */
export interface ComparisonRuns {
  /** Starts one. Of a name that there is already, nothing happens. */
  start(name: string, input: ComparisonInput): Promise<void>;
  /** @default there is none of this name */
  read(name: string): Promise<ComparisonRun | undefined>;
  /** The one that was started last of those that have ended. @default there is none */
  last(): Promise<ComparisonRun | undefined>;
  /** The name of the one that was started last of those that found everything equal. @default there is none */
  lastEqual(): Promise<string | undefined>;
}
