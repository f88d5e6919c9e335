import type { Execution, Executor } from '../shared/migration/executor';

/**
 * What a step knows of the execution that calls it.
 * @typeParam Who an executor; for the steps that take the lease, an execution without one
 */
export interface StepContext<Who extends Execution = Executor> {
  readonly executor: Who;
  /** The name of the state in the machine's definition. */
  readonly state: string;
  /** The execution's own name. */
  readonly name: string;
  /** The execution's input, as whoever started it wrote it. */
  readonly input: unknown;
  /** Literals of the definition and results of other tasks. */
  readonly given: unknown;
  /** How long this invocation may still take, in milliseconds. */
  remainingMs(): number;
}

/** What a step answers: small data only, and nothing of payments. */
export interface StepAnswer {
  /** Where the machine goes on: a word that its definition knows. */
  readonly outcome: string;
  /** What happened, in one sentence for people. */
  readonly message: string;
  /** Everything that speaks against going on, in sentences. @default nothing */
  readonly reasons?: readonly string[];
  readonly [datum: string]: unknown;
}

/**
 * A step of a machine. It may be called again at any time with the same context, also after it was cut off anywhere: then it
 * completes what is missing, and does nothing twice.
 */
export type Step<Dependencies, Who extends Execution = Executor> = (
  dependencies: Dependencies,
  context: StepContext<Who>,
) => Promise<StepAnswer>;
