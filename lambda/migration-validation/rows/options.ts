import type { RowComparisonOptions } from './run';

/** Options with their defaults. */
export interface CheckedOptions {
  readonly parallel: number;
  readonly chunkRows: number;
  readonly rateRowsPerSecond: number;
  readonly maxDifferences: number;
  readonly maxRechecks: number;
  readonly reconnectSeconds: number;
}

/** @throws Error that names every option out of its range */
export function checkOptions(options: RowComparisonOptions & { readonly seed: string }): CheckedOptions {
  const { parallel = 2, rateRowsPerSecond = 0, maxDifferences = 100 } = options;
  // A chunk costs the same few round trips whatever it holds; but in live mode each is a transaction that holds vacuum back.
  const { chunkRows = options.mode === 'exact' ? 40_000 : 10_000 } = options;
  const { maxRechecks = 10, reconnectSeconds = 60, maxLagMib, maxActiveSessions, settle } = options;
  const problems = [
    whole('parallel', parallel, 1),
    whole('chunkRows', chunkRows, 1),
    number('rateRowsPerSecond', rateRowsPerSecond),
    whole('maxDifferences', maxDifferences, 0),
    whole('maxRechecks', maxRechecks, 1),
    number('reconnectSeconds', reconnectSeconds),
    number('maxLagMib', maxLagMib),
    whole('maxActiveSessions', maxActiveSessions, 0),
    settle?.kind === 'slot' ? number('settle.timeoutSeconds', settle.timeoutSeconds) : undefined,
    settle?.kind === 'time' ? number('settle.seconds', settle.seconds) : undefined,
    isSeed(options.seed) ? undefined : `seed must be a whole number of 64 bits as text, got ${options.seed}`,
    options.mode === 'live' && settle === undefined
      ? 'settle must be given in live mode, a slot or a time; without it a change under way looks like a difference'
      : undefined,
  ].filter((problem) => problem !== undefined);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  // A rate is kept by waiting after chunks: they must not be longer than a second of it.
  const fewer = rateRowsPerSecond > 0 ? Math.max(1, Math.floor(rateRowsPerSecond)) : chunkRows;
  return {
    ...{ parallel, rateRowsPerSecond, maxDifferences, maxRechecks, reconnectSeconds },
    chunkRows: Math.min(chunkRows, fewer),
  };
}

const whole = (name: string, value: number | undefined, min: number): string | undefined =>
  value === undefined || (Number.isSafeInteger(value) && value >= min)
    ? undefined
    : `${name} must be a whole number from ${min}, got ${value}`;

const number = (name: string, value: number | undefined): string | undefined =>
  value === undefined || (Number.isFinite(value) && value >= 0)
    ? undefined
    : `${name} must be a number from 0, got ${value}`;

const isSeed = (seed: string): boolean => /^-?\d{1,19}$/.test(seed) && BigInt.asIntN(64, BigInt(seed)) === BigInt(seed);
