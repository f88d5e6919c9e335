/** Which requests are made up. */
export interface FuzzOptions {
  readonly requests: number;
  /** The same seed makes the same requests. */
  readonly seed: number;
}

/** The largest seed. */
export const MAX_SEED = 2 ** 31 - 1;

const DEFAULT_REQUESTS = 10_000;
/** More than anybody waits for. */
const MAX_REQUESTS = 10_000_000;

/** The command was called wrongly: a message for whoever typed it. */
export class InvalidArguments extends Error {
  override readonly name = 'InvalidArguments';
}

/**
 * Reads the arguments `[requests] [seed]`.
 * @param seed what serves where none is given
 * @throws InvalidArguments with everything that is wrong, one a line
 */
export function fuzzOptions(args: readonly string[], seed: number): FuzzOptions {
  const [requests, givenSeed, ...more] = args;
  const problems = [
    ...problemOf('requests', requests, 1, MAX_REQUESTS, 'write it as npm run fuzz -- 10000'),
    ...problemOf('seed', givenSeed, 0, MAX_SEED, 'take the one that an earlier run printed'),
    ...more.map(
      (each) => `there must be two arguments at most, requests and seed, got "${each}" as well; leave it out`,
    ),
  ];
  if (problems.length > 0) throw new InvalidArguments(problems.join('\n'));
  return { requests: Number(requests ?? DEFAULT_REQUESTS), seed: Number(givenSeed ?? seed) };
}

function problemOf(name: string, given: string | undefined, min: number, max: number, fix: string): string[] {
  if (given === undefined) return [];
  const value = /^\d{1,10}$/.test(given) ? Number(given) : NaN;
  return value >= min && value <= max
    ? []
    : [`${name} must be a whole number from ${min} to ${max}, got "${given}"; ${fix}`];
}
