import fc from 'fast-check';
import type { Client } from 'pg';
import type { Role } from '../../lambda/migration-validation/database/session';
import type { Pair } from '../../lambda/migration-validation/rows/chunk';
import { type ComparisonCase, comparisonCases } from './cases';
import { checkCase } from './check';
import { createTables, createTypes } from './databases';

export interface ComparisonCampaign {
  /** How the tables are compared: as the comparison connects. */
  readonly pair: Pair;
  /** Does something on each side at once, as a role that may create schemas and tables. */
  readonly each: (work: (client: Client, role: Role) => Promise<unknown>) => Promise<void>;
  /** How many tables, from 1. */
  readonly cases: number;
  readonly seed: number;
  /** Called after some tables, with how many are done. @default nobody is told */
  readonly onProgress?: (done: number) => void;
}

/** Tables that are made in one go. */
const BATCH = 30;

/**
 * Makes random tables with random differences on two servers, and compares them.
 * @throws Error with the seed and the first table of which something was not found, or something that is not there was
 */
export async function fuzzComparison({ pair, each, cases, seed, onProgress }: ComparisonCampaign): Promise<void> {
  await each(createTypes);
  const all = fc.sample(comparisonCases, { numRuns: cases, seed });
  for (let start = 0; start < all.length; start += BATCH) {
    const batch = all.slice(start, start + BATCH);
    await each((client, role) => createTables(client, role, batch));
    for (const [index, item] of batch.entries()) await checkOne(pair, item, { index, at: start + index, seed });
    onProgress?.(start + batch.length);
  }
}

async function checkOne(
  pair: Pair,
  item: ComparisonCase,
  { index, at, seed }: { readonly index: number; readonly at: number; readonly seed: number },
): Promise<void> {
  try {
    // Hashes with another seed in each table, from the whole range of 64 bits.
    await checkCase(pair, item, index, `${BigInt.asIntN(64, BigInt(seed + at) * 0x9e3779b97f4a7c15n)}`);
  } catch (cause) {
    const { message } = cause as Error;
    throw new Error(`seed ${seed}, table ${at}: ${message}\n${JSON.stringify(item)}`, { cause });
  }
}
