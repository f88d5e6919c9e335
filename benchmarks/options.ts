import { Command, InvalidArgumentError } from 'commander';

export interface BenchOptions {
  /** How often each program is measured. */
  readonly runs: number;
  /** Whether a missed goal is a failure. */
  readonly assert: boolean;
}

const DEFAULT_RUNS = 10;

function parseRuns(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be an integer of at least 1.');
}

/** The command line of `npm run bench`. A wrong one ends the process with exit code 2, unless told otherwise. */
export const benchCommand = (): Command =>
  new Command('bench')
    .description(
      'Measures what synthesis costs beyond a program of the same resources without any code of this project.',
    )
    .option('--runs <number>', 'how often each program is measured', parseRuns, DEFAULT_RUNS)
    .option('--assert', 'fail when a goal is missed', false)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : 2);
    });

/** Reads the arguments of `npm run bench`. */
export const parseOptions = (args: readonly string[], command = benchCommand()): BenchOptions =>
  command.parse([...args], { from: 'user' }).opts<BenchOptions>();
