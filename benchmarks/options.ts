import { Command, InvalidArgumentError } from 'commander';

export interface BenchOptions {
  /** How often each is measured. */
  readonly runs: number;
  /** Whether a missed goal is a failure. */
  readonly assert: boolean;
}

function parseRuns(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be an integer of at least 1.');
}

/** A benchmark's command line. */
export interface BenchCommand {
  readonly name: string;
  readonly description: string;
  readonly runs: { readonly description: string; readonly default: number };
}

const SYNTHESIS: BenchCommand = {
  name: 'bench',
  description: 'Measures what synthesis costs beyond a program of the same resources without any code of this project.',
  runs: { description: 'how often each program is measured', default: 10 },
};

/**
 * The command line of a benchmark, by default of `npm run bench`. A wrong one ends the process with exit code 2, unless told
 * otherwise.
 */
export const benchCommand = ({ name, description, runs }: BenchCommand = SYNTHESIS): Command =>
  new Command(name)
    .description(description)
    .option('--runs <number>', runs.description, parseRuns, runs.default)
    .option('--assert', 'fail when a goal is missed', false)
    .allowExcessArguments(false)
    .exitOverride((error) => {
      process.exit(error.exitCode === 0 ? 0 : 2);
    });

/** Reads the arguments of a benchmark. */
export const parseOptions = (args: readonly string[], command = benchCommand()): BenchOptions =>
  command.parse([...args], { from: 'user' }).opts<BenchOptions>();
