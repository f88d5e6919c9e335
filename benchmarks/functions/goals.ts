import type { Verdict } from '../goals';
import type { BundleMeasurement } from './bundles';
import type { Paired } from './paired';

/** What was measured in one run. */
export interface FunctionMeasurements {
  readonly accepting: Paired;
  readonly booking: Paired;
  readonly bundles: readonly BundleMeasurement[];
}

const MAX_BUNDLE_KB = 700;
const MAX_PAYMENT_RATIO = 1.25;
const MAX_LOAD_RATIO = 1.2;

/** What the functions may cost. All but the sizes are ratios of one run on one machine. */
export function judgeFunctions({ accepting, booking, bundles }: FunctionMeasurements): Verdict[] {
  const verdict = (goal: string, actual: number, atMost: number): Verdict => ({
    goal,
    actual,
    atMost,
    passed: actual <= atMost,
  });
  const ratios = (what: string, { ours, bare }: Paired): Verdict[] => [
    verdict(`${what}, p50`, ours.p50 / bare.p50, MAX_PAYMENT_RATIO),
    verdict(`${what}, p99`, ours.p99 / bare.p99, MAX_PAYMENT_RATIO),
  ];
  return [
    ...ratios('accepting a payment to its two writes', accepting),
    ...ratios('booking a payment to its INSERTs', booking),
    ...bundles.flatMap((bundle) => [
      verdict(`${bundle.functionName}: kB`, bundle.bytes / 1000, MAX_BUNDLE_KB),
      verdict(
        `${bundle.functionName}: load to bare imports`,
        bundle.loadMilliseconds / bundle.bareLoadMilliseconds,
        MAX_LOAD_RATIO,
      ),
    ]),
  ];
}
