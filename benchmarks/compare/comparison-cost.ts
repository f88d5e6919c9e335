import { type Cost, costOf, type Environment, type Layout, type Rates, type Settings } from './cost';

/**
 * Measured on one core of a busy machine with PostgreSQL 16.14, all pages in memory: eight columns, 134 bytes a row, 500,000
 * rows, the best of five: 145,000 to 159,000 rows a second. The walk along the index made 14 million a second there; a third of
 * that is taken, for an index that is not in memory. `npm run bench:compare` measures hashing on your hardware: put it here.
 */
export const MEASURED: Rates = { bytesPerRow: 134, rowsPerSecond: 150_000, walkedRowsPerSecond: 5_000_000 };

/**
 * Assumed, not measured: measure yours. List prices of us-east-1 (Lambda arm64, Step Functions Standard, S3 Standard, Aurora
 * Standard), not looked up for this calculation: they change, so take them from AWS's pages before you rely on them.
 */
export const ASSUMED: Environment = {
  sequentialMibPerSecond: 100,
  randomPagesPerSecond: 2_000,
  lambdaUsdPerGibSecond: 0.0000133334,
  lambdaUsdPerMillionRequests: 0.2,
  stateTransitionUsdPerThousand: 0.025,
  s3PutUsdPerThousand: 0.005,
  s3GetUsdPerThousand: 0.0004,
  auroraIoUsdPerMillion: 0.2,
};

const SIZES = { '500 GB': 500e9, '10 TB': 10e12 } as const;
const LAYOUTS: readonly Layout[] = ['ordered', 'random', 'partitions'];
const SETTINGS: readonly Settings[] = [4, 16].map((maxConcurrency) => ({
  maxConcurrency,
  rowsPerChunk: 500_000,
  chunksPerBatch: 10,
  memoryGib: 0.5,
}));

const hours = (seconds: number): string => (seconds / 3600).toFixed(1);

function line(size: string, layout: Layout, { maxConcurrency }: Settings, cost: Cost): string {
  const usd = cost.lambdaUsd + cost.stepFunctionsUsd + cost.s3Usd;
  const fits =
    cost.batchSeconds <= 720 ? `${Math.ceil(cost.batchSeconds)} s` : `${Math.ceil(cost.batchSeconds)} s: too long`;
  return [
    size.padEnd(7),
    layout.padEnd(11),
    `${maxConcurrency}`.padStart(4),
    `${cost.chunks}`.padStart(8),
    hours(cost.planSeconds).padStart(7),
    hours(cost.compareSeconds).padStart(10),
    fits.padStart(20),
    `${Math.round(cost.readGib)}`.padStart(10),
    usd.toFixed(2).padStart(10),
    cost.auroraIoUsd.toFixed(2).padStart(12),
  ].join(' ');
}

/** The table of the page. */
export function costTable(): string {
  const head = `${'size'.padEnd(7)} ${'chunks'.padEnd(11)} conc   number  plan h  compare h            one batch   read GiB  Lambda+SF+S3   Aurora I/O`;
  const lines = Object.entries(SIZES).flatMap(([size, bytes]) =>
    LAYOUTS.flatMap((layout) =>
      SETTINGS.map((settings) => line(size, layout, settings, costOf(bytes, layout, MEASURED, ASSUMED, settings))),
    ),
  );
  return [head, ...lines].join('\n');
}

if (require.main === module) process.stdout.write(`${costTable()}\n`);
