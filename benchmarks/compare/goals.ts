import type { Verdict } from '../goals';

/** What was measured in one run, in milliseconds and MiB. */
export interface ComparisonMeasurements {
  readonly scan: number;
  readonly equal: number;
  readonly different: number;
  readonly maxRssMib: number;
  /** @default reladiff is not on this machine */
  readonly reladiffDifferent?: number;
}

/** What comparing may take: ratios of one run, and the memory of this process. */
export function judgeComparison(measured: ComparisonMeasurements): Verdict[] {
  const { scan, equal, different, maxRssMib, reladiffDifferent } = measured;
  const verdict = (goal: string, actual: number, atMost: number): Verdict => ({
    goal,
    actual,
    atMost,
    passed: actual <= atMost,
  });
  return [
    verdict('equal, to one scan', equal / scan, 1.2),
    verdict('100 differing rows, to one scan', different / scan, 1.5),
    ...(reladiffDifferent === undefined
      ? []
      : [verdict('100 differing rows, to reladiff', different / reladiffDifferent, 0.2)]),
    verdict('memory, MiB', maxRssMib, 150),
  ];
}
