import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { costTable } from '../../../benchmarks/compare/comparison-cost';
import { costOf, type Environment, type Layout, type Rates, type Settings } from '../../../benchmarks/compare/cost';
import { PROJECT } from '../../support/imports';

const rates: Rates = { bytesPerRow: 128, rowsPerSecond: 100_000, walkedRowsPerSecond: 1_000_000 };
const environment: Environment = {
  sequentialMibPerSecond: 128,
  randomPagesPerSecond: 1000,
  lambdaUsdPerGibSecond: 1,
  lambdaUsdPerMillionRequests: 1,
  stateTransitionUsdPerThousand: 1,
  s3PutUsdPerThousand: 1,
  s3GetUsdPerThousand: 0.5,
  auroraIoUsdPerMillion: 1,
};
const settings: Settings = { maxConcurrency: 4, rowsPerChunk: 1_000_000, chunksPerBatch: 5, memoryGib: 0.5 };
/** 64 million rows, 8,192,000,000 bytes. */
const BYTES = 64_000_000 * 128;
const cost = (layout: Layout, change: Partial<Settings> = {}, bytes = BYTES) =>
  costOf(bytes, layout, rates, environment, { ...settings, ...change });

describe('what a comparison takes', () => {
  test('in the order of the table: each byte once, hashed and read', () => {
    const found = cost('ordered');
    expect(found).toMatchObject({ rows: 64_000_000, chunks: 64, batches: 13, planSeconds: 64 });
    // A chunk: a million rows hashed in 10 s, 128 million bytes read in 0.95 s.
    expect(found.compareSeconds).toBeCloseTo((64 * (10 + 128e6 / 2 ** 27)) / 4, 6);
    expect(found.batchSeconds).toBeCloseTo(5 * (10 + 128e6 / 2 ** 27), 6);
    expect(found.readGib).toBeCloseTo(BYTES / 2 ** 30, 6);
  });

  test('along a random key: a page for each row', () => {
    expect(cost('random').readGib).toBeCloseTo((64_000_000 * 8192) / 2 ** 30, 6);
    expect(cost('random').compareSeconds).toBeCloseTo((64 * (10 + 1000)) / 4, 6);
  });

  test('by partitions: the whole table for each of at most 64, cut without a walk', () => {
    expect(cost('partitions')).toMatchObject({ chunks: 32, planSeconds: 0 });
    expect(cost('partitions').readGib).toBeCloseTo((32 * BYTES) / 2 ** 30, 6);
    expect(cost('partitions', {}, BYTES * 100).chunks).toBe(64);
    expect(cost('partitions', {}, 128).chunks).toBe(1);
  });

  test('is linear in the size, and shorter with more at once, for the same money', () => {
    expect(cost('ordered', {}, BYTES * 10).compareSeconds).toBeCloseTo(10 * cost('ordered').compareSeconds, 6);
    expect(cost('ordered', { maxConcurrency: 8 }).compareSeconds).toBeCloseTo(cost('ordered').compareSeconds / 2, 6);
    expect(cost('ordered', { maxConcurrency: 8 }).lambdaUsd).toBeCloseTo(cost('ordered').lambdaUsd, 6);
    // More at once than there are batches help nobody.
    expect(cost('ordered', { maxConcurrency: 100 }).compareSeconds).toBeCloseTo(
      cost('ordered', { maxConcurrency: 13 }).compareSeconds,
      6,
    );
  });

  test('costs time of functions, children, objects and pages', () => {
    const found = cost('ordered');
    expect(found.lambdaUsd).toBeCloseTo(0.5 * 4 * found.compareSeconds + 13e-6, 6);
    expect(found.stepFunctionsUsd).toBeCloseTo((13 * 3) / 1000, 9);
    expect(found.s3Usd).toBeCloseTo((64 + 2 * 64 * 0.5) / 1000, 9);
    expect(found.auroraIoUsd).toBeCloseTo(BYTES / 8192 / 1e6, 9);
  });
});

test('the page quotes what the command prints', () => {
  expect(readFileSync(join(PROJECT, 'docs/comparison-at-scale.md'), 'utf8')).toContain(costTable());
});
