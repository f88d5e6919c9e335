import type { Measurement } from './measure';

/**
 * The middle value: half of the values lie below it, so single slow runs do not count.
 * @throws Error when there are no values
 */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  if (upper === undefined || lower === undefined) throw new Error('median must have at least one value, got none');
  return (upper + lower) / 2;
}

/** The medians of several runs, each taken on its own. */
export function medians(measurements: readonly Measurement[]): Measurement {
  return {
    milliseconds: median(measurements.map(({ milliseconds }) => milliseconds)),
    cpuMilliseconds: median(measurements.map(({ cpuMilliseconds }) => cpuMilliseconds)),
    maxRssMib: median(measurements.map(({ maxRssMib }) => maxRssMib)),
  };
}
