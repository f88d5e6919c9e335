/** How long two operations took, each in milliseconds. */
export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export interface Paired {
  readonly ours: Percentiles;
  readonly bare: Percentiles;
}

export interface PairedOptions {
  /** How often each is measured. */
  readonly runs: number;
  /** How often each runs before, without counting. */
  readonly warmUps: number;
  /**
   * Milliseconds since whenever.
   * @default the process's own clock
   */
  readonly now?: () => number;
}

/**
 * Runs two operations in turn and measures each. Which goes first changes from one pair to the next, so that neither always
 * finds what the other left behind.
 * @param ours called with the number of the pair, from 0
 * @param bare likewise
 */
export async function measurePairs(
  ours: (pair: number) => Promise<unknown>,
  bare: (pair: number) => Promise<unknown>,
  { runs, warmUps, now = () => performance.now() }: PairedOptions,
): Promise<Paired> {
  const times = { ours: [] as number[], bare: [] as number[] };
  for (let pair = 0; pair < warmUps + runs; pair += 1) {
    const order = pair % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const);
    for (const name of order) {
      const started = now();
      await (name === 'ours' ? ours(pair) : bare(pair));
      const taken = now() - started;
      if (pair >= warmUps) times[name].push(taken);
    }
  }
  return { ours: percentiles(times.ours), bare: percentiles(times.bare) };
}

const percentiles = (values: readonly number[]): Percentiles => ({ p50: at(values, 0.5), p99: at(values, 0.99) });

/** The smallest value that this share of all values does not exceed. */
function at(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error('percentile must have at least one value, got none');
  return value;
}
