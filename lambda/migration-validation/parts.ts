import { assess } from './assessment/assess';
import { comparisonParts } from './comparison/comparison-parts';
import { compareDelta } from './delta/compare-delta';
import { predictDelta } from './delta/predict-delta';
import { takeBaseline } from './delta/take-baseline';
import type { ValidationParts } from './handler';
import type { ProcessedPayments } from './ledger/processed-payments';
import { partitionChunks, rangeChunks } from './rows/boundaries';
import { hashingProblem } from './rows/hashing-check';

/**
 * What the function is made of.
 * @param processed the payments that DynamoDB says are booked
 */
export const validationParts = (processed: ProcessedPayments): ValidationParts => ({
  ...comparisonParts(processed),
  compareDelta,
  predictDelta,
  takeBaseline,
  hashingProblem,
  rangeChunks,
  partitionChunks,
  assess: ({ source, target }, options) => assess(source, { ...options, target }),
});
