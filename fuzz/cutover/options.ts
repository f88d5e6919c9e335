import { parseArgs } from 'node:util';
import { InvalidArguments, MAX_SEED } from '../options';

export interface ModelOptions {
  readonly runs: number;
  /** The same seed makes the same runs. */
  readonly seed: number;
  /** One run of them, as it was printed when it failed. @default all */
  readonly path?: string;
  /** The commands of that run that matter. @default all of them */
  readonly replayPath?: string;
}

const DEFAULT_RUNS = 100_000;
const MOST_RUNS = 10_000_000;

/** @throws InvalidArguments with everything that is wrong, one a line */
export function modelOptions(args: readonly string[], drawnSeed: number): ModelOptions {
  const values = valuesOf(args);
  const problems = [
    ...problemOf('--runs', values.runs, 1, MOST_RUNS),
    ...problemOf('--seed', values.seed, -MAX_SEED - 1, MAX_SEED),
    ...(values.path === undefined || /^\d+(:\d+)*$/.test(values.path)
      ? []
      : [`--path must be numbers between colons, as a run that failed printed them, got "${values.path}"`]),
    ...(values.path !== undefined && values.seed === undefined
      ? ['--seed must be there with --path: a path is one of a seed']
      : []),
  ];
  if (problems.length > 0) throw new InvalidArguments(problems.join('\n'));
  return {
    runs: Number(values.runs ?? DEFAULT_RUNS),
    seed: Number(values.seed ?? drawnSeed),
    ...(values.path === undefined ? {} : { path: values.path }),
    ...(values['replay-path'] === undefined ? {} : { replayPath: values['replay-path'] }),
  };
}

function valuesOf(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({ args: [...args], options: { runs: text, seed: text, path: text, 'replay-path': text } }).values;
  } catch (error) {
    throw new InvalidArguments(`${(error as Error).message}; write it as npm run model -- --runs=100000 --seed=1`);
  }
}

function problemOf(name: string, given: string | undefined, min: number, max: number): string[] {
  if (given === undefined) return [];
  const value = /^-?\d{1,10}$/.test(given) ? Number(given) : NaN;
  return value >= min && value <= max ? [] : [`${name} must be a whole number from ${min} to ${max}, got "${given}"`];
}
