/** What a campaign of made-up cases is called with. */
export interface FuzzOptions {
  readonly count: number;
  /** The same seed makes the same cases. */
  readonly seed: number;
}

/** A campaign's command line: `[count] [seed]`. */
export interface FuzzCommand {
  /** What is counted, in the plural. */
  readonly counted: string;
  readonly defaultCount: number;
  /** How it is called, for who called it wrongly. */
  readonly example: string;
}

/** The largest seed. */
export const MAX_SEED = 2 ** 31 - 1;

/** More than anybody waits for. */
const MAX_COUNT = 10_000_000;

/** The command was called wrongly: a message for whoever typed it. */
export class InvalidArguments extends Error {
  override readonly name = 'InvalidArguments';
}

/**
 * Reads the arguments `[count] [seed]`.
 * @param seed what serves where none is given
 * @throws InvalidArguments with everything that is wrong, one a line
 */
export function fuzzOptions(
  args: readonly string[],
  seed: number,
  { counted, defaultCount, example }: FuzzCommand,
): FuzzOptions {
  const [count, givenSeed, ...more] = args;
  const problems = [
    ...problemOf(counted, count, 1, MAX_COUNT, `write it as ${example}`),
    ...problemOf('seed', givenSeed, 0, MAX_SEED, 'take the one that an earlier run printed'),
    ...more.map(
      (each) => `there must be two arguments at most, ${counted} and seed, got "${each}" as well; leave it out`,
    ),
  ];
  if (problems.length > 0) throw new InvalidArguments(problems.join('\n'));
  return { count: Number(count ?? defaultCount), seed: Number(givenSeed ?? seed) };
}

function problemOf(name: string, given: string | undefined, min: number, max: number, fix: string): string[] {
  if (given === undefined) return [];
  const value = /^\d{1,10}$/.test(given) ? Number(given) : NaN;
  return value >= min && value <= max
    ? []
    : [`${name} must be a whole number from ${min} to ${max}, got "${given}"; ${fix}`];
}
