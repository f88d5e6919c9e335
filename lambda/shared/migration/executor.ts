/** The state machines that move the migration on. */
export const MACHINES = ['replicate', 'advance', 'cutover', 'rollback', 'resume', 'finish'] as const;

export type Machine = (typeof MACHINES)[number];

/** An execution of one of the machines: who wants to have an effect. */
export interface Execution {
  readonly machine: Machine;
  /** The execution's ARN; in the rehearsal a name of its own. */
  readonly execution: string;
}

/** An execution that holds the lease, or held it: whether it still does is asked with every effect. */
export interface Executor extends Execution {
  /** The lease's token. A later lease has a higher one. */
  readonly token: number;
}
