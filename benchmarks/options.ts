export interface BenchOptions {
  /** How often each program is measured. */
  readonly runs: number;
  /** Whether a missed goal is a failure. */
  readonly assert: boolean;
}

const DEFAULT_RUNS = 10;

/**
 * Reads the command line: `--runs=<1 or more>` and `--assert`.
 * @throws Error when an argument is unknown
 */
export function parseOptions(args: readonly string[]): BenchOptions {
  let options: BenchOptions = { runs: DEFAULT_RUNS, assert: false };
  for (const argument of args) {
    const runs = /^--runs=([1-9]\d*)$/.exec(argument)?.[1];
    if (runs !== undefined) options = { ...options, runs: Number(runs) };
    else if (argument === '--assert') options = { ...options, assert: true };
    else throw new Error(`arguments must be --runs=<1 or more> or --assert, got "${argument}"`);
  }
  return options;
}
